// Sender: takes what is due, one message after the other within a case, and writes down what became of each before the next.
import type { Case } from '../core/case.ts';
import type { Outgoing } from '../core/channel.ts';
import { audience, type NewEvent } from '../core/event.ts';
import type { Message, SenderKey } from '../core/message.ts';
import { caseKey } from '../core/party.ts';
import type { Receipt } from '../core/receipt.ts';
import type { OutgoingRow } from '../core/store.ts';
import { toRfc3339 } from '../core/time.ts';
import { attempt, closed, type Place, type Result } from './attempt.ts';
import { codeFor } from './code.ts';
import type { OutwardDeps } from './deps.ts';
import type { Heard } from './heard.ts';
import { otherPlaces } from './places.ts';
import { wordsFor } from './words.ts';

export type Counts = Record<'sent' | 'failed' | 'unknown', number>;

/** Seconds before the second, third … attempt; after the last one it has failed. */
const PATIENCE = [5, 30, 120, 600, 3_600, 4 * 3_600, 12 * 3_600];

export class Sender {
  readonly #deps: OutwardDeps;
  readonly #heard: Heard;
  readonly counts: Counts = { sent: 0, failed: 0, unknown: 0 };

  constructor(deps: OutwardDeps, heard: Heard) {
    this.#deps = deps;
    this.#heard = heard;
  }

