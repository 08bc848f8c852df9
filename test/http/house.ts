// A small house for the front's tests: an obedient store in memory, one city, keys of every scope.
import type { InjectOptions } from 'fastify';
import type { ApiKey, AuditEntry, Scope } from '../../src/core/access.ts';
import { SCOPES } from '../../src/core/access.ts';
import type { Case } from '../../src/core/case.ts';
import { drawCaseNo } from '../../src/core/case-no.ts';
import type { City } from '../../src/core/city.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { NewEvent } from '../../src/core/event.ts';
import type { Matter } from '../../src/core/matter.ts';
import type { Message } from '../../src/core/message.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import type { Route } from '../../src/core/route.ts';
import type { Change, Move, OutgoingRow, Quarantined, Store } from '../../src/core/store.ts';
import { apiRoutes } from '../../src/http/api.ts';
import type { ApiDeps, ApiStore, BoardEntry } from '../../src/http/deps.ts';
import { hashToken, openKeyring } from '../../src/http/keyring.ts';
import { openLimits } from '../../src/http/limits.ts';
import { openLog } from '../../src/http/log.ts';
import { openMetrics } from '../../src/http/metrics.ts';
import { type FrontDeps, openFront } from '../../src/http/server.ts';
import type { Settings } from '../../src/settings.ts';
import { openMemory } from '../../src/store/memory/store.ts';
import { part } from '../contract/teller.ts';

export const START = Date.parse('2026-11-24T10:00:00+08:00');
export const ADMIN_TOKEN = 'admin-of-the-environment';
export const NO = drawCaseNo(START, 480, () => 38_271);
export const NO_2 = drawCaseNo(START, 480, () => 48_272);
export const CODE = 'K7MPA3XW';

const city = {
  tenant: '330200',
  level: 'city',
  name: '示例市',
  utcOffsetMinutes: 480,
  kinds: [],
  categories: [{ code: '0101', name: '道路破损', level1: '城乡建设', path: ['城乡建设', '道路破损'], words: [] }],
  otherCategory: { code: '99', name: '其他', level1: '其他', path: ['其他'], confidence: 0.1 },
  routes: [],
  units: [
    { code: 'u-park', name: '园林局', aliases: [], level: 'city' },
    { code: 'u-road', name: '市政处', aliases: [], level: 'city' },
    { code: 'u-zdesk', name: '热线办', aliases: [], level: 'city' },
  ],
  fallbackUnit: 'u-zdesk',
  divisions: [{ code: '330205', name: '江北区', aliases: [] }],
  deadlines: [{ when: {}, clock: 'calendar_days', amount: 5, source: 'test' }],
  calendar: [],
} as unknown as City;

export const settings = {
  instance: 'test',
  city,
  accounts: { web: { channel: 'web' }, district: { channel: 'web', tenant: '330203' } },
  http: {
    host: '127.0.0.1',
    port: 0,
    trustedProxies: 0,
    publicUrl: '',
    limits: { perAddressPerMinute: 600, sameContentPerMinute: 3, wrongLookups: 5 },
    attachments: { maxFiles: 2, maxBytes: 1_000, mediaTypes: ['image/png'] },
  },
  store: { url: 'memory:', dataDir: '.', minFreeBytes: 1_000 },
  secrets: { adminKey: ADMIN_TOKEN },
} as unknown as Settings;

export const one = (change: Partial<Case> = {}): Case => ({
  no: NO,
  tenant: '330200',
  level: 'city',
  version: 1,
  channel: 'web',
  account: 'web',
  kind: 'complaint',
  category: [{ code: '99', name: '其他', level1: '其他', path: ['其他'], confidence: 0.3 }],
  urgency: 'normal',
  status: 'dispatched',
  anonymous: false,
  secret: false,
  unit: { code: 'u-road', name: '市政处' },
  coUnits: [],
  barred: [],
  matter: {
    id: 'mat_A',
    role: 'first',
    score: 1,
    rule: 'first',
    evidence: [],
    by: 'system',
    at: '2026-11-24T09:00:00.000+08:00',
  },
  proposals: [],
  flags: [],
  openedAt: '2026-11-24T09:00:00.000+08:00',
  updatedAt: '2026-11-24T09:00:00.000+08:00',
  messages: 1,
  said: { title: '路坏了', text: '门口路上有坑，请联系我王小明13800008000', name: '王小明', phone: '13800008000' },
  ...change,
});

