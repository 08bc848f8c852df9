// Title and digest: cut out of what the citizen said, never invented; and several requests in one message shown to a person.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalise } from '../../src/core/text/normalise.ts';
import { city, decided, prepared } from './example.ts';

const CALL =
  '坐席：您好，政务服务热线，请问有什么可以帮您？市民：喂你好我想反映一下我们小区路灯坏了好几天了晚上很黑。' +
  '坐席：好的，请问停电了吗，水管有没有问题？市民：没有，希望快点派人来修。坐席：感谢您的来电。';

describe('the digest', () => {
  it.each([
    ['您好！我住在人民路18号。小区的路灯坏了三天，晚上漆黑一片，请派人维修。谢谢！', '路灯坏了三天'],
    ['尊敬的领导：感谢百忙之中看信。楼下烧烤店每天油烟扰民，要求处理。此致敬礼。', '油烟扰民'],
    [CALL, '路灯坏了好几天'],
  ])('of %s names the trouble', (text, core) => {
    const { digest } = prepared(text);
    expect(digest?.core).toContain(core);
    expect(digest?.title.length).toBeGreaterThan(3);
  });

  it('keeps the title a citizen gave', () => {
    expect(prepared('路灯坏了三天，请派人维修。', { title: '人民路路灯不亮' }).digest?.title).toBe('人民路路灯不亮');
  });

  it('of a greeting, nothing is made', () => {
    expect(prepared('您好，在吗').digest).toBeUndefined();
  });

  it('is cut out of the words and short, for any text', () => {
    const parts = [
      '路灯坏了',
      '，',
      '。',
      '请派人维修',
      '你好',
      '市民：',
      '坐席：',
      '\n',
      '😀',
      ' ',
      'abc',
      '停水三天没人管',
    ];
    const bare = (text: string): string => text.replace(/[\s，,、：:。！!？?;；…]/gu, '');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 60 }), (list) => {
        const text = list.join('');
        const { digest } = prepared(text);
        if (!digest) return;
        expect(digest.title.length).toBeLessThanOrEqual(30);
        expect(digest.core.length).toBeLessThanOrEqual(120);
        expect(bare(normalise(text))).toContain(bare(digest.core));
        expect(bare(digest.core)).toContain(bare(digest.title).slice(0, 4));
      }),
      { numRuns: 150 },
    );
  });
});

describe('several requests in one message', () => {
  const TWO = '小区门口的路灯坏了三天，请派人维修。另外想反映公司拖欠工资两个月，希望劳动部门处理。';

  it('are proposed to a person for splitting, with places and categories, and without a word', () => {
    const proposal = decided(TWO).proposals.find((one) => Array.isArray(one.value.split));
    expect(proposal).toMatchObject({
      type: 'review',
      value: { split: [{ category: '010204' }, { category: '1503' }] },
    });
    expect(JSON.stringify(proposal?.value)).not.toMatch(/路灯|工资/);
  });

  it.each([
    [
      'one request at length',
      '小区门口的路灯坏了三天，请派人维修。晚上漆黑一片，另外想反映路灯开关箱也坏了，请一并处理。',
    ],
    ['numbered points', '一、路灯坏了请修。二、工资拖欠请处理。'],
    ['a question', '请问怎么提取公积金？'],
  ])('are not seen in %s', (_what, text) => {
    expect(prepared(text).proposals).toEqual([]);
  });

  it('leave the words alone', () => {
    expect(prepared(TWO).message.text).toBe(TWO);
    expect(city.categories.some((one) => one.code === '1503')).toBe(true);
  });
});
