// The roof: what the first start makes and the next ones keep, and that a start that fails leaves nothing behind.

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadSettings } from '../src/config.ts';
import { type House, openHouse } from '../src/main.ts';
import { command } from './cli/command.ts';
import { quiet } from './feed/house.ts';
import { ask, BUILT, type Env, envOf, newHome } from './story/house.ts';

describe.skipIf(!BUILT)('opening the house', () => {
  let house: House | undefined;
  let taken: Server | undefined;
  afterEach(async () => {
    await house?.close();
    taken?.close();
    house = undefined;
    taken = undefined;
  });

  const open = async (home: string, env: Env = {}): Promise<House> => {
    const settings = loadSettings(envOf(home, { PORT: '0', ...env }));
    house = await openHouse(settings, quiet, (error) => {
      throw error;
    });
    return house;
  };
  const mayListKeys = async (url: string, token: string) =>
    (await ask(url, 'GET', '/v1/keys', { token })).status === 200;

  it('makes a master key and an admin key at the first start, and keeps both', async () => {
    const home = newHome();
    const first = await open(home);
    expect(first.master).toMatchObject({ created: true, from: 'file' });
    const token = first.adminToken ?? '';
    expect(token.length).toBeGreaterThan(20);
    expect(await mayListKeys(first.url, token)).toBe(true);
    expect(await mayListKeys(first.url, `${token}x`)).toBe(false);
    await first.close();
    const second = await open(home);
    expect(second.master.created).toBe(false);
    expect(second.adminToken).toBeUndefined();
    expect(await mayListKeys(second.url, token)).toBe(true);
  });

  it('makes no admin key where one is given, and takes the given one', async () => {
    const given = 'a-token-from-the-environment';
    const { url, adminToken } = await open(newHome(), { CIVICLINE_ADMIN_KEY: given });
    expect(adminToken).toBeUndefined();
    expect(await mayListKeys(url, given)).toBe(true);
  });

  it('shows a browser that went astray a page in both languages, and a program a problem document', async () => {
    const { url } = await open(newHome());
    const page = await ask(url, 'GET', '/nothing', { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.text).toContain('没有这个页面');
    expect(page.text).toContain('There is no such page');
    expect((await ask(url, 'GET', '/nothing')).json).toMatchObject({ code: 'not_found' });
  });

  it('takes on its pages and at /in/web what a block of the account allows, field by field over the house', async () => {
    const home = newHome({ http: { attachments: { maxFiles: 2, maxBytes: 1_000 } } });
    const web = { channel: 'web', attachments: { maxBytes: 3_000, mediaTypes: ['application/pdf'] } };
    writeFileSync(join(home, 'config', 'channels.yaml'), stringify({ accounts: { web } }));
    const { url } = await open(home);
    const bring = async (path: string, files: readonly File[], accept: string) => {
      const body = new FormData();
      body.append('content', '门口的路灯灭了');
      for (const file of files) body.append('files', file);
      const answer = await fetch(url + path, { method: 'POST', body, headers: { accept } });
      return { status: answer.status, text: await answer.text() };
    };
    const pdf = (size: number, name = '一.pdf') =>
      new File(['%PDF-1.4 '.padEnd(size, 'x')], name, { type: 'application/pdf' });
    const png = new File([Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])], '二.png', {
      type: 'image/png',
    });
    expect((await bring('/in/web', [pdf(2_000), pdf(2_000)], '*/*')).status).toBe(201);
    expect((await bring('/in/web', [pdf(4_000)], '*/*')).status).toBe(413);
    expect((await bring('/in/web', [png], '*/*')).status).toBe(415);
    const kept = (text: string) => [...text.matchAll(/name="file" value=/g)].length;
    const many = await bring('/check', [pdf(2_000), pdf(4_000, '三.pdf'), png, ...Array(9).fill(pdf(20))], 'text/html');
    expect([many.status, kept(many.text)]).toEqual([422, 2]);
    for (const words of ['门口的路灯灭了', '“三.pdf”超过', '“二.png”这种文件', '最多附 2 个文件'])
      expect(many.text).toContain(words);
  });

  it('gives the store back when it cannot listen, and says in words what is in the way', async () => {
    const home = newHome();
    taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address ? String(address.port) : '';
    const { exit, out, err } = await command(home, ['serve'], { PORT: port });
    expect([exit, out]).toEqual([1, '']);
    expect(err).toMatch(/^civicline: .*EADDRINUSE.*\n {2}Another program listens there: stop it, or set PORT/);
    expect((await open(home)).url).toMatch(/^http:/);
  });

  it('says in words that its data folder cannot be one', async () => {
    const home = newHome();
    writeFileSync(join(home, 'file'), '');
    const { exit, err } = await command(home, ['serve'], { PORT: '0', CIVICLINE_DATA: join(home, 'file', 'data') });
    expect(exit).toBe(1);
    expect(err).toMatch(/^civicline: ENOTDIR.*\n {2}A part of this path is a file/);
  });
});
