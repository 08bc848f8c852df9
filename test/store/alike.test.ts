// Memory and SQLite are one store to whoever asks: any sequence of decisions leaves both in the same observable state.
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Case } from '../../src/core/case.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { Decision, Quarantined, Store } from '../../src/core/store.ts';
import { openMemory } from '../../src/store/memory/store.ts';
import { openInThread } from '../../src/store/sqlite/client.ts';
import { AT, NOON, part, recalled, TENANT, Teller, type Words } from '../contract/teller.ts';
import { type Act, act, BEGINNING, type Deed, PEOPLE, TEXTS, UNITS } from './acts.ts';
import { MASTER, newFolder } from './folders.ts';

/** One of two equal lives: the same acts, told with the same ids, over one store. */
class Life {
  readonly store: Store;
  readonly tell = new Teller();
  readonly nos: string[] = [];
  readonly refs: string[] = [];
  readonly heads: number[] = [0];
  readonly #clock: { now: number };

  constructor(open: (now: () => number) => Store) {
    const clock = { now: NOON };
    this.#clock = clock;
    this.store = open(() => clock.now);
  }

  async do(act: Act): Promise<unknown> {
    try {
      return await this.#do(act);
    } catch (error) {
      if (error instanceof GatewayError) return error.code;
      throw error;
    } finally {
      this.heads.push(await this.store.head());
    }
  }

