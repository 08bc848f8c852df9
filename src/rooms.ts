// The rooms below the front: log, key, store, intake and doors. The server and every command that needs the store open these.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Account, type Directory, loadAccounts, openChannels, withWeb } from './channels/index.ts';
import type { Door, Log, Opened } from './core/channel.ts';
import type { City } from './core/city.ts';
import type { Draft } from './core/draft.ts';
import { type Intake, openIntake } from './core/intake.ts';
import type { Message } from './core/message.ts';
import type { Mint } from './core/mint.ts';
import type { Receipt } from './core/receipt.ts';
import type { Route } from './core/route.ts';
import type { SocketRoute } from './core/socket.ts';
import type { Store } from './core/store.ts';
import { type DiskWatch, watchDisk } from './disk.ts';
import { doorOf } from './door.ts';
import { type Guard, openGuard } from './feed/guard.ts';
import { openMint } from './mint.ts';
import type { Settings } from './settings.ts';
import { borrow } from './store/beside/client.ts';
import { besidePath } from './store/beside/path.ts';
import { makeFolder } from './store/folder.ts';
import { openStore } from './store/index.ts';
import { loadMasterKey, type MasterKey } from './store/key-file.ts';
import { version } from './version.ts';

export interface Rooms {
  readonly settings: Settings;
  readonly log: Log;
  readonly store: Store;
  readonly mint: Mint;
  readonly intake: Intake;
  readonly disk: DiskWatch;
  readonly guard: Guard;
  readonly accounts: readonly Account[];
  /** Callers turned away since the start, by account and code. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Routes the channels declared. */
  readonly routes: Route[];
  readonly sockets: SocketRoute[];
  readonly doors: ReadonlyMap<string, Door>;
  readonly channels: ReadonlyMap<string, Opened>;
  close(): Promise<void>;
}

export interface RoomOptions {
  readonly log: Log;
  /** Wakes the followers of the log after every commit. */
  readonly committed?: () => void;
  readonly admit?: Door['admit'];
  /** Told of every message that was prepared. */
  readonly understood?: (draft: Draft) => void;
  readonly ownPorts?: () => readonly number[];
  /** Read already by whoever opens the rooms; else it is read here. */
  readonly master?: MasterKey;
  /** For commands: where a gateway runs on this data, its store is borrowed, since only one process may write. */
  readonly beside?: boolean;
  /** Other channels than the house's own. */
  readonly directory?: Directory;
  /** For commands: what comes in comes from files, nobody is written to about it, and no account is opened. */
  readonly quiet?: boolean;
  /** The city as it now is; as it was read at the start when left out. */
  readonly city?: () => City;
  /** Told of every message taken in. */
  readonly heard?: (message: Message, receipt: Receipt) => void;
  /** The store's writer died: nothing can be promised any more. */
  readonly fatal: (error: Error) => void;
}

const ANYWHERE = ['0.0.0.0/0', '::/0'];

export const storeFile = (settings: Settings): string => path.join(settings.store.dataDir, 'civicline.db');

export function masterKey(settings: Settings): MasterKey {
  const { dataDir } = settings.store;
  const { masterKey: given } = settings.secrets;
  return loadMasterKey({ dataDir, ...(given ? { given } : {}), storeExists: existsSync(storeFile(settings)) });
}

/** How to close what was opened; the last one first. */
type Leaving = (() => unknown)[];

async function leave(leaving: Leaving): Promise<void> {
  for (const close of leaving.splice(0).reverse()) await close();
}

/** When one of them does not open, those already open are closed again: nothing left behind keeps the process alive. */
export async function openRooms(settings: Settings, options: RoomOptions): Promise<Rooms> {
  const leaving: Leaving = [];
  try {
    return await furnish(settings, options, leaving);
  } catch (error) {
    await leave(leaving).catch((err: unknown) =>
      options.log.warn({ err }, 'not all could be closed after a failed start'),
    );
    throw error;
  }
}

