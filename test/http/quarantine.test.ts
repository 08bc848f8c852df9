// Quarantine and attachments over HTTP: who may read what nobody could take in, try it again, and save a citizen's files.
import { beforeEach, describe, expect, test } from 'vitest';
import type { Case } from '../../src/core/case.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { Message } from '../../src/core/message.ts';
import { part } from '../contract/teller.ts';
import { ADMIN_TOKEN, CODE, message, NO, NO_2, one, openHouse, START, type TestHouse, tokenOf } from './house.ts';

const BYTES = Uint8Array.from([0x89, 0x50, 0x4e, 0x47]);
const OPERATOR = tokenOf('operator');

let house: TestHouse;
const get = (url: string, token = OPERATOR) => house.call('GET', url, { token });
const post = (url: string, body: unknown, token = OPERATOR) => house.call('POST', url, { token, body });

beforeEach(async () => {
  house = await openHouse();
  house.store.blobs.set('blob_1', BYTES);
});

describe('a message in quarantine', () => {
  beforeEach(() => {
    const receivedAt = new Date(START).toISOString();
    house.store.kept.push({ id: 'qua_1', account: 'web', receivedAt, error: 'TypeError: 坑', message: message() });
  });

  test('is found among many by pages', async () => {
    const [first] = house.store.kept.splice(0);
    const ids = ['qua_1', 'qua_2', 'qua_3'];
    if (first) house.store.kept.push(...ids.map((id) => ({ ...first, id })));
    const page = (await get('/v1/quarantine?limit=2')).json;
    expect(page).toMatchObject({ data: [{ id: 'qua_1' }, { id: 'qua_2' }], has_more: true });
    expect((await get(`/v1/quarantine?limit=2&after=${page.next_cursor}`)).json).toMatchObject({
      data: [{ id: 'qua_3' }],
      has_more: false,
      next_cursor: null,
    });
    expect(await get('/v1/quarantine?after=qua_2')).toMatchObject({ status: 422, json: { field: 'after' } });
  });

  test('is listed for the desk without its words', async () => {
    const { status, json, text } = await get('/v1/quarantine');
    expect([status, json.data[0].id]).toEqual([200, 'qua_1']);
    expect(text).not.toMatch(/门口|王小明|1380000/);
    expect(house.store.trail).toEqual([]);
  });

  test('is read with a reason, which stands in the trail and says nothing of the citizen', async () => {
    const { status, json } = await post('/v1/quarantine/qua_1/reveal', { reason: '查看 13800008000 的来件' });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      ...{ id: 'qua_1', error: 'TypeError: 坑', messageId: 'msg_1' },
      said: { text: '门口路上有坑', name: '王小明', phone: '13800008000' },
      attachments: [{ hash: 'sha256:blob_1', name: '王小明 (家门口).png' }],
    });
    const [line] = house.store.trail;
    expect(line).toMatchObject({ action: 'quarantine.reveal', subject: 'qua_1', actor: 'key_operator' });
    expect(line?.reason).toContain('来件');
    expect(JSON.stringify([house.store.trail, house.lines])).not.toMatch(/门口|王小明|13800008000/);
  });

  test('is taken in by a retry and gone from quarantine, and the query code stays the citizen’s', async () => {
    const { status, json, text } = await post('/v1/quarantine/qua_1/retry', { reason: '已修复' });
    expect([status, json]).toEqual([
      200,
      { id: 'qua_1', messageId: 'msg_1', outcome: 'opened', caseNo: NO, href: `/v1/cases/${NO}` },
    ]);
    expect(text).not.toContain(CODE);
    expect((await get('/v1/quarantine')).json.data).toEqual([]);
    expect(house.store.trail).toMatchObject([{ action: 'quarantine.retry', subject: 'qua_1', reason: '已修复' }]);
  });

  test('stays where it is when it is refused again', async () => {
    house.store.retaken = new GatewayError({ code: 'refused_again', message: 'no', retryable: false, status: 409 });
    const again = await post('/v1/quarantine/qua_1/retry', { reason: '已修复' });
    expect(again).toMatchObject({ status: 409, json: { code: 'refused_again' } });
    expect((await get('/v1/quarantine')).json.data).toHaveLength(1);
  });

  test('gives out its files, each time with a line in the trail', async () => {
    const { status, headers } = await get('/v1/quarantine/qua_1/attachments/sha256:blob_1');
    expect([status, headers['content-type']]).toEqual([200, 'image/png']);
    expect(house.store.trail).toMatchObject([{ action: 'quarantine.attachment', detail: { hash: 'sha256:blob_1' } }]);
  });

  test('asks for a reason and knows what it does not have', async () => {
    for (const deed of ['reveal', 'retry']) {
      const url = `/v1/quarantine/qua_1/${deed}`;
      expect(await post(url, {})).toMatchObject({ status: 422, json: { field: 'reason' } });
      expect((await post(`/v1/quarantine/qua_2/${deed}`, { reason: 'r' })).status).toBe(404);
    }
    expect((await get('/v1/quarantine/qua_1/attachments/sha256:blob_2')).status).toBe(404);
    expect(house.store.trail).toEqual([]);
    expect(house.store.kept).toHaveLength(1);
  });

  test('is nothing for units, integrators and keys bound to a tenant', async () => {
    const body = { name: '区', scopes: ['operator'], tenant: '330203' };
    const bound = (await post('/v1/keys', body, ADMIN_TOKEN)).json.token;
    expect(bound).toMatch(/^ck_/);
    const trail = house.store.trail.length;
    for (const token of [tokenOf('unit'), tokenOf('integrator'), bound]) {
      expect((await get('/v1/quarantine', token)).status).toBe(403);
      expect((await get('/v1/quarantine/qua_1/attachments/sha256:blob_1', token)).status).toBe(403);
      for (const deed of ['reveal', 'retry'])
        expect((await post(`/v1/quarantine/qua_1/${deed}`, { reason: 'r' }, token)).status).toBe(403);
    }
    expect(house.store.trail).toHaveLength(trail);
  });
});

