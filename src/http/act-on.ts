// Act on: carries a person's decision into the store: read, decide, write; again when somebody else was quicker.
import type { Acted, ActGiven } from '../core/acts.ts';
import { dueOf } from '../core/acts.ts';
import type { Case } from '../core/case.ts';
import { GatewayError } from '../core/errors.ts';
import { traced, traceOf } from '../core/event.ts';
import type { RouteRequest } from '../core/route.ts';
import type { Change } from '../core/store.ts';
import type { ApiDeps } from './deps.ts';
import { refusal } from './problem.ts';
import { keyOf } from './rights.ts';

export const MOST_ROUNDS = 8;

/** Resolves with the case after the decision; also when the same Idempotency-Key has carried it out before. */
export async function actOn(
  request: RouteRequest,
  deps: ApiDeps,
  action: string,
  read: () => Promise<Case>,
  act: (c: Case, given: ActGiven) => Acted | Promise<Acted>,
  reach: Reach = 'one',
): Promise<Case> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = await read();
    const once = onceOf(request, action, before.no, reach);
    const acted = await decideOr(
      () => act(unerased(before), givenFor(request, deps)),
      () => doneBefore(before, once, request, deps),
    );
    if (acted === 'done before') return before;
    const events = traced(acted.events, traceOf(request.headers.traceparent));
    const change: Change = { ...acted, events, expectVersion: before.version, ...once };
    const written = acted.move ? await deps.store.moveMatter(change, acted.move) : await deps.store.change(change);
    if (written === 'ok') deps.committed?.();
    if (written === 'ok') return acted.case;
    if (written === 'repeated') return read();
    if (written === 'reused') throw reused();
  }
  throw crowded();
}

export const crowded = () =>
  new GatewayError({
    code: 'busy',
    message: 'others keep changing this; nothing was changed',
    retryable: true,
    retryAfter: 1,
  });

/** Of an erased case nothing is told after its case.redacted. */
function unerased(c: Case): Case {
  if (!c.flags.includes('erased')) return c;
  throw refusal(409, 'erased', `case ${c.no} was erased; nothing can be decided about it any more`, { field: 'no' });
}

export function givenFor(request: RouteRequest, deps: ApiDeps): ActGiven {
  const { city } = deps.settings;
  return { city, now: deps.now(), by: keyOf(request).id, ulid: () => deps.mint.ulid(), due: (c) => dueOf(c, city) };
}

export type Once = Pick<Change, 'idempotencyKey' | 'asked'>;

/**
 * Where an Idempotency-Key counts. `one`: one client's key for one action on one case or matter, so that others may use the same
 * words for theirs. `all`: once for all of a caller's cases, as the id of a signed message does: sent again it must be that message.
 */
export type Reach = 'one' | 'all';

export function onceOf(request: RouteRequest, action: string, subject: string, reach: Reach = 'one'): Once {
  const given = request.headers['idempotency-key'];
  if (given === undefined) return {};
  if (!/^[\x21-\x7e]{1,256}$/.test(given))
    throw refusal(400, 'bad_idempotency_key', 'Idempotency-Key must be 1 to 256 visible ASCII characters', {
      field: 'Idempotency-Key',
    });
  const { no: _no, ...place } = request.params;
  return {
    idempotencyKey: `${keyOf(request).id} ${action} ${reach === 'one' ? subject : '*'} ${given}`,
    asked: JSON.stringify(sorted([reach === 'one' ? place : { ...place, no: subject }, request.body])),
  };
}

/** The order of the fields says nothing: a program may write them differently the second time. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, inner]) => [name, sorted(inner)]));
}

/** As draft-ietf-httpapi-idempotency-key-header asks: a second decision must not pass for the first. */
export const reused = () =>
  refusal(422, 'idempotency_key_reused', 'this Idempotency-Key was used for another decision; nothing was changed', {
    field: 'Idempotency-Key',
    advice: 'Use a new key for each decision, and the same one only to repeat it word by word.',
  });

/** A retry of what has been done often looks like a conflict (already decided, already split): then it is no error. */
export async function decideOr<A>(
  act: () => A | Promise<A>,
  before: () => Promise<boolean>,
): Promise<A | 'done before'> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof GatewayError && (error.status === 409 || error.status === 404) && (await before()))
      return 'done before';
    throw error;
  }
}

/** Asks the store with a change that can only be stale: it answers `repeated` or `reused` first when it knows the key. */
export async function doneBefore(c: Case, once: Once, request: RouteRequest, deps: ApiDeps): Promise<boolean> {
  if (once.idempotencyKey === undefined) return false;
  const audit = { at: c.updatedAt, actor: keyOf(request).id, action: 'case.none', subject: c.no };
  const written = await deps.store.change({ case: c, expectVersion: -1, events: [], audit, ...once });
  if (written === 'reused') throw reused();
  return written === 'repeated';
}
