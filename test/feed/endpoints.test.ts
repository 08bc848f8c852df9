// Endpoints by API: who may make, see and change which, and what they are answered.
import { afterEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { verify } from '../../src/feed/sign.ts';
import { ADMIN, desk, key, type Said } from './desk.ts';
import { endpoint, feedOver, type Heard, ok, receiver, settings, until } from './house.ts';
import { LogFake } from './log-fake.ts';

const open: { close(): Promise<unknown> }[] = [];
const keep = <T extends { close(): Promise<unknown> }>(one: T): T => {
  open.push(one);
  return one;
};
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
const UNIT = key(['unit'], { id: 'key_water', unit: 'water' });
const OTHER = key(['integrator'], { id: 'key_other' });

async function house(answer: Parameters<typeof receiver>[0] = ok, ownPorts: number[] = []) {
  const hook = keep(await receiver(answer));
  const store = new LogFake();
  const feed = keep(
    await feedOver(store, { settings: settings({ schedule: [0, 0.01, 0.01] }), ownPorts: () => ownPorts }),
  );
  const call = desk(feed, store);
  const make = (as = ADMIN, extra: object = {}) => call(as, 'POST', '/v1/endpoints', { url: hook.url, ...extra });
  const commit = (event: Parameters<LogFake['commit']>[0]) => {
    const entry = store.commit(event);
    feed.nudge();
    return entry;
  };
  return { hook, store, feed, call, make, commit };
}
const returning: Parameters<typeof receiver>[0] = (_n, response, heard) => {
  const challenge = JSON.parse(heard.body.toString()).data.challenge;
  response.writeHead(200).end(JSON.stringify({ challenge }));
};
const idOf = (said: Said) => String(said.json.id);

it('what is told to all who read the log names the code of a failure, not the address it failed at', async () => {
  const { feed, store } = await house();
  const at = endpoint({ id: 'ep_told' });
  feed.announce(at, 'endpoint.failing', { reason: 'unreachable: connect ECONNREFUSED 10.1.2.3:8080' });
  feed.announce(at, 'endpoint.disabled', { reason: 'by request' });
  await feed.close();
  const told = store.log.slice(-2).map(({ body }) => JSON.parse(body).data.reason);
  expect(told).toEqual(['unreachable', 'by request']);
});

it('a key that is no admin’s makes a hundred endpoints at most', async () => {
  const { call, store, feed } = await house();
  const as = key(['integrator']);
  for (let n = 0; n < 100; n++)
    await feed.roster.add(endpoint({ id: `ep_many${n}`, createdBy: as.id, state: 'disabled' }));
  const url = 'http://127.0.0.1:9/x';
  expect(await call(as, 'POST', '/v1/endpoints', { url })).toMatchObject({
    status: 409,
    json: { code: 'too_many_endpoints' },
  });
  expect(store.kept.size).toBeGreaterThanOrEqual(100);
});

describe('making an endpoint', () => {
  it('with an admin’s key answers 201 with the secret once, and the next event arrives signed with it', async () => {
    const { hook, store, call, make, commit } = await house();
    commit({ type: 'case.opened', subject: 'before' });
    const made = await make(ADMIN, { types: ['case.*'], description: '督办系统' });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ state: 'enabled', types: ['case.*'], description: '督办系统', url: hook.url });
    const secret = String(made.json.secret);
    commit({ type: 'matter.opened', subject: 'mat_1' });
    const entry = commit({ type: 'case.opened', subject: 'after' });
    await until(() => hook.heard.length === 1);
    const { body, headers } = hook.heard[0] as Heard;
    expect(headers['webhook-id']).toBe(entry.id);
    verify({ secrets: [secret], headers: headers as Record<string, string>, body, now: Math.floor(Date.now() / 1000) });
    const shown = await call(ADMIN, 'GET', `/v1/endpoints/${idOf(made)}`);
    expect(shown.text).not.toContain(secret);
    expect(store.audits.map((line) => line.action)).toEqual(['endpoint.create']);
    await until(() => store.log.some((one) => one.type === 'endpoint.created' && one.subject === idOf(made)));
  });

  it('from earliest sends all there is', async () => {
    const { hook, make, commit } = await house();
    commit({ type: 'case.opened', subject: 'A' });
    commit({ type: 'case.signed', subject: 'A' });
    await make(ADMIN, { from: 'earliest' });
    await until(() => hook.heard.length === 2);
  });

  it('with an integrator’s key waits until the challenge comes back', async () => {
    const { hook, call, make, store } = await house((n, response, heard) =>
      n === 1 ? response.writeHead(204).end() : returning(n, response, heard),
    );
    const made = await make(OTHER);
    expect(made.json).toMatchObject({ state: 'pending' });
    expect(JSON.parse(hook.heard[0]?.body.toString() ?? '')).toMatchObject({
      type: 'webhook.ping',
      data: { endpoint: idOf(made) },
    });
    expect((await call(OTHER, 'POST', `/v1/endpoints/${idOf(made)}/enable`)).json).toMatchObject({
      code: 'not_confirmed',
    });
    const verified = await call(OTHER, 'POST', `/v1/endpoints/${idOf(made)}/verify`);
    expect(verified.json).toMatchObject({ state: 'enabled' });
    await until(() => store.log.some((entry) => entry.type === 'endpoint.enabled'));
    expect(store.log.some((entry) => entry.type === 'webhook.ping')).toBe(false);
  });

  it('is confirmed at once when the receiver answers as it should, in plain text too', async () => {
    const { make } = await house((_n, response, heard) =>
      response.writeHead(200).end(JSON.parse(heard.body.toString()).data.challenge),
    );
    expect((await make(OTHER)).json).toMatchObject({ state: 'enabled' });
  });

  it.each([
    [{ url: 'http://127.0.0.2/' }, 'address_refused', 'url'],
    [{ url: 'http://169.254.169.254/latest' }, 'address_refused', 'url'],
    [{ url: 'ftp://example.com/' }, 'address_refused', 'url'],
    [{ url: 'http://user:p@127.0.0.1/' }, 'address_refused', 'url'],
    [{ url: 'receiver' }, 'url_invalid', 'url'],
    [{ url: 'https://a.example/', from: 'yesterday' }, 'bad_cursor', 'from'],
    [{ url: 'https://a.example/', unit: 'nosuch' }, 'unknown_unit', 'unit', 422],
    [{}, 'missing_field', 'url', 422],
    [{ url: 5 }, 'invalid_field', 'url', 422],
    [{ url: 'https://a.example/', state: 'enabled' }, 'unknown_field', 'state', 422],
    [{ url: 'https://a.example/', types: ['case.oponed'] }, 'unknown_type', 'types', 422],
    [{ url: 'https://a.example/', types: [] }, 'invalid_field', 'types', 422],
    [{ url: 'https://a.example/', types: ['case.*', 5] }, 'invalid_field', 'types/1', 422],
    ['[]', 'invalid_field', 'body', 422],
  ])('refuses %j with %s and the field, and stores nothing', async (body, code, field, status = 400) => {
    const { call, store } = await house();
    const said = await call(ADMIN, 'POST', '/v1/endpoints', body);
    expect(said).toMatchObject({ status, json: { code, field } });
    expect(store.kept.size).toBe(0);
    expect(store.audits).toEqual([]);
  });

  it('refuses the gateway’s own address', async () => {
    const { call } = await house(ok, [8345]);
    const said = await call(ADMIN, 'POST', '/v1/endpoints', { url: 'http://127.0.0.1:8345/in/web' });
    expect(said).toMatchObject({ status: 400, json: { code: 'address_refused' } });
  });
});

