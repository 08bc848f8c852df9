// A receiver that cannot be right is refused when it is named, with a reason and a remedy, and nothing is stored.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openGuard } from '../../src/feed/guard.ts';
import { asking, openNames } from '../../src/feed/names.ts';
import { ADMIN, desk } from './desk.ts';
import { feedOver, ok, receiver } from './house.ts';
import { LogFake } from './log-fake.ts';
import { nameServer } from './name-server.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** `server`: the name server asked; one that nobody runs by default. */
async function house(server = '127.0.0.1:9') {
  const resolve = openNames(() => Date.now(), asking([server]));
  const guard = openGuard({ allowedNetworks: ['127.0.0.1/32'], ownPorts: () => [], resolve });
  const store = new LogFake();
  const feed = await feedOver(store, { guard });
  closing.push(
    () => guard.close(),
    () => feed.close(),
  );
  return { store, call: desk(feed, store) };
}

/** A receiver over TLS whose certificate is its own; undefined where there is no openssl to make one. */
async function selfSigned() {
  const folder = mkdtempSync(path.join(tmpdir(), 'civicline-tls-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name)) as [string, string];
  const asked = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  execFileSync('openssl', [...asked, '-keyout', key, '-out', cert, '-subj', '/CN=127.0.0.1'], { stdio: 'ignore' });
  let requests = 0;
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) => {
    requests++;
    response.writeHead(204).end();
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}/hook`, requests: () => requests };
}

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a receiver that cannot be right', () => {
  it('is refused when its name does not exist, made or changed, and nothing is stored', async () => {
    const dns = await nameServer(() => undefined);
    closing.push(dns.close);
    const { store, call } = await house(dns.server);
    const said = await call(ADMIN, 'POST', '/v1/endpoints', { url: 'https://reciever.example/hook' });
    expect(said).toMatchObject({ status: 422, json: { code: 'name_unresolved', field: 'url' } });
    expect([store.kept.size, store.audits.length]).toEqual([0, 0]);
    const made = await call(ADMIN, 'POST', '/v1/endpoints', { url: 'http://127.0.0.1:9/x' });
    const path = `/v1/endpoints/${String(made.json.id)}`;
    const moved = await call(ADMIN, 'PATCH', path, { url: 'https://reciever.example/', description: 'x' });
    expect(moved).toMatchObject({ status: 422, json: { code: 'name_unresolved' } });
    const { url, description } = (await call(ADMIN, 'GET', path)).json;
    expect([url, description]).toEqual(['http://127.0.0.1:9/x', undefined]);
  });

  it('is refused when its name leads to an address the guard refuses, with no connection there', async () => {
    const inner = await receiver(ok, '127.0.0.3');
    const dns = await nameServer(() => '127.0.0.3');
    closing.push(dns.close, () => inner.close());
    const { store, call } = await house(dns.server);
    const url = `http://inner.example:${inner.port}/hook`;
    const said = await call(ADMIN, 'POST', '/v1/endpoints', { url });
    expect(said).toMatchObject({ status: 400, json: { code: 'address_refused', field: 'url' } });
    expect([store.kept.size, inner.connections]).toEqual([0, 0]);
  });

  it.skipIf(!hasOpenssl())('is refused when nobody vouches for its certificate, and is sent nothing', async () => {
    const { store, call } = await house();
    const { url, requests } = await selfSigned();
    const said = await call(ADMIN, 'POST', '/v1/endpoints', { url });
    expect(said).toMatchObject({ status: 422, json: { code: 'certificate_untrusted', field: 'url' } });
    expect(store.kept.size).toBe(0);
    expect(requests()).toBe(0);
  });

  it('is taken with a warning when it, or the name server, is only silent now', async () => {
    const dns = await nameServer(() => '127.0.0.1');
    closing.push(dns.close);
    for (const [server, url] of [
      [dns.server, 'http://later.example:9/hook'],
      [undefined, 'https://later.example/hook'],
    ] as const) {
      const { store, call } = await house(server);
      const said = await call(ADMIN, 'POST', '/v1/endpoints', { url });
      expect(said).toMatchObject({ status: 201, json: { state: 'enabled', warning: { code: 'not_reached' } } });
      expect(store.kept.size).toBe(1);
    }
    const up = await receiver(ok);
    closing.push(() => up.close());
    const { call } = await house();
    expect((await call(ADMIN, 'POST', '/v1/endpoints', { url: up.url })).json.warning).toBeUndefined();
  });
});
