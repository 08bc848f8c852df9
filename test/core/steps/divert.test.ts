import { describe, expect, test } from 'vitest';
import { city, decided } from '../example.ts';

describe('danger', () => {
  test.each([
    ['有人拿刀在小区门口砍人，快来人！', '110'],
    ['隔壁在打架', '110'],
    ['我家厨房着火了', '119'],
    ['楼道里闻到煤气泄漏', '119'],
    ['老人昏迷了怎么办', '120'],
    ['路口发生车祸', '122'],
    ['我不想活了', '12356'],
  ])('%s: call %s', (text, to) => {
    const draft = decided(text);
    expect(draft.divert?.to).toBe(to);
    expect(draft.divert?.advice).toContain(to);
    expect(draft.urgency).toBe('emergency');
    expect(draft.unit?.code).toBe(city.fallbackUnit);
  });

  test.each(['好了吗', '办好了吗？', '办好了没有', '请问我的事情处理得怎么样了', '没有人联系我', '到现在都没人联系我'])(
    'who asks how things stand hears of no danger: %s',
    (text) => {
      const draft = decided(text);
      expect(draft.divert).toBeUndefined();
      expect(draft.urgency).toBe('normal');
    },
  );

  test.each([
    ['没有人联系我，我不想活了', '12356'],
    ['着火了，怎么还没人来', '119'],
  ])('words of danger beside the question still count: %s', (text, to) => {
    expect(decided(text).divert?.to).toBe(to);
  });

  test('the words of advice claim no call by the gateway', () => {
    for (const { advice } of city.emergencies) expect(advice).not.toMatch(/已(?:为您|替您|帮您)?(?:报警|呼叫|拨打)/);
  });

  test.each([
    ['昨天楼下着火了，物业到现在没人管', '119'],
    ['没有人被砍伤，就是吵得厉害', '110'],
    ['去年在路口发生车祸，护栏至今没修', '122'],
  ])('past or denied it is urgent and still shown: %s', (text, to) => {
    const draft = decided(text);
    expect(draft.divert?.to).toBe(to);
    expect(draft.urgency).toBe('urgent');
  });

  test('only feared it is urgent, and a person decides', () => {
    const draft = decided('消防通道被占，万一着火怎么办');
    expect(draft.divert).toBeUndefined();
    expect(draft.urgency).toBe('urgent');
    expect(draft.proposals.filter((one) => one.type === 'divert')).toMatchObject([
      { type: 'divert', value: { to: '119' } },
    ]);
  });

  test.each([
    '孩子学打架子鼓影响邻居',
    '火锅店油烟扰民',
    '这家店可以杀价吗',
    '商场自杀式打折太吵',
    '跳楼价大甩卖喇叭扰民',
    '楼道没有灭火器',
    '煤气公司收费不合理',
    '超市抢购口罩排长队',
    '理发店给我弄了个爆炸头',
  ])('is not seen in %s', (text) => {
    const draft = decided(text);
    expect(draft.divert).toBeUndefined();
    expect(draft.proposals.filter((one) => one.type === 'divert')).toEqual([]);
    expect(draft.urgency).toBe('normal');
  });
});

test('a look-alike spares the word inside it and no other one', () => {
  expect(decided('孩子学打架子鼓，隔壁在打架，又在打架子鼓').divert?.to).toBe('110');
  expect(decided('打架子鼓'.repeat(5_000)).divert).toBeUndefined();
});

test('who wants a service gets its number, who complains about one does not', () => {
  expect(decided('我想搬家，有电话吗').divert?.to).toBe('81890');
  expect(decided('我想搬家，有电话吗').urgency).toBe('normal');
  expect(decided('投诉：我要搬家，搬家公司坐地起价').divert).toBeUndefined();
});

test('a curse that only sounds like danger shows no number, and is a mere curse to a person', () => {
  for (const curse of ['你们就是一群猪', '死一边去', '去你大爷的']) {
    const draft = decided(curse);
    expect(draft.divert).toBeUndefined();
    expect(draft.proposals).toContainEqual(expect.objectContaining({ type: 'refuse' }));
  }
  expect(decided('王八蛋，我要砍死你').divert?.to).toBe('110');
});
