import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { city, decided } from '../example.ts';

const CALLED = new Set(['110', '119', '120', '122', '12356']);
const called = (text: string): boolean => CALLED.has(decided(text).divert?.to ?? '');
const lines = (file: string): string[] =>
  readFileSync(new URL(`../../fixtures/danger/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

describe('the hand-written dangers and look-alikes', () => {
  test.each([
    ['ninety-nine dangers of a hundred it was worked out on', 'tuning', 0.01],
    ['ninety-five of a hundred it never saw', 'held-out', 0.05],
  ])('%s are shown whom to call', (_what, part, missed) => {
    const dangers = lines(`${part}.txt`);
    expect(dangers.filter((line) => !called(line)).length).toBeLessThanOrEqual(dangers.length * missed);
  });

  test('of the look-alikes it was worked out on, one in twenty at most raises an alarm', () => {
    const alike = lines('tuning-alike.txt');
    expect(alike.filter(called).length).toBeLessThanOrEqual(alike.length * 0.05);
  });
});

describe('a long message', () => {
  const story = '你好，我住在庄桥这边，小区的事情跟社区反映过很多次，一直没有结果，想请你们帮忙看看到底归谁管。';
  test('that mentions an everyday word of danger raises no alarm and asks nobody', () => {
    const draft = decided(`${story.repeat(3)}广场上以前常有人打架，治安希望加强。`);
    expect(draft.urgency).toBe('normal');
    expect(draft.divert).toBeUndefined();
    expect(draft.proposals.filter((one) => one.type === 'divert')).toEqual([]);
  });
  test('that tells of a danger gone by is shown to a person, and is not urgent', () => {
    const draft = decided(`${story.repeat(3)}前年有人喝农药，家里到现在很困难。`);
    expect(draft.divert).toBeUndefined();
    expect(draft.urgency).toBe('normal');
    expect(draft.proposals).toContainEqual(expect.objectContaining({ type: 'divert', reason: 'medical' }));
  });
  test('without the model goes to a person for an everyday word too', () => {
    const { dangerModel: _, ...ruled } = city;
    const draft = decided(`${story.repeat(3)}广场上以前常有人打架，治安希望加强。`, {}, { city: ruled });
    expect(draft.proposals.filter((one) => one.type === 'divert')).toMatchObject([{ value: { to: '110' } }]);
  });
  test('written down from a call without a stop is read by the sentence: the danger in the middle is shown', () => {
    const before = '喂你好是热线吗我跟你说个事情啊我住在庄桥这边的那个我刚才下楼倒垃圾';
    const after = '你们快点叫人来好不好我也不知道该打哪个电话找谁都说不归他管的谢谢你啊';
    expect(decided(`${before}看到一个老人倒在花坛边上叫他没有反应脸色发紫${after}`).divert?.to).toBe('120');
    expect(decided(`${before}看到垃圾桶满了没有人来收味道很大苍蝇到处飞${after}`).divert).toBeUndefined();
  });
  test('with a cue of haste beside the word is an alarm', () => {
    expect(decided(`${story.repeat(3)}快来人，楼下正在打架！`).divert?.to).toBe('110');
  });
});

test.each(['路灯灭了两个星期', '楼道灯灭了', '小区北门的路灯灭了快两个星期，晚上老人下楼看不清台阶。', '我等不了了'])(
  'a look-alike the model takes for danger is none: %s',
  (text) => expect(decided(text).divert).toBeUndefined(),
);

test('a danger beside a look-alike is one', () => {
  expect(decided('家里烧起来了，灯都灭了').divert?.to).toBe('119');
});

test('a threat under a condition is a threat', () => {
  expect(decided('要是再不发工资我就从楼上跳下去').divert?.to).toBe('12356');
});

test('without the model the rules stand alone, and wordings no list foresees are lost', () => {
  const { dangerModel: _, ...ruled } = city;
  expect(decided('窗帘引燃了我扑不灭').divert?.to).toBe('119');
  expect(decided('窗帘引燃了我扑不灭', {}, { city: ruled }).divert).toBeUndefined();
  expect(decided('我家厨房着火了', {}, { city: ruled }).divert?.to).toBe('119');
});
