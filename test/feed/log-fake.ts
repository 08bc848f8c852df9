// A log in memory with the promises of the store port that the feed leans on; `crashable` cuts a feed off from it.

import type { AuditEntry } from '../../src/core/access.ts';
import type { Case } from '../../src/core/case.ts';
import { isSettled } from '../../src/core/delivery.ts';
import { addressed, type LogEntry, type NewEvent, renderEvent } from '../../src/core/event.ts';
import type { Message } from '../../src/core/message.ts';
import type { Delivery, Endpoint, Keeping, Parcel } from '../../src/core/store.ts';
import type { FeedStore } from '../../src/feed/feed-store.ts';

export class LogFake implements FeedStore {
  readonly epoch: string;
  readonly log: LogEntry[] = [];
  readonly rows = new Map<string, Delivery>();
  readonly kept = new Map<string, Endpoint>();
  readonly audits: AuditEntry[] = [];
  readonly kinds = new Map<string, Map<string, Keeping['value']>>();
  settles = 0;
  reads = 0;
  now = 1_790_000_000_000;
  /** Thrown by the next writes, as a full disk would. */
  failing: Error | undefined;
  /** Most entries one reading had leave to look at. */
  longest = 0;

  constructor(epoch = 'epoch-a') {
    this.epoch = epoch;
  }

  /** Commits an event as a case transaction would. */
  commit(event: Partial<NewEvent> & Pick<NewEvent, 'type' | 'subject'>): LogEntry {
    const seq = this.log.length + 1;
    const whole: NewEvent = {
      id: `evt_${String(seq).padStart(26, '0')}`,
      time: new Date(this.now).toISOString(),
      data: { caseNo: event.subject, href: `/v1/cases/${event.subject}` },
      tenant: '330200',
      ...event,
    };
    const entry: LogEntry = {
      seq,
      id: whole.id,
      type: whole.type,
      subject: whole.subject,
      time: this.now,
      tenant: whole.tenant,
      ...(whole.unit === undefined ? {} : { unit: whole.unit }),
      ...(whole.coUnits === undefined ? {} : { coUnits: whole.coUnits }),
      barred: whole.barred ?? [],
      body: renderEvent(whole, seq, 'test'),
    };
    this.log.push(entry);
    return entry;
  }

