// A citizen's round trip by wechaty: through wechaty itself and its mock puppet where they are installed, else through a peer with its interface.
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ADMIN, BUILT, type Gateway, newFolder, newHome, serve, until } from './house.ts';

const TOKEN = 'insecure_simulated';
const PACKAGES = ['wechaty', 'wechaty-puppet-service', 'wechaty-puppet-mock'];
const PHOTO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNgAAAAAgABc3UBGAAAAABJRU5ErkJggg==',
  'base64',
);

interface Scene {
  /** Where the puppet's service listens. */
  readonly endpoint: string;
  readonly env: Record<string, string>;
  say(
    words: string,
    more?: { user?: string; group?: string; file?: { name: string; bytes: Buffer } },
  ): Promise<unknown>;
  close(): Promise<unknown>;
}

const isInstalled = PACKAGES.every((name) => {
  try {
    return createRequire(import.meta.url).resolve(name) !== '';
  } catch {
    return false;
  }
});
if (!isInstalled) console.warn(`SKIPPED: wechaty itself; npm install --no-save --ignore-scripts ${PACKAGES.join(' ')}`);

/** The simulator's puppet service. */
async function wechatyItself(told: (line: string) => void): Promise<Scene> {
  const simulator = await import(String(new URL('../../simulators/wechaty.mjs', import.meta.url)));
  const { url, close } = await simulator.platform({ token: TOKEN, told });
  const { NODE_PATH = '' } = process.env;
  return {
    endpoint: url.replace('http://', ''),
    env: NODE_PATH === '' ? {} : { NODE_PATH },
    say: (words, { file, ...who } = {}) => simulator.say(who, words, { file }),
    close,
  };
}

/** A socket, and the peer laid where a city would have installed wechaty. */
async function peer(told: (line: string) => void): Promise<Scene> {
  const modules = join(newFolder(), 'node_modules');
  const code = { wechaty: fileURLToPath(new URL('./wechaty-peer.cjs', import.meta.url)), 'wechaty-puppet-service': '' };
  for (const [name, file] of Object.entries(code)) {
    mkdirSync(join(modules, name), { recursive: true });
    writeFileSync(join(modules, name, 'index.js'), file && `module.exports = require(${JSON.stringify(file)});\n`);
  }
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    createInterface({ input: socket }).on('line', (line) => {
      const { token, to, text } = JSON.parse(line);
      if (token === TOKEN) sockets.push(socket) && socket.write('{"login":"city"}\n');
      if (to) told(`${to}: ${text}`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let last = 0;
  return {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    env: { NODE_PATH: modules },
    async say(text, { user = 'citizen-1', group, file } = {}) {
      await until(() => sockets.length > 0);
      const photo = file && { name: file.name, base64: file.bytes.toString('base64') };
      last += 1;
      sockets.at(-1)?.write(`${JSON.stringify({ id: `peer-${last}`, text, from: user, room: group, file: photo })}\n`);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe.each([
  ['wechaty itself', wechatyItself, isInstalled && BUILT],
  ['a peer with its interface', peer, BUILT],
])('by %s', (_name, open, isHere) => {
  const heard: string[] = [];
  let scene: Scene;
  let gateway: Gateway;

  beforeAll(async () => {
    if (!isHere) return;
    scene = await open((line) => void heard.push(line));
    const home = newHome();
    const options = { token: TOKEN, endpoint: scene.endpoint, tls: { disable: true } };
    const accounts = { trial: { channel: 'wechaty', puppet: 'wechaty-puppet-service', options } };
    writeFileSync(join(home, 'config', 'channels.yaml'), stringify({ accounts }));
    // wechaty keeps the contacts it met in the home folder.
    gateway = await serve(home, { ...scene.env, HOME: home });
  }, 60_000);
  afterAll(async () => {
    if (!isHere) return;
    await gateway.end('SIGTERM');
    await scene.close();
  }, 60_000);

  const cases = async () => (await gateway.ask('GET', '/v1/cases?limit=200', { token: ADMIN })).json.data;

  it.runIf(isHere)('a citizen gets number and code, and later the unit’s answer', { timeout: 60_000 }, async () => {
    await scene.say('海曙区人民路12号门前的路灯三天不亮了，请派人来修');
    await until(() => heard.join().includes('查询码'));
    const [{ caseNo, unit }] = await cases();
    expect(heard.join().replace(/\D/g, '')).toContain(caseNo);
    const report = (body: object) =>
      gateway.ask('POST', `/v1/cases/${caseNo}/reports`, { token: ADMIN, body: { ...body, unit: unit.code } });
    await report({ type: 'signed' });
    expect((await report({ type: 'answered', public: '路灯今晚修好，请您看看。' })).status).toBeLessThan(300);
    await until(() => heard.join().includes('路灯今晚修好'));
    expect(heard.join().split('路灯今晚修好')).toHaveLength(2);
  });

  it.runIf(isHere)('a photo is kept with the case of its words', { timeout: 60_000 }, async () => {
    await scene.say('', { user: 'citizen-2', file: { name: 'hole.png', bytes: PHOTO } });
    await scene.say('江北区大庆南路18号门口的窨井盖没有了', { user: 'citizen-2' });
    const withPhoto = async () => {
      for (const { caseNo } of await cases()) {
        const { text } = await gateway.ask('GET', `/v1/cases/${caseNo}/messages`, { token: ADMIN });
        if (text.includes('image/png')) return text;
      }
      return undefined;
    };
    await until(async () => (await withPhoto())?.includes('窨井盖') === true);
  });

  it.runIf(isHere)('in a group nobody is told a number, a code or a state', { timeout: 60_000 }, async () => {
    await scene.say('鄞州区百丈东路地铁口的电梯坏了没人管', { user: 'citizen-3', group: 'r1@chatroom' });
    const inGroup = () => heard.filter((line) => line.startsWith('r1@chatroom: '));
    await until(() => inGroup().length > 0);
    expect(inGroup().join()).not.toMatch(/\d{4}|查询码|[A-Z0-9]{4}-[A-Z0-9]{4}/);
    expect(heard.filter((line) => line.startsWith('citizen-3'))).toEqual([]);
  });
});