async function furnish(settings: Settings, options: RoomOptions, leaving: Leaving): Promise<Rooms> {
  const { log } = options;
  const accounts = await loadAccounts(
    withAttachments(withWeb(settings.accounts), settings),
    options.directory,
    settings.accountLines,
  );
  const store = (await borrowed(settings, options)) ?? (await ownStore(settings, options));
  leaving.push(() => store.close());
  const disk = await watchDisk(settings.store.dataDir, settings.store.minFreeBytes);
  leaving.push(() => disk.close());
  const mint = openMint(settings.city.utcOffsetMinutes);
  // Filled once the channels stand; the first message comes after that.
  const reached = new Map<string, Opened>();
  const ownPorts = () => [
    ...(options.ownPorts?.() ?? []),
    ...[...reached.values()].flatMap(({ port }) => (port === undefined ? [] : [port])),
  ];
  const guard = openGuard({ allowedNetworks: settings.feed.allowedNetworks, ownPorts });
  leaving.push(() => guard.close());
  const apiGuard = openGuard({ allowedNetworks: ANYWHERE, ownPorts });
  leaving.push(() => apiGuard.close());
  const now = () => Date.now();
  const city = options.city ?? (() => settings.city);
  const intake = openIntake({
    store,
    city,
    mint,
    now,
    log,
    committed: options.committed ?? (() => {}),
    reaches: (kind) => [...reached.values()].some((one) => one.send && one.outward?.reaches === kind),
    ...(options.understood ? { understood: options.understood } : {}),
  });
  leaving.push(() => intake.drain());
  const ending = new AbortController();
  const routes: Route[] = [];
  const sockets: SocketRoute[] = [];
  const refusals = new Map<string, number>();
  const doors = new Map<string, Door>();
  const shared = {
    ...{ intake, store, city, mint, guard, apiGuard, log, now },
    room: disk.room,
    quiet: options.quiet ?? false,
    heard: options.heard ?? (() => {}),
    refused(account: string, code: string) {
      const name = `${account} ${code}`;
      refusals.set(name, (refusals.get(name) ?? 0) + 1);
    },
    admit: options.admit ?? (() => ({ ok: true as const })),
    mount: (route: Route) => void routes.push(route),
    mountSocket: (socket: SocketRoute) => void sockets.push(socket),
    signal: ending.signal,
  };
  const end = () => ending.abort();
  leaving.push(end);
  for (const account of accounts) doors.set(account.name, doorOf(account, shared));
  // A command beside the gateway takes files in; listening and calling platforms is the gateway's alone.
  const channels = await openChannels(options.quiet ? [] : accounts, ({ name }) => {
    const door = doors.get(name);
    if (!door) throw new Error(`no door for ${name}`);
    return door;
  });
  for (const [name, opened] of channels.opened) reached.set(name, opened);
  // Channels hear of the end before they are closed.
  leaving.push(() => channels.close(), end);
  return {
    ...{ settings, log, store, mint, intake, disk, guard, accounts, routes, sockets, refusals, doors },
    channels: channels.opened,
    close: () => leave(leaving),
  };
}

async function borrowed(settings: Settings, { beside }: RoomOptions): Promise<Store | undefined> {
  return beside ? borrow(besidePath(settings.store.dataDir), version) : undefined;
}

async function ownStore(settings: Settings, { master, fatal }: RoomOptions): Promise<Store> {
  const { url, dataDir } = settings.store;
  makeFolder(dataDir);
  const { key } = master ?? masterKey(settings);
  return openStore({ url, dataDir, masterKey: key, instance: settings.instance, onFatal: fatal });
}

/** The limits of the citizens' form are the house's; an account may set any of them for itself. */
function withAttachments(accounts: Settings['accounts'], settings: Settings): Settings['accounts'] {
  return Object.fromEntries(
    Object.entries(accounts).map(([name, block]) => [
      name,
      block.channel === 'web' ? { ...block, attachments: over(settings.http.attachments, block.attachments) } : block,
    ]),
  );
}

/** Field by field; what is no block is left for the channel to refuse. */
const over = (house: object, own: unknown): unknown =>
  typeof own === 'object' && own !== null && !Array.isArray(own) ? { ...house, ...own } : (own ?? house);
