// The roof: opens everything, closes it in reverse. Only this file knows everybody.
import { randomBytes } from 'node:crypto';
import { watchLonely } from './alone.ts';
import { web } from './channels/web.ts';
import { loadKnowledge } from './config.ts';
import { repliesIn } from './core/acts.ts';
import type { Log } from './core/channel.ts';
import type { Route } from './core/route.ts';
import { type Drift, openDrift } from './drift.ts';
import { callerOf } from './feed/callback.ts';
import { type Feed, openFeed } from './feed/feed.ts';
import { feedRoutes } from './feed/routes.ts';
import { openBoard } from './hot.ts';
import { type ApiDeps, apiRoutes, ensureAdminKey } from './http/api.ts';
import { callGauges } from './http/call-gauges.ts';
import { openKeyring } from './http/keyring.ts';
import { type Limits, openLimits } from './http/limits.ts';
import { type Figure, openMetrics } from './http/metrics.ts';
import { open311Routes } from './http/open311/routes.ts';
import { type Front, openFront } from './http/server.ts';
import { openKnowledgeWatch } from './knowledge-watch.ts';
import { type Outward, openOutward } from './outward/queue.ts';
import { type After, openRetention } from './retention.ts';
import { masterKey, openRooms, type Rooms } from './rooms.ts';
import type { Settings } from './settings.ts';
import { besidePath } from './store/beside/path.ts';
import { lend } from './store/beside/server.ts';
import type { MasterKey } from './store/key-file.ts';
import { openTokenSeal } from './token-seal.ts';
import { version } from './version.ts';
import { problemPage, viewOf, type WebDeps, webPages } from './web/index.ts';

export interface House {
  readonly url: string;
  readonly rooms: Rooms;
  readonly master: MasterKey;
  /** The admin token, when this start made it: shown once, kept as a hash only. */
  readonly adminToken?: string;
  /** In-flight requests are answered, waiting messages committed, deliveries written down. */
  close(): Promise<void>;
}

const BLOB_PATIENCE_MS = 3_600_000;
const SWEEP_EVERY_MS = 900_000;

/** A timer that keeps no process alive. */
const quietly: After = (ms, task) => {
  const timer = setTimeout(task, ms).unref();
  return () => clearTimeout(timer);
};

