// Forty people, one pothole: forty cases with numbers of their own, one matter, and nobody learns of another's case.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config.ts';
import { type House, openHouse } from '../../src/main.ts';
import { quiet } from '../feed/house.ts';
import { ADMIN, type Answer, ask, BUILT, envOf, furnish, newHome, say, wholeLog } from './house.ts';

/** Near enough for the machine to join any two of them by itself, in whatever order they come. */
const BEGINNINGS = ['', '您好，', '你好，', '喂，', '反映：'];
const ENDINGS = ['请尽快修补。', '请尽快修补！', '请尽快修补，谢谢。', '请尽快修好。'];
const there = (pothole: string): string =>
  `海曙区解放南路和柳汀街路口往南的机动车道上，路面${pothole}，下雨积了水以后根本看不出来，` +
  '这几天骑电动车上下班的人已经摔了好几个，晚上路过的时候更加危险，';
const FORTY = BEGINNINGS.flatMap((hello) =>
  ENDINGS.flatMap((end) => ['有一个大坑', '有个大坑'].map((pothole) => hello + there(pothole) + end)),
);

const phone = (n: number): string => `1380000${String(n).padStart(4, '0')}`;

describe.skipIf(!BUILT).each(['memory:', 'sqlite:'])('forty people report one pothole, kept in %s', (url) => {
  let house: House;
  let receipts: Answer[];
  let matter: string;

  beforeAll(async () => {
    const home = newHome();
    furnish(home, { store: { url } });
    const settings = loadSettings(envOf(home, { PORT: '0', CIVICLINE_ADMIN_KEY: ADMIN }));
    house = await openHouse(settings, quiet, (error) => {
      throw error;
    });
    receipts = await Promise.all(
      FORTY.map((content, n) => say(house.url, { content, phone: phone(n) }, `pothole-${n}`)),
    );
    matter = receipts.find(({ json }) => json.matter)?.json.matter.id;
  });
  afterAll(() => house.close());

  const operator = (path: string) => ask(house.url, 'GET', path, { token: ADMIN });

  it('hears it in forty ways', () => {
    expect(new Set(FORTY).size).toBe(40);
  });

  it('gives each of them a number and a code of their own', () => {
    expect(receipts.map(({ status }) => status)).toEqual(Array(40).fill(201));
    expect(new Set(receipts.map(({ json }) => json.caseNo)).size).toBe(40);
    expect(new Set(receipts.map(({ json }) => json.queryCode)).size).toBe(40);
  });

  it('tells the first that it is opened, and each of the others how many they are now', () => {
    const outcomes = receipts.map(({ json }) => json.outcome);
    expect(outcomes.filter((outcome) => outcome === 'opened')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'joined')).toHaveLength(39);
    const sizes = receipts.flatMap(({ json }) => (json.matter ? [json.matter.size] : []));
    expect(sizes.sort((a, b) => a - b)).toEqual(Array.from({ length: 39 }, (_, i) => i + 2));
  });

  it('is one matter of forty cases for the desk', async () => {
    const { json } = await operator(`/v1/matters/${matter}`);
    expect(json.size).toBe(40);
    expect([...json.cases].sort()).toEqual(receipts.map((receipt) => receipt.json.caseNo).sort());
  });

  it('logs one opening, thirty-nine joinings, one matter, and its growth at the sizes the city asked for', async () => {
    const log = (await wholeLog(house.url)).filter(
      ({ type }) => type.startsWith('case.') || type.startsWith('matter.'),
    );
    const count = (type: string) => log.filter((event) => event.type === type).length;
    expect([count('case.opened'), count('case.joined'), count('matter.opened')]).toEqual([1, 39, 1]);
    const grown = log.filter(({ type }) => type === 'matter.grown');
    expect(grown.map(({ subject, data }) => [subject, data.size])).toEqual([5, 10, 20].map((size) => [matter, size]));
  });

  it('gives one who types another’s phone number a case of their own, and not a word of the other’s', async () => {
    const victim = receipts[7]?.json;
    const asked = await say(house.url, { content: '我上次反映的事处理得怎么样了？', phone: phone(7) });
    expect(asked.json).toMatchObject({ outcome: 'opened' });
    expect(asked.json).not.toHaveProperty('matter');
    const same = await say(house.url, { content: FORTY[7], phone: phone(7), name: '测试人' });
    expect(same.json.outcome).toBe('joined');
    for (const { json, text } of [asked, same]) {
      expect(json.caseNo).not.toBe(victim.caseNo);
      expect(text).not.toContain(victim.caseNo);
      expect(text).not.toContain(victim.queryCode);
    }
    const seen = await operator(`/v1/cases/${same.json.caseNo}`);
    const hint = seen.json.proposals.find((one: { type: string }) => one.type === 'same_person');
    expect(hint.value.caseNos).toContain(victim.caseNo);
  });

  it('tells somebody who informs, or asks for secrecy, nothing of the others', async () => {
    const informs = await say(house.url, { content: `我要举报！${FORTY[0]}`, anonymous: true });
    const secret = await say(house.url, { content: FORTY[1], phone: phone(90), secret: true });
    expect(informs.json.kind).toBe('report');
    for (const { json, text } of [informs, secret]) {
      expect(json.outcome).toBe('opened');
      expect(text).not.toMatch(/matter|mat_/);
      const { caseNo, queryCode } = json;
      const looked = await ask(house.url, 'POST', '/v1/lookup', { body: { caseNo, queryCode } });
      expect(looked.text).not.toMatch(/matter|mat_/);
      expect((await operator(`/v1/cases/${caseNo}`)).json.matter.id).toBe(matter);
    }
  });

  it('tells nobody afterwards that one of the many asked for secrecy', async () => {
    const words = '江北区庄桥街道菜场门口每天早上有人占道摆摊，车都过不去，请来管一管。';
    await say(house.url, { content: words, secret: true });
    const next = await say(house.url, { content: words, phone: phone(91) });
    expect(next.json.outcome).toBe('opened');
    expect(next.text).not.toMatch(/matter|mat_/);
  });
});
