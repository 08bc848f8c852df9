// A unit's system without a key reports by signed callback on the built house: only with the right secret, in time, and once.
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config.ts';
import { type House, openHouse } from '../../src/main.ts';
import { quiet } from '../feed/house.ts';
import { ADMIN, ask, BUILT, envOf, newHome } from './house.ts';

describe.skipIf(!BUILT)('a signed callback', () => {
  let house: House;
  let no = '';
  let endpoint = { id: '', secret: '' };
  let unit = '';
  const admin = (method: string, path: string, body?: object) =>
    ask(house.url, method, path, { token: ADMIN, ...(body ? { body } : {}) });

  beforeAll(async () => {
    const env = envOf(newHome({ store: { url: 'memory:' } }), {
      ...{ PORT: '0', CIVICLINE_ADMIN_KEY: ADMIN, CIVICLINE_ALLOWED_NETWORKS: '127.0.0.1/32' },
    });
    house = await openHouse(loadSettings(env), quiet, (error) => {
      throw error;
    });
    const opened = await admin('POST', '/in/web', { content: '小区门口的路灯坏了三天了，请派人来修' });
    no = opened.json.caseNo;
    unit = (await admin('GET', '/v1/units')).json.data[0].code;
    await admin('POST', `/v1/cases/${no}/assign`, { unit, reason: 'x' });
    endpoint = (await admin('POST', '/v1/endpoints', { url: 'http://127.0.0.1:9/x', unit })).json;
  });
  afterAll(() => house?.close());

  interface How {
    readonly secret?: string;
    readonly id?: string;
    readonly at?: number;
    readonly to?: string;
    readonly sent?: string;
  }
  /** `sent` is what goes over the wire when it is not what was signed. */
  async function report(body: object, how: How = {}) {
    const { secret = endpoint.secret, id = 'msg-1', at = Math.floor(Date.now() / 1000), to = endpoint.id } = how;
    const text = JSON.stringify(body);
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${at}.${text}`).digest('base64');
    const headers = { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${signature}` };
    const answer = await fetch(`${house.url}/v1/callbacks/${to}`, {
      ...{ method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: how.sent ?? text },
    });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  }
  const signedEvents = async () => (await admin('GET', '/v1/events?after=earliest&types=case.signed')).json.data.length;

  it.each([
    ['another secret', () => report({ caseNo: no, type: 'signed' }, { secret: `whsec_${'A'.repeat(43)}=` })],
    ['bytes that were not signed', () => report({ caseNo: no, type: 'signed' }, { sent: `{"caseNo":"${no}"}` })],
    ['a time of ten minutes ago', () => report({ caseNo: no, type: 'signed' }, { at: Date.now() / 1000 - 600 })],
    ['an endpoint nobody has', () => report({ caseNo: no, type: 'signed' }, { to: 'ep_none' })],
  ])('with %s is refused, and nothing is changed', async (_what, send) => {
    expect(await send()).toMatchObject({ status: 401, json: { code: 'signature_invalid' } });
    expect(await signedEvents()).toBe(0);
  });

  it('is a report of its unit, once, however often it comes', async () => {
    for (let round = 0; round < 3; round += 1)
      expect(await report({ caseNo: no, type: 'signed' })).toMatchObject({ status: 200, json: { status: 'signed' } });
    expect(await signedEvents()).toBe(1);
    expect((await report({ caseNo: no, type: 'contacted' })).json.code).toBe('idempotency_key_reused');
    const other = (await admin('POST', '/in/web', { content: '公园的长椅断了，请派人来修' })).json.caseNo;
    await admin('POST', `/v1/cases/${other}/assign`, { unit, reason: 'x' });
    expect(await report({ caseNo: other, type: 'signed' }), 'the same id for another case').toMatchObject({
      status: 422,
      json: { code: 'idempotency_key_reused' },
    });
    expect(await signedEvents()).toBe(1);
    const trail = await admin('GET', `/v1/audit?subject=${no}`);
    expect(trail.json.data[0]).toMatchObject({ actor: endpoint.id, action: 'case.signed', detail: { unit } });
  });

  it('does not take an event of ours sent back, a report on nobody’s case, or one without a number', async () => {
    const event = { caseNo: no, type: 'progressed', note: 'x' };
    expect((await report(event, { id: 'evt_01' })).json.code).toBe('own_event');
    expect((await report({ ...event, caseNo: '26112400000000' }, { id: 'b' })).status).toBe(404);
    expect((await report({ type: 'signed' }, { id: 'c' })).json).toMatchObject({ status: 422, field: 'caseNo' });
  });

  it('comes from no endpoint without a unit, and from none whose maker may not report', async () => {
    const wide = (await admin('POST', '/v1/endpoints', { url: 'http://127.0.0.1:9/y' })).json;
    const from = (one: { id: string; secret: string }) =>
      report({ caseNo: no, type: 'progressed', note: 'x' }, { to: one.id, secret: one.secret, id: one.id });
    expect(await from(wide)).toMatchObject({ status: 403 });
    const key = (await admin('POST', '/v1/keys', { name: 'x', scopes: ['admin'], unit })).json;
    const own = (
      await ask(house.url, 'POST', '/v1/endpoints', { token: key.token, body: { url: 'http://127.0.0.1:9/z' } })
    ).json;
    expect(await from(own)).toMatchObject({ status: 200 });
    await admin('DELETE', `/v1/keys/${key.id}`);
    expect(
      await report({ caseNo: no, type: 'progressed', note: 'x' }, { to: own.id, secret: own.secret, id: 'z2' }),
    ).toMatchObject({ status: 403 });
  });

  it('by a secret that a key which may not report had made says nothing, whoever made the endpoint', async () => {
    const keyOf = async (scope: string) =>
      (await admin('POST', '/v1/keys', { name: 'x', scopes: [scope], unit })).json.token as string;
    const [ours, theirs] = [await keyOf('unit'), await keyOf('integrator')];
    const as = async (token: string, path: string, body: object) =>
      (await ask(house.url, 'POST', `/v1/endpoints${path}`, { token, body })).json;
    const from = (id: string, one: { id: string; secret: string }) =>
      report({ caseNo: no, type: 'progressed', note: 'x' }, { id, to: one.id, secret: one.secret });
    const made = await as(ours, '', { url: 'http://127.0.0.1:9/w' });
    await admin('POST', `/v1/endpoints/${made.id}/enable`, {});
    const lent = await as(theirs, `/${made.id}/rotate`, {});
    expect(await from('r1', lent)).toMatchObject({ status: 403, json: { advice: expect.stringContaining('rotate') } });
    expect(await from('r2', made), 'the old secret, while it overlaps').toMatchObject({ status: 200 });
    expect(await from('r3', await as(ours, `/${made.id}/rotate`, {}))).toMatchObject({ status: 200 });
  });
});