export async function openHouse(settings: Settings, log: Log, fatal: (error: Error) => void): Promise<House> {
  const now = () => Date.now();
  const limits = openLimits(settings.http.limits, now);
  const drift = openDrift();
  const knowledge = openKnowledgeWatch({
    ...{ settings, log },
    load: () => loadKnowledge(settings, process.env),
    every(ms, task) {
      const timer = setInterval(task, ms).unref();
      return () => clearInterval(timer);
    },
  });
  let feed: Feed | undefined;
  let front: Front | undefined;
  let outward: Outward | undefined;
  const committed = () => {
    feed?.nudge();
    outward?.nudge();
  };
  const ownPorts = () => [front?.port ?? settings.http.port];
  const master = masterKey(settings);
  const rooms = await openRooms(settings, {
    ...{ master, log, fatal, ownPorts, committed },
    heard: (message, receipt) => outward?.heard(message, receipt),
    admit: limits.intake,
    city: knowledge.city,
    understood: drift.understood,
  });
  try {
    const { store, guard } = rooms;
    await store.recall([]); // the index of words is made before the first citizen waits for it
    const { city, instance, secrets } = settings;
    const { utcOffsetMinutes, tenant } = city;
    const means = { random: randomBytes, now, ulid: rooms.mint.ulid, utcOffsetMinutes };
    const made = await ensureAdminKey(store, secrets.adminKey, means);
    feed = await openFeed({
      store,
      settings: settings.feed,
      log,
      instance,
      tenant,
      utcOffsetMinutes,
      version,
      ownPorts,
      guard,
    });
    // A city whose accounts cannot write by themselves needs no queue, and pays for none.
    if ([...rooms.channels.values()].some((one) => one.send || one.outward?.byHand))
      outward = await openOutward({
        ...{ store, now, log, committed: () => feed?.nudge(), after: quietly },
        channels: rooms.channels,
        city: () => settings.city,
        publicUrl: settings.http.publicUrl,
        ulid: rooms.mint.ulid,
      });
    const keyring = openKeyring({ store, now, ...(secrets.adminKey ? { adminToken: secrets.adminKey } : {}) });
    const metrics = openMetrics(async () => [...(await figures(rooms, feed, drift, outward)), ...knowledge.figures()]);
    const web = webDeps(rooms, master, limits);
    const signers = feed;
    const board = openBoard({ store, log, now, city: () => settings.city, ulid: rooms.mint.ulid, committed }, quietly);
    const api: ApiDeps = {
      caller: (endpoint, headers, body) => callerOf(signers, endpoint, headers, body),
      ...{ store, settings, keyring, metrics, limits, now },
      mint: rooms.mint,
      board: () => board.list(),
      random: randomBytes,
      committed,
      corrected: drift.corrected,
      freeBytes: rooms.disk.free,
      retake: (message) => rooms.intake.retry(message),
    };
    front = await openFront({
      ...{ log, keyring, metrics },
      ...(web ? { problemPage: problemPage(web) } : {}),
      settings: settings.http,
      routes: [
        ...rooms.routes,
        ...(web ? webPages(web) : []),
        ...apiRoutes(api),
        ...open311(rooms, api),
        ...feedRoutes({ feed, store, utcOffsetMinutes, newId: rooms.mint.ulid }),
      ],
    });
    const sweep = setInterval(() => void sweepBlobs(rooms, now()), SWEEP_EVERY_MS);
    sweep.unref();
    const retention = openRetention(
      {
        ...{ store, log, now, utcOffsetMinutes, months: settings.retention.months },
        ulid: rooms.mint.ulid,
        committed,
      },
      quietly,
    );
    const lonely = watchLonely({ store, intake: rooms.intake, now, log }, quietly);
    const open = { feed, front };
    const lent = await lendStore(rooms, () => {
      keyring.forget();
      committed();
    });
    return {
      url: front.url,
      ...{ rooms, master },
      ...(made.created ? { adminToken: made.created } : {}),
      async close() {
        clearInterval(sweep);
        knowledge.close();
        await lent?.close();
        await retention.close();
        await board.close();
        await lonely.close();
        await open.front.close();
        await rooms.intake.drain();
        await outward?.close();
        await open.feed.close();
        await rooms.close();
      },
    };
  } catch (error) {
    await front?.close();
    await outward?.close();
    await feed?.close();
    await rooms.close();
    throw error;
  }
}

/** The routes of Open311, on the door of the first account that speaks it. */
function open311({ accounts, doors }: Rooms, api: ApiDeps): Route[] {
  const account = accounts.find((one) => one.channel.name === 'open311');
  const door = account && doors.get(account.name);
  return door ? open311Routes({ ...api, accept: (payload) => door.accept(payload) }) : [];
}

/** What the house counts, for /metrics: what lies in the store, what waits, and how far the feed is behind. */
async function figures(
  { store, intake, disk, refusals }: Rooms,
  feed: Feed | undefined,
  drift: Drift,
  outward?: Outward,
): Promise<Figure[]> {
  const { messages, cases, matters, events, quarantined, bytes } = await store.stats();
  const gauge = (name: string, help: string, value: number): Figure => ({ name, help, type: 'gauge', value });
  const total = (name: string, help: string, value: number): Figure => ({ name, help, type: 'counter', value });
  const stored = [
    gauge('civicline_messages', 'Messages in the store', messages),
    gauge('civicline_cases', 'Cases in the store', cases),
    gauge('civicline_matters', 'Matters in the store', matters),
    gauge('civicline_events', 'Entries of the log', events),
    gauge('civicline_quarantined', 'Messages no transaction took, waiting for a person', quarantined),
    gauge('civicline_store_bytes', 'Size of the store', bytes),
    gauge('civicline_disk_free_bytes', 'Room left under the data folder', await disk.free()),
    gauge('civicline_intake_waiting', 'Messages waiting for a commit', intake.waiting),
    ...(await callGauges(store, Date.now())),
    ...drift.figures(),
    ...[...refusals].map(([name, value]): Figure => {
      const [account = '', code = ''] = name.split(' ');
      const help = 'Callers turned away by a channel (wrong signature, old time), since start';
      return { name: 'civicline_channel_refused_total', help, type: 'counter', value, labels: { account, code } };
    }),
  ];
  for (const [state, value] of Object.entries(outward?.counts ?? {}))
    stored.push({
      ...{ name: 'civicline_outgoing_total', type: 'counter', value, labels: { state } },
      help: 'Messages to citizens by what became of them, since start',
    });
  if (!feed) return stored;
  const { delivered, failed, dead, inflight, lagSeq } = feed.metrics();
  return [
    ...stored,
    total('civicline_deliveries_delivered_total', 'Deliveries an endpoint took, since start', delivered),
    total('civicline_deliveries_failed_total', 'Attempts that failed, since start', failed),
    total('civicline_deliveries_dead_total', 'Deliveries given up, since start', dead),
    gauge('civicline_deliveries_inflight', 'Attempts under way', inflight),
    gauge('civicline_feed_lag_events', 'Entries of the log the slowest endpoint has not seen', lagSeq),
    ...endpointFigures(feed),
  ];
}

