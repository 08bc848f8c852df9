// The one door: prepare outside the transaction, recall, decide in order, write in one transaction, and only then the receipts.
import { createHash } from 'node:crypto';
import { alone, concludeAlone } from './alone.ts';
import type { Accepted, Log } from './channel.ts';
import type { City } from './city.ts';
import { conclude, repeat } from './conclude.ts';
import type { Draft, Known } from './draft.ts';
import { GatewayError } from './errors.ts';
import { type GroupCommit, groupCommit } from './group-commit.ts';
import type { Message } from './message.ts';
import type { Mint } from './mint.ts';
import { overlay } from './overlay.ts';
import { decide, prepare } from './pipeline.ts';
import type { Ask, Decision, Store } from './store.ts';
import { saysAgain } from './text/conversation.ts';
import { withdrawalOf } from './text/withdrawal.ts';

export interface IntakeDeps {
  readonly store: Pick<Store, 'recall' | 'write' | 'quarantine'>;
  /** Asked anew for every message: knowledge and tables may be reloaded while the house runs. */
  readonly city: () => City;
  readonly mint: Mint;
  readonly now: () => number;
  readonly log: Log;
  /** Called after every commit that wrote events: wakes the followers of the log. */
  readonly committed: () => void;
  /** Can a message of ours reach a key of this kind unasked? */
  readonly reaches?: (kind: string) => boolean;
  /** Told of every message that was prepared, for the figures of the house. */
  readonly understood?: (draft: Draft) => void;
  /** Told of every draft as it was decided; decided anew after a rival, it is told again. */
  readonly decided?: (draft: Draft) => void;
}

export interface Intake {
  /** Resolves when the message and its receipt are durable. Rejects with GatewayError, then nothing is stored: it helps to send again, or the sender must change something (4xx). */
  accept(message: Message): Promise<Accepted>;
  /** A message from quarantine once more. Rejects when no transaction takes it this time either; then nothing has changed. */
  retry(message: Message): Promise<Accepted>;
  /** A file that came alone and got no words: a case for a person. Nothing happens when words have taken it meanwhile. */
  takeAlone(message: Message): Promise<void>;
  readonly waiting: number;
  drain(): Promise<void>;
}

interface Rider {
  readonly draft: Draft;
  readonly ask: Ask;
  readonly city: City;
  /** It came from quarantine, and goes back to where it is. */
  readonly again: boolean;
  /** It lies in the store already, a file that found no words. */
  readonly alone?: boolean;
}

/** How often a batch is decided anew when rivals keep coming in between; then it is refused, to be tried again. */
const MOST_ROUNDS = 12;
const DAY = 86_400_000;

export function openIntake(deps: IntakeDeps): Intake {
  const commits: GroupCommit<Rider, Accepted> = groupCommit({
    commit: (riders) => commit(riders, deps),
    aside: async (rider, error) => {
      if (rider.alone) throw error;
      if (rider.again) throw refusedAgain(error);
      return setAside(rider, error, deps);
    },
  });
  const submit = (message: Message, again: boolean): Promise<Accepted> => {
    const city = deps.city();
    const draft = prepare(message, city);
    deps.understood?.(draft);
    return commits.submit({ draft, ask: askOf(draft, city), city, again });
  };
  return {
    accept: (message) => submit(message, false),
    retry: (message) => submit(message, true),
    async takeAlone(message) {
      const city = deps.city();
      const draft = alone(prepare(message, city), city);
      const ask = { ...askOf(draft, city), externalId: `alone:${message.id}` };
      const waiting = { since: 0, until: -1, ref: message.id };
      await commits.submit({ draft, ask: { ...ask, waiting }, city, again: false, alone: true });
    },
    get waiting() {
      return commits.waiting;
    },
    drain: () => commits.drain(),
  };
}

export function askOf(draft: Draft, city: City): Ask {
  const { message } = draft;
  const { keys } = message.sender;
  const { binding } = draft;
  const sentAt = Date.parse(message.sentAt);
  const { caseNo, queryCode } = draft.enquiry ?? (binding?.to === 'case' ? binding : citedBy(draft)) ?? {};
  return {
    account: message.account,
    externalId: message.externalId,
    contentHash: message.contentHash,
    proved: keys.filter((k) => k.proved),
    stated: keys.filter((k) => !k.proved),
    ...(caseNo ? { cited: { caseNo, ...(queryCode ? { queryCode } : {}) } } : {}),
    ...(draft.noted === undefined && keys.some((k) => k.proved)
      ? { waiting: { since: sentAt - city.relate.conversationMinutes * 60_000, until: sentAt } }
      : {}),
    ...(binding?.to === 'key' ? { claim: { target: binding.key } } : {}),
    ...(binding?.to === 'code' ? { claim: { code: binding.code } } : {}),
    tenant: message.tenant,
    ...(isAfterFinished(draft) ? { again: true } : {}),
    ...(draft.appraisal ? { rates: true } : {}),
    ...(city.relate.enabled && draft.noted === undefined ? { fingerprint: draft.fingerprint } : {}),
    since: sentAt - city.relate.windowDays * DAY,
    until: sentAt + city.relate.windowDays * DAY,
  };
}