  async #do(act: Act): Promise<unknown> {
    const { store, tell } = this;
    switch (act.do) {
      case 'write': {
        const watermark = this.heads.at(-1 - act.late) ?? 0;
        const decisions: Decision[] = [];
        for (const deed of act.deeds) decisions.push(await this.#decision(deed));
        return store.write(decisions, watermark);
      }
      case 'change': {
        const c = await store.findCase(this.#no(act.of), { said: act.said });
        if (!c) return 'none';
        const { externalId: _, ...facts } = act.facts;
        const message =
          act.words &&
          tell.message(spoken(act.words), {
            ...tell.ask(spoken(act.words)),
            externalId: `out-${act.words.externalId}`,
          });
        const more = {
          expectVersion: c.version + act.off,
          ...(act.key ? { idempotencyKey: act.key } : {}),
          ...(message ? { message } : {}),
        };
        return store.change(tell.change(c, facts as Partial<Case>, more));
      }
      case 'move': {
        const c = await store.findCase(this.#no(act.of));
        if (!c) return 'none';
        const id = act.to === null ? tell.id('mat') : `mat_${this.#no(act.to)}`;
        const open = { id, tenant: c.tenant, title: '', category: '99', openedAt: AT, state: 'open' as const };
        const rulings = act.ruled && [{ cases: [c.no, this.#no(act.ruled.of)] as const, same: act.ruled.same }];
        return store.moveMatter(
          tell.change(c, {}, rulings ? { rulings } : {}),
          act.to === null ? { id, open } : { id },
        );
      }
      case 'merge': {
        const cases = await Promise.all([...new Set(act.of.map((n) => this.#no(n)))].map((no) => store.findCase(no)));
        const to = { id: `mat_${this.#no(act.to)}` };
        const moves = cases.flatMap((c) => (c ? [{ change: tell.change(c), to }] : []));
        return store.moveMatters(moves, tell.audit(to.id, 'matter.merge'));
      }
      case 'erase':
        return store.erase(
          this.#no(act.of),
          tell.audit(this.#no(act.of), 'case.erase'),
          tell.event('case.redacted', 'x'),
        );
      case 'blob': {
        const { ref, ...rest } = await store.putBlob(act.bytes, { mediaType: 'image/png' });
        this.refs.push(ref);
        return rest;
      }
      case 'sweep':
        return store.sweepBlobs(act.all ? NOON + 1e9 : NOON - 1e9);
      case 'endpoint': {
        const options = { at: tell.next() };
        const state = 'enabled' as const;
        const made = {
          id: act.id,
          url: 'https://example.org',
          state,
          secrets: [],
          createdBy: 'k',
          createdAt: AT,
          cursor: act.cursor,
          options,
        };
        return act.keep ? store.putEndpoint(made) : store.deleteEndpoint(act.id);
      }
      case 'settle': {
        const { id: endpoint, seq, state, cursor } = act;
        const row = { endpoint, seq, state, eventId: tell.id('evt'), type: 't', lane: 'l', attempts: tell.next() };
        return store.settle([row], [{ endpoint, cursor }]);
      }
      case 'aside': {
        const parts = this.#blobs(act.blob).map((blob) => part(blob));
        const said = { text: '毒', message: { parts } };
        return store.quarantine({
          id: act.id,
          account: 'web',
          receivedAt: AT,
          error: tell.id('err'),
          message: tell.message(said, tell.ask(said)),
        });
      }
      case 'release':
        return [this.#aside(await store.findQuarantined(act.id)), await store.releaseQuarantined(act.id)];
      case 'forget':
        return [
          await store.expired(NOON + act.days * 86_400_000, act.most),
          act.loose ? await store.forgetLoose(NOON + act.ms) : 0,
        ];
      case 'wait':
        this.#clock.now += act.ms;
        return undefined;
    }
  }

  async #decision(deed: Deed): Promise<Decision> {
    const { tell } = this;
    const said = spoken(deed.words);
    if (deed.do === 'note') return tell.noted(said, this.#blobs(deed.blob));
    if (deed.do === 'follow') {
      const no = this.#no(deed.of);
      const version = ((await this.store.findCase(no))?.version ?? 0) + deed.off;
      const divert = { to: '119' as const, reason: 'gas', advice: 'call' };
      const set = deed.diverts ? { set: { status: 'diverted' as const, divert } } : {};
      return tell.followed(said, { no, version }, { urges: deed.urges, ...set });
    }
    const joins = deed.joins === null ? {} : { joins: `mat_${this.#no(deed.joins)}` };
    const taken = deed.no !== null && deed.no < 3 ? { no: this.#no(deed.no) } : {};
    const opened = tell.opened(said, {
      ...joins,
      ...taken,
      case: deed.facts as Partial<Case>,
      blobs: this.#blobs(deed.blob),
    });
    this.nos.push(opened.no);
    return opened;
  }

  #no(at: number): string {
    return this.nos[at % Math.max(this.nos.length, 1)] ?? '26112499999999';
  }

  #blobs(at: number | null): string[] {
    if (at === null) return [];
    return [this.refs[at % (this.refs.length + 1)] ?? 'blob_none'];
  }

  /** With the places of its attachments: each store draws references of its own. */
  #aside(one: Quarantined | undefined) {
    return (
      one && {
        ...one,
        message: { ...one.message, parts: one.message.parts.map(({ blob }) => this.refs.indexOf(blob)) },
      }
    );
  }

  /** Everything the port shows. */
  async all() {
    const { store } = this;
    const many = <T, R>(list: readonly T[], look: (one: T) => Promise<R>) => Promise.all(list.map(look));
    const limit = 99;
    const nos = [...new Set(this.nos)];
    const asks = TEXTS.flatMap((text, i) => {
      const cited = nos[i] === undefined ? {} : { cited: { caseNo: nos[i], queryCode: 'K7MPA3X1' } };
      const who = { text, proved: [PEOPLE[i % 3] ?? ''], stated: [PEOPLE[(i + 1) % 3] ?? ''], since: NOON, ...cited };
      return ['a', 'b', 'c', undefined].map((externalId) => spoken({ ...who, externalId }));
    });
    return {
      cases: await many(nos, (no) => store.findCase(no, { said: true })),
      bare: await many(nos, (no) => store.findCase(no)),
      messages: await many(nos, (no) => store.messagesOf(no)),
      matters: await many(nos, (no) => store.findMatter(`mat_${no}`)),
      rulings: await store.rulings({ limit: 99 }),
      lookups: await many(nos, (no) => store.lookup(no, 'K7MPA3X3')),
      lists: await many(
        [
          {},
          { tenant: TENANT },
          { unit: 'u-1' },
          { status: 'closed' },
          { hasProposals: true },
          { matter: `mat_${nos[0]}` },
          { after: nos[1] ?? '' },
        ],
        async (query) => (await store.findCases({ limit, ...query })).map((c) => c.no),
      ),
      known: await many(asks, (ask) => recalled(store, new Teller().ask(ask))),
      log: await store.readLog({ after: 0, limit: 999 }),
      units: await many(UNITS, async (unit) => (await store.readLog({ after: 0, limit: 999, unit })).map((e) => e.seq)),
      blobs: await many(this.refs, async (ref) => [...((await store.getBlob(ref))?.bytes ?? ['gone'])]),
      endpoints: await store.endpoints(),
      deliveries: await many(['ep_1', 'ep_2'], (endpoint) => store.deliveries({ endpoint, limit })),
      pending: await many(['ep_1', 'ep_2'], (endpoint) => store.pending(endpoint, limit)),
      quarantined: (await store.quarantined(limit)).map((one) => this.#aside(one)),
      trail: await store.auditTrail({ limit }),
      expired: await store.expired(NOON + 9e9, limit),
      stats: { ...(await store.stats()), bytes: 0 },
    };
  }
}

/** Without the names of what is absent. */
const spoken = (words: object): Words =>
  Object.fromEntries(
    Object.entries(words).filter(([, value]) => value !== undefined && value !== null),
  ) as unknown as Words;

describe('memory and SQLite', () => {
  it('answer every act alike, and show the same afterwards', { timeout: 120_000 }, async () => {
    let works = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 30 }), async (acts) => {
        const file = join(newFolder(), 'civicline.db');
        const memory = new Life((now) => openMemory({ instance: 'test', now }));
        const sqlite = new Life((now) => openInThread({ file, masterKey: MASTER, instance: 'test', now }));
        try {
          for (const one of [...BEGINNING, ...acts]) expect(await sqlite.do(one)).toEqual(await memory.do(one));
          expect(await sqlite.all()).toEqual(await memory.all());
          works += (await memory.store.stats()).cases;
        } finally {
          await sqlite.store.close();
        }
      }),
      { numRuns: 60 },
    );
    // The property says something only when most acts were carried out.
    expect(works).toBeGreaterThan(200);
  });
});
