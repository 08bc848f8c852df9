import { describe, expect, test } from 'vitest';
import type { City } from '../../../src/core/city.ts';
import type { Known } from '../../../src/core/draft.ts';
import { city, decided, knownCase, NOTHING } from '../example.ts';

const HOLE = '江北区环城北路通往压赛堰的马路路面有许多坑洼，市民出行不便，要求修复。';
const DAYS = 1440;

function relation(text: string, known: Partial<Known>, more = {}, where = city) {
  return decided(text, more, { city: where, known: { ...NOTHING, ...known } });
}

/** Without a model the rules decide, by their own shares of alike pairs. */
const { model: _model, ...settings } = city.relate;
const rulesAlone: City = { ...city, relate: { ...settings, sure: 0.8, unsure: 0.35 } };
const HOUSES = [
  ['by the model', city],
  ['by rules', rulesAlone],
] as const;

test('reads no words where relating is off and the sender has no open case', () => {
  const { model } = city.relate;
  if (!model) throw new Error('the example city relates by a model');
  let read = 0;
  const watched: typeof model = {
    ...model,
    compare(...asked) {
      read++;
      return model.compare(...asked);
    },
  };
  const off: City = { ...city, relate: { ...city.relate, enabled: false, model: watched } };
  expect(relation(HOLE, {}, {}, off).relation.to).toBe('none');
  expect(read).toBe(0);
  expect(relation(HOLE, { mine: [knownCase(HOLE, 3 * DAYS)] }, {}, off).relation.to).toBe('same');
  expect(read).toBe(1);
});

describe('the same person', () => {
  test('goes on within ten minutes: one case', () => {
    const draft = relation('从早上到现在都没有来人', { mine: [knownCase('小区停水了', 3)] });
    expect(draft.relation).toMatchObject({ to: 'same', rule: 'conversation' });
    expect(draft.dueAt).toBeUndefined();
  });

  test('adds the place within ten minutes: one case', () => {
    expect(relation('在江北区环城北路', { mine: [knownCase('路灯坏了', 2)] }).relation.to).toBe('same');
  });

  test('turns to another topic within ten minutes: two cases', () => {
    expect(relation('还有老板拖欠工资', { mine: [knownCase('小区停水了', 3)] }).relation.to).toBe('none');
    expect(relation('另外一个问题，那里晚上也没人', { mine: [knownCase('小区停水了', 3)] }).relation.to).toBe('none');
  });

  test('names another place within ten minutes: two cases', () => {
    expect(relation('鄞州区路灯坏了', { mine: [knownCase('江北区路灯坏了', 3)] }).relation.to).toBe('none');
  });

  test('says nearly the same days later: a follow-up of the open case', () => {
    const draft = relation(`您好，${HOLE}`, { mine: [knownCase(HOLE, 3 * DAYS)] });
    expect(draft.relation).toMatchObject({ to: 'same', rule: 'own_words' });
    expect(draft.flags).not.toContain('urged');
  });

  test('urges: a follow-up that is marked so', () => {
    const draft = relation('上次反映的什么时候能解决？', { mine: [knownCase(HOLE, 3 * DAYS)] });
    expect(draft.relation).toMatchObject({ to: 'same', rule: 'urges' });
    expect(draft.flags).toContain('urged');
  });

  test('a closed case takes no follow-up', () => {
    expect(relation(HOLE, { mine: [knownCase(HOLE, 3, { status: 'closed' })] }).relation.to).toBe('none');
  });

  test('says that what was called done is not: the finished case is dealt with once more', () => {
    const done = knownCase(HOLE, 3 * DAYS, { status: 'done', unit: { code: 'road', name: '路政' } });
    const draft = relation('环城北路的坑洼根本没修好', { finished: [done] });
    expect(draft.relation).toMatchObject({ to: 'same', rule: 'again', reopens: true });
    for (const status of ['answered', 'closed'] as const)
      expect(relation('还是没解决', { finished: [{ ...done, status }] }).relation).toMatchObject({ reopens: true });
  });

  test('says it of something else, much later, or of a rejected one: another case', () => {
    const done = knownCase(HOLE, 3 * DAYS, { status: 'done' });
    const to = (text: string, one = done) => relation(text, { finished: [one] }).relation.to;
    expect(to('鄞州区天童路的路灯还没修好')).toBe('none');
    expect(to('环城北路的坑洼根本没修好', { ...done, lastAt: done.lastAt - 400 * DAYS * 60_000 })).toBe('none');
    expect(to('环城北路的坑洼根本没修好', { ...done, status: 'rejected' })).toBe('none');
    expect(to('谢谢，坑洼都补好了'), 'nothing is wrong').toBe('none');
  });

  test('praises what they complained of: another case', () => {
    const draft = relation('表扬环城北路养护队', { mine: [knownCase('环城北路坑洼没人修', 3)] });
    expect(draft.relation.to).toBe('none');
  });
});

describe('a cited case', () => {
  test('with proof is followed up, whatever the words', () => {
    const draft = relation('补充一张照片', { cited: knownCase(HOLE, 30 * DAYS) }, { thread: { caseNo: '1' } });
    expect(draft.relation).toMatchObject({ to: 'same', rule: 'cited' });
  });

  test('without proof opens nothing and is marked', () => {
    const draft = relation('怎么样了', {}, { thread: { caseNo: '26092900000017' } });
    expect(draft.relation.to).toBe('none');
    expect(draft.flags).toContain('cited_unproved');
  });

  test('that is closed opens a new case', () => {
    const cited = knownCase(HOLE, 30 * DAYS, { status: 'closed' });
    expect(relation(HOLE, { cited }, { thread: { caseNo: '1' } }).relation.to).toBe('none');
  });
});

