// The book of calls over HTTP: figures of a period, who is to be called back, and a number only with a reason.
import { beforeEach, describe, expect, test } from 'vitest';
import type { CallFact } from '../../src/core/call-record.ts';
import { openHouse, START, type TestHouse, tokenOf } from './house.ts';

const HOUR = 3_600_000;
const OPERATOR = tokenOf('operator');
let house: TestHouse;
const get = (url: string, token = OPERATOR) => house.call('GET', url, { token });

const told = (call: string, at: number, more: Partial<CallFact>): CallFact => ({
  ...{ call, part: 'cdr', rank: 1, direction: 'in', party: '13800008000', offeredAt: at, endedAt: at + 60_000 },
  ...more,
});

beforeEach(async () => {
  house = await openHouse();
  await house.store.putCalls('hotline', '330200', [
    told('a', START - 2 * HOUR, { outcome: 'answered', answeredAt: START - 2 * HOUR + 12_000 }),
    told('b', START - HOUR, { outcome: 'abandoned', party: '13900009000' }),
    told('c', START - 30 * HOUR, { outcome: 'answered', answeredAt: START - 30 * HOUR + 40_000 }),
  ]);
});

describe('the figures of calls', () => {
  test('are those of the last 24 hours, or of the period asked for', async () => {
    const { status, json } = await get('/v1/calls/figures');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      total: { offered: 2, answered: 1, abandoned: 1, rate: 0.5, answeredWithin15s: 1, wait: { averageS: 12 } },
      meets: false,
    });
    const from = encodeURIComponent(new Date(START - 48 * HOUR).toISOString());
    expect((await get(`/v1/calls/figures?from=${from}`)).json.total).toMatchObject({
      offered: 3,
      answeredWithin15s: 1,
    });
  });

  test('say what is wrong with a period, and are shown to nobody bound to a unit', async () => {
    expect(await get('/v1/calls/figures?from=soon')).toMatchObject({ status: 422, json: { field: 'from' } });
    expect(await get('/v1/calls/figures?from=2030-01-01')).toMatchObject({ status: 422, json: { field: 'from' } });
    expect((await get('/v1/calls/figures', tokenOf('unit'))).status).toBe(403);
    expect((await get('/v1/calls/figures', tokenOf('integrator'))).status).toBe(200);
    expect((await get('/v1/calls', tokenOf('integrator'))).status).toBe(403);
  });
});

describe('the list of calls', () => {
  test('shows numbers masked, page by page, newest first', async () => {
    const { json, text } = await get('/v1/calls?limit=2');
    expect(json.data).toMatchObject([
      { outcome: 'abandoned', party: '139****9000' },
      { outcome: 'answered', waitS: 12 },
    ]);
    expect(text).not.toContain('13900009000');
    expect(json.has_more).toBe(true);
    expect((await get(`/v1/calls?limit=2&after=${json.next_cursor}`)).json).toMatchObject({
      data: [{ waitS: 40 }],
      has_more: false,
      next_cursor: null,
    });
    expect(await get('/v1/calls?after=nowhere')).toMatchObject({ status: 422, json: { field: 'after' } });
  });

  test('names who is to be called back until they were spoken to, and tells a number only with a reason', async () => {
    const [owed] = (await get('/v1/calls?owed=true')).json.data;
    const reveal = (body: object, token = OPERATOR) =>
      house.call('POST', `/v1/calls/${owed.id}/reveal`, { token, body });
    expect((await reveal({})).status).toBe(422);
    expect((await reveal({ reason: '回拨' }, tokenOf('integrator'))).status).toBe(403);
    expect(house.store.trail).toEqual([]);
    expect((await reveal({ reason: '回拨' })).json).toEqual({ id: owed.id, party: '13900009000' });
    expect(house.store.trail).toMatchObject([{ action: 'call.reveal', subject: owed.id, actor: 'key_operator' }]);
    const back = { outcome: 'answered', direction: 'out', party: '13900009000', answeredAt: START } as const;
    await house.store.putCalls('hotline', '330200', [told('d', START, back)]);
    expect((await get('/v1/calls?owed=true')).json.data).toEqual([]);
  });
});
