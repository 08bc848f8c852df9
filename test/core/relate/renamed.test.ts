// Renamed: what looks like another name in a copy, and is none.
import { expect, test } from 'vitest';
import { renamed } from '../../../src/core/relate/renamed.ts';

const STORY = '高压线离居民楼只有十几米，规划图上没有这条线，请公开环评报告并说明依据。';

test.each([
  ['another opening before a city’s code', `关于A市北片高压线的问题 ${STORY}`, `反映A市北片高压线的问题 ${STORY}`],
  ['a plea before a city’s code', `请加快查处A市高压线 ${STORY}`, `再看看A市高压线 ${STORY}`],
  ['a city’s code on one side', `想在A市银行贷款买房 ${STORY}`, `盼着去银行贷款买房 ${STORY}`],
  ['another opening before a city', `反映市区高压线的问题 ${STORY}`, `投诉市区高压线的问题 ${STORY}`],
  ['the end of a sentence', `楼下喊过人 物业不管 ${STORY}`, `天天等回音 物业不管 ${STORY}`],
])('%s is no other name', (_what, one, other) => {
  expect(renamed(one, other)).toBeUndefined();
  expect(renamed(other, one)).toBeUndefined();
});

test('another estate is', () => {
  expect(renamed(`兰和花园的高压线 ${STORY}`, `明庆花园的高压线 ${STORY}`)).toMatchObject({
    one: '兰和花园',
    other: '明庆花园',
    soft: false,
  });
});
