// Training: how common a word is, is counted by matters.
import { expect, test } from 'vitest';
import { tablesOf } from '../../../src/core/learn/relate-train.ts';
import { gramsOf } from '../../../src/core/relate/reading.ts';
import { idfOf, ordinary } from '../../../src/core/relate/table.ts';

const DAY = 86_400_000;
const TROUBLES = ['路灯不亮', '电梯停运', '垃圾没人收', '夜里施工太吵', '下水道堵了', '暖气不热'];
const PLACES = [...'东西南北中上下前后左'].map((one) => `${one}岭坡`);

const others = PLACES.flatMap((place, n) => TROUBLES.map((trouble, m) => ({ id: `${n}-${m}`, text: place + trouble })));
const crowd = Array.from({ length: 40 }, (_, n) => ({ id: `crowd-${n}`, text: `梧桐里水管爆了第${n}天` }));
const stream = [...crowd, ...others].map(({ id, text }, n) => ({ id, masked: text, at: n * DAY }));
const judged = { stream, clusters: [crowd.map(({ id }) => id)], outside: [] };

test('the name of a matter told by many stays a name', () => {
  const { grams } = tablesOf(judged);
  const [name, word] = [gramsOf('梧桐', true), gramsOf('电梯', true)].map(([gram]) => gram ?? 0);
  expect(ordinary(word ?? 0, grams)).toBe(true);
  expect(ordinary(name ?? 0, grams)).toBe(false);
  expect(grams.texts).toBe(others.length + 1);
  const [once] = gramsOf('水管', true);
  expect(idfOf(name ?? 0, grams)).toBe(idfOf(once ?? 0, grams));
});