  /**
   * Greetings, thanks, questions after a case, and whatever was said in a group: answered where the channel does not answer by
   * itself. No row: nothing is owed, and who misses it asks again. Never rejects.
   */
  async note(message: Message, receipt: Receipt): Promise<void> {
    const channel = this.#deps.channels.get(message.account);
    if (channel?.outward?.receipts !== 'queue' || !channel.send || message.quiet) return;
    const isNote = receipt.outcome === 'noted';
    const text = isNote ? receipt.note : message.group ? this.#deps.city().replies.group : undefined;
    if (!text) return;
    const id = `out_${this.#deps.ulid()}`;
    const row = { id, caseNo: '', purpose: 'receipt', account: message.account } as const;
    const place = { account: message.account, channel, to: message.sender, inReply: message, earlier: 0 };
    const result = await attempt(place, this.#outgoing(row, message, text, place), this.#deps.log);
    const { why } = { why: '', ...result };
    if (result.state !== 'sent') this.#deps.log.warn({ account: message.account, why }, 'a note was not answered');
  }

  /** The process ended within an attempt: only who takes an id may be asked again. */
  async interrupted(row: OutgoingRow): Promise<void> {
    const takesId = this.#deps.channels.get(row.account)?.outward?.takesId === true;
    const c = row.caseNo === '' ? undefined : await this.#deps.store.findCase(row.caseNo);
    const result: Result = { state: takesId ? 'pending' : 'unknown', why: 'interrupted' };
    await this.#settle(row, c, result, row.account);
  }

  async send(row: OutgoingRow): Promise<void> {
    return row.purpose === 'code' ? this.#sendCode(row) : this.#sendOfCase(row);
  }

  async #sendCode(row: OutgoingRow): Promise<void> {
    const code = await codeFor(row, this.#deps);
    if (!code) return this.#settle(row, undefined, { state: 'failed', why: 'nothing_to_say' }, row.account);
    const begun = { ...row, attempts: row.attempts + 1, lastAt: this.#deps.now() };
    await this.#deps.store.settleOutgoing({ ...begun, state: 'sending' }, []);
    return this.#settle(begun, undefined, await attempt(code.place, code.outgoing, this.#deps.log), row.account);
  }

  async #sendOfCase(row: OutgoingRow): Promise<void> {
    const { store, now } = this.#deps;
    const c = await store.findCase(row.caseNo);
    const messages = await store.messagesOf(row.caseNo);
    const about = messages.find((m) => m.id === row.messageId);
    const text = c && about ? await wordsFor(row.purpose, about, c, this.#deps) : '';
    if (!c || !about || text === '')
      return this.#settle(row, c, { state: 'failed', why: 'nothing_to_say' }, row.account);
    const person = personOf(messages, row);
    const own = await this.#ownPlace(row, messages);
    const why = own ? closed(own, now()) : 'no_account';
    const place = own && !why ? own : await this.#elsewhere(c, row, messages);
    if (!place) return this.#settle(row, c, { state: 'waiting', why: why ?? 'window_closed' }, row.account, person);
    const begun = { ...row, account: place.account, attempts: row.attempts + 1, lastAt: now() };
    // Written before it goes: whoever finds it after a crash knows that it may have gone.
    await store.settleOutgoing({ ...begun, state: 'sending' }, []);
    const result = await attempt(place, this.#outgoing(row, about, text, place), this.#deps.log);
    // Where the next channel does not take it either, it still waits where the citizen wrote.
    const isOver = place !== own && result.state === 'failed';
    const settled: Result = isOver ? { state: 'waiting', why: result.why } : result;
    return this.#settle(begun, c, settled, row.account, person);
  }

  /** The first place besides the account the citizen used at which the platform takes a message now. */
  async #elsewhere(c: Case, row: OutgoingRow, messages: readonly Message[]): Promise<Place | undefined> {
    for (const { cases, ...place } of await otherPlaces(c, row, messages, { ...this.#deps, heard: this.#heard })) {
      const { inReply, account } = place;
      const earlier = inReply ? await this.#earlier(row.id, account, Date.parse(inReply.receivedAt), cases) : 0;
      if (!closed({ ...place, earlier }, this.#deps.now())) return { ...place, earlier };
    }
    return undefined;
  }

  async #ownPlace(row: OutgoingRow, messages: readonly Message[]): Promise<Place | undefined> {
    const { channels } = this.#deps;
    const channel = channels.get(row.account);
    const last = saidThere(messages, row).at(-1);
    if (!channel || !last) return undefined;
    const inReply = this.#heard.after(last) ?? last;
    const earlier = await this.#earlier(row.id, row.account, Date.parse(inReply.receivedAt), [row.caseNo]);
    return { account: row.account, channel, to: last.sender, inReply, earlier };
  }

  /** Messages about these cases that went, or may have gone, by an account since then (epoch ms). */
  async #earlier(own: string, account: string, since: number, cases: readonly string[]): Promise<number> {
    const rows = (await Promise.all(cases.map((no) => this.#deps.store.outgoingOf(no)))).flat();
    return rows.filter(
      (row) =>
        row.id !== own &&
        row.account === account &&
        (row.state === 'sent' || row.state === 'unknown') &&
        (row.lastAt ?? 0) >= since,
    ).length;
  }

  #outgoing(row: Pick<OutgoingRow, 'id' | 'caseNo' | 'purpose'>, about: Message, text: string, place: Place): Outgoing {
    const { raw: _raw, thread: _thread, ...rest } = about;
    const sentAt = this.#time();
    return {
      id: row.id,
      message: { ...rest, account: place.account, direction: 'out', parts: [], text, sentAt },
      caseNo: row.caseNo,
      to: place.to,
      purpose: row.purpose,
      ...(place.inReply ? { inReply: place.inReply } : {}),
      earlier: place.earlier,
    };
  }

  /** `home` is the account the citizen used: what could not go by another waits there. */
  async #settle(row: OutgoingRow, c: Case | undefined, result: Result, home: string, person?: SenderKey) {
    const { store, now, committed, log } = this.#deps;
    const { tries, over } = patience(row, result);
    const { why: _why, nextAt: _nextAt, ...rest } = row;
    const settled: OutgoingRow = {
      ...rest,
      state: over.state,
      ...(over.state !== 'sent' ? { why: over.why } : row.account === home ? {} : { why: 'other_channel' }),
      ...(over.state === 'pending' ? { nextAt: now() + tries * 1000 } : {}),
      ...(over.state === 'pending' || over.state === 'waiting' ? { account: home } : {}),
    };
    const { state } = over;
    const told = state === 'sent' || state === 'failed' || state === 'unknown';
    await store.settleOutgoing(settled, told && c ? [this.#event(settled, c)] : [], person);
    if (!told) return;
    this.counts[state] += 1;
    committed();
    const { caseNo, account } = row;
    if (state !== 'sent') log.warn({ caseNo, account, why: over.why }, 'a message to a citizen did not go out');
  }

  #event(row: OutgoingRow, c: Case): NewEvent {
    return {
      id: `evt_${this.#deps.ulid()}`,
      type: row.state === 'sent' ? 'message.sent' : 'message.failed',
      subject: row.caseNo,
      caseversion: c.version,
      time: this.#time(),
      data: {
        ...{ caseNo: c.no, status: c.status, messageId: row.messageId, purpose: row.purpose, account: row.account },
        ...(row.state === 'sent' ? {} : { result: row.state }),
        ...(row.why === undefined ? {} : { why: row.why }),
        href: `/v1/cases/${c.no}`,
      },
      tenant: c.tenant,
      ...audience(c),
    };
  }

  #time(): string {
    return toRfc3339(this.#deps.now(), this.#deps.city().utcOffsetMinutes);
  }
}

/** How long to wait before the next attempt, s; without one left a passing trouble has become a failure. */
function patience(row: OutgoingRow, result: Result): { readonly tries: number; readonly over: Result } {
  const tries = PATIENCE[Math.max(0, row.attempts - 1)];
  if (result.state !== 'pending' || tries !== undefined) return { tries: tries ?? 0, over: result };
  return { tries: 0, over: { state: 'failed', why: result.why } };
}

const saidThere = (messages: readonly Message[], { account }: OutgoingRow): Message[] =>
  messages.filter((m) => m.direction === 'in' && m.account === account);

/**
 * The key by which the citizen's next word on that account is known, or on another that turns out to be theirs. Who proved none
 * is known by their case's own key, once they have bound it.
 */
const personOf = (messages: readonly Message[], row: OutgoingRow): SenderKey =>
  saidThere(messages, row)
    .at(-1)
    ?.sender.keys.find((key) => key.proved) ?? caseKey(row.caseNo);
