// A case that was called done and is not: the citizen says so, and the house deals with it once more (重办).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config.ts';
import { type House, openHouse } from '../../src/main.ts';
import { quiet } from '../feed/house.ts';
import { ADMIN, ask, BUILT, envOf, newHome } from './house.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe.skipIf(!BUILT).each(['memory:', 'sqlite:'])('a finished case over %s', (url) => {
  let house: House;
  let unit = '';
  const admin = (method: string, path: string, body?: object) =>
    ask(house.url, method, path, { token: ADMIN, ...(body ? { body } : {}) });
  const say = async (body: object) => {
    const headers = { 'content-type': 'application/json', traceparent: TRACE };
    const answer = await fetch(`${house.url}/in/web`, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.json()) as Record<string, string>;
  };
  /** As the status page does it: looked up with number and code, then words added. */
  const add = async (caseNo: string, queryCode: string, more: string) => {
    const form = (path: string, fields: Record<string, string>) =>
      fetch(`${house.url}${path}`, {
        ...{ method: 'POST', redirect: 'manual' as const },
        body: new URLSearchParams(fields),
      });
    const page = await (await form('/case', { caseNo, queryCode })).text();
    const [, claim = ''] = /name="claim" value="([^"]+)"/.exec(page) ?? [];
    return (await form('/case/more', { claim, more })).status;
  };
  const eventsOf = async (no: string) =>
    (await admin('GET', `/v1/cases/${no}/events`)).json.data as Record<string, unknown>[];

  beforeAll(async () => {
    const env = envOf(newHome({ store: { url } }), { PORT: '0', CIVICLINE_ADMIN_KEY: ADMIN });
    house = await openHouse(loadSettings(env), quiet, (error) => {
      throw error;
    });
    unit = (await admin('GET', '/v1/units')).json.data[0].code;
  });
  afterAll(() => house?.close());

  async function finished(content: string) {
    const { caseNo = '', queryCode = '' } = await say({ content });
    await admin('POST', `/v1/cases/${caseNo}/assign`, { unit, reason: 'x' });
    for (const report of [{ type: 'signed' }, { type: 'resolved', resolved: true }])
      await admin('POST', `/v1/cases/${caseNo}/reports`, report);
    return { caseNo, queryCode };
  }

  it('opens again when its owner says that it is not done, with a new time; the unit signs again', async () => {
    const { caseNo, queryCode } = await finished('朝阳小区3幢门口的路灯坏了三天了，晚上很黑');
    const before = (await admin('GET', `/v1/cases/${caseNo}`)).json;
    expect(before).toMatchObject({ status: 'done' });
    expect(await add(caseNo, queryCode, '路灯根本没修好，还是黑的')).toBe(303);
    const after = (await admin('GET', `/v1/cases/${caseNo}`)).json;
    expect(after).toMatchObject({ status: 'reopened', unit: { code: unit }, handling: { reopened: 1 } });
    expect(after.handling).not.toHaveProperty('doneAt');
    const events = await eventsOf(caseNo);
    expect(events.map(({ type }) => type).slice(-2)).toEqual(['case.followed_up', 'case.reopened']);
    expect(events.at(-1)).toMatchObject({
      data: { from: 'done', by: 'citizen', status: 'reopened' },
    });
    expect(events[0], 'the trace of the first request').toMatchObject({ traceparent: TRACE });
    expect((await admin('POST', `/v1/cases/${caseNo}/reports`, { type: 'signed' })).json.status).toBe('signed');
  });

  it('stays done for whoever cannot prove that it is theirs, and for thanks', async () => {
    const { caseNo, queryCode } = await finished('和平公园的长椅断了，请派人来修');
    expect(await add(caseNo, 'WRONGCOD', '长椅根本没修好')).toBe(403);
    expect(await add(caseNo, queryCode, '谢谢，长椅已经修好了，很满意')).toBe(303);
    expect((await admin('GET', `/v1/cases/${caseNo}`)).json.status).toBe('done');
    expect((await eventsOf(caseNo)).map(({ type }) => type)).not.toContain('case.reopened');
  });
});
