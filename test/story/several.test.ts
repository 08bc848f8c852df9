// One message, two requests: a person accepts the split that is offered, and each request has a case, a unit and a number.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config.ts';
import { type House, openHouse } from '../../src/main.ts';
import { quiet } from '../feed/house.ts';
import { ADMIN, ask, BUILT, envOf, furnish, newHome, say, wholeLog } from './house.ts';

const LAMPS = '江北区环城北路中段的路灯坏了三天，晚上漆黑一片，请尽快派人维修。';
const FEES = '另外反映江北区实验小学六年级老师有偿补课、乱收资料费，希望教育部门查一查。';

describe.skipIf(!BUILT).each(['memory:', 'sqlite:'])('a message with two requests, kept in %s', (url) => {
  let house: House;
  beforeAll(async () => {
    const home = newHome();
    furnish(home, { store: { url } });
    const settings = loadSettings(envOf(home, { PORT: '0', CIVICLINE_ADMIN_KEY: ADMIN }));
    house = await openHouse(settings, quiet, (error) => {
      throw error;
    });
  });
  afterAll(() => house.close());

  const desk = (method: string, path: string, body?: object, headers?: Record<string, string>) =>
    ask(house.url, method, path, { token: ADMIN, ...(headers ? { headers } : {}), ...(body ? { body } : {}) });
  const caseOf = async (no: string) => (await desk('GET', `/v1/cases/${no}`)).json;
  /** The same words said again join a matter: they are a case all the same. */
  const cases = async () => (await wholeLog(house.url)).filter((e) => /^case\.(opened|joined)$/.test(e.type)).length;
  const openedIn = (told?: { data: Record<string, unknown> }): string =>
    String(Array.isArray(told?.data.opened) ? told.data.opened[0] : '');
  const splitOf = (found: { proposals: { id: string; value: { split?: unknown } }[] }) =>
    found.proposals.find((one) => one.value.split !== undefined);

  it('is offered for splitting; accepted, the second request is a case of its own, once', async () => {
    const { json } = await say(house.url, { content: LAMPS + FEES, phone: '13800001111' }, 'two-1');
    const first = await caseOf(json.caseNo);
    const offer = splitOf(first);
    expect(offer?.value.split).toMatchObject([{ category: '010204' }, { category: expect.stringMatching(/^14/) }]);
    const accept = { proposal: offer?.id, accept: true, reason: '两件事分别办理' };
    const decided = await desk('POST', `/v1/cases/${first.no}/decide`, accept, { 'idempotency-key': 'k1' });
    expect(decided.status).toBe(200);

    const log = await wholeLog(house.url);
    const told = log.find((e) => e.type === 'case.proposed' && e.subject === first.no && e.data.opened !== undefined);
    const no = openedIn(told);
    const second = await caseOf(no);
    expect(second).toMatchObject({ kind: 'complaint', said: { text: FEES, phone: '138****1111' } });
    expect(second.category[0].level1).toBe('教育文体');
    expect(second.matter.id).not.toBe(first.matter.id);
    expect(second.unit.code).toBe('jiaoyu');
    // The first case keeps every word of its own, and a person is asked whether it is about what is left in it.
    const left = await caseOf(first.no);
    expect(left.said.text).toBe(LAMPS + FEES);
    const category = left.proposals.find((one: { type: string }) => one.type === 'category');
    const yes = { proposal: category?.id, accept: true, reason: '只剩路灯' };
    expect((await desk('POST', `/v1/cases/${first.no}/decide`, yes)).json.category[0].code).toBe('010204');
    expect((await desk('GET', `/v1/audit?subject=${first.no}`)).json.data).toContainEqual(
      expect.objectContaining({ detail: expect.objectContaining({ decision: 'accepted', opened: [no] }) }),
    );

    const before = await cases();
    expect((await desk('POST', `/v1/cases/${first.no}/decide`, accept, { 'idempotency-key': 'k1' })).status).toBe(200);
    expect((await desk('POST', `/v1/cases/${first.no}/decide`, accept)).json.code).toBe('already_decided');
    expect(await cases()).toBe(before);
  });

  it('stays one case when a person rejects the split', async () => {
    const { json } = await say(house.url, { content: LAMPS + FEES, phone: '13800002222' }, 'two-2');
    const offer = splitOf(await caseOf(json.caseNo));
    const before = await cases();
    const reject = { proposal: offer?.id, accept: false, reason: '是一件事' };
    expect((await desk('POST', `/v1/cases/${json.caseNo}/decide`, reject)).status).toBe(200);
    expect(await cases()).toBe(before);
  });

  it('opens one case though two people accept it at one moment', async () => {
    const { json } = await say(house.url, { content: LAMPS + FEES, phone: '13800004444' }, 'two-4');
    const offer = splitOf(await caseOf(json.caseNo));
    const accept = { proposal: offer?.id, accept: true, reason: '两件事分别办理' };
    const before = await cases();
    const both = await Promise.all([1, 2].map(() => desk('POST', `/v1/cases/${json.caseNo}/decide`, accept)));
    expect(both.map((one) => one.status).sort()).toEqual([200, 409]);
    expect(await cases()).toBe(before + 1);
  });

  it('hides in both cases who asked to be hidden', async () => {
    const secret = { content: LAMPS + FEES, name: '王小明', phone: '13800003333', secret: true };
    const { json } = await say(house.url, secret, 'two-3');
    const offer = splitOf(await caseOf(json.caseNo));
    const accept = { proposal: offer?.id, accept: true, reason: '两件事分别办理' };
    expect((await desk('POST', `/v1/cases/${json.caseNo}/decide`, accept)).status).toBe(200);
    const log = await wholeLog(house.url);
    const told = log.find((e) => e.subject === json.caseNo && e.data.opened !== undefined);
    const second = await desk('GET', `/v1/cases/${openedIn(told)}`);
    expect(second.json.secret).toBe(true);
    expect(JSON.stringify(second.json)).not.toMatch(/王小明|王\*|13800003333|138\*/);
  });
});
