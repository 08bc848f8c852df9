// Act on: carries a person's decision into the store: read, decide, write; again when somebody else was quicker.
import type { Acted, ActGiven } from '../core/acts.ts';
import { dueOf } from '../core/acts.ts';
import type { Case } from '../core/case.ts';
import { GatewayError } from '../core/errors.ts';
import type { RouteRequest } from '../core/route.ts';
import type { Change } from '../core/store.ts';
import type { ApiDeps } from './deps.ts';
import { refusal } from './problem.ts';
import { keyOf } from './rights.ts';

const MOST_ROUNDS = 8;

/** Resolves with the case after the decision; also when the same Idempotency-Key has carried it out before. */
export async function actOn(
  request: RouteRequest,
  deps: ApiDeps,
  action: string,
  read: () => Promise<Case>,
  act: (c: Case, given: ActGiven) => Acted | Promise<Acted>,
): Promise<Case> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = await read();
    const idempotencyKey = idempotencyKeyOf(request, action, before);
    const acted = await decideOr(
      () => act(unerased(before), givenFor(request, deps)),
      () => doneBefore(before, idempotencyKey, request, deps),
    );
    if (acted === 'done before') return before;
    const change: Change = { ...acted, expectVersion: before.version, ...(idempotencyKey ? { idempotencyKey } : {}) };
    const written = acted.move ? await deps.store.moveMatter(change, acted.move) : await deps.store.change(change);
    if (written === 'ok') deps.committed?.();
    if (written === 'ok') return acted.case;
    if (written === 'repeated') return read();
  }
  throw new GatewayError({
    code: 'busy',
    message: 'others keep changing this case; nothing was changed',
    retryable: true,
    retryAfter: 1,
  });
}

/** Of an erased case nothing is told after its case.redacted. */
function unerased(c: Case): Case {
  if (!c.flags.includes('erased')) return c;
  throw refusal(409, 'erased', `case ${c.no} was erased; nothing can be decided about it any more`, { field: 'no' });
}

function givenFor(request: RouteRequest, deps: ApiDeps): ActGiven {
  const { city } = deps.settings;
  return { city, now: deps.now(), by: keyOf(request).id, ulid: () => deps.mint.ulid(), due: (c) => dueOf(c, city) };
}

/** One client's key for one action on one case: others may use the same words for theirs. */
function idempotencyKeyOf(request: RouteRequest, action: string, c: Case): string | undefined {
  const given = request.headers['idempotency-key'];
  if (given === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,256}$/.test(given))
    throw refusal(400, 'bad_idempotency_key', 'Idempotency-Key must be 1 to 256 visible ASCII characters', {
      field: 'Idempotency-Key',
    });
  return `${keyOf(request).id} ${action} ${c.no} ${given}`;
}

/** A retry of what has been done often looks like a conflict (already decided, already split): then it is no error. */
async function decideOr(
  act: () => Acted | Promise<Acted>,
  before: () => Promise<boolean>,
): Promise<Acted | 'done before'> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof GatewayError && error.status === 409 && (await before())) return 'done before';
    throw error;
  }
}

/** Asks the store with a change that can only be stale: it answers `repeated` first when it knows the key. */
async function doneBefore(
  c: Case,
  idempotencyKey: string | undefined,
  request: RouteRequest,
  deps: ApiDeps,
): Promise<boolean> {
  if (idempotencyKey === undefined) return false;
  const audit = { at: c.updatedAt, actor: keyOf(request).id, action: 'case.none', subject: c.no };
  return (await deps.store.change({ case: c, expectVersion: -1, events: [], audit, idempotencyKey })) === 'repeated';
}