export const message = (more: Partial<Message> = {}): Message => ({
  ...{ id: 'msg_1', tenant: '330200', level: 'city', channel: 'web', account: 'web', direction: 'in' },
  ...{ externalId: 'a', externalIdGiven: true, contentHash: 'sha256:0', verified: 'none' },
  ...{ receivedAt: new Date(START).toISOString(), sentAt: new Date(START).toISOString() },
  sender: { keys: [], name: '王小明', phone: '13800008000', anonymous: false, secret: false },
  text: '门口路上有坑',
  parts: [{ ...part('blob_1'), name: '王小明 (家门口).png' }],
  ...more,
});

export class FakeStore implements ApiStore {
  readonly cases = new Map<string, Case>();
  readonly matters = new Map<string, Omit<Matter, 'size' | 'cases' | 'reporters' | 'urgency'>>();
  readonly said = new Map<string, Message[]>();
  readonly events: NewEvent[] = [];
  board: BoardEntry[] = [];
  readonly trail: AuditEntry[] = [];
  readonly held: ApiKey[] = [];
  readonly kept: Quarantined[] = [];
  readonly blobs = new Map<string, Uint8Array>();
  /** What taking in a message of quarantine once more ends with. */
  retaken: Receipt | GatewayError = { outcome: 'opened', caseNo: NO, queryCode: CODE };
  readonly done = new Map<string, string | undefined>();
  lookups: string[] = [];
  lookupFails = false;
  /** How many writes somebody else gets in before ours. */
  rivals = 0;
  /** Comes in between what is read and the next move of many. */
  newcomer?: Case;
  broken: GatewayError | undefined;

  /** The book of calls is a real one. */
  readonly #book = openMemory({ instance: 'test' });
  readonly putCalls: Store['putCalls'] = (...told) => this.#book.putCalls(...told);
  readonly calls: ApiStore['calls'] = (query) => this.#book.calls(query);
  readonly findCall: ApiStore['findCall'] = (id) => this.#book.findCall(id);
  readonly callHours: ApiStore['callHours'] = (query) => this.#book.callHours(query);
  readonly ratingCells: ApiStore['ratingCells'] = (query) => this.#book.ratingCells(query);

  /** Nothing goes out from this house. */
  async outgoingOf(): Promise<OutgoingRow[]> {
    return [];
  }

  async settleOutgoing(): Promise<void> {
    throw new Error('nothing goes out from this house');
  }

  /** Nobody proved anything here. */
  async partyOf() {
    return { cases: [], stated: [] };
  }

  /** Only the first message's receipt has a code. */
  readonly recall: ApiStore['recall'] = async ([ask]) => {
    const own = [...this.said].find(([, messages]) => messages[0]?.externalId === ask?.externalId);
    const first = own && { outcome: 'opened' as const, caseNo: own[0], queryCode: CODE };
    return {
      watermark: 0,
      known: [{ keyReused: false, mine: [], alike: [], stated: [], ...(first ? { first } : {}) }],
    };
  };

  async findParty() {
    return undefined;
  }

  async splitParty() {
    return false;
  }

