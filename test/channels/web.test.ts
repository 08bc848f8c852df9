// The web channel keeps every channel's promises, and a few of its own.
import Value from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { type WebPayload, web } from '../../src/channels/web.ts';
import { Unreadable } from '../../src/core/errors.ts';
import type { Incoming } from '../../src/core/message.ts';
import type { RouteAnswer, RouteRequest } from '../../src/core/route.ts';
import { channelContract, type TestDoor, testDoor } from '../contract/channel.ts';
import { requestOf } from '../web/serve.ts';

const block = { channel: 'web' };
const settings = web.settings(block);
const post = async (door: TestDoor, request: RouteRequest): Promise<RouteAnswer> => {
  const [route] = door.routes;
  if (!route) throw new Error('no route was mounted');
  return route.handle(request);
};
const json = (body: unknown, headers: Record<string, string> = {}): RouteRequest => {
  const raw = Buffer.from(JSON.stringify(body));
  return requestOf(raw, { 'content-type': 'application/json', ...headers }, new URL('http://localhost/in/web'));
};

channelContract(web, {
  settings: block,
  badSettings: { block: { channel: 'web', attachments: { maxFiles: -1 } }, names: 'attachments.maxFiles' },
  arrive: (door, payload) => post(door, json((payload as WebPayload).body)),
});

const opened = (receipt?: Parameters<typeof testDoor>[2]): TestDoor => {
  const door = testDoor(web, settings, receipt);
  web.open(settings, door);
  return door;
};

const refused = (body: unknown): Unreadable => {
  try {
    web.read({ body }, settings);
  } catch (error) {
    if (error instanceof Unreadable) return error;
  }
  throw new Error('it was not refused');
};

describe('what the web channel reads', () => {
  it.each([
    ['an unknown field', { content: 'a', colour: 'red' }, 'colour'],
    ['a phone that is none', { content: 'a', phone: 'call me' }, 'phone'],
    ['a phone with a digit or two', { content: 'a', phone: '12' }, 'phone'],
    ['a day that is in no calendar', { content: 'a', occurredAt: '2026-02-30' }, 'occurredAt'],
    ['a month that is none', { content: 'a', occurredAt: '2026-13-01T08:00:00+08:00' }, 'occurredAt'],
    ['an hour that is none', { content: 'a', occurredAt: '2026-11-24 25:10' }, 'occurredAt'],
    ['signs for a time', { content: 'a', occurredAt: '??' }, 'occurredAt'],
    ['a number for words', { content: 5 }, 'content'],
    ['no words', { name: 'a' }, 'content'],
    ['blank words', { content: ' \n\u200b\u3000 ' }, 'content'],
    ['words over 20,000 characters', { content: '字'.repeat(20_001) }, 'content'],
    ['a name that is a list', { content: 'a', name: [] }, 'name'],
    ['a flag that is text', { content: 'a', secret: 'yes' }, 'secret'],
    ['an address over 500 characters', { content: 'a', address: 'x'.repeat(501) }, 'address'],
  ])('refuses %s and names the field', (_, body, field) => {
    expect(refused(body).field).toBe(field);
  });

  it('is what the document says it reads', () => {
    const reads = opened().routes[0]?.schema?.reads;
    if (!reads) throw new Error('the route does not say what it reads');
    const text = { title: 'a', name: 'a', phone: '110', email: 'a', address: 'a', occurredAt: 'a' };
    const body = { content: 'a', ...text, anonymous: false, secret: true };
    expect(Object.keys(Reflect.get(reads, 'properties')).sort()).toEqual(Object.keys(body).sort());
    expect([Value.Check(reads, body), Value.Check(reads, { content: 'a' })]).toEqual([true, true]);
    for (const wrong of [{}, { content: 5 }, { content: 'a', colour: 'red' }, { content: 'a', secret: 'yes' }])
      expect([Value.Check(reads, wrong), refused(wrong) instanceof Unreadable]).toEqual([false, true]);
    expect(web.read({ body }, settings)).toHaveLength(1);
  });

  it('takes words of exactly 20,000 characters, counted as people count them', () => {
    const [message] = web.read({ body: { content: '😀'.repeat(20_000) } }, settings) as { text: string }[];
    expect([...(message?.text ?? '')]).toHaveLength(20_000);
  });

  it.each([
    ['13800000000、0574-87654321', '13800000000', '每天早上'],
    ['138 0000 0000', '13800000000', '2026/11/24 7:30左右'],
    ['无', undefined, '2026-11-24T10:00:00+08:00'],
  ])('reads phone and time as people write them: %s', (phone, value, occurredAt) => {
    const [message] = web.read({ body: { content: 'a', phone, occurredAt } }, settings) as Incoming[];
    expect([message?.sender.keys[0]?.value, message?.occurredAt]).toEqual([value, occurredAt]);
  });

  it('never takes a typed phone number for proof', () => {
    const [message] = web.read({ body: { content: 'a', phone: '+86 13800000000' } }, settings) as {
      sender: { keys: object[] };
    }[];
    expect(message?.sender.keys).toEqual([{ kind: 'phone', scope: '', value: '13800000000', proved: false }]);
  });
});

