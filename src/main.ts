// The roof: opens everything, closes it in reverse. Only this file knows everybody.
import { randomBytes } from 'node:crypto';
import { watchLonely } from './alone.ts';
import { type Assistant, openAssistant } from './assistant/assistant.ts';
import { web } from './channels/web.ts';
import { loadKnowledge } from './config.ts';
import { repliesIn } from './core/acts.ts';
import type { Log } from './core/channel.ts';
import type { Route } from './core/route.ts';
import { openDrift } from './drift.ts';
import { callerOf } from './feed/callback.ts';
import { type Feed, openFeed } from './feed/feed.ts';
import { feedRoutes } from './feed/routes.ts';
import { assisted, figures } from './figures.ts';
import { openBoard } from './hot.ts';
import { type ApiDeps, apiRoutes, ensureAdminKey } from './http/api.ts';
import { openKeyring } from './http/keyring.ts';
import { type Limits, openLimits } from './http/limits.ts';
import { openMetrics } from './http/metrics.ts';
import { open311Routes } from './http/open311/routes.ts';
import { type Front, openFront } from './http/server.ts';
import { openKnowledgeWatch } from './knowledge-watch.ts';
import { type Outward, openOutward } from './outward/queue.ts';
import { type After, openRetention } from './retention.ts';
import { openReturns } from './returns.ts';
import { masterKey, openRooms, type Rooms } from './rooms.ts';
import type { Settings } from './settings.ts';
import { besidePath } from './store/beside/path.ts';
import { lend } from './store/beside/server.ts';
import type { MasterKey } from './store/key-file.ts';
import { openTokenSeal } from './token-seal.ts';
import { openTracing } from './tracing.ts';
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
  const tracing = openTracing(version);
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
  let assistant: Assistant | undefined;
  const committed = () => {
    feed?.nudge();
    outward?.nudge();
    assistant?.nudge();
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
      around: tracing.sender,
      newId: rooms.mint.ulid,
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
    if (settings.assistant)
      assistant = await openAssistant({
        ...{ settings: settings.assistant, store, now, log, after: quietly, city: knowledge.city },
        ulid: rooms.mint.ulid,
        committed,
      });
    const keyring = openKeyring({ store, now, ...(secrets.adminKey ? { adminToken: secrets.adminKey } : {}) });
    const metrics = openMetrics(async () => [
      ...(await figures(rooms, feed, drift, outward)),
      ...knowledge.figures(),
      ...assisted(assistant),
    ]);
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
      returns: openReturns(store),
      freeBytes: rooms.disk.free,
      retake: (message) => rooms.intake.retry(message),
    };
    front = await openFront({
      ...{ log, keyring, metrics },
      ...(web ? { problemPage: problemPage(web) } : {}),
      settings: settings.http,
      sockets: rooms.sockets,
      routes: [
        ...rooms.routes,
        ...(web ? webPages(web) : []),
        ...apiRoutes(api),
        ...open311(rooms, api),
        ...feedRoutes({
          ...{ feed, store, utcOffsetMinutes },
          newId: rooms.mint.ulid,
          knowsKey: keyring.lives,
          knowsUnit: (code) => settings.city.units.some((unit) => unit.code === code),
        }),
      ].map(tracing.route),
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
        await assistant?.close();
        await outward?.close();
        await open.feed.close();
        await rooms.close();
      },
    };
  } catch (error) {
    await front?.close();
    await assistant?.close();
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