describe('keys and their endpoints', () => {
  it('a unit’s endpoint gets its unit’s events only, and never one that bars the unit', async () => {
    const { hook, make, commit } = await house(returning);
    const made = await make(UNIT);
    expect(made.json).toMatchObject({ state: 'enabled', unit: 'water' });
    commit({ type: 'case.opened', subject: 'A', unit: 'roads' });
    commit({ type: 'case.opened', subject: 'B', unit: 'water', barred: ['water'] });
    commit({ type: 'case.opened', subject: 'C' });
    const own = commit({ type: 'case.opened', subject: 'D', unit: 'water' });
    await until(() => hook.heard.length === 2);
    expect(hook.heard[1]?.headers['webhook-id']).toBe(own.id);
  });

  it('a key sees and changes only its own endpoints; an admin all', async () => {
    const { call, make } = await house(returning);
    const [water, other] = [await make(UNIT), await make(OTHER)];
    const list = async (as: Parameters<typeof call>[0]) =>
      (await call(as, 'GET', '/v1/endpoints')).json.data?.map((one) => one.id);
    expect(await list(UNIT)).toEqual([water.json.id]);
    expect(await list(OTHER)).toEqual([other.json.id]);
    expect(await list(ADMIN)).toHaveLength(2);
    for (const [method, rest] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/test'],
      ['POST', '/rotate'],
      ['GET', '/health'],
      ['GET', '/deliveries'],
    ] as const) {
      expect(await call(OTHER, method, `/v1/endpoints/${water.json.id}${rest}`, {})).toMatchObject({ status: 404 });
    }
  });

  it('a bound key cannot make an endpoint for another unit, nor a unit’s key without a unit any', async () => {
    const { make } = await house();
    expect(await make(UNIT, { unit: 'roads' })).toMatchObject({ status: 403, json: { code: 'not_yours' } });
    expect(await make(OTHER, { unit: 'roads' })).toMatchObject({ status: 403, json: { code: 'not_yours' } });
    expect(await make(key(['unit']))).toMatchObject({ status: 403, json: { code: 'key_unbound' } });
    expect((await make(ADMIN, { unit: 'roads' })).json).toMatchObject({ unit: 'roads' });
  });
});

