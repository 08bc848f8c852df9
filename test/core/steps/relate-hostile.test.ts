// What must never pull strangers into one matter: phrases, short words, copies with names changed, clocks; and what is said of it.
import { describe, expect, test } from 'vitest';
import { decided, knownCase, NOTHING, NOW } from '../example.ts';

const DAYS = 1440;
const HOLE = '江北区环城北路通往压赛堰的马路路面有许多坑洼，市民出行不便，要求修复。';
const PETITION =
  '关于碧海花园物业乱收费的投诉\n我们是碧海花园的业主。物业公司自去年以来擅自提高停车费，地下车位只售不租，公共收益从不公示，业主多次交涉没有结果，请有关部门调查处理。';

const beside = (text: string, before: string, minutes = DAYS, more = {}) =>
  decided(text, more, { known: { ...NOTHING, alike: [knownCase(before, minutes)] } });

describe('two strangers are not joined', () => {
  test.each([
    ['by a phone clerk’s phrases alone', '来电人反映小区有问题，请相关部门尽快核实处理。'],
    ['by no more than a greeting and a plea', '尊敬的领导您好，希望有关部门及时处理并回复，谢谢。'],
    ['by short words without a place', '没水了'],
    ['by short words and a whole district', '海曙区没水了'],
    ['by short words said over and over', '路灯坏了路灯坏了路灯坏了路灯坏了'],
  ])('%s', (_why, text) => {
    const draft = beside(text, text, 60);
    expect(draft.relation.to).toBe('none');
  });

  test('by a petition copied for another community', () => {
    const draft = beside(PETITION.replaceAll('碧海花园', '阳光家园'), PETITION);
    expect(draft.relation.to).toBe('none');
    expect(draft.proposals.filter(({ type }) => type === 'join')).toEqual([]);
    expect(draft.weighed).toMatchObject({ band: 'new' });
    expect(draft.weighed?.why).toContain('不是同一个小区');
  });

  const SCHOOL =
    '关于启明外国语学校强制学生购买校服的投诉\n我是启明外国语学校的家长。学校要求每个学生必须购买三套校服，一套六百元，质量很差，家长多次反映无果，请教育部门调查并退款。';
  const DRY = '海曙区兰和花园停水了，水龙头没有水，老人孩子没法做饭，什么时候恢复供水？';
  const CARD = '永泰健身公司突然关门，办的年卡还剩八个月，电话无人接听，几百名会员的钱退不回来，请市场监管部门处理。';

  test.each([
    ['another school', SCHOOL, SCHOOL.replaceAll('启明外国语', '育才实验')],
    ['another estate whose name holds a joining word', DRY, DRY.replace('兰和', '明庆')],
    ['another company', CARD, CARD.replace('永泰健身', '恒信教育')],
    [
      'another hospital',
      '瑞康医院的停车场收费太贵，一小时十元，看病的老人都抱怨，请物价部门管一管。',
      '仁爱医院的停车场收费太贵，一小时十元，看病的老人都抱怨，请物价部门管一管。',
    ],
  ])('by words copied for %s, and nobody is asked', (_what, one, other) => {
    const draft = beside(other, one);
    expect(draft.relation.to).toBe('none');
    expect(draft.proposals.filter(({ type }) => type === 'join')).toEqual([]);
    expect(draft.weighed?.why).toMatch(/名称不同|不是同一个/);
  });

  test.each([
    ['雅文中学1814班乱收班费，没有明细，没有单据，请公示班费的开支情况。', '1814班', '1813班'],
    ['建议将地铁7号线向南延长到动物园，现在周末去那里的人很多，公交车挤不上去。', '7号线', '1号线'],
  ])('by another class or line in what they are about', (one, mine, theirs) => {
    const draft = beside(one.replace(mine, theirs), one);
    expect(draft.relation.to).toBe('none');
    expect(draft.weighed?.why).toMatch(new RegExp(`${theirs}.*${mine}|线路不同`));
  });

  test('by a copy in which one letter of a name differs: it may be a slip, so a person is asked', () => {
    const one = '瑞康医院的停车场收费太贵，一小时十元，看病的老人都抱怨，请物价部门管一管。';
    const draft = beside(one.replace('瑞康', '瑞安'), one);
    expect(draft.relation.to).toBe('none');
    expect(draft.proposals.map(({ type }) => type)).toContain('join');
  });

  test.each([
    ['没水了', '海曙区没水了', '鄞州区没水了'],
    ['no water at one estate and at another', '碧海花园没水了', '阳光家园没水了'],
    ['no water in one street and in another', '环城北路没水了', '中山东路没水了'],
  ])('by %s', (_what, one, other) => {
    expect(beside(other, one, 60).relation.to).toBe('none');
  });

  test('by words built to be like everything: names of many places, and all that is said of each', () => {
    const names = '碧海花园、启明外国语学校、兰和花园、永泰健身公司、环城北路、压赛堰';
    const troubles = '路面坑洼、乱收费、强制购买校服、停水、突然关门不退钱';
    const stuffed = `${names}都有问题：${troubles}，请有关部门调查处理。`;
    for (const real of [HOLE, PETITION, SCHOOL, DRY, CARD]) {
      expect(beside(stuffed, real).relation.to).toBe('none');
      expect(beside(real, stuffed).relation.to).toBe('none');
    }
    expect(beside(HOLE.repeat(40), PETITION).relation.to).toBe('none');
  });

  test('by the same text of another year', () => {
    const text = '2025年江北区庄桥街道老旧小区改造补贴一直没有发到居民手里请督促尽快发放';
    expect(beside(text.replace('2025', '2026'), text).relation.to).toBe('none');
  });
});

