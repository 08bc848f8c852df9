// Filters: what they let through, held against a naive reading of the same filter, and how a bad one is refused.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/core/errors.ts';
import { compileFilter, filterOfQuery } from '../../../src/feed/filter/filter.ts';
import { MOST_BYTES, MOST_DEPTH } from '../../../src/feed/filter/refuse.ts';

type Plain = Record<string, unknown>;
const EVENT = {
  id: 'evt_1',
  type: 'case.opened',
  subject: '26112400382714',
  caseversion: 3,
  data: { status: 'open', urgency: 'high', category: { code: 'water', name: '供水' }, size: 12, hot: true, list: [1] },
};
const bodyOf = (event: Plain) => ({ body: JSON.stringify(event) });
const passes = (filter: unknown, event: Plain = EVENT) => compileFilter(filter)(bodyOf(event));

describe('a filter lets through', () => {
  it.each<[boolean, unknown]>([
    [true, { exact: { type: 'case.opened', 'data.category.code': 'water' } }],
    [false, { exact: { type: 'case.opened', 'data.category.code': 'power' } }],
    [false, { exact: { 'data.missing': 'x' } }],
    [true, { prefix: { type: 'case.' } }],
    [true, { suffix: { subject: '714' } }],
    [true, { any: [{ exact: { type: 'case.closed' } }, { exact: { 'data.urgency': 'high' } }] }],
    [false, [{ exact: { type: 'case.opened' } }, { exact: { 'data.urgency': 'low' } }]],
    [true, { not: { exact: { type: 'case.closed' } } }],
    [true, { sql: "data.category.name LIKE '%水' AND data.size >= 10" }],
    [true, { sql: "caseversion = 3 AND TYPE IN ('case.opened', 'case.joined')" }],
    [false, { sql: 'data.missing = 1' }],
    [true, { not: { sql: 'data.missing = 1' } }],
    [true, { sql: 'EXISTS data.category AND NOT EXISTS data.unit' }],
    [false, { sql: 'data.size' }],
    [true, { sql: 'data.hot' }],
  ])('%s: %j', (wanted, filter) => expect(passes(filter)).toBe(wanted));

  it('reads a query as CESQL, or as JSON when it begins so', () => {
    expect(filterOfQuery("data.urgency = 'high'")(bodyOf(EVENT))).toBe(true);
    expect(filterOfQuery('{"exact":{"data.urgency":"low"}}')(bodyOf(EVENT))).toBe(false);
  });

  it('does not match an event nobody can read', () =>
    expect(compileFilter({ sql: 'TRUE' })({ body: '{' })).toBe(false));
});

const deep = (levels: number): unknown => (levels === 0 ? { sql: 'TRUE' } : { not: deep(levels - 1) });
describe('a bad filter is refused with code, place and remedy', () => {
  it.each<[string, string, RegExp, unknown]>([
    ['filter_syntax', 'filter/sql', /at character 8/, { sql: 'type = ' }],
    ['filter_syntax', 'filter/any/1/sql', /at character 6/, { any: [{ sql: 'TRUE' }, { sql: "id = 'x" }] }],
    ['filter_syntax', 'filter/sql', /AND and OR/, { sql: 'TRUE AND TRUE OR FALSE' }],
    ['filter_syntax', 'filter/sql', /LIKE takes a string/, { sql: 'type LIKE 5' }],
    ['filter_syntax', 'filter/sql', /too large/, { sql: 'caseversion = 2147483648' }],
    ['filter_function', 'filter/sql', /no function SLEEP/, { sql: 'SLEEP(5)' }],
    ['filter_function', 'filter/sql', /does not take 3/, { sql: "LEFT('a', 1, 2)" }],
    ['filter_attribute', 'filter/exact/typ', /no attribute typ/, { exact: { typ: 'x' } }],
    ['filter_attribute', 'filter/sql', /at character 5/, { sql: 'NOT proto' }],
    ['filter_dialect', 'filter/regex', /no dialect/, { regex: { type: '.*' } }],
    ['filter_dialect', 'filter', /one dialect/, { exact: { type: 'x' }, not: {} }],
    ['filter_dialect', 'filter/all', /a list/, { all: [] }],
    ['filter_dialect', 'filter/exact/type', /text/, { exact: { type: 5 } }],
    ['filter_too_deep', 'filter', /levels/, deep(MOST_DEPTH + 1)],
    ['filter_too_deep', 'filter/sql', /levels/, { sql: `${'('.repeat(50)}TRUE${')'.repeat(50)}` }],
    ['filter_too_deep', 'filter/sql', /levels/, { sql: `${'-'.repeat(200)}1` }],
    ['filter_too_large', 'filter', /bytes/, { sql: `type = '${'x'.repeat(MOST_BYTES)}'` }],
    ['filter_too_large', 'filter/sql', /terms/, { sql: `1${'+1'.repeat(300)} = 1` }],
  ])('%s at %s', (code, field, message, filter) => {
    const refused = caught(() => compileFilter(filter));
    expect(refused).toMatchObject({ code, status: 422, advice: expect.any(String) });
    expect(refused.field?.startsWith(field)).toBe(true);
    expect(refused.message).toMatch(message);
  });

  it('whatever is sent: a filter compiles or is refused, nothing else is thrown', () => {
    const bits = fc.constantFrom(
      'type',
      "'a%'",
      '(',
      ')',
      'AND',
      'OR',
      'NOT',
      'LIKE',
      'IN',
      ',',
      '=',
      '-',
      '5',
      'LEFT',
      '\\',
    );
    const sql = fc.array(bits, { maxLength: 12 }).map((words) => ({ sql: words.join(' ') }));
    fc.assert(
      fc.property(
        fc.oneof(
          sql,
          fc.jsonValue(),
          fc.string().map((text) => ({ sql: text })),
        ),
        (filter) => {
          let compiled: ReturnType<typeof compileFilter>;
          try {
            compiled = compileFilter(filter);
          } catch (error) {
            expect(error).toBeInstanceOf(GatewayError);
            return;
          }
          expect(typeof compiled(bodyOf(EVENT))).toBe('boolean');
        },
      ),
      { numRuns: 300 },
    );
  });
});