describe('an endpoint’s life', () => {
  it('leaves in the audit trail where it is and what was changed, never its whole address', async () => {
    const { call, store, hook } = await house();
    const secret = { url: `${hook.url}/tok-3f9a?key=tok-3f9a` };
    const path = `/v1/endpoints/${idOf(await call(ADMIN, 'POST', '/v1/endpoints', secret))}`;
    await call(ADMIN, 'PATCH', path, { url: `${hook.url}/tok-77`, types: null, description: 'tok-77' });
    await call(ADMIN, 'DELETE', path);
    const origin = new URL(hook.url).origin;
    expect(store.audits.map(({ detail }) => detail)).toEqual([
      { origin },
      { fields: ['url', 'types', 'description'] },
      { origin },
    ]);
  });

  it('a changed URL and filter count from the next event on, and nothing in between is lost', async () => {
    const { hook, call, make, commit } = await house();
    const second = keep(await receiver(ok));
    const made = await make();
    commit({ type: 'case.opened', subject: 'A' });
    await until(() => hook.heard.length === 1);
    const changed = await call(ADMIN, 'PATCH', `/v1/endpoints/${idOf(made)}`, {
      url: second.url,
      types: ['case.signed'],
    });
    expect(changed.json).toMatchObject({ url: second.url, types: ['case.signed'] });
    commit({ type: 'case.assigned', subject: 'A' });
    commit({ type: 'case.signed', subject: 'A' });
    await until(() => second.heard.length === 1);
    expect(second.heard[0]?.headers['webhook-event-type']).toBe('case.signed');
    expect((await call(ADMIN, 'PATCH', `/v1/endpoints/${idOf(made)}`, { types: null })).json).not.toHaveProperty(
      'types',
    );
  });

  it('a new URL by an integrator must be confirmed anew', async () => {
    const { call, make } = await house(returning);
    const silent = keep(await receiver(ok));
    const made = await make(OTHER);
    const changed = await call(OTHER, 'PATCH', `/v1/endpoints/${idOf(made)}`, { url: silent.url });
    expect(changed.json).toMatchObject({ state: 'pending', url: silent.url });
  });

  it('a new URL given while it is disabled gets nothing before it is confirmed', async () => {
    const { call, make, commit } = await house(returning);
    const silent = keep(await receiver(ok));
    const path = `/v1/endpoints/${idOf(await make(OTHER))}`;
    await call(OTHER, 'POST', `${path}/disable`);
    const changed = await call(OTHER, 'PATCH', path, { url: silent.url });
    expect(changed.json).toMatchObject({ state: 'pending', url: silent.url });
    expect(changed.json).not.toHaveProperty('disabledReason');
    expect(silent.heard).toHaveLength(0);
    expect((await call(OTHER, 'POST', `${path}/enable`)).json).toMatchObject({ code: 'not_confirmed' });
    expect((await call(OTHER, 'POST', `${path}/verify`)).json).toMatchObject({ code: 'not_confirmed' });
    commit({ type: 'case.opened', subject: 'A' });
    await call(ADMIN, 'POST', `${path}/enable`);
    await until(() => silent.heard.length === 2);
    expect(silent.heard.map((one) => one.headers['webhook-event-type'])).toEqual(['webhook.ping', 'case.opened']);
  });

  it('gone (410) while its URL is being changed, it stays to be confirmed', async () => {
    const { hook, call, make, commit, store } = await house((n, response, heard) =>
      n === 1 ? returning(n, response, heard) : response.writeHead(410).end(),
    );
    const silent = keep(await receiver(ok));
    const path = `/v1/endpoints/${idOf(await make(OTHER))}`;
    const settle = store.settle.bind(store);
    let patched: Promise<Said> | undefined;
    store.settle = async (rows, cursors) => {
      if (rows.length > 0) patched ??= call(OTHER, 'PATCH', path, { url: silent.url });
      await new Promise((resolve) => setImmediate(resolve));
      await settle(rows, cursors);
    };
    commit({ type: 'case.opened', subject: 'A' });
    await until(() => hook.heard.length === 2 && patched !== undefined);
    await patched;
    await until(() => store.log.some((entry) => entry.type === 'endpoint.disabled'));
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect((await call(OTHER, 'POST', `${path}/enable`)).json).toMatchObject({ code: 'not_confirmed' });
  });

  it('disabled it receives nothing, enabled again it receives what came meanwhile', async () => {
    const { hook, call, make, commit } = await house();
    const made = await make();
    expect((await call(ADMIN, 'POST', `/v1/endpoints/${idOf(made)}/disable`)).json).toMatchObject({
      state: 'disabled',
      disabledReason: 'by request',
    });
    commit({ type: 'case.opened', subject: 'A' });
    const health = await call(ADMIN, 'GET', `/v1/endpoints/${idOf(made)}/health`);
    expect(health.json).toMatchObject({ state: 'disabled', reason: 'by request' });
    expect(hook.heard).toHaveLength(0);
    await call(ADMIN, 'POST', `/v1/endpoints/${idOf(made)}/enable`);
    await until(() => hook.heard.length > 0);
    expect(hook.heard[0]?.headers['webhook-event-type']).toBe('case.opened');
  });

  it('deleted it is gone, with its deliveries', async () => {
    const { call, make, commit, store, hook } = await house();
    const made = await make();
    commit({ type: 'case.opened', subject: 'A' });
    await until(() => store.of(idOf(made))[0]?.state === 'delivered');
    expect((await call(ADMIN, 'DELETE', `/v1/endpoints/${idOf(made)}`)).status).toBe(204);
    expect((await call(ADMIN, 'GET', `/v1/endpoints/${idOf(made)}`)).status).toBe(404);
    commit({ type: 'case.signed', subject: 'A' });
    const again = await make();
    commit({ type: 'case.returned', subject: 'A' });
    await until(() => hook.heard.length === 2);
    expect(hook.heard[1]?.headers['webhook-endpoint-id']).toBe(again.json.id);
    expect(store.of(idOf(made))).toEqual([]);
  });

  it('rotation keeps the old secret signing for the overlap, revocation ends it at once', async () => {
    const { hook, call, make, commit } = await house();
    const made = await make();
    const rotated = await call(ADMIN, 'POST', `/v1/endpoints/${idOf(made)}/rotate`, { overlapSeconds: 3600 });
    expect(rotated.json.secret).not.toBe(made.json.secret);
    const fits = (secret: unknown, at: number) => {
      const { body, headers } = hook.heard[at] as Heard;
      try {
        verify({
          secrets: [String(secret)],
          headers: headers as Record<string, string>,
          body,
          now: Math.floor(Date.now() / 1000),
        });
        return true;
      } catch {
        return false;
      }
    };
    commit({ type: 'case.opened', subject: 'A' });
    await until(() => hook.heard.length === 1);
    expect([fits(made.json.secret, 0), fits(rotated.json.secret, 0)]).toEqual([true, true]);
    const last = await call(ADMIN, 'POST', `/v1/endpoints/${idOf(made)}/rotate`, { revoke: true });
    commit({ type: 'case.signed', subject: 'A' });
    await until(() => hook.heard.length === 2);
    expect([fits(made.json.secret, 1), fits(rotated.json.secret, 1), fits(last.json.secret, 1)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('a test shows an admin request, response and time; others do not see what an inner system answered', async () => {
    const { call, make, hook } = await house((n, response, heard) =>
      n === 1 ? returning(n, response, heard) : response.writeHead(503, { 'x-inner': 'y' }).end('inner page'),
    );
    const made = await make(OTHER);
    const mine = await call(OTHER, 'POST', `/v1/endpoints/${idOf(made)}/test`, {});
    expect(mine.json).toMatchObject({ status: 503, response: { body: '' } });
    const admins = await call(ADMIN, 'POST', `/v1/endpoints/${idOf(made)}/test`, {});
    expect(admins.json).toMatchObject({
      status: 503,
      request: { method: 'POST', url: hook.url, headers: { 'webhook-event-type': 'webhook.ping' } },
      response: { headers: { 'x-inner': 'y' }, body: 'inner page' },
      ms: expect.any(Number),
    });
  });

  it('a test to a name that leads to a refused address says so, naming the setting, without a connection', async () => {
    const { call, store, feed } = await house();
    await feed.roster.add({ ...(await base()), url: 'http://127.0.0.2:9/' });
    const said = await call(ADMIN, 'POST', '/v1/endpoints/ep_x/test', {});
    expect(said.json).toMatchObject({
      error: { code: 'address_refused', message: expect.stringContaining('127.0.0.2') },
    });
    expect(store.kept.has('ep_x')).toBe(true);
  });
});

async function base() {
  const { endpoint } = await import('./house.ts');
  return endpoint({ id: 'ep_x', state: 'disabled' });
}

describe('deliveries', () => {
  it('are listed newest first by pages, dead letters with their reason, and can be sent again with the same id and bytes', async () => {
    let broken = true;
    const { hook, call, make, commit, store } = await house((_n, response) =>
      response.writeHead(broken ? 500 : 204).end(),
    );
    const made = await make();
    const entry = commit({ type: 'case.opened', subject: 'A' });
    await until(() => store.of(idOf(made))[0]?.state === 'dead');
    broken = false;
    commit({ type: 'case.signed', subject: 'B' });
    await until(() => store.of(idOf(made)).length >= 2 && store.of(idOf(made)).every((row) => row.state !== 'pending'));
    const path = `/v1/endpoints/${idOf(made)}/deliveries`;
    const dead = await call(ADMIN, 'GET', `${path}?state=dead`);
    expect(dead.json.data).toMatchObject([
      { seq: entry.seq, state: 'dead', attempts: 3, lastStatus: 500, lastError: 'HTTP 500; 3 attempts' },
    ]);
    const first = await call(ADMIN, 'GET', `${path}?limit=1`);
    expect(first.json).toMatchObject({ has_more: true });
    const second = await call(ADMIN, 'GET', `${path}?limit=1&after=${first.json.next_cursor}`);
    expect(Number(second.json.data?.[0]?.seq)).toBeLessThan(Number(first.json.data?.[0]?.seq));
    const before = hook.heard.length;
    const written = store.audit.bind(store);
    store.audit = async () => {
      throw new GatewayError({ code: 'disk_full', message: 'full', retryable: true, status: 503 });
    };
    for (const [act, body] of [['resend'], ['skip', { reason: 'x' }]] as const)
      expect((await call(ADMIN, 'POST', `${path}/${entry.seq}/${act}`, body)).status).toBe(503);
    expect(store.of(idOf(made)).find((row) => row.seq === entry.seq)?.state, 'nothing unwitnessed').toBe('dead');
    store.audit = written;
    expect((await call(ADMIN, 'POST', `${path}/${entry.seq}/resend`)).status).toBe(202);
    expect(store.audits.at(-1)).toMatchObject({ action: 'endpoint.resend', detail: { seq: entry.seq } });
    await until(() => store.of(idOf(made)).find((row) => row.seq === entry.seq)?.state === 'delivered');
    expect(hook.heard.length).toBe(before + 1);
    expect(hook.heard.at(-1)?.headers['webhook-id']).toBe(entry.id);
    expect(hook.heard.at(-1)?.body.equals(Buffer.from(entry.body))).toBe(true);
  });

  it('that do not exist, or at an endpoint that is not enabled, are refused', async () => {
    const { call, make, commit, store } = await house();
    const made = await make();
    commit({ type: 'case.opened', subject: 'A' });
    await until(() => store.of(idOf(made)).length === 1);
    const path = `/v1/endpoints/${idOf(made)}/deliveries`;
    for (const seq of ['99', '0', 'x', '1e3']) {
      expect(await call(ADMIN, 'POST', `${path}/${seq}/resend`)).toMatchObject({ status: 404 });
    }
    expect(store.audits.map(({ action }) => action)).not.toContain('endpoint.resend');
    await call(ADMIN, 'POST', `/v1/endpoints/${idOf(made)}/disable`);
    const seq = store.of(idOf(made))[0]?.seq;
    expect(await call(ADMIN, 'POST', `${path}/${seq}/resend`)).toMatchObject({
      status: 409,
      json: { code: 'endpoint_not_enabled' },
    });
    expect(await call(ADMIN, 'GET', `${path}?state=lost`)).toMatchObject({ status: 422, json: { field: 'state' } });
    expect(await call(ADMIN, 'GET', `${path}?limit=0`)).toMatchObject({ status: 422, json: { field: 'limit' } });
  });
});
