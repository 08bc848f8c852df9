// The door of one account: what it makes of a payload, for whom, and what it turns away before anything is read or kept.
import { describe, expect, it } from 'vitest';
import type { Account } from '../src/channels/index.ts';
import { type Accepted, defineChannel } from '../src/core/channel.ts';
import type { City } from '../src/core/city.ts';
import { GatewayError, Unreadable } from '../src/core/errors.ts';
import type { Incoming, Message } from '../src/core/message.ts';
import { badSignature, checkTime } from '../src/core/proof.ts';
import type { Route } from '../src/core/route.ts';
import { type DoorDeps, doorOf } from '../src/door.ts';
import { openMint } from '../src/mint.ts';

const NOON = Date.parse('2026-11-24T12:00:00+08:00');
const city = { tenant: '330200', level: 'city', utcOffsetMinutes: 480 } as City;

const said = (text: string, more: Partial<Incoming> = {}): Incoming => ({
  text,
  sender: { keys: [], anonymous: false, secret: false },
  verified: 'none',
  ...more,
});

/** Reads lists of texts, one message each. */
const lines = defineChannel({
  name: 'lines',
  settings: () => ({ ending: '。' }),
  read(payload, { ending }) {
    if (!Array.isArray(payload)) throw new Unreadable('no list', 'payload');
    return payload.map((text, n) => said(`${text}${ending}`, { externalId: `line-${n}` }));
  },
  open: () => ({ close: async () => {} }),
});

function house(over: Partial<DoorDeps> = {}, block: Partial<Account['block']> = {}) {
  const taken: Message[] = [];
  const kept: Uint8Array[] = [];
  const refused: string[] = [];
  const routes: Route[] = [];
  const account: Account = {
    name: 'letters',
    block: { channel: 'lines', ...block },
    channel: lines,
    settings: { ending: '。' },
  } as Account;
  const deps = {
    intake: {
      async accept(message: Message): Promise<Accepted> {
        taken.push(message);
        return { messageId: message.id, receipt: { outcome: 'noted', note: message.text } };
      },
    },
    store: {
      async putBlob(bytes: Uint8Array) {
        kept.push(bytes);
        return { ref: 'blob_1', hash: 'sha256:1', size: bytes.length };
      },
    },
    city: () => city,
    mint: openMint(480),
    room: () => {},
    heard: () => {},
    refused: (account: string, code: string) => void refused.push(`${account} ${code}`),
    mount: (route: Route) => void routes.push(route),
    quiet: false,
    now: () => NOON,
    ...over,
  } as DoorDeps;
  return { door: doorOf(account, deps), taken, kept, refused, routes };
}

const full = (): never => {
  throw new GatewayError({ code: 'disk_low', message: 'no room', retryable: true });
};

