// The promises every channel keeps. A channel's own test names its settings and its folder of fixtures, and these run.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import Value from 'typebox/value';
import { describe, expect, it } from 'vitest';
import type { CallFact } from '../../src/core/call-record.ts';
import type { Accepted, AccountBlock, Channel, Door } from '../../src/core/channel.ts';
import { GatewayError, Unreadable } from '../../src/core/errors.ts';
import { Incoming } from '../../src/core/message.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import type { Route } from '../../src/core/route.ts';
import type { SocketRoute } from '../../src/core/socket.ts';

export interface ChannelPromises {
  readonly settings: AccountBlock;
  /** A block that must be refused, and the field its refusal names. */
  readonly badSettings: { readonly block: AccountBlock; readonly names: string };
  /** Brings one citizen's message to the open channel the way the outside world does. */
  readonly arrive: (door: TestDoor, payload: unknown) => Promise<unknown>;
  /** The same from somebody who does not know the secret, or with a signed time of last week; where the platform proves anything. */
  readonly strangers?: Readonly<Record<string, (door: TestDoor, payload: unknown) => Promise<unknown>>>;
}

export interface TestDoor extends Door {
  readonly routes: Route[];
  readonly sockets: SocketRoute[];
  readonly payloads: unknown[];
  readonly calls: CallFact[];
  readonly blobs: Uint8Array[];
  /** What the channel fetched, and who answers it: nobody, unless a test says who. */
  readonly asked: { readonly url: string; readonly options: FetchOptions }[];
  network: (url: string, options: FetchOptions) => FetchAnswer;
}

export type FetchOptions = NonNullable<Parameters<Door['fetch']>[1]>;
export type FetchAnswer = Awaited<ReturnType<Door['fetch']>>;

export const jsonAnswer = (value: unknown, status = 200): FetchAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  bytes: Buffer.from(JSON.stringify(value)),
});

const RECEIPT: Receipt = { outcome: 'opened', caseNo: '26112400382715', queryCode: 'K7MPA3XW' };

/** A door that reads with the channel's own `read`, remembers what it was given and answers one receipt a message. */
export function testDoor<S>(channel: Channel<S>, settings: S, receipt: Receipt = RECEIPT): TestDoor {
  const kept = new Map<string, string>();
  const door: TestDoor = {
    account: channel.name,
    routes: [],
    sockets: [],
    payloads: [],
    blobs: [],
    async accept(payload): Promise<Accepted[]> {
      const messages = await channel.read(payload, settings);
      door.payloads.push(payload);
      return messages.map(() => ({ messageId: 'msg_1', receipt }));
    },
    calls: [],
    async tally(facts) {
      door.calls.push(...facts);
      return facts.map(() => true);
    },
    route: (route) => void door.routes.push(route),
    socket: (socket) => void door.sockets.push(socket),
    asked: [],
    network: () => {
      throw new Error('this test has no network');
    },
    async fetch(url, options = {}) {
      door.asked.push({ url, options });
      return door.network(url, options);
    },
    words: (said, where) => (said === 'welcome' ? '欢迎' : where?.group ? '群' : (said.note ?? `收到 ${said.caseNo}`)),
    cells: {
      async get(name) {
        return kept.get(name);
      },
      async put(name, value) {
        if (value === undefined) kept.delete(name);
        else kept.set(name, value);
      },
    },
    async blob(bytes) {
      door.blobs.push(bytes);
      return { ref: `blob-${door.blobs.length}`, hash: `sha256:${door.blobs.length}`, size: bytes.length };
    },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    now: () => Date.UTC(2026, 10, 24),
    signal: new AbortController().signal,
  };
  return door;
}

const JUNK: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['an empty object', {}],
  ['an empty list', []],
  ['bare text', 'hello'],
  ['a number', 42],
  ['truncated JSON', '{"content": "路灯'],
  ['10 MB of one letter', 'x'.repeat(10_000_000)],
  ['10 MB inside an object', { body: { content: 'x'.repeat(10_000_000) } }],
  ['a list nested 10,000 deep', nested(10_000)],
];

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

export function channelContract<S>(channel: Channel<S>, promises: ChannelPromises): void {
  const folder = new URL(`../fixtures/${channel.name}/`, import.meta.url);
  const inputs = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.in.json')) : [];
  const load = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  const settings = channel.settings(promises.settings);

  describe(`what every channel promises: ${channel.name}`, () => {
    it('has at least one real payload to be judged by', () => {
      expect(inputs.length).toBeGreaterThan(0);
    });

    for (const file of inputs) {
      const name = file.replace('.in.json', '');
      it(`reads ${name} as its file says`, async () => {
        const messages = await channel.read(load(file), settings);
        expect(messages).toEqual(load(`${name}.out.json`));
        for (const message of messages) expect(Value.Check(Incoming, message)).toBe(true);
      });
      it(`gives ${name} the same keys each time, and different ones within it`, async () => {
        const keys = async (): Promise<unknown[]> =>
          (await channel.read(load(file), settings)).map((m) => m.externalId);
        const once = await keys();
        expect(await keys()).toEqual(once);
        const given = once.filter((key) => key !== undefined);
        expect(new Set(given).size).toBe(given.length);
      });
    }

    for (const [name, junk] of JUNK) {
      it(`refuses ${name} as unreadable`, async () => {
        await expect((async () => channel.read(junk, settings))()).rejects.toBeInstanceOf(Unreadable);
      });
    }

    it('refuses a bad account block and names the field', () => {
      const attempt = (): unknown => channel.settings(promises.badSettings.block);
      expect(attempt).toThrow(GatewayError);
      expect(attempt).toThrow(promises.badSettings.names);
    });

    for (const [who, comes] of Object.entries(promises.strangers ?? {}))
      it(`turns away ${who}, and nothing is stored`, async () => {
        const door = testDoor(channel, settings);
        const opened = await channel.open(settings, door);
        const refused = await comes(door, load(inputs[0] ?? '')).catch((error: unknown) => error);
        expect(refused).toBeInstanceOf(GatewayError);
        expect([401, 403]).toContain((refused as GatewayError).status);
        expect(door.payloads).toEqual([]);
        await opened.close();
      });

    it('hands everything it takes in to the door, and nothing after it is closed', async () => {
      const door = testDoor(channel, settings);
      const opened = await channel.open(settings, door);
      const [first] = inputs;
      await promises.arrive(door, load(first ?? ''));
      expect(door.payloads).toHaveLength(1);
      await opened.close();
      await expect(promises.arrive(door, load(first ?? ''))).rejects.toBeInstanceOf(GatewayError);
      expect(door.payloads).toHaveLength(1);
    });
  });
}
