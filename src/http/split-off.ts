// Split off: accepting an offered split takes each further request in as a message of its own, before the decision is written.

import type { DecideKnown } from '../core/acts/decide.ts';
import type { ActGiven } from '../core/acts.ts';
import type { Case } from '../core/case.ts';
import { GatewayError } from '../core/errors.ts';
import type { Message } from '../core/message.ts';
import { offeredBy, partsOf } from '../core/split-off.ts';
import { toRfc3339 } from '../core/time.ts';
import type { ApiDeps } from './deps.ts';
import { refusal } from './problem.ts';

/**
 * The cases of the requests split off, and which of them could not be; neither where the proposal offers no split. Whoever falls
 * over between them and the decision accepts once more: what was taken in is then found again, and nothing is doubled. Throws 409 `nothing_split`.
 */
export async function splitOff(c: Case, proposal: string, deps: ApiDeps, given: ActGiven): Promise<SplitOff> {
  if (offeredBy(c, proposal).length === 0) return {};
  const receivedAt = toRfc3339(given.now, given.city.utcOffsetMinutes);
  const messages = await deps.store.messagesOf(c.no);
  const parts = partsOf(messages, c, proposal, { city: given.city, receivedAt, ulid: given.ulid });
  const opened: string[] = [];
  const missed: number[] = [];
  for (const { request, message } of parts) {
    const no = await caseOf(message, deps);
    if (no === undefined) missed.push(request);
    else opened.push(no);
  }
  if (opened.length > 0) return missed.length > 0 ? { opened, missed } : { opened };
  throw nothingSplit(c);
}

type SplitOff = Pick<DecideKnown, 'opened' | 'missed'>;

async function caseOf(part: Message, deps: ApiDeps): Promise<string | undefined> {
  try {
    return (await deps.retake(part)).receipt.caseNo;
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'refused_again') return undefined;
    throw error;
  }
}

const nothingSplit = (c: Case) =>
  refusal(409, 'nothing_split', `no request of case ${c.no} could be made a case of its own; nothing was changed`, {
    field: 'proposal',
    advice: 'Reject the proposal and open the other case by hand.',
  });
