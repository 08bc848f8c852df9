// The CESQL conformance kit of the CloudEvents project, case by case, when it lies beside the repository.
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/core/errors.ts';
import { Terms } from '../../../src/feed/filter/refuse.ts';
import { compileSql, type SqlResult } from '../../../src/feed/filter/sql.ts';
import type { Value } from '../../../src/feed/filter/sql-values.ts';
import { vectors } from '../vectors.ts';

interface Case {
  name: unknown;
  expression: unknown;
  result?: Value;
  error?: string;
  event?: Record<string, Value>;
  eventOverrides?: Record<string, Value>;
}

const kit = vectors<{ total: number; suites: { name: string; tests: Case[] }[] }>('cesql-tck');
const BASE = { specversion: '1.0', id: 'myId', source: 'localhost.localdomain', type: 'myType' };
/** Faults the kit expects when the event comes, and we find already when the filter is saved. */
const FOUND_EARLIER: Record<string, string> = { parse: 'filter_syntax', missingFunction: 'filter_function' };

function evaluate(one: Case): SqlResult | string {
  const event: Record<string, Value> = { ...(one.event ?? BASE), ...one.eventOverrides };
  const reading = { path: 'sql', terms: new Terms(), checkName: () => undefined };
  try {
    return compileSql(String(one.expression), reading)((name) => event[name]);
  } catch (error) {
    if (error instanceof GatewayError) return error.code;
    throw error;
  }
}

describe('CESQL agrees with the conformance kit', () => {
  it.skipIf(!kit).each(kit?.suites ?? [])('$name', ({ tests }) => {
    for (const one of tests) {
      const said = evaluate(one);
      const earlier = one.error === undefined ? undefined : FOUND_EARLIER[one.error];
      if (earlier) expect(said, String(one.expression)).toBe(earlier);
      else
        expect(said, String(one.expression)).toEqual({
          value: one.result,
          ...(one.error === undefined ? {} : { fault: one.error }),
        });
    }
  });

  it.skipIf(!kit)('has all its cases', () => {
    const all = (kit?.suites ?? []).flatMap((suite) => suite.tests);
    expect(all).toHaveLength(kit?.total ?? 0);
    expect(all).toHaveLength(275);
  });
});
