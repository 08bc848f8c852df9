// The desk mends what the machine put together: splits, merges, takes apart; the feed follows, and the machine does not undo it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config.ts';
import { type House, openHouse } from '../../src/main.ts';
import { quiet } from '../feed/house.ts';
import { ADMIN, ask, BUILT, envOf, furnish, newHome, say, typesOf, wholeLog } from './house.ts';

const HOLE = '海曙区解放南路和柳汀街路口往南的机动车道上，路面有一个大坑，下雨积了水以后根本看不出来，请尽快修补。';
const LAMP = '江北区环城北路中段公交站牌上的字已经褪色，等车的人看不清楚是哪几路，请换一块新的站牌。';

describe.skipIf(!BUILT).each(['memory:', 'sqlite:'])('the desk mends matters, kept in %s', (url) => {
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

  let people = 0;
  const report = async (content: string): Promise<string> => {
    people += 1;
    const { json } = await say(
      house.url,
      { content, phone: `1380000${String(people).padStart(4, '0')}` },
      `m-${people}`,
    );
    return json.caseNo;
  };
  const desk = (method: string, path: string, body?: object) =>
    ask(house.url, method, path, { token: ADMIN, ...(body ? { body: { reason: '现场核实', ...body } } : {}) });
  const matterOf = async (no: string): Promise<string> => (await desk('GET', `/v1/cases/${no}`)).json.matter.id;

  it('and a case a person split off stays apart, also when its like comes again', async () => {
    const [first, second] = [await report(HOLE), await report(HOLE)];
    const matter = await matterOf(first);
    expect(await matterOf(second)).toBe(matter);
    const split = await desk('POST', `/v1/matters/${matter}/split`, { caseNo: second });
    expect(split.json).toMatchObject({ matter: { role: 'first' } });
    // The same words fit both sides now: nobody but a person may say which.
    const third = (await desk('GET', `/v1/cases/${await report(HOLE)}`)).json;
    expect([matter, split.json.matter.id]).not.toContain(third.matter.id);
    expect(third.flags).toContain('told_apart');
    const join = third.proposals.find((one: { type: string }) => one.type === 'join');
    const candidates = join.value.candidates.map((one: { matter: string }) => one.matter);
    expect(candidates.sort()).toEqual([matter, split.json.matter.id].sort());
    const decided = await desk('POST', `/v1/cases/${third.no}/decide`, { proposal: join.id, accept: true });
    expect(candidates).toContain(decided.json.matter.id);
  });

  it('and two matters that are one are merged, and taken apart again', async () => {
    const [one, two] = [
      await report(LAMP),
      await report('江北区外滩公园南门口的公共厕所每天关门太早，建议把开放时间延长到晚上十点。'),
    ];
    const [into, from] = [await matterOf(one), await matterOf(two)];
    expect(into).not.toBe(from);
    const merged = await desk('POST', `/v1/matters/${into}/merge`, { from });
    expect(merged.json).toMatchObject({ size: 2, cases: [one, two], merged: [from] });
    // Whoever reports it now goes to the one matter; when it is taken apart, with those they are like.
    const later = await report('江北区外滩公园南门口的公共厕所每天关门太早，建议把开放时间延长到晚上十点。');
    expect(await matterOf(later)).toBe(into);
    const apart = await desk('POST', `/v1/matters/${into}/unmerge`, { from });
    expect(apart.json).toMatchObject({ size: 1, cases: [one] });
    expect((await desk('GET', `/v1/matters/${from}`)).json.cases).toEqual([two, later]);
    const trail = await desk('GET', `/v1/audit?subject=${into}`);
    expect(trail.json.data.map((line: { action: string; reason: string }) => [line.action, line.reason])).toEqual([
      ['matter.apart', '现场核实'],
      ['matter.merge', '现场核实'],
    ]);
    const log = (await wholeLog(house.url)).filter(({ subject }) => [into, from, two].includes(subject));
    // Whether the table of duties is sure of a unit (case.assigned) is told in test/core/mending.test.ts.
    expect(typesOf(log).filter((type) => type !== 'case.assigned')).toEqual([
      ...['case.opened', 'case.joined', 'matter.merged', 'matter.grown'],
      ...['case.split', 'matter.split', 'matter.opened'],
    ]);
  });
});