describe('the clock', () => {
  const said = (at: number) => ({ sentAt: new Date(at).toISOString() });
  const DAY = 86_400_000;

  test('that stands a year back relates nothing to today', () => {
    expect(beside(HOLE, HOLE, 5, said(NOW - 400 * DAY)).relation.to).toBe('none');
  });

  test('of an archive of last winter makes a person ask whether it is this winter’s', () => {
    const now = '海曙区阳光花园小区从昨晚开始没有暖气，室温只有十度，老人孩子受不了，请恢复供暖。';
    const then = '海曙区阳光花园整个小区从昨天晚上开始没有暖气，室温只有十度，老人孩子都受不了，请尽快恢复供暖。';
    const winter = beside(now, then, 364 * DAYS);
    expect(winter.relation.to).toBe('none');
    expect(winter.proposals.find(({ type }) => type === 'join')?.reason).toContain('又一次发生');
    expect(beside(now, then, 2 * DAYS).relation.to).toBe('joined');
  });

  test('of an archive counts by what was said then: ten days before the case that stands, it is the same matter', () => {
    expect(beside(HOLE, HOLE, 5, said(NOW - 10 * DAY)).relation.to).toBe('joined');
  });

  test('nobody can read counts as now', () => {
    expect(beside(HOLE, HOLE, 5, { sentAt: 'yesterday' }).relation.to).toBe('joined');
  });
});

describe('an operator is told in one sentence', () => {
  test('which words joined two', () => {
    const { weighed } = beside(HOLE.replace('要求修复', '请尽快修复'), HOLE);
    expect(weighed?.why).toMatch(/^判为同一事项（把握 \d+%）：两件都提到“.*环城北路.*”，相隔 1 天。$/);
  });

  test('what keeps two apart, with what each says', () => {
    const { weighed } = beside(HOLE.replace('环城北路', '中山东路'), HOLE);
    expect(weighed?.why).toMatch(/^判为不同事项.*说的不是同一条路.*中山东路.*环城北路/);
  });

  test('that nothing like it was heard before', () => {
    expect(decided(HOLE).weighed?.why).toBe('判为新事项：此前没有相近的来件。');
  });
});

test('the same person with another whole story is not urging, whatever words of urging stand in it', () => {
  const bus =
    '申请调整星沙公交站的位置。天华二小的站台设置不合理，道路车多人多，经常堵车，学生坐车不方便也不安全，希望改到寿昌路上。';
  const pool =
    '开元东路的地下车库负二楼长期泡在水中，什么时候能改善？原规划的三期一直没有开发，施工场地成了积水潭已有七年，车库钢筋已经锈断。';
  const draft = decided(pool, {}, { known: { ...NOTHING, mine: [knownCase(bus, 3 * DAYS)] } });
  expect(draft.relation.to).toBe('none');
});