describe('the door of an account', () => {
  it('makes a message of everything that was said, under the account’s name, and answers in the same order', async () => {
    const { door, taken } = house();
    const accepted = await door.accept(['路灯坏了', '水管漏了']);
    expect(accepted.map(({ receipt }) => receipt.note)).toEqual(['路灯坏了。', '水管漏了。']);
    expect(accepted.map(({ messageId }) => messageId)).toEqual(taken.map(({ id }) => id));
    const mouth = { channel: 'lines', account: 'letters', tenant: '330200', level: 'city', direction: 'in' };
    for (const message of taken)
      expect(message).toMatchObject({ ...mouth, receivedAt: '2026-11-24T12:00:00.000+08:00' });
    expect(taken.map(({ externalId }) => externalId)).toEqual(['line-0', 'line-1']);
  });

  it('takes the tenant of the account where it has one of its own', async () => {
    const { door, taken } = house({}, { tenant: '330281' });
    await door.accept(['路灯坏了']);
    expect(taken[0]?.tenant).toBe('330281');
  });

  it('asks for the city anew each time, as its tables may be reloaded', async () => {
    let tenant = '330200';
    const { door, taken } = house({ city: () => ({ ...city, tenant }) });
    await door.accept(['路灯坏了']);
    tenant = '330281';
    await door.accept(['水管漏了']);
    expect(taken.map((message) => message.tenant)).toEqual(['330200', '330281']);
  });

  it('passes on what the channel cannot read, and nothing of it reaches the intake', async () => {
    const { door, taken } = house();
    await expect(door.accept('路灯坏了')).rejects.toMatchObject({ code: 'unreadable', field: 'payload' });
    expect(taken).toEqual([]);
  });

  it('turns messages and files away while there is no room', async () => {
    const { door, taken, kept } = house({ room: full });
    await expect(door.accept(['路灯坏了'])).rejects.toMatchObject({ code: 'disk_low' });
    await expect(door.blob(Uint8Array.of(1), { mediaType: 'image/png' })).rejects.toThrow('no room');
    expect([taken, kept]).toEqual([[], []]);
  });

  it('keeps files in the store', async () => {
    const { door, kept } = house();
    const part = await door.blob(Uint8Array.of(1, 2), { mediaType: 'image/png' });
    expect(part).toEqual({ ref: 'blob_1', hash: 'sha256:1', size: 2 });
    expect(kept).toEqual([Uint8Array.of(1, 2)]);
  });
});

describe('a callback', () => {
  it('from a stranger is refused and counted by its code', async () => {
    const { door, refused, routes } = house();
    const turnAway = () => {
      throw badSignature();
    };
    door.route({ method: 'POST', path: '/in/letters', access: 'public', handle: turnAway });
    const request = { headers: {} } as Parameters<Route['handle']>[0];
    await expect(routes[0]?.handle(request)).rejects.toMatchObject({ code: 'bad_signature', status: 403 });
    expect(refused).toEqual(['letters bad_signature']);
  });

  it.each([
    [0, 300, true],
    [300, 300, true],
    [301, 300, false],
    [-301, 300, false],
    [Number.NaN, 300, false],
    [1e9, 0, true],
    [Number.NaN, 0, true],
  ])('signed %d s ago is taken within %d s: %s', (ago, tolerance, taken) => {
    const check = () => checkTime(NOON / 1000 - ago, NOON, tolerance);
    if (taken) expect(check).not.toThrow();
    else expect(check).toThrow(GatewayError);
  });
});

describe('what a channel asks of the network', () => {
  const guardOf = (name: string, asked: string[]) =>
    ({
      async request(url: string) {
        asked.push(`${name} ${url}`);
        return { status: 200, headers: {}, bytes: new Uint8Array() };
      },
    }) as unknown as DoorDeps['guard'];

  it("may go to the platform the operator named, but a citizen's link to the same place is judged like any other", async () => {
    const asked: string[] = [];
    const guards = { guard: guardOf('strict', asked), apiGuard: guardOf('api', asked) };
    const { door } = house(guards, { apiBase: 'http://127.0.0.1:9/base' });
    await door.fetch('http://127.0.0.1:9/base/send', { api: true });
    await door.fetch('http://127.0.0.1:9/base/send');
    await door.fetch('http://127.0.0.1:10/base/send', { api: true });
    expect(asked).toEqual([
      'api http://127.0.0.1:9/base/send',
      'strict http://127.0.0.1:9/base/send',
      'strict http://127.0.0.1:10/base/send',
    ]);
  });

  it('tells a connection that never stood from one that ended before the answer', async () => {
    const failing = (code: string) =>
      ({ request: () => Promise.reject(Object.assign(new Error('x'), { code })) }) as unknown as DoorDeps['guard'];
    for (const [code, told] of [
      ['ECONNREFUSED', 'unreachable'],
      ['UND_ERR_SOCKET', 'answer_cut'],
    ] as const) {
      const { door } = house({ guard: failing(code) });
      await expect(door.fetch('https://example.org/')).rejects.toMatchObject({ code: told, retryable: true });
    }
  });
});