  put(...cases: Case[]): this {
    for (const c of cases) {
      this.cases.set(c.no, c);
      if (c.matter && !this.matters.has(c.matter.id))
        this.matters.set(c.matter.id, {
          id: c.matter.id,
          tenant: c.tenant,
          title: '其他',
          category: '99',
          openedAt: c.openedAt,
          lastAt: c.openedAt,
          state: 'open',
        });
    }
    return this;
  }
  async findCase(no: string, options?: { said?: boolean }) {
    const found = this.cases.get(no);
    if (!found || options?.said) return found;
    const { said: _said, ...rest } = found;
    return rest;
  }
  async findCases(q: Parameters<ApiStore['findCases']>[0]) {
    return [...this.cases.values()]
      .filter(
        (c) =>
          (q.unit === undefined || c.unit?.code === q.unit || c.coUnits.some(({ code }) => code === q.unit)) &&
          (q.status === undefined || c.status === q.status),
      )
      .filter(
        (c) =>
          (q.matter === undefined || c.matter?.id === q.matter) && (q.tenant === undefined || c.tenant === q.tenant),
      )
      .filter((c) => q.hasProposals !== true || c.proposals.some((p) => !p.decided))
      .filter((c) => (q.after === undefined || c.no < q.after) && (q.downTo === undefined || c.no >= q.downTo))
      .sort((a, b) => (a.no < b.no ? 1 : -1))
      .slice(0, q.limit)
      .map(({ said: _said, ...rest }) => rest);
  }
  async caseBelow(no: string | undefined, places: number) {
    const all = [...this.cases.keys()].sort().reverse();
    return all[(no === undefined ? 0 : all.indexOf(no) + 1) + places - 1];
  }
  async lookup(no: string, code: string) {
    this.lookups.push(no);
    await new Promise((resolve) => setImmediate(resolve)); // as with a store that takes its time
    if (this.lookupFails) throw new Error('the store is gone');
    return code === CODE ? this.findCase(no) : undefined;
  }
  async messagesOf(no: string) {
    return this.said.get(no) ?? [];
  }
  async findMatter(id: string): Promise<Matter | undefined> {
    const matter = this.matters.get(id);
    const cases = [...this.cases.values()].filter((c) => c.matter?.id === id).map((c) => c.no);
    return matter && cases.length > 0
      ? { urgency: 'normal', ...matter, size: cases.length, reporters: cases.length, cases }
      : undefined;
  }
  async change(change: Change) {
    if (change.idempotencyKey && this.done.has(change.idempotencyKey))
      return this.done.get(change.idempotencyKey) === change.asked ? ('repeated' as const) : ('reused' as const);
    const before = this.cases.get(change.case.no);
    if (before && this.rivals > 0) {
      this.rivals -= 1;
      this.cases.set(before.no, { ...before, version: before.version + 1 });
    }
    if (this.cases.get(change.case.no)?.version !== change.expectVersion) return 'stale' as const;
    if (change.idempotencyKey) this.done.set(change.idempotencyKey, change.asked);
    this.cases.set(change.case.no, {
      ...change.case,
      ...(change.case.said ? {} : before?.said ? { said: before.said } : {}),
    });
    const words = [change.message, change.note].flatMap((m) => (m ? [m] : []));
    this.said.set(change.case.no, [...(this.said.get(change.case.no) ?? []), ...words]);
    this.events.push(...change.events);
    this.trail.unshift(change.audit);
    return 'ok' as const;
  }
  async moveMatter(change: Change, to: Parameters<ApiStore['moveMatter']>[1]) {
    const written = await this.change(change);
    if (written === 'ok' && to.open) this.matters.set(to.id, { ...to.open, lastAt: change.case.updatedAt });
    return written;
  }
  async moveMatters(moves: readonly Move[], audit: AuditEntry) {
    const newcomer = this.newcomer;
    delete this.newcomer;
    if (newcomer) this.put(newcomer);
    for (const { id, size } of moves.flatMap(({ change }) => change.expectSizes ?? []))
      if (((await this.findMatter(id))?.size ?? 0) !== size) return 'stale' as const;
    for (const { change, to } of moves) {
      const written = await this.moveMatter(change, to);
      if (written !== 'ok') return written;
    }
    this.trail.unshift(audit);
    return 'ok' as const;
  }
  async putKey(key: ApiKey) {
    const at = this.held.findIndex((k) => k.id === key.id);
    if (at < 0) this.held.push(key);
    else this.held[at] = key;
  }
  async keys() {
    return [...this.held];
  }
  async keyByHash(hash: string) {
    return this.held.find((k) => k.hash === hash);
  }
  async audit(entry: AuditEntry) {
    this.trail.unshift(entry);
  }
  async auditTrail({ subject, before = Infinity, limit }: Parameters<ApiStore['auditTrail']>[0]) {
    return this.trail
      .map((e, at) => ({ id: this.trail.length - at, ...e }))
      .filter((e) => e.id < before && (subject === undefined || e.subject === subject))
      .slice(0, limit);
  }
  async quarantined(limit: number, after?: { id: string }) {
    const start = after ? this.kept.findIndex((item) => item.id === after.id) + 1 : 0;
    return this.kept.slice(start, start + limit);
  }
  async findQuarantined(id: string) {
    return this.kept.find((item) => item.id === id);
  }
  async releaseQuarantined(id: string) {
    const at = this.kept.findIndex((item) => item.id === id);
    return at >= 0 && this.kept.splice(at, 1).length > 0;
  }
  async getBlob(ref: string) {
    const bytes = this.blobs.get(ref);
    return bytes && { bytes, mediaType: 'application/octet-stream' };
  }
  async probe() {
    if (this.broken) throw this.broken;
  }
}

