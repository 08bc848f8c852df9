// Write: a batch of decisions as one deed. Stale, taken or broken: nothing of it stays.
import type { Message } from '../../core/message.ts';
import type { Receipt } from '../../core/receipt.ts';
import { reopened } from '../../core/reopening.ts';
import type { Decision, Written } from '../../core/store.ts';
import { postingsOf } from '../candidates.ts';
import type { Direct } from '../direct.ts';
import { tokensOf } from '../recent.ts';
import { eventless, twin } from '../refusals.ts';
import { keepBlobs } from './blobs.ts';
import { openPart } from './case-view.ts';
import { copy, type Ground } from './ground.ts';
import { append } from './log.ts';
import { grow } from './matters.ts';
import { deliveryName, senderName } from './names.ts';
import { partyOfKey, settleKin } from './parties.ts';
import { adopt, putWaiting } from './waiting.ts';

/** Thrown inside a deed to leave it without a trace. */
class Refused extends Error {
  readonly why: 'stale' | 'taken';
  constructor(why: 'stale' | 'taken') {
    super(why);
    this.why = why;
  }
}

export function openWriter(ground: Ground): Pick<Direct, 'write'> {
  function one(decision: Decision): void {
    if (decision.open) openCase(ground, decision, decision.open);
    else if (decision.follow) follow(ground, decision, decision.follow);
    if (decision.message) {
      if (decision.events.length === 0) throw eventless(decision.message.id);
      putDelivered(ground, decision.message, decision.receipt);
    }
    if (decision.message && !decision.open && !decision.follow) lay(decision.message, decision.blobs);
    if (decision.open || decision.follow || decision.message) keepBlobs(ground, decision.blobs);
    putWaiting(ground, decision);
    const no = decision.open?.case.no ?? decision.follow?.no;
    if (no !== undefined && !adopt(ground, no, decision)) throw new Refused('stale');
    settleKin(ground, decision);
    if (decision.rate) ground.ratings.set(`${decision.rate.caseNo}/${decision.rate.round}`, copy(decision.rate));
    append(ground, decision.events);
  }

  function lay(message: Message, blobs: readonly string[]): void {
    const name = deliveryName(message.account, message.externalId, message.direction);
    ground.loose.set(message.id, { name, at: Date.parse(message.receivedAt), blobs: [...blobs] });
  }

  function write(decisions: readonly Decision[], watermark: number): Written {
    const work = decisions.filter((d) => d.message || d.open || d.follow || d.events.length > 0);
    if (work.length === 0) return { ok: true, head: ground.head };
    const tokens = work.map((decision) => touched(ground, decision));
    if (ground.head !== watermark && tokens.some((t) => ground.recent.rivals(watermark, t))) {
      return { ok: false, why: 'stale' };
    }
    try {
      ground.commit(() => {
        for (const decision of work) one(decision);
      });
    } catch (error) {
      if (error instanceof Refused) return { ok: false, why: error.why };
      throw error;
    }
    for (const t of tokens) ground.recent.note(ground.head, t);
    return { ok: true, head: ground.head };
  }

  return { write };
}

/** Messages of one person are rivals of each other, whichever of their keys they come by. */
function touched(ground: Ground, { ask, matter }: Decision): (string | number)[] {
  const names = ask.proved.map(senderName);
  const kin = names.flatMap((name) => partyOfKey(ground, name, ask.tenant) ?? []);
  return tokensOf({
    delivery: deliveryName(ask.account, ask.externalId),
    proved: [...names, ...kin],
    postings: ask.fingerprint ? postingsOf(ask.fingerprint, ask.tenant) : [],
    matter: matter?.id,
  });
}

function openCase(ground: Ground, decision: Decision, opening: NonNullable<Decision['open']>): void {
  const { ask, message, matter } = decision;
  const c = opening.case;
  if (ground.cases.has(c.no)) throw new Refused('taken');
  ground.push(ground.caseNos, c.no);
  const id = ground.caseNos.length;
  const matterId = matter?.id ?? c.matter?.id;
  const postings = ask.fingerprint ? postingsOf(ask.fingerprint, ask.tenant) : [];
  ground.cases.set(c.no, {
    ...{ id, open: openPart(c), queryCode: opening.queryCode, masked: decision.masked, postings },
    ...(c.said ? { said: copy(c.said) } : {}),
    ...(c.externalId === undefined ? {} : { externalId: c.externalId }),
    ...(matterId === undefined ? {} : { matter: matterId }),
    ...{ exact: ask.fingerprint?.exact ?? '', openedAt: opening.firstAt, lastAt: opening.firstAt },
    senders: rememberSender(ground, decision, id),
    messages: message ? [copy(message)] : [],
    blobs: [...decision.blobs],
    erased: false,
  });
  if (matter) grow(ground, matter, c.tenant);
  if (matterId !== undefined) ground.members.add(matterId, id);
  for (const posting of postings) ground.postings.add(posting, id);
}

/** A message joins an open case: the case moves on by one version, or the batch was decided on an old one. */
function follow(ground: Ground, decision: Decision, how: NonNullable<Decision['follow']>): void {
  const row = ground.cases.get(how.no);
  if (!row || row.erased || row.open.version !== how.expectVersion) throw new Refused('stale');
  const { message } = decision;
  const { open } = row;
  const senders = how.unnamed ? [] : rememberSender(ground, decision, row.id);
  const base = how.reopen ? reopened(open, how.reopen) : open;
  const flags = how.urges && !base.flags.includes('urged') ? [...base.flags, 'urged'] : base.flags;
  ground.cases.set(how.no, {
    ...row,
    open: {
      ...base,
      ...(how.set ? copy(how.set) : {}),
      version: open.version + 1,
      messages: open.messages + 1,
      updatedAt: message?.receivedAt ?? new Date(ground.now()).toISOString(),
      flags,
      ...(how.urges ? { urges: (open.urges ?? 0) + 1 } : {}),
    },
    lastAt: Math.max(row.lastAt, how.lastAt),
    senders: [...new Set([...row.senders, ...senders])],
    messages: message ? [...row.messages, copy(message)] : row.messages,
    blobs: [...row.blobs, ...decision.blobs],
  });
}

function rememberSender(ground: Ground, { ask }: Decision, id: number): string[] {
  const proved = ask.proved.map(senderName);
  const senders = [...new Set([...ask.stated.map(senderName), ...proved])];
  for (const sender of senders) ground.senders.add(sender, id);
  for (const sender of proved) ground.provedSenders.add(sender, id);
  return senders;
}

/** Call inside a deed; the same delivery with the same content can stand only once. */
export function putDelivered(ground: Ground, message: Message, receipt?: Receipt): void {
  const name = deliveryName(message.account, message.externalId, message.direction);
  const before = ground.deliveredAs.get(name) ?? [];
  if (before.some((d) => d.contentHash === message.contentHash)) throw twin();
  const { id: messageId, contentHash } = message;
  const entry = { messageId, contentHash, ...(receipt ? { receipt: copy(receipt) } : {}) };
  ground.deliveredAs.set(name, [...before, entry]);
}

/** Its receipt is forgotten with it; call inside a deed. */
export function dropDelivered(ground: Ground, name: string, messageId: string): void {
  const others = (ground.deliveredAs.get(name) ?? []).filter((d) => d.messageId !== messageId);
  if (others.length > 0) ground.deliveredAs.set(name, others);
  else ground.deliveredAs.delete(name);
}
