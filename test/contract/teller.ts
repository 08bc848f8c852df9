// Teller: makes the decisions a door would hand to a store, one plain message at a time, with ids that count up.
import type { AuditEntry } from '../../src/core/access.ts';
import type { Case } from '../../src/core/case.ts';
import type { KnownCase } from '../../src/core/draft.ts';
import type { EventType, NewEvent } from '../../src/core/event.ts';
import type { Message, SenderKey } from '../../src/core/message.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import type { Ask, Change, Decision, Store, Written } from '../../src/core/store.ts';
import { fingerprint } from '../../src/core/text/fingerprint.ts';

export const TENANT = '330200';
export const AT = '2026-11-24T10:00:00.000+08:00';
export const NOON = Date.parse(AT);

export interface Words {
  readonly text: string;
  readonly externalId?: string;
  readonly account?: string;
  readonly tenant?: string;
  readonly proved?: readonly string[];
  readonly stated?: readonly string[];
  readonly cited?: Ask['cited'];
  /** Epoch ms at which it was said. */
  readonly at?: number;
  readonly since?: number;
  readonly message?: Partial<Message>;
}

export interface Opening {
  readonly no?: string;
  readonly queryCode?: string;
  readonly case?: Partial<Case>;
  /** The matter to join; without one a new matter is opened. */
  readonly joins?: string;
  readonly masked?: string;
  readonly blobs?: readonly string[];
  readonly events?: readonly NewEvent[];
}

export const key = (value: string, proved: boolean): SenderKey => ({ kind: 'openid', scope: 'wx', value, proved });

export class Teller {
  #last = 0;

  next(): number {
    this.#last += 1;
    return this.#last;
  }

  id(prefix: string): string {
    return `${prefix}_${String(this.next()).padStart(26, '0')}`;
  }

  caseNo(): string {
    return `261124${String(this.next()).padStart(8, '0')}`;
  }

  ask(words: Words): Ask {
    const tenant = words.tenant ?? TENANT;
    return {
      account: words.account ?? 'web',
      externalId: words.externalId ?? this.id('ext'),
      contentHash: `sha256:${words.text}`,
      proved: (words.proved ?? []).map((value) => key(value, true)),
      stated: (words.stated ?? []).map((value) => key(value, false)),
      ...(words.cited ? { cited: words.cited } : {}),
      tenant,
      fingerprint: fingerprint(words.text, words.text),
      since: words.since ?? 0,
    };
  }

  message(words: Words, ask: Ask): Message {
    return {
      id: this.id('msg'),
      tenant: ask.tenant,
      level: 'city',
      channel: 'web',
      account: ask.account,
      direction: 'in',
      externalId: ask.externalId,
      externalIdGiven: words.externalId !== undefined,
      contentHash: ask.contentHash,
      receivedAt: AT,
      sentAt: AT,
      sender: { keys: [...ask.proved, ...ask.stated], anonymous: false, secret: false },
      text: words.text,
      parts: [],
      verified: 'none',
      ...words.message,
    };
  }

  event(type: EventType, subject: string, more: Partial<NewEvent> = {}): NewEvent {
    return { id: this.id('evt'), type, subject, time: AT, data: { caseNo: subject }, tenant: TENANT, ...more };
  }

  opened(words: Words, opening: Opening = {}): Decision & { readonly no: string; readonly queryCode: string } {
    const ask = this.ask(words);
    const no = opening.no ?? this.caseNo();
    const queryCode = opening.queryCode ?? `K7MPA3X${this.next() % 10}`;
    const matter = opening.joins ?? `mat_${no}`;
    const c = caseOf(no, ask.tenant, matter, words.text, opening.case);
    const open = {
      id: matter,
      tenant: ask.tenant,
      title: '其他',
      category: '99',
      openedAt: AT,
      state: 'open' as const,
    };
    const receipt: Receipt = { outcome: opening.joins ? 'joined' : 'opened', caseNo: no, queryCode, status: c.status };
    const about = { caseversion: 1, tenant: ask.tenant, ...(c.unit ? { unit: c.unit.code } : {}), barred: c.barred };
    return {
      ...{ no, queryCode, ask, receipt },
      message: this.message(words, ask),
      masked: opening.masked ?? words.text,
      open: { case: c, queryCode, firstAt: words.at ?? NOON },
      matter: { id: matter, at: AT, ...(opening.joins ? {} : { open }) },
      events: opening.events ?? [this.event(opening.joins ? 'case.joined' : 'case.opened', no, about)],
      blobs: opening.blobs ?? [],
    };
  }

