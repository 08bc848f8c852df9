// What goes over the wire to a real receiver.
import { afterEach, describe, expect, it } from 'vitest';
import type { Feed } from '../../src/feed/feed.ts';
import { verify } from '../../src/feed/sign.ts';
import { endpoint, feedOver, ok, receiver, SECRET, settings, until } from './house.ts';
import { LogFake } from './log-fake.ts';

const open: { close(): Promise<unknown> }[] = [];
const keep = <T extends { close(): Promise<unknown> }>(one: T): T => {
  open.push(one);
  return one;
};
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function house(answer: Parameters<typeof receiver>[0], over: Parameters<typeof endpoint>[0] = {}) {
  const hook = keep(await receiver(answer));
  const store = new LogFake();
  await store.putEndpoint(endpoint({ url: hook.url, ...over }));
  const feed: Feed = keep(await feedOver(store, { settings: settings({ schedule: [0, 0.01, 0.01, 0.01, 0.01] }) }));
  return { hook, store, feed };
}

describe('a delivery on the wire', () => {
  it('carries the stored bytes, signed so that the receiver can verify them, with the hints of the contract', async () => {
    const { hook, store, feed } = await house(ok);
    const entry = store.commit({
      type: 'case.opened',
      subject: '2611240001',
      data: { caseNo: '2611240001', words: '路灯' },
    });
    feed.nudge();
    await until(() => hook.heard.length === 1);
    const heard = hook.heard[0] ?? { headers: {}, body: Buffer.alloc(0) };
    expect(heard.body.equals(Buffer.from(entry.body))).toBe(true);
    const headers = heard.headers as Record<string, string>;
    verify({ secrets: [SECRET], headers, body: heard.body, now: Math.floor(Date.now() / 1000) });
    expect(headers).toMatchObject({
      'webhook-id': entry.id,
      'webhook-event-type': 'case.opened',
      'webhook-sequence': '00000000000000000001',
      'webhook-attempt': '1',
      'webhook-endpoint-id': 'ep_1',
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'civicline/0.1.0',
    });
    await until(() => store.of('ep_1')[0]?.state === 'delivered');
    expect(store.kept.get('ep_1')?.cursor).toBe(1);
  });

  it('repeats a failed attempt with the same id and the same bytes, and keeps the order of the case', async () => {
    const { hook, store, feed } = await house((n, response) => response.writeHead(n <= 2 ? 500 : 204).end());
    for (const type of ['case.opened', 'case.assigned', 'case.signed'] as const) store.commit({ type, subject: 'A' });
    feed.nudge();
    await until(() => hook.heard.length === 5);
    expect(hook.heard.map((one) => [one.headers['webhook-event-type'], one.headers['webhook-attempt']])).toEqual([
      ['case.opened', '1'],
      ['case.opened', '2'],
      ['case.opened', '3'],
      ['case.assigned', '1'],
      ['case.signed', '1'],
    ]);
    const first = hook.heard.slice(0, 3);
    expect(new Set(first.map((one) => `${one.headers['webhook-id']} ${one.body}`)).size).toBe(1);
    await until(() => store.of('ep_1').every((row) => row.state === 'delivered'));
    expect(store.of('ep_1').map((row) => row.attempts)).toEqual([3, 1, 1]);
  });

  it('does not follow a redirect', async () => {
    const trap = keep(await receiver(ok));
    const { hook, store, feed } = await house((_n, response) => response.writeHead(302, { location: trap.url }).end());
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    await until(() => store.of('ep_1')[0]?.state === 'dead');
    expect(hook.heard).toHaveLength(5);
    expect(trap.connections).toBe(0);
    expect(store.log.at(-2)).toMatchObject({ type: 'delivery.exhausted', subject: 'ep_1' });
  });

  it('disables an endpoint that says 410, tells so in the log, and keeps the event for the day it is enabled', async () => {
    let gone = true;
    const { hook, store, feed } = await house((_n, response) => response.writeHead(gone ? 410 : 204).end());
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    await until(() => store.kept.get('ep_1')?.state === 'disabled');
    store.commit({ type: 'case.signed', subject: 'A' });
    feed.nudge();
    expect(store.log.map((entry) => entry.type)).toContain('endpoint.disabled');
    gone = false;
    await feed.roster.change('ep_1', ({ disabledReason: _reason, ...rest }) => ({ ...rest, state: 'enabled' }));
    await until(() => hook.heard.length === 3);
    expect(hook.heard.map((one) => one.headers['webhook-event-type'])).toEqual([
      'case.opened',
      'case.opened',
      'case.signed',
    ]);
  });

  it('takes 16 KiB of an answer and no more, however much a receiver sends', async () => {
    const { hook, store, feed } = await house((_n, response) => {
      response.writeHead(200);
      const more = () => {
        while (response.write(Buffer.alloc(64 * 1024))) if (response.destroyed) return;
      };
      response.on('drain', more);
      more();
    });
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    await until(() => store.of('ep_1')[0]?.state === 'delivered');
    expect(hook.heard).toHaveLength(1);
  });

  it('sends once more at once, with the same id, when a kept connection had been closed meanwhile', async () => {
    const { hook, store, feed } = await house((n, response) => {
      if (n === 2) response.socket?.destroy();
      else response.writeHead(204).end();
    });
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    await until(() => store.of('ep_1')[0]?.state === 'delivered');
    const second = store.commit({ type: 'case.signed', subject: 'A' });
    feed.nudge();
    await until(() => store.of('ep_1')[1]?.state === 'delivered');
    expect(hook.heard.slice(1).map((one) => one.headers['webhook-id'])).toEqual([second.id, second.id]);
    expect(store.of('ep_1')[1]).toMatchObject({ attempts: 1 });
  });

  it('passes over what a receiver says before its answer: an unasked 100, early hints', async () => {
    const { hook, store, feed } = await house((n, response) => {
      if (n !== 2) response.writeContinue();
      if (n === 3) response.writeContinue();
      if (n > 1) response.writeEarlyHints({ link: '</hook>; rel=preload' });
      if (n === 1) response.socket?.uncork();
      setTimeout(() => response.writeHead(200).end(`HTTP/1.1 100 ${n}`), n === 3 ? 20 : 0);
    });
    for (const subject of ['A', 'B', 'C']) {
      store.commit({ type: 'case.opened', subject });
      feed.nudge();
      await until(() => store.of('ep_1').at(-1)?.state === 'delivered' && store.of('ep_1').length === store.log.length);
    }
    expect(hook.heard).toHaveLength(3);
    expect(hook.connections).toBe(1);
  });

  it('counts an answer that breaks off in the middle as a failure', async () => {
    const { hook, store, feed } = await house((n, response) => {
      response.writeHead(200, { 'content-length': '100' });
      if (n > 1) response.end(Buffer.alloc(100));
      else response.write('x', () => response.socket?.destroy());
    });
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    await until(() => store.of('ep_1')[0]?.state === 'delivered');
    expect(hook.heard.map((one) => one.headers['webhook-attempt'])).toEqual(['1', '2']);
  });

  it.each([
    ['HTTP/1.1 204 No Content', 'content-length: 2', '', 'ok'],
    ['HTTP/1.0 204 No Content', '', ''],
    ['HTTP/1.1 103 Early Hints', 'link: </x>', '', 'HTTP/1.1 200 OK', 'content-length: 0', '', ''],
    ['HTTP/1.1 200 OK', 'transfer-encoding: chunked', 'trailer: x-a', '', '2', 'ok', '0', 'x-a: 1', '', ''],
  ])('takes what %s says as delivered, however it is written', async (...lines) => {
    const { hook, store, feed } = await house((_n, response) => {
      response.socket?.write(lines.join('\r\n'));
      if (lines[0]?.startsWith('HTTP/1.0')) response.socket?.end();
    });
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    await until(() => (store.of('ep_1')[0]?.attempts ?? 0) > 0);
    expect(store.of('ep_1')[0]).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(hook.heard).toHaveLength(1);
  });

  it('gives up at once what the address guard refuses, without a connection', async () => {
    const hook = keep(await receiver(ok, '127.0.0.2'));
    const store = new LogFake();
    await store.putEndpoint(endpoint({ url: hook.url }));
    const feed = keep(await feedOver(store));
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    await until(() => store.of('ep_1')[0]?.state === 'dead');
    expect(store.of('ep_1')[0]?.lastError).toMatch(/^address_refused: .*127\.0\.0\.2/);
    expect(store.of('ep_1')[0]?.attempts).toBe(1);
    expect(hook.connections).toBe(0);
  });

  it('signs with every live secret while one replaces another, and no longer with an ended one', async () => {
    const other = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    const ended = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
    const secrets = [{ secret: other }, { secret: SECRET, until: Date.now() + 60_000 }, { secret: ended, until: 1 }];
    const { hook, store, feed } = await house(ok, { secrets });
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    await until(() => hook.heard.length === 1);
    const { body, headers } = hook.heard[0] ?? { headers: {}, body: Buffer.alloc(0) };
    const check = (secret: string) =>
      verify({
        secrets: [secret],
        headers: headers as Record<string, string>,
        body,
        now: Math.floor(Date.now() / 1000),
      });
    check(other);
    check(SECRET);
    expect(() => check(ended)).toThrow('does not verify');
  });
});
