// Filter: the CloudEvents Subscriptions dialects (exact, prefix, suffix, all, any, not, sql), compiled once, asked of every event.
import { type Attributes, attributesOf, checkName } from './attributes.ts';
import { MOST_BYTES, MOST_DEPTH, refuseFilter, Terms } from './refuse.ts';
import { compileSql } from './sql.ts';

/** Never throws. The same event gives the same answer, however often it is asked. */
export type Filter = (event: { readonly body: string }) => boolean;
type Test = (attributes: Attributes) => boolean;

const DIALECTS = 'exact, prefix, suffix, all, any, not, sql';

/**
 * A filter as JSON: one dialect `{"exact": {…}}`, or a list of which all must hold. Throws `filter_dialect`,
 * `filter_attribute`, `filter_syntax`, `filter_function`, `filter_too_large` or `filter_too_deep` (422), with the place.
 */
export function compileFilter(given: unknown): Filter {
  const path = 'filter';
  const bytes = Buffer.byteLength(JSON.stringify(given) ?? '');
  if (bytes > MOST_BYTES)
    throw refuseFilter('filter_too_large', `the filter has ${bytes} bytes, ${MOST_BYTES} are taken`, { path }, SHORTER);
  const terms = new Terms();
  const test = Array.isArray(given) ? every(list(given, path, 0, terms)) : dialect(given, path, 0, terms);
  return (event) => {
    const attributes = attributesOf(event);
    return attributes !== undefined && test(attributes);
  };
}

/** A filter in a query: JSON when it begins with a brace or bracket, else a CESQL expression. Throws as `compileFilter`. */
export function filterOfQuery(text: string): Filter {
  if (!/^\s*[{[]/.test(text)) return compileFilter({ sql: text });
  try {
    return compileFilter(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refuseFilter('filter_syntax', 'the filter is no JSON', { path: 'filter' }, 'Check quotes and brackets.');
  }
}

const SHORTER = 'Ask for whole groups of types with types=, or make two endpoints.';

function dialect(given: unknown, path: string, depth: number, terms: Terms): Test {
  terms.take({ path });
  if (depth > MOST_DEPTH)
    throw refuseFilter(
      'filter_too_deep',
      `more than ${MOST_DEPTH} levels of nesting`,
      { path },
      'Flatten all and any.',
    );
  const entries = isPlain(given) ? Object.entries(given) : [];
  const [only] = entries;
  if (!only || entries.length > 1)
    throw refuseFilter('filter_dialect', 'a filter is an object with one dialect', { path }, `One of ${DIALECTS}.`);
  const [name, value] = only;
  const at = `${path}/${name.slice(0, 40)}`;
  switch (name) {
    case 'exact':
      return strings(value, at, terms, (text, wanted) => text === wanted);
    case 'prefix':
      return strings(value, at, terms, (text, wanted) => text.startsWith(wanted));
    case 'suffix':
      return strings(value, at, terms, (text, wanted) => text.endsWith(wanted));
    case 'all':
      return every(list(value, at, depth, terms));
    case 'any': {
      const tests = list(value, at, depth, terms);
      return (attributes) => tests.some((test) => test(attributes));
    }
    case 'not': {
      const test = dialect(value, at, depth + 1, terms);
      return (attributes) => !test(attributes);
    }
    case 'sql':
      return sql(value, at, terms);
    default:
      throw refuseFilter(
        'filter_dialect',
        `there is no dialect ${name.slice(0, 40)}`,
        { path: at },
        `One of ${DIALECTS}.`,
      );
  }
}

const every =
  (tests: readonly Test[]): Test =>
  (attributes) =>
    tests.every((test) => test(attributes));

function list(value: unknown, path: string, depth: number, terms: Terms): Test[] {
  if (!Array.isArray(value) || value.length === 0)
    throw refuseFilter(
      'filter_dialect',
      'this takes a list of filters, one at least',
      { path },
      'Write [{"exact": …}].',
    );
  return value.map((one, index) => dialect(one, `${path}/${index}`, depth + 1, terms));
}

function strings(value: unknown, path: string, terms: Terms, fits: (text: string, wanted: string) => boolean): Test {
  const pairs = isPlain(value) ? Object.entries(value) : [];
  if (pairs.length === 0)
    throw refuseFilter(
      'filter_dialect',
      'this takes an object of attributes',
      { path },
      'Write {"type": "case.opened"}.',
    );
  const tests = pairs.map(([name, wanted]): Test => {
    const at = { path: `${path}/${name.slice(0, 80)}` };
    terms.take(at);
    checkName(name, at);
    if (typeof wanted !== 'string' || wanted === '')
      throw refuseFilter(
        'filter_dialect',
        'the value must be text and not empty',
        at,
        'For numbers use the dialect sql.',
      );
    return (attributes) => {
      const text = attributes(name);
      return text !== undefined && fits(String(text), wanted);
    };
  });
  return every(tests);
}

/** A fault is no match: an event is not sent on a guess. */
function sql(value: unknown, path: string, terms: Terms): Test {
  if (typeof value !== 'string' || value.trim() === '')
    throw refuseFilter('filter_dialect', 'sql takes an expression', { path }, 'Write "type LIKE \'case.%\'".');
  const run = compileSql(value, { path, terms, checkName: (name, character) => checkName(name, { path, character }) });
  return (attributes) => {
    const { value: truth, fault } = run(attributes);
    return fault === undefined && (truth === true || (typeof truth === 'string' && truth.toLowerCase() === 'true'));
  };
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