export const tokenOf = (scope: Scope, more = ''): string => `ck_${scope}${more}_token`;

/** Keys of every scope; the unit's is bound to u-road, `ck_unit_park_token` to u-park. */
function furnish(store: FakeStore): void {
  for (const scope of SCOPES)
    store.held.push({
      id: `key_${scope}`,
      name: scope,
      hash: hashToken(tokenOf(scope)),
      scopes: [scope],
      ...(scope === 'unit' ? { unit: 'u-road' } : {}),
      createdAt: '2026-11-01T00:00:00.000+08:00',
    });
  store.held.push({
    id: 'key_park',
    name: 'park',
    hash: hashToken(tokenOf('unit', '_park')),
    scopes: ['unit'],
    unit: 'u-park',
    createdAt: '',
  });
}

export interface TestHouse {
  readonly store: FakeStore;
  readonly clock: { now: number };
  readonly lines: Record<string, unknown>[];
  readonly routes: Route[];
  readonly front: Awaited<ReturnType<typeof openFront>>;
  call(method: InjectOptions['method'], url: string, options?: CallOptions): Promise<Answer>;
}
export interface CallOptions {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly from?: string;
}
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
  readonly text: string;
  readonly headers: Record<string, unknown>;
}

export async function openHouse(
  more: { routes?: Route[]; listen?: boolean } & Partial<
    Pick<FrontDeps, 'problemPage' | 'settings' | 'deadlines' | 'sockets' | 'pingEvery'>
  > &
    Partial<Pick<ApiDeps, 'freeBytes'>> = {},
): Promise<TestHouse> {
  const store = new FakeStore();
  furnish(store);
  const clock = { now: START };
  const now = () => clock.now;
  const lines: Record<string, unknown>[] = [];
  let count = 0;
  const shared = {
    keyring: openKeyring({ store, now, adminToken: ADMIN_TOKEN }),
    metrics: openMetrics(() => [
      { name: 'civicline_cases_total', help: 'cases', type: 'counter', value: store.cases.size },
    ]),
  };
  const routes = [
    ...apiRoutes({
      ...shared,
      store,
      settings,
      limits: openLimits(settings.http.limits, now),
      board: async () => store.board,
      mint: { ulid: () => String(++count).padStart(26, '0') },
      retake: async (message) => {
        if (store.retaken instanceof GatewayError) throw store.retaken;
        return { messageId: message.id, receipt: store.retaken };
      },
      random: (n) => Uint8Array.from({ length: n }, (_, i) => (i * 37 + ++count) % 256),
      now,
      freeBytes: more.freeBytes ?? (async () => 1_000_000),
    }),
    ...(more.routes ?? []),
  ];
  const log = openLog({ level: 'debug', stream: { write: (line: string) => void lines.push(JSON.parse(line)) } });
  const front = await openFront({
    ...shared,
    settings: more.settings ?? settings.http,
    routes,
    log,
    listen: more.listen ?? false,
    ...(more.deadlines ? { deadlines: more.deadlines } : {}),
    ...(more.sockets ? { sockets: more.sockets } : {}),
    ...(more.pingEvery ? { pingEvery: more.pingEvery } : {}),
    ...(more.problemPage ? { problemPage: more.problemPage } : {}),
  });
  return {
    ...{ store, clock, lines, routes, front },
    async call(method, url, { token, body, headers, from } = {}) {
      const answer = await front.inject({
        ...(method ? { method } : {}),
        url,
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
        ...(from ? { remoteAddress: from } : {}),
      });
      let json: unknown;
      try {
        json = JSON.parse(answer.body);
      } catch {
        json = undefined;
      }
      return { status: answer.statusCode, json, text: answer.body, headers: answer.headers };
    },
  };
}
