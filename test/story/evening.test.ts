// An evening at the hotline: greetings without a case, danger shown where to call, and a key used for two different things.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config.ts';
import { type House, openHouse } from '../../src/main.ts';
import { quiet } from '../feed/house.ts';
import { ADMIN, ask, BUILT, envOf, newHome, say, wholeLog } from './house.ts';

describe.skipIf(!BUILT)('an evening at the hotline', () => {
  let house: House;
  beforeAll(async () => {
    const settings = loadSettings(envOf(newHome(), { PORT: '0', CIVICLINE_ADMIN_KEY: ADMIN }));
    house = await openHouse(settings, quiet, (error) => {
      throw error;
    });
  });
  afterAll(() => house.close());

  const eventsOf = async (subject: string) => (await wholeLog(house.url)).filter((event) => event.subject === subject);
  const cases = async () => (await ask(house.url, 'GET', '/v1/cases?limit=200', { token: ADMIN })).json.data.length;

  it.each(['你好', '在吗？', '谢谢！', '好的，谢谢您', '人工客服', '[微笑]', 'hello'])(
    'notes %s and answers it, without a case',
    async (content) => {
      const before = await cases();
      const { status, json } = await say(house.url, { content });
      expect(status).toBe(200);
      expect(json.outcome).toBe('noted');
      expect(json.note).toMatch(/\p{Script=Han}{6,}/u);
      expect(Object.keys(json)).not.toContain('caseNo');
      expect(await cases()).toBe(before);
    },
  );

  it('logs what was noted as a message only, and takes the same greeting again as a repeat', async () => {
    await say(house.url, { content: '您好' }, 'hello-1');
    const again = await say(house.url, { content: '您好' }, 'hello-1');
    expect(again.json.outcome).toBe('repeated');
    const told = (await wholeLog(house.url)).filter(({ data }) => data.externalId === 'hello-1');
    expect(told.map(({ type }) => type)).toEqual(['message.noted']);
  });

  it('opens a case when a greeting is followed by a request in the same breath', async () => {
    const { json } = await say(house.url, { content: '你好，江北区庄桥街道这边停水了，什么时候来水？' });
    expect(json.outcome).toBe('opened');
  });

  it.each([
    ['110', '有人拿着刀在江北区庄桥街道菜场砍人，快来！'],
    ['119', '海曙区月湖街道一栋楼三楼正在着火，烟很大！'],
    ['120', '我爸爸突然昏迷，没有呼吸了，怎么办？'],
    ['12356', '我不想活了，活着没有意思。'],
  ])('shows where to call, %s, at once in the answer, and in the log with it', async (to, content) => {
    const { status, json } = await say(house.url, { content });
    expect(status).toBe(201);
    expect(json).toMatchObject({ outcome: 'diverted', status: 'diverted', urgency: 'emergency', divert: { to } });
    expect(json.divert.advice).toContain(to);
    const [event] = await eventsOf(json.caseNo);
    expect(event).toMatchObject({ type: 'case.diverted', data: { divert: { to }, urgency: 'emergency' } });
    const seen = await ask(house.url, 'GET', `/v1/cases/${json.caseNo}`, { token: ADMIN });
    expect(seen.json).toMatchObject({ status: 'diverted', unit: { code: 'hotline' } });
  });

  it('is not alarmed by a hotpot house and its give-away prices', async () => {
    const { json } = await say(house.url, { content: '鄞州区一家火锅店搞跳楼价促销，收了预付卡的钱不退款。' });
    expect(json.outcome).toBe('opened');
    expect(json).not.toHaveProperty('divert');
  });

  it('opens a case of its own for other words under a key that was used before, and says so in the log', async () => {
    const first = await say(house.url, { content: '镇海区骆驼街道小区电梯停了三天，老人下不了楼。' }, 'twice-used');
    const other = await say(house.url, { content: '北仑区大碶街道路边的路灯坏了，晚上很暗。' }, 'twice-used');
    expect([first.status, other.status]).toEqual([201, 201]);
    expect(other.json.caseNo).not.toBe(first.json.caseNo);
    expect((await eventsOf(other.json.caseNo)).map(({ type }) => type)).toEqual(['case.opened', 'message.key_reused']);
    expect((await eventsOf(first.json.caseNo)).map(({ type }) => type)).toEqual(['case.opened']);
  });

  it('still takes each of the two under that key as the repeat it is', async () => {
    const log = (await wholeLog(house.url)).filter(({ data }) => data.externalId === 'twice-used');
    const first = await say(house.url, { content: '镇海区骆驼街道小区电梯停了三天，老人下不了楼。' }, 'twice-used');
    const other = await say(house.url, { content: '北仑区大碶街道路边的路灯坏了，晚上很暗。' }, 'twice-used');
    for (const { status, json } of [first, other]) {
      expect([status, json.outcome]).toEqual([200, 'repeated']);
      expect(log.map(({ subject }) => subject)).toContain(json.caseNo);
    }
    expect(first.json.caseNo).not.toBe(other.json.caseNo);
  });
});