  async head() {
    return this.log.length;
  }
  async readLog({ after, upTo, limit, types, subject, tenant, unit }: Parameters<FeedStore['readLog']>[0]) {
    this.reads++;
    this.longest = Math.max(this.longest, Math.min(upTo ?? this.log.length, this.log.length) - after);
    return this.log
      .slice(Math.max(after, this.from), upTo)
      .filter((e) => !types || types.includes(e.type))
      .filter((e) => subject === undefined || e.subject === subject)
      .filter((e) => tenant === undefined || e.tenant === tenant)
      .filter((e) => unit === undefined || addressed(e, unit))
      .slice(0, limit);
  }
  from = 0;
  async floor() {
    return this.from;
  }
  async trimLog(upTo: number, limit: number) {
    const end = Math.max(this.from, Math.min(upTo, this.from + limit, this.log.length - 1));
    const count = end - this.from;
    this.from = end;
    return count;
  }
  async outgoingCursor() {
    return undefined;
  }
  async positionAt(time: number) {
    return Math.max(this.from, this.log.filter((e) => e.time < time).at(-1)?.seq ?? 0);
  }
  async append(events: readonly NewEvent[]) {
    if (this.failing) throw this.failing;
    for (const event of events) this.commit(event);
  }
  async putEndpoint(endpoint: Endpoint) {
    if (this.failing) throw this.failing;
    this.kept.set(endpoint.id, endpoint);
  }
  async endpoints() {
    return [...this.kept.values()];
  }
  async deleteEndpoint(id: string) {
    for (const [key, row] of this.rows) if (row.endpoint === id) this.rows.delete(key);
    return this.kept.delete(id);
  }
  async settle(rows: readonly Delivery[], cursors: readonly { endpoint: string; cursor: number }[]) {
    if (this.failing) throw this.failing;
    this.settles++;
    for (const row of rows) this.rows.set(`${row.endpoint} ${row.seq}`, row);
    for (const row of rows) if (isSettled(row.state)) this.parcels.delete(`${row.endpoint} ${row.seq}`);
    for (const { endpoint, cursor } of cursors) {
      const known = this.kept.get(endpoint);
      if (known) this.kept.set(endpoint, { ...known, cursor });
    }
  }
  async pending(endpoint: string, limit: number) {
    return this.of(endpoint)
      .filter((row) => row.state === 'pending')
      .slice(0, limit);
  }
  async deliveries({ endpoint, state, before, limit }: Parameters<FeedStore['deliveries']>[0]) {
    return this.of(endpoint)
      .filter((row) => (state === undefined || row.state === state) && (before === undefined || row.seq < before))
      .reverse()
      .slice(0, limit);
  }
  async owed(endpoint: string) {
    const held = new Set(this.of(endpoint).flatMap(({ state, lane }) => (state === 'parked' ? [lane] : [])));
    return this.of(endpoint).find((row) => row.state === 'pending' || (isHalted(row) && held.has(row.lane)))?.seq;
  }
  async halted(endpoint: string) {
    const rows = this.of(endpoint).filter(isHalted);
    const lanes = [...new Set(rows.map((row) => row.lane))];
    const has = (lane: string, state: string) => rows.some((row) => row.lane === lane && row.state === state);
    return lanes.map((lane) => ({ lane, dead: has(lane, 'dead'), parked: has(lane, 'parked') }));
  }
  async haltedIn(endpoint: string, lane: string, limit: number) {
    const rows = this.of(endpoint).filter((row) => row.lane === lane);
    return rows.filter(isHalted).slice(0, limit);
  }
  async keep(kind: string, id: string, value: Keeping['value'] | null) {
    if (this.failing) throw this.failing;
    if (value === null) this.kinds.get(kind)?.delete(id);
    else this.kinds.set(kind, (this.kinds.get(kind) ?? new Map()).set(id, value));
  }
  async keepings(kind: string) {
    return [...(this.kinds.get(kind) ?? [])].map(([id, value]) => ({ id, value }));
  }
  readonly cases = new Map<string, Case>();
  readonly parcels = new Map<string, Parcel>();
  async findCase(no: string, { said = false } = {}) {
    const c = this.cases.get(no);
    const { said: _sealed, ...open } = c ?? {};
    return c && (said ? c : (open as Case));
  }
  readonly messages = new Map<string, Message[]>();
  async messagesOf(no: string) {
    return this.messages.get(no) ?? [];
  }
  async keepParcel(parcel: Parcel, entry: AuditEntry) {
    if (this.failing) throw this.failing;
    if (this.cases.get(parcel.caseNo)?.flags.includes('erased') !== false) return false;
    this.parcels.set(`${parcel.endpoint} ${parcel.seq}`, parcel);
    this.audits.push(entry);
    return true;
  }
  async parcel(endpoint: string, seq: number) {
    return this.parcels.get(`${endpoint} ${seq}`)?.body;
  }
  async dropParcels(endpoint: string) {
    for (const [key, parcel] of this.parcels) if (parcel.endpoint === endpoint) this.parcels.delete(key);
  }
  async audit(entry: AuditEntry) {
    this.audits.push(entry);
  }
  /** All rows of one endpoint, oldest first. */
  of(endpoint: string): Delivery[] {
    return [...this.rows.values()].filter((row) => row.endpoint === endpoint).sort((a, b) => a.seq - b.seq);
  }
}

const isHalted = ({ state, passed }: Delivery) => (state === 'dead' && !passed) || state === 'parked';

/** The same store as one process sees it: once `alive` is false, nothing it asks for is done or answered any more. */
export function crashable(store: FeedStore, life: { alive: boolean }): FeedStore {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (!life.alive) return new Promise(() => undefined);
        const answer: unknown = Reflect.apply(value, target, args);
        return Promise.resolve(answer).then((result) => (life.alive ? result : new Promise(() => undefined)));
      };
    },
  });
}
