// The integrators' commands over the public API of a running gateway: tail, listen, replay, and verify on what was kept.

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSecret, newSigningKey, publicKeyOf } from '../../src/feed/secrets.ts';
import { sign, signersOf, verify } from '../../src/feed/sign.ts';
import {
  ADMIN,
  ask,
  BUILT,
  envOf,
  type Gateway,
  newFolder,
  newHome,
  say,
  serve,
  start,
  until,
  wholeLog,
} from '../story/house.ts';
import { command } from './command.ts';

const home = newHome();
const secret = newSecret();

describe('bad usage', () => {
  it.each<[string, string[], Record<string, string>, RegExp]>([
    ['listening without a place to forward to', ['listen'], {}, /required option '--forward/],
    [
      'forwarding to what is no address',
      ['listen', '--forward', 'here'],
      { CIVICLINE_FEED_KEY: 'k' },
      /no http address/,
    ],
    ['a tail without a key', ['tail'], { CIVICLINE_ADMIN_KEY: '' }, /no key\n {2}Set CIVICLINE_FEED_KEY/],
    ['a gateway that is none', ['tail', '--gateway', 'x'], { CIVICLINE_FEED_KEY: 'k' }, /no address of a gateway/],
    ['a replay of no endpoint', ['replay', 'x'], { CIVICLINE_FEED_KEY: 'k' }, /no id of an endpoint/],
    ['verifying with nothing', ['verify'], {}, /nothing to verify with\n {2}Set CIVICLINE_SECRET/],
    ['verifying with half a key', ['verify', '--public-key', 'whpk_AAAA'], {}, /A public key is whpk_ and 32 bytes/],
  ])('%s is told with exit 2', async (_what, args, env, told) => {
    const { exit, out, err } = await command(home, args, env);
    expect(err).toMatch(told);
    expect([exit, out]).toEqual([2, '']);
  });
});

it('verify says of each delivery whether it is genuine, by which signature, and why not', async () => {
  const key = newSigningKey();
  const now = Math.floor(Date.now() / 1_000);
  const signed = (id: string, body: string, at = now, by = secret) => ({
    headers: {
      'Webhook-Id': id,
      'webhook-timestamp': at,
      'webhook-signature': sign(signersOf(by, ['v1', 'v1a']), id, at, body),
    },
    body,
  });
  const { body: _gone, ...bodiless } = signed('evt_5', '{}');
  const lines = [
    signed('evt_1', '{"水":1}'),
    { ...signed('evt_2', '{"a":1}'), body: '{"a": 1}' },
    signed('evt_3', '{}', now - 4_000),
    signed('evt_4', '{}', now, key),
    bodiless,
    { ...bodiless, bodyBase64: Buffer.from('{}').toString('base64') },
  ];
  const file = join(newFolder(), 'kept.jsonl');
  writeFileSync(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\nnonsense\n`);
  const args = ['verify', file, '--public-key', publicKeyOf(key)];
  const { exit, lines: said } = await command(home, args, { CIVICLINE_SECRET: secret });
  expect(exit).toBe(1);
  expect(said).toEqual([
    { row: 1, id: 'evt_1', genuine: true, scheme: 'v1' },
    { row: 2, id: 'evt_2', genuine: false, why: 'no v1a or v1 or sm3 signature fits.' },
    { row: 3, id: 'evt_3', genuine: false, why: 'webhook-timestamp is more than 300 seconds away.' },
    { row: 4, id: 'evt_4', genuine: true, scheme: 'v1a' },
    { row: 5, id: 'evt_5', genuine: false, why: 'body (text) or bodyBase64 is missing' },
    { row: 6, id: 'evt_5', genuine: true, scheme: 'v1' },
    { row: 7, genuine: false, why: expect.stringContaining('JSON') },
  ]);
  const old = await command(home, [...args, '--any-time'], { CIVICLINE_SECRET: secret });
  expect(old.lines[2]).toMatchObject({ genuine: true });
});

describe.skipIf(!BUILT)('over a running gateway', () => {
  let gateway: Gateway;
  const heard: { headers: Record<string, string>; body: Buffer; url: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      heard.push({
        headers: { ...request.headers } as Record<string, string>,
        body: Buffer.concat(chunks),
        url: `${request.url}`,
      });
      response.writeHead(204).end();
    });
  });
  let hook = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    hook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?who=me`;
    gateway = await serve(home, { CIVICLINE_ALLOWED_NETWORKS: '127.0.0.1/32' });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('tail prints the log as it is; listen forwards it signed, query and all; replay sends it to an endpoint again', async () => {
    await say(gateway.url, { content: '东门口路灯不亮，晚上看不见路' });
    const key = { CIVICLINE_FEED_KEY: ADMIN };
    const at = ['--gateway', gateway.url];
    const log = await wholeLog(gateway.url);
    const tailed = await command(home, ['tail', '--once', '--types', 'case.*', ...at], key);
    expect(tailed.lines).toEqual(log.filter(({ type }) => type.startsWith('case.')));
    const refused = await command(home, ['tail', '--once', '--filter', 'typ = 1', ...at], key);
    expect([refused.exit, refused.err]).toEqual([1, expect.stringContaining('events have no attribute typ')]);

    const env = { ...envOf(home), ...key, CIVICLINE_SECRET: secret };
    const listening = start(['dist/cli.js', 'listen', '--forward', hook, '--after', 'earliest', ...at], env);
    await until(() => heard.length === log.length);
    for (const { headers, body, url } of heard) {
      expect(verify({ secrets: [secret], headers, body, now: Date.now() / 1000 })).toBe('v1');
      expect(url).toBe('/hook?who=me');
    }
    expect(heard.map(({ body }) => JSON.parse(body.toString()))).toEqual(log);
    await until(() => listening.said.out.split('\n').length > log.length);
    expect(await listening.end('SIGINT')).toBe(0);
    const [first] = listening.said.out.split('\n').map((line) => line && JSON.parse(line));
    expect(first).toMatchObject({ id: log[0].id, status: 204, cursor: expect.any(String) });
    expect((await ask(gateway.url, 'GET', '/v1/endpoints', { token: ADMIN })).json.data).toEqual([]);

    const made = await ask(gateway.url, 'POST', '/v1/endpoints', { token: ADMIN, body: { url: hook } });
    heard.length = 0;
    const replayed = await command(home, ['replay', made.json.id, '--types', 'case.*', ...at], key);
    expect(replayed.lines.at(-1)).toMatchObject({ state: 'done', sent: tailed.lines.length });
    await until(() => heard.some(({ headers }) => headers['webhook-id'] === tailed.lines[0].id));
  });
});