const citedBy = ({ appraisal, message, words }: Draft): Message['thread'] =>
  [appraisal, withdrawalOf(words.full)].find((one) => one?.caseNo !== undefined) ?? message.thread;

/** It says that something is not done, or asks after all of the sender's cases. */
function isAfterFinished({ noted, words, enquiry }: Draft): boolean {
  if (enquiry) return enquiry.caseNo === undefined && !enquiry.mistyped;
  return noted === undefined && saysAgain(words.full);
}

/**
 * One transaction. Answers those in front, up to one who joins keys: whose keys became one person's changes what is known of those
 * behind, who are recalled anew and ride in the next.
 */
async function commit(riders: readonly Rider[], deps: IntakeDeps): Promise<Accepted[]> {
  const asks = riders.map((r) => r.ask);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { known, watermark } = await deps.store.recall(asks);
    const decisions = decideAll(riders, known, deps);
    const written = decisions.some((d) => d.message ?? d.open)
      ? await deps.store.write(decisions, watermark)
      : undefined;
    if (written && !written.ok) continue; // stale: a rival came in between; taken: the mint draws other numbers
    if (written) deps.committed();
    return decisions.map((d, i) => ({
      messageId: d.message?.id ?? riders[i]?.draft.message.id ?? '',
      receipt: d.receipt,
    }));
  }
  throw new GatewayError({
    code: 'busy',
    message: `a batch of ${riders.length} messages met rivals ${MOST_ROUNDS} times in a row`,
    retryable: true,
    retryAfter: 1,
    advice: 'Nothing was stored. Send the message again.',
  });
}

/** In order: a later rider sees the earlier one's case, as if each had its own transaction. */
function decideAll(riders: readonly Rider[], known: readonly Known[], deps: IntakeDeps): Decision[] {
  const now = deps.now();
  const earlier = overlay();
  const decisions: Decision[] = [];
  for (const [i, rider] of riders.entries()) {
    const recalled = known[i];
    if (!recalled) throw new Error('recall answered fewer asks than were put');
    const given = {
      ...{ city: rider.city, known: earlier.over(rider.ask, recalled), now },
      ...(deps.reaches ? { reaches: deps.reaches } : {}),
    };
    if (given.known.first) {
      decisions.push(repeat(rider.ask, given.known.first));
      continue;
    }
    const draft = rider.alone ? rider.draft : decide(rider.draft, given);
    if (!rider.alone) deps.decided?.(draft);
    const decision = (rider.alone ? concludeAlone : conclude)(draft, rider.ask, given, deps.mint);
    earlier.add(draft, decision);
    decisions.push(decision);
    if (decision.join) break;
  }
  return decisions;
}

const refusedAgain = (cause: unknown): GatewayError =>
  new GatewayError({
    code: 'refused_again',
    message: 'the message could not be taken in this time either, and stays in quarantine',
    retryable: false,
    status: 409,
    advice: 'Read why with /v1/quarantine/{id}/reveal. Open its case by hand if it cannot wait for a cure.',
    cause,
  });

/** One message no transaction takes: kept as received, told to a person; the sender still gets a receipt. */
async function setAside(rider: Rider, error: unknown, deps: IntakeDeps): Promise<Accepted> {
  const { message } = rider.draft;
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const name = createHash('sha256').update(`${message.account}\n${message.externalId}\n${message.contentHash}`);
  await deps.store.quarantine({
    id: `qua_${name.digest('hex').slice(0, 32)}`,
    account: message.account,
    receivedAt: message.receivedAt,
    error: reason.slice(0, 500),
    message,
  });
  // Its message may quote the citizen and is sealed with the words; the log gets the kind alone.
  const kind = { error: error instanceof Error ? error.name : typeof error };
  const code = error instanceof GatewayError ? { code: error.code } : {};
  deps.log.error(
    { account: message.account, messageId: message.id, ...kind, ...code },
    'a message could not be taken in and is kept in quarantine; see GET /v1/quarantine',
  );
  return {
    messageId: message.id,
    receipt: { outcome: 'noted', note: '您的话已经收到，工作人员会查看。急事请直接拨打 12345。' },
  };
}