  followed(
    words: Words,
    other: Pick<KnownCase, 'no' | 'version'>,
    more: Partial<NonNullable<Decision['follow']>> & { blobs?: readonly string[] } = {},
  ): Decision {
    const ask = this.ask(words);
    const { blobs = [], ...how } = more;
    return {
      ask,
      message: this.message(words, ask),
      masked: words.text,
      receipt: { outcome: 'followed_up', caseNo: other.no },
      follow: { no: other.no, lastAt: words.at ?? NOON, urges: false, expectVersion: other.version, ...how },
      events: [this.event('case.followed_up', other.no, { caseversion: other.version + 1 })],
      blobs,
    };
  }

  noted(words: Words, blobs: readonly string[] = []): Decision {
    const ask = this.ask(words);
    const message = this.message(words, ask);
    const events = [this.event('message.noted', message.id)];
    return { ask, message, masked: '', receipt: { outcome: 'noted', note: '您好' }, events, blobs };
  }

  audit(subject: string, action = 'case.correct'): AuditEntry {
    return { at: AT, actor: 'key_1', action, subject, reason: 'as told' };
  }

  /** The case one version on. */
  change(c: Case, to: Partial<Case> = {}, more: Partial<Change> = {}): Change {
    const changed = { ...c, ...to, version: c.version + 1 };
    const events = [this.event('case.corrected', c.no, { caseversion: changed.version })];
    return { case: changed, expectVersion: c.version, events, audit: this.audit(c.no), ...more };
  }
}

function caseOf(no: string, tenant: string, matter: string, text: string, more: Partial<Case> = {}): Case {
  return {
    ...{ no, tenant, level: 'city', version: 1, channel: 'web', account: 'web' },
    ...{ kind: 'complaint', urgency: 'normal', status: 'triage' },
    category: [{ code: '99', name: '其他', level1: '其他', path: ['其他'], confidence: 0.2 }],
    ...{ anonymous: false, secret: false, coUnits: [], barred: [], proposals: [], flags: [] },
    matter: { id: matter, role: 'first', score: 1, rule: 'first', evidence: ['said so'], by: 'system', at: AT },
    ...{ openedAt: AT, updatedAt: AT, messages: 1 },
    said: { text },
    ...more,
  };
}

/** Decides on what the store knows now, writes, and answers what the store answered. */
export async function put(store: Store, ...decisions: readonly Decision[]): Promise<Written> {
  return store.write(decisions, await store.head());
}

/** As `put`, for what must succeed. */
export async function keep(store: Store, ...decisions: readonly Decision[]): Promise<void> {
  const written = await put(store, ...decisions);
  if (!written.ok) throw new Error(`the store refused: ${written.why}`);
}

/** What the store knows that bears on one ask. */
export async function recalled(store: Store, ask: Ask) {
  const { known } = await store.recall([ask]);
  const [one] = known;
  if (!one) throw new Error('recall answered nothing');
  return one;
}

export const numbers = (cases: readonly { readonly no: string }[]): string[] => cases.map((c) => c.no);

/** An attachment of a message, by the reference it is kept under. */
export const part = (blob: string): Message['parts'][number] => ({
  ...{ kind: 'image', mediaType: 'image/png', size: 1, hash: `sha256:${blob}`, blob },
});

/** What must be there. */
export function the<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is nothing');
  return value;
}