describe('what the web channel answers', () => {
  it.each([
    ['opened', 201],
    ['joined', 201],
    ['answered', 201],
    ['diverted', 201],
    ['followed_up', 201],
    ['repeated', 200],
    ['noted', 200],
  ] as const)('a message that was %s gets %i and its receipt', async (outcome, status) => {
    const receipt = { outcome };
    const answer = await post(opened(receipt), json({ content: '路灯不亮' }, { 'idempotency-key': 'k-1' }));
    expect(answer).toMatchObject({ status, body: receipt });
  });

  it('refuses an idempotency key that cannot be one', async () => {
    for (const key of ['', 'a b', '键', 'x'.repeat(257)]) {
      const door = opened();
      await expect(post(door, json({ content: 'a' }, { 'idempotency-key': key }))).rejects.toBeInstanceOf(Unreadable);
      expect(door.payloads).toEqual([]);
    }
  });

  const form = async (parts: Record<string, string | File>, headers = {}): Promise<RouteRequest> => {
    const data = new FormData();
    for (const [name, value] of Object.entries(parts)) data.append(name, value);
    const response = new Response(data);
    const type = response.headers.get('content-type') ?? '';
    const raw = new Uint8Array(await response.arrayBuffer());
    return requestOf(raw, { 'content-type': type, ...headers }, new URL('http://localhost/in/web'));
  };
  const pdf = (name = 'a.pdf'): File => new File(['%PDF-1.4 ...'], name, { type: 'application/pdf' });

  it('takes a form with files like JSON, and keeps the files', async () => {
    const door = opened();
    const answer = await post(door, await form({ content: '见附件', secret: 'on', file: pdf() }));
    expect(answer.status).toBe(201);
    expect(door.payloads).toMatchObject([
      { body: { content: '见附件', secret: true }, parts: [{ name: 'a.pdf', kind: 'file' }] },
    ]);
  });

  it('refuses the whole form when a file is not what it says', async () => {
    const door = opened();
    const fake = new File(['MZ'], 'a.jpg', { type: 'image/jpeg' });
    await expect(post(door, await form({ content: 'a', file: fake }))).rejects.toMatchObject({
      code: 'media_type_mismatch',
    });
    expect(door.payloads).toEqual([]);
  });

  it('leads a person with a browser to the check page, words and files with them', async () => {
    const request = await form({ content: 'a' }, { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' });
    expect(await post(opened(), request)).toMatchObject({ status: 307, headers: { location: '/check' } });
  });

  it('slows an address that floods, but not a key with scope intake', async () => {
    const door = { ...opened(), admit: () => ({ ok: false, retryAfter: 30 }) as const };
    web.open(settings, door);
    const route = door.routes.at(-1);
    const request = json({ content: 'a' });
    await expect((async () => route?.handle(request))()).rejects.toMatchObject({ status: 429, retryAfter: 30 });
    const key = { id: 'key_1', name: 'n', hash: '', scopes: ['intake' as const], createdAt: '' };
    expect(await route?.handle({ ...request, key })).toMatchObject({ status: 201 });
  });
});
