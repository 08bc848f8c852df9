// Relating learns from people: what they part again and again the machine stops joining, and what they let stand it goes on joining.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { withModel } from '../../src/cli/relate.ts';
import { rulingsIn } from '../../src/cli/relate-history.ts';
import { RELATE_MODEL } from '../../src/config/relate-model.ts';
import { split } from '../../src/core/acts.ts';
import type { City } from '../../src/core/city.ts';
import { openIntake } from '../../src/core/intake.ts';
import { learnFromPeople } from '../../src/core/learn/relate-people.ts';
import { decode, encode, unpack } from '../../src/core/relate/model.ts';
import { openMint } from '../../src/mint.ts';
import { openMemory } from '../../src/store/memory/store.ts';
import { city, configDir, message } from '../core/example.ts';
import { quiet } from '../feed/house.ts';
import { furnish, newHome } from '../story/house.ts';
import { command } from './command.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-03-02T08:00:00+08:00');
const SYLLABLES = [...'安柏昌德恩丰光海和景康兰明宁平庆仁瑞书泰文祥新永'];
const homeOf = (n: number): string => `${SYLLABLES[n % 24]}${SYLLABLES[(n * 7 + 3) % 24]}花园`;
const dry = (n: number): string =>
  `海曙区${homeOf(n)}整个小区今天早上开始停水，水龙头里一滴水都没有，老人做饭都成问题，请尽快恢复供水。`;
const again = (n: number): string =>
  `你好，海曙区${homeOf(n)}停水了，水龙头没有水，老人孩子没法做饭，什么时候恢复供水？`;

function house(where: City) {
  let now = START;
  const store = openMemory({ instance: 'test', now: () => now });
  const mint = openMint(480);
  const intake = openIntake({ store, mint, now: () => now, log: quiet, city: () => where, committed() {} });
  let said = 0;
  const say = async (text: string, at: number): Promise<string> => {
    now = at;
    said += 1;
    const sentAt = new Date(at).toISOString();
    const id = { id: `msg_${said}`, externalId: `${said}`, contentHash: `sha256:${said}` };
    return (await intake.accept(message(text, { ...id, sentAt, receivedAt: sentAt }))).receipt.caseNo ?? '';
  };
  const found = async (no: string) => {
    const c = await store.findCase(no);
    if (!c) throw new Error('no case');
    return c;
  };
  const matterOf = async (no: string): Promise<string> => (await found(no)).matter?.id ?? '';
  const act = () => ({ city: where, now, by: 'key_7', ulid: mint.ulid, due: () => undefined });
  const part = async (no: string): Promise<void> => {
    const [c, from] = [await found(no), await store.findMatter(await matterOf(no))];
    if (!from) throw new Error('no matter');
    const { move, ...acted } = split(c, from, '隔了一个月，是另一次停水', act());
    if (move) await store.moveMatter({ ...acted, expectVersion: c.version }, move);
  };
  const settle = async (no: string): Promise<void> => {
    const c = await found(no);
    const audit = { at: new Date(now).toISOString(), actor: 'key_7', action: 'case.close', subject: no };
    const done = { ...c, status: 'closed' as const, version: c.version + 1 };
    await store.change({ case: done, expectVersion: c.version, events: [], audit });
  };
  return { store, say, matterOf, part, settle };
}

const running = unpack(readFileSync(path.join(configDir, RELATE_MODEL)));
const MONTH = 40 * DAY;
const HALF_AN_HOUR = 1_800_000;

type House = ReturnType<typeof house>;
/** Whether what comes after half an hour, and what comes after more than a month, is joined to the first. */
async function threeReports({ say, matterOf }: House, n: number) {
  const at = START + n * 3_600_000;
  const first = await say(dry(n), at);
  const [soon, later] = [await say(again(n), at + HALF_AN_HOUR), await say(again(n), at + MONTH)];
  const [matter, ...others] = [await matterOf(first), await matterOf(soon), await matterOf(later)];
  return { first, soon, later, joined: others.map((one) => one === matter) };
}

/** Reports of many estates, the first two of each settled; `then` deals with what came a month later and was joined all the same. */
async function reportsIn(own: House, times: number, then: (no: string) => Promise<void>): Promise<boolean[][]> {
  const all: boolean[][] = [];
  for (let n = 0; n < times; n++) {
    const { first, soon, later, joined } = await threeReports(own, n);
    if (joined[1]) await then(later);
    for (const no of [first, soon]) await own.settle(no);
    all.push(joined);
  }
  return all;
}

describe('what people part', () => {
  it('again and again, the machine that learnt from them does not join, and joins what they let stand', async () => {
    const before = house(city);
    const all = await reportsIn(before, 24, before.part);
    const { judged } = await rulingsIn(before.store, city);
    expect(all.filter((joined) => joined.every(Boolean)).length).toBeGreaterThan(15);
    const { weights, comparison } = learnFromPeople(running, judged);
    expect(comparison).toMatchObject({ better: true });
    expect(comparison.fresh).toBeGreaterThan(comparison.running);
    const learnt = withModel(city, decode(encode(weights, running.tables)));
    for (const n of [30, 31, 32]) expect((await threeReports(house(learnt), n)).joined).toEqual([true, false]);
  });

  it('is read from the store without secret, informing and erased cases, and what waits for a person is unclear', async () => {
    const { store, say, part, matterOf } = house(city);
    const [one, two] = [await say(dry(1), START), await say(again(1), START + HALF_AN_HOUR)];
    expect(await matterOf(one)).toBe(await matterOf(two));
    await part(two);
    expect(await rulingsIn(store, city)).toMatchObject({ rulings: 1, judged: { apart: [[one, two]], together: [] } });
    const c = await store.findCase(two);
    if (!c) throw new Error('no case');
    const audit = { at: '', actor: 'key_7', action: 'case.correct', subject: two };
    const informs = { ...c, kind: 'report' as const, version: c.version + 1 };
    await store.change({ case: informs, expectVersion: c.version, events: [], audit });
    expect(await rulingsIn(store, city)).toMatchObject({ rulings: 0, judged: { stream: [{ id: one }], apart: [] } });
  });

  it('never, and the machine does rightly, leaves the model as it is', () => {
    const stream = Array.from({ length: 10 }, (_, n) => [
      { id: `${n}a`, masked: dry(n), at: START + n * DAY },
      { id: `${n}b`, masked: `您好，${dry(n)}谢谢。`, at: START + n * DAY + HALF_AN_HOUR },
    ]).flat();
    const clusters = Array.from({ length: 10 }, (_, n) => [`${n}a`, `${n}b`]);
    const { comparison } = learnFromPeople(running, { stream, clusters, apart: [], unclear: [], outside: [] });
    expect(comparison).toMatchObject({ pairs: 10, running: 1, won: 0, better: false });
  });

  it('too seldom to learn from is told, with what would count', async () => {
    const home = newHome();
    furnish(home, {});
    const { exit, err } = await command(home, ['train', '--relate', '--from-store']);
    expect(exit).toBe(2);
    expect(err).toContain('people decided about 0 pairs of cases here');
    const nothing = await command(home, ['train', '--relate', '--out', home]);
    expect([nothing.exit, nothing.err.includes('--from-store')]).toEqual([2, true]);
  });
});