describe('the attachments of a case', () => {
  const heard = (change: Partial<Case> = {}, more: Partial<Message> = {}) => {
    house.store.put(one(change));
    house.store.said.set(NO, [message(more)]);
  };
  const FILE = `/v1/cases/${NO}/attachments/sha256:blob_1`;

  test('are listed and saved by the desk and the unit that handles it, each file with a line in the trail', async () => {
    heard();
    const list = await get(`/v1/cases/${NO}/attachments`);
    const known = { kind: 'image', mediaType: 'image/png', size: 1, hash: 'sha256:blob_1', messageId: 'msg_1' };
    expect(list.json.data).toMatchObject([{ ...known, name: '王小明 (家门口).png' }]);
    expect(list.text).not.toContain('"blob"');
    expect(house.store.trail).toEqual([]);
    for (const token of [OPERATOR, tokenOf('unit')]) {
      const { status, headers } = await get(FILE, token);
      expect([status, headers['content-type'], headers['content-length']]).toEqual([200, 'image/png', '4']);
    }
    expect(house.store.trail.map((e) => [e.action, e.subject, e.actor])).toEqual([
      ['case.attachment', NO, 'key_unit'],
      ['case.attachment', NO, 'key_operator'],
    ]);
  });

  test('are to be saved, never opened in a browser as a page of ours', async () => {
    heard();
    const { headers } = await get(FILE);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(headers['content-security-policy']).toContain('sandbox');
    const name = encodeURIComponent('王小明 (家门口).png').replace('(', '%28').replace(')', '%29');
    expect(headers['content-disposition']).toBe(`attachment; filename="attachment.png"; filename*=UTF-8''${name}`);
  });

  test.each(['text/html', 'image/svg+xml', 'application/xhtml+xml', 'text/javascript', 'image/png\r\nx: y'])(
    'of type %j go out as bytes and nothing more',
    async (mediaType) => {
      heard({}, { parts: [{ ...part('blob_1'), mediaType }] });
      expect((await get(FILE)).headers['content-type']).toBe('application/octet-stream');
    },
  );

  test.each(['secret', 'anonymous'])(
    'of a %s sender have no names: people name files after themselves',
    async (how) => {
      heard({ [how]: true });
      const list = await get(`/v1/cases/${NO}/attachments`);
      const { status, headers } = await get(FILE);
      expect([list.status, status]).toEqual([200, 200]);
      expect(headers['content-disposition']).toBe('attachment; filename="attachment.png"');
      expect(list.text).not.toContain('王小明');
    },
  );

  test('do not exist for another unit, nor for whoever sees no words; nor does what is gone', async () => {
    heard();
    for (const url of [`/v1/cases/${NO}/attachments`, FILE]) {
      expect((await get(url, tokenOf('unit', '_park'))).status).toBe(404);
      expect((await get(url, tokenOf('integrator'))).status).toBe(403);
      expect((await get(url.replace(NO, NO_2))).status).toBe(404);
    }
    house.store.blobs.clear();
    expect((await get(FILE)).status).toBe(404);
    expect(house.store.trail).toEqual([]);
  });
});