describe.each(HOUSES)('another person, judged %s,', (_, where) => {
  test('in the same words joins the matter', () => {
    const draft = relation(HOLE, { alike: [knownCase(HOLE, DAYS)] }, {}, where);
    expect(draft.relation).toMatchObject({ to: 'joined', rule: 'same_words', score: 1 });
    expect(draft.dueAt).toBeDefined();
  });

  test('in nearly the same words joins, with evidence', () => {
    const draft = relation(HOLE.replace('要求修复', '请尽快修复'), { alike: [knownCase(HOLE, DAYS)] }, {}, where);
    expect(draft.relation).toMatchObject({ to: 'joined', rule: 'near_words' });
    expect(draft.relation.to === 'joined' && draft.relation.evidence).toContain('地点一致');
  });

  test.each([
    ['another division', HOLE.replace('江北区', '鄞州区')],
    ['another road', HOLE.replace('环城北路', '中山东路')],
    ['another building', '江北区阳光花园5栋电梯坏了三天没有人来修理', '江北区阳光花园3栋电梯坏了三天没有人来修理'],
    ['another community', '碧海花园物业乱收停车费没有人管请处理', '阳光花园物业乱收停车费没有人管请处理'],
    ['another metro line', '地铁2号线早高峰太挤希望增加班次', '地铁3号线早高峰太挤希望增加班次'],
    ['power instead of water', '江北区庄桥街道昨晚突然停电到现在没有恢复', '江北区庄桥街道昨晚突然停水到现在没有恢复'],
  ])('with %s stays apart', (_other, text, before = HOLE) => {
    const draft = relation(text, { alike: [knownCase(before, DAYS)] }, {}, where);
    expect(draft.relation.to).toBe('none');
    expect(draft.proposals.filter((one) => one.type === 'join')).toEqual([]);
  });

  test('with another number is shown to a person, not joined', () => {
    const draft = relation(
      '我们厂拖欠工资5个月一直没有发请劳动监察处理',
      {
        alike: [knownCase('我们厂拖欠工资3个月一直没有发请劳动监察处理', DAYS)],
      },
      {},
      where,
    );
    expect(draft.relation.to).toBe('none');
    expect(draft.proposals[0]).toMatchObject({
      type: 'join',
      value: { candidates: [{ caseNo: '26092900000017', matter: 'mat_1' }] },
    });
  });

  test('in three short words without a place is not joined', () => {
    expect(relation('停水了', { alike: [knownCase('停水了', 60)] }, {}, where).relation.to).toBe('none');
  });
});

describe('another person', () => {
  test('half alike is a proposal of at most three, one a matter', () => {
    const near = (no: string, id: string) => knownCase(HOLE, DAYS, { no, matter: { id, size: 1 } });
    const draft = relation(
      '江北区环城北路通往压赛堰的马路路面有许多坑洼，市民晚上出行很危险，请尽快修复。',
      {
        alike: [near('1', 'mat_1'), near('2', 'mat_1'), near('3', 'mat_3'), near('4', 'mat_4'), near('5', 'mat_5')],
      },
      {},
      rulesAlone,
    );
    const value = draft.proposals.find((one) => one.type === 'join')?.value.candidates;
    expect(value).toHaveLength(3);
    expect(new Set((value as { matter: string }[]).map((one) => one.matter)).size).toBe(3);
  });

  test('is urgent from the size the city has set, and not below it', () => {
    const text = '江北区环城北路12号门口路面有个大坑，摔了好几个人';
    const at = (size: number) => {
      const known = { ...NOTHING, alike: [knownCase(text, 5, { matter: { id: 'mat_1', size } })] };
      return decided(text, {}, { known });
    };
    const { urgentFrom } = city.relate;
    expect(at(urgentFrom - 2)).toMatchObject({ urgency: 'normal', relation: { to: 'joined' } });
    expect(at(urgentFrom - 1)).toMatchObject({ urgency: 'urgent', flags: expect.arrayContaining(['many_reports']) });
  });

  test('long after the window is a new matter', () => {
    expect(relation(HOLE, { alike: [knownCase(HOLE, 400 * DAYS)] }).relation.to).toBe('none');
  });

  test('is never related when relating is off, the own case still is', () => {
    const off = { ...city, relate: { ...city.relate, enabled: false } };
    const known = (k: Partial<Known>) => ({ city: off, known: { ...NOTHING, ...k } });
    expect(decided(HOLE, {}, known({ alike: [knownCase(HOLE)] })).relation.to).toBe('none');
    expect(decided(HOLE, {}, known({ mine: [knownCase(HOLE)] })).relation.to).toBe('same');
  });
});

test('a merely stated phone is a hint to operators and relates nothing', () => {
  const draft = relation('小区停水了', { stated: ['26092900000017'] });
  expect(draft.relation.to).toBe('none');
  expect(draft.proposals).toMatchObject([{ type: 'same_person', value: { caseNos: ['26092900000017'] } }]);
});
