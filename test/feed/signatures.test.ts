// Signatures of an endpoint by API: asked for, sent, rotated with an overlap, and revoked at once.
import { afterEach, expect, it } from 'vitest';
import { verify } from '../../src/feed/sign.ts';
import { ClockFake } from './clock-fake.ts';
import { ADMIN, desk } from './desk.ts';
import { feedOver, ok, receiver } from './house.ts';
import { LogFake } from './log-fake.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function house(signatures?: string[]) {
  const hook = await receiver(ok);
  const clock = new ClockFake();
  const store = new LogFake();
  const feed = await feedOver(store, { clock });
  open.push(hook, feed);
  const call = desk(feed, store);
  const made = await call(ADMIN, 'POST', '/v1/endpoints', { url: hook.url, ...(signatures ? { signatures } : {}) });
  const path = `/v1/endpoints/${made.json.id}`;
  /** Which of these secrets and keys fit a delivery made now. */
  const fitting = async (...secrets: unknown[]) => {
    await call(ADMIN, 'POST', `${path}/test`, {});
    const { headers, body } = hook.heard.at(-1) ?? { headers: {}, body: '' };
    const now = clock.now() / 1000;
    return secrets.map((secret) => {
      try {
        return verify({ secrets: [String(secret)], headers: headers as Record<string, string>, body, now });
      } catch {
        return false;
      }
    });
  };
  const sent = () => String(hook.heard.at(-1)?.headers['webhook-signature']).replaceAll(/,\S+/g, '');
  return { made, path, call, clock, store, fitting, sent };
}
const keysOf = ({ json }: { json: Record<string, unknown> }) => json.publicKeys as string[];

it('v1 alone unless more is asked for; v1a and sm3 are checked with what the answer shows', async () => {
  const plain = await house();
  expect(plain.made.json).toMatchObject({ signatures: ['v1'] });
  expect(plain.made.json).not.toHaveProperty('publicKeys');
  await plain.fitting();
  expect(plain.sent()).toBe('v1');
  const { made, fitting, sent, call, path } = await house(['sm3', 'v1a']);
  expect(made.json).toMatchObject({ signatures: ['v1', 'v1a', 'sm3'], publicKeys: [expect.stringMatching(/^whpk_/)] });
  expect(await fitting(made.json.secret, keysOf(made)[0])).toEqual(['v1', 'v1a']);
  expect(sent()).toBe('v1 sm3 v1a');
  expect((await call(ADMIN, 'GET', path)).text).not.toMatch(/whsk_|whsec_/);
});

it('rotation: both old secret and old key sign as well until the overlap ends, and not a moment longer', async () => {
  const { made, fitting, call, path, clock } = await house(['v1a']);
  const fresh = await call(ADMIN, 'POST', `${path}/rotate`, { overlapSeconds: 3_600 });
  const all = [made.json.secret, keysOf(made)[0], fresh.json.secret, keysOf(fresh)[0]];
  expect(keysOf(fresh)).toEqual([expect.anything(), keysOf(made)[0]]);
  expect(await fitting(...all)).toEqual(['v1', 'v1a', 'v1', 'v1a']);
  await clock.advance(3_600_000);
  expect(await fitting(...all)).toEqual([false, false, 'v1', 'v1a']);
});

it('revoking ends the old at once, of one kind alone where that is asked', async () => {
  const { made, fitting, call, path } = await house(['v1a']);
  const key = await call(ADMIN, 'POST', `${path}/rotate`, { revoke: true, only: 'key' });
  expect(key.json).not.toHaveProperty('secret');
  expect(await fitting(made.json.secret, keysOf(made)[0], keysOf(key)[0])).toEqual(['v1', false, 'v1a']);
  const secret = await call(ADMIN, 'POST', `${path}/rotate`, { revoke: true, only: 'secret' });
  expect(await fitting(made.json.secret, secret.json.secret, keysOf(key)[0])).toEqual([false, 'v1', 'v1a']);
});

it('no more than five of a kind are live, however often somebody rotates', async () => {
  const { call, path, fitting, made } = await house(['v1a']);
  for (let i = 0; i < 6; i++) await call(ADMIN, 'POST', `${path}/rotate`, {});
  expect((await call(ADMIN, 'GET', path)).json).toMatchObject({ secrets: 5, publicKeys: { length: 5 } });
  expect(await fitting(made.json.secret)).toEqual([false]);
});

it('v1a can be turned on and off later; a key cannot be rotated where there is none', async () => {
  const { call, path, fitting, store } = await house();
  const refused = await call(ADMIN, 'POST', `${path}/rotate`, { only: 'key' });
  expect(refused).toMatchObject({ status: 409, json: { code: 'no_signing_key' } });
  const on = await call(ADMIN, 'PATCH', path, { signatures: ['v1a'] });
  expect(await fitting(keysOf(on)[0])).toEqual(['v1a']);
  expect(store.audits.at(-1)?.detail).toEqual({ fields: ['signatures'] });
  const off = await call(ADMIN, 'PATCH', path, { signatures: [] });
  expect(off.json).not.toHaveProperty('publicKeys');
  expect(await fitting(keysOf(on)[0])).toEqual([false]);
});