/** The same for each endpoint: whose receiver is behind, and why. */
function endpointFigures(feed: Feed): Figure[] {
  return feed.standing().flatMap((one) => {
    const of = (type: Figure['type']) => (name: string, help: string, value: number) => ({
      ...{ name: `civicline_endpoint_${name}`, help, type, value },
      labels: { endpoint: one.endpoint },
    });
    const gauge = of('gauge');
    const total = of('counter');
    return [
      gauge('lag_events', 'Entries of the log this endpoint has not settled', one.lag),
      gauge('held', 'Events held in memory for this endpoint', one.held),
      gauge('inflight', 'Attempts under way to this endpoint', one.inflight),
      gauge('parked_cases', 'Cases that stand still behind a dead letter of this endpoint', one.parkedCases),
      gauge('circuit_open', '1 while this endpoint is left alone but for a probe', one.open),
      total('successes_total', 'Attempts this endpoint took, since start', one.successes),
      total('failures_total', 'Attempts this endpoint did not take, since start', one.failures),
    ];
  });
}

/** Commands beside the gateway need its store; without the socket they have to wait until it stops. */
async function lendStore({ store, settings, log }: Rooms, changed: () => void) {
  const path = besidePath(settings.store.dataDir);
  try {
    return await lend({ store, path, version, changed });
  } catch (error) {
    log.warn({ err: error, path }, 'commands cannot reach this gateway; run them while it is stopped');
    return undefined;
  }
}

async function sweepBlobs({ store, log }: Rooms, now: number): Promise<void> {
  try {
    const swept = await store.sweepBlobs(now - BLOB_PATIENCE_MS);
    if (swept > 0) log.info({ swept }, 'attachments nobody sent were removed');
  } catch (error) {
    log.warn({ err: error }, 'attachments nobody sent could not be removed; trying again later');
  }
}

/** What the citizens' pages ask of the house; undefined where no account is theirs. */
function webDeps(
  { accounts, doors, store, settings, log }: Rooms,
  master: MasterKey,
  limits: Limits,
): WebDeps | undefined {
  const door = doors.get('web');
  const account = accounts.find((one) => one.name === 'web' && one.channel.name === web.name);
  if (!door || !account) return undefined;
  const { seal, open } = openTokenSeal(master.key);
  const { months } = settings.retention;
  return {
    accept: (payload) => door.accept(payload),
    blob: (bytes, info) => door.blob(bytes, info),
    async lookup(caseNo, queryCode) {
      const found = await store.lookup(caseNo, queryCode);
      return found && viewOf(found, repliesIn(await store.messagesOf(found.no)));
    },
    city: () => settings.city,
    // Checked when the account was loaded; read again, its settings have their type.
    attachments: web.settings(account.block).attachments,
    publicUrl: settings.http.publicUrl,
    limits,
    seal,
    open,
    now: () => Date.now(),
    token: () => randomBytes(16).toString('base64url'),
    log,
    ...(months === undefined ? {} : { retentionMonths: months }),
  };
}