it('a pattern made to explode and text that doubles end within the steps allowed, and match nothing', () => {
  const long = { ...EVENT, data: { text: 'a'.repeat(60_000) } };
  expect(passes({ sql: `data.text LIKE '${'%a'.repeat(200)}b'` }, long)).toBe(false);
  const twice = (inner: string): string => `CONCAT(${inner}, ${inner})`;
  expect(passes({ sql: `LENGTH(${twice(twice(twice('data.text')))}) > 0` }, long)).toBe(false);
});

interface Naive {
  readonly filter: unknown;
  readonly means: (event: Plain) => boolean;
}
/** Conditions with what they mean in plain JavaScript; a missing value is never a match. */
const word: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'ab', 'ba', 'a%b', 'a_b', '水', "it's");
const field = fc.constantFrom('x', 'y', 'z');
const quoted = (text: string) => `'${text.replaceAll("'", "\\'")}'`;
const dataOf = (event: Plain, name: string): unknown => (event.data as Plain)[name];
const said = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));
const likeRegex = (pattern: string) =>
  new RegExp(
    `^${[...pattern].map((c) => (c === '%' ? '.*' : c === '_' ? '.' : c.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('')}$`,
    'su',
  );
const leaf: fc.Arbitrary<Naive> = fc.oneof(
  fc.tuple(fc.constantFrom('exact', 'prefix', 'suffix'), field, word).map(([by, name, text]) => ({
    filter: { [by]: { [`data.${name}`]: text } },
    means: (event: Plain) => {
      const value = said(dataOf(event, name));
      if (value === undefined) return false;
      return by === 'exact' ? value === text : by === 'prefix' ? value.startsWith(text) : value.endsWith(text);
    },
  })),
  fc.tuple(field, word, fc.boolean()).map(([name, text, negated]) => ({
    filter: { sql: `data.${name} ${negated ? 'NOT ' : ''}LIKE ${quoted(text)}` },
    means: (event: Plain) => {
      const value = said(dataOf(event, name));
      return value !== undefined && likeRegex(text).test(value) !== negated;
    },
  })),
  fc.tuple(field, fc.array(word, { minLength: 1, maxLength: 3 })).map(([name, set]) => ({
    filter: { sql: `data.${name} IN (${set.map(quoted).join(', ')})` },
    means: (event: Plain) => {
      const value = dataOf(event, name);
      return typeof value === 'string' && set.includes(value);
    },
  })),
  fc.tuple(field, fc.constantFrom('<', '<=', '>', '>='), fc.integer({ min: -9, max: 9 })).map(([name, by, than]) => ({
    filter: { sql: `data.${name} ${by} ${than}` },
    means: (event: Plain) => {
      const value = dataOf(event, name);
      if (typeof value !== 'number') return false;
      return by === '<' ? value < than : by === '<=' ? value <= than : by === '>' ? value > than : value >= than;
    },
  })),
);
const { filter: tree } = fc.letrec<{ filter: Naive }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((all) => ({
      filter: { all: all.map((one) => one.filter) },
      means: (event: Plain) => all.every((one) => one.means(event)),
    })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((all) => ({
      filter: { any: all.map((one) => one.filter) },
      means: (event: Plain) => all.some((one) => one.means(event)),
    })),
    tie('filter').map((one) => ({ filter: { not: one.filter }, means: (event: Plain) => !one.means(event) })),
  ),
}));
const value = fc.oneof(word, fc.integer({ min: -9, max: 9 }), fc.constant(undefined));

it('compiled, it means what a naive reading of it means, for any filter and event', () => {
  fc.assert(
    fc.property(tree, fc.record({ x: value, y: value, z: value }), ({ filter, means }, data) => {
      if (JSON.stringify(filter).length > MOST_BYTES) return;
      const event = { ...EVENT, data };
      expect(passes(filter, event)).toBe(means(event));
    }),
    { numRuns: 300 },
  );
});

function caught(act: () => unknown): GatewayError {
  try {
    act();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
