import { describe, expect, test } from 'vitest';
import { type ActGiven, assign, correct, decide, join, proposedMatter, reopen, split } from '../../src/core/acts.ts';
import type { Case, Proposal } from '../../src/core/case.ts';
import type { City } from '../../src/core/city.ts';
import type { Matter } from '../../src/core/matter.ts';

const other = { code: '99', name: '其他', level1: '其他', path: ['其他'], confidence: 0.2 };
const city = {
  utcOffsetMinutes: 480,
  categories: [{ code: '0101', name: '道路破损', level1: '城乡建设', path: ['城乡建设', '道路破损'], words: [] }],
  otherCategory: other,
  routes: [],
  fallbackUnit: 'u-road',
  units: [
    { code: 'u-road', name: '市政处', aliases: [], level: 'city' },
    { code: 'u-park', name: '园林局', aliases: [], level: 'city' },
  ],
  divisions: [{ code: '330205', name: '江北区', aliases: [] }],
} as unknown as City;

const given = (due?: string): ActGiven => {
  let n = 0;
  return {
    city,
    now: Date.parse('2026-11-24T10:00:00+08:00'),
    by: 'key_operator',
    ulid: () => `U${++n}`,
    due: () => due,
  };
};

const one = (change: Partial<Case> = {}): Case => ({
  no: '26112400382715',
  tenant: '330200',
  level: 'city',
  version: 3,
  channel: 'web',
  account: 'web',
  kind: 'complaint',
  category: [other],
  urgency: 'normal',
  status: 'triage',
  anonymous: false,
  secret: false,
  coUnits: [],
  barred: [],
  dueAt: '2026-12-01T10:00:00.000+08:00',
  matter: {
    id: 'mat_A',
    role: 'first',
    score: 1,
    rule: 'first',
    evidence: [],
    by: 'system',
    at: '2026-11-23T10:00:00.000+08:00',
  },
  proposals: [],
  flags: [],
  openedAt: '2026-11-23T10:00:00.000+08:00',
  updatedAt: '2026-11-23T10:00:00.000+08:00',
  messages: 1,
  said: { text: '路上有坑', name: '王小明' },
  ...change,
});
const matter = (id: string, size: number): Matter => ({
  id,
  tenant: '330200',
  title: '其他',
  category: '99',
  size,
  reporters: size,
  urgency: 'normal',
  cases: [],
  openedAt: '',
  lastAt: '',
  state: 'open',
});
const proposed = (type: Proposal['type'], value: Record<string, unknown>): Case =>
  one({ proposals: [{ id: 'pro_1', type, reason: 'alike', value, at: '2026-11-23T10:00:00.000+08:00' }] });
const code = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'nothing refused';
};

describe('assigning a case', () => {
  test('gives it to the unit, one version on, and says so in one event without a word of the citizen', () => {
    const done = assign(one(), { unit: 'u-road', coUnits: ['u-park', 'u-road'], reason: '属市政' }, given());
    expect(done.case).toMatchObject({
      status: 'dispatched',
      version: 4,
      unit: { code: 'u-road', name: '市政处' },
      coUnits: [{ code: 'u-park' }],
    });
    expect(done.events).toMatchObject([
      {
        type: 'case.assigned',
        subject: '26112400382715',
        caseversion: 4,
        unit: 'u-road',
        time: '2026-11-24T10:00:00.000+08:00',
      },
    ]);
    expect(JSON.stringify(done.events)).not.toMatch(/王小明|坑/);
    expect(done.audit).toMatchObject({
      actor: 'key_operator',
      action: 'case.assign',
      subject: '26112400382715',
      reason: '属市政',
    });
  });

  test('is refused for a unit the case complains about, also as a helper', () => {
    const c = one({ barred: ['u-road'] });
    expect(code(() => assign(c, { unit: 'u-road', reason: 'x' }, given()))).toBe('unit_barred');
    expect(code(() => assign(c, { unit: 'u-park', coUnits: ['u-road'], reason: 'x' }, given()))).toBe('unit_barred');
  });

  test('is refused for a unit nobody knows and for a finished case', () => {
    expect(code(() => assign(one(), { unit: 'nobody', reason: 'x' }, given()))).toBe('unknown_unit');
    for (const status of ['done', 'closed', 'rejected'] as const)
      expect(code(() => assign(one({ status }), { unit: 'u-road', reason: 'x' }, given()))).toBe('wrong_state');
  });

  test('is told to the units that lose the case too, and to nobody twice', () => {
    const before = one({ unit: { code: 'u-park', name: '园林局' }, coUnits: [{ code: 'u-desk', name: '热线办' }] });
    const [event] = assign(before, { unit: 'u-road', reason: 'x' }, given()).events;
    expect(event).toMatchObject({ unit: 'u-road', coUnits: ['u-park', 'u-desk'] });
    expect(event?.data.coUnits ?? []).toEqual([]);
    const [again] = assign(before, { unit: 'u-park', coUnits: ['u-road'], reason: 'x' }, given()).events;
    expect(again).toMatchObject({ unit: 'u-park', coUnits: ['u-road', 'u-desk'] });
  });

  test('names the unit that loses the case', () => {
    const done = assign(one({ unit: { code: 'u-park', name: '园林局' } }), { unit: 'u-road', reason: 'x' }, given());
    expect(done.events[0]?.data.previousUnit).toBe('u-park');
  });
});

describe('correcting a case', () => {
  test('puts the right category first and reckons the due time anew', () => {
    const done = correct(
      one(),
      { category: '0101', urgency: 'urgent', reason: 'x' },
      given('2026-11-25T10:00:00.000+08:00'),
    );
    expect(done.case.category.map((r) => r.code)).toEqual(['0101', '99']);
    expect(done.case).toMatchObject({ urgency: 'urgent', dueAt: '2026-11-25T10:00:00.000+08:00', version: 4 });
    expect(done.events).toMatchObject([{ type: 'case.corrected', data: { corrected: ['category', 'urgency'] } }]);
  });

  test('leaves no guessed due time when no calendar covers it', () => {
    const done = correct(one(), { kind: 'help', reason: 'x' }, given('no_calendar'));
    expect(done.case).not.toHaveProperty('dueAt');
    expect(done.case.flags).toContain('no_calendar');
  });

  test('blames no calendar where merely no rule of the city gives a time', () => {
    const done = correct(one(), { kind: 'help', reason: 'x' }, given(undefined));
    expect(done.case).not.toHaveProperty('dueAt');
    expect(done.case.flags).not.toContain('no_calendar');
  });

  test('takes a case from the unit its words complain about, once it is known for a complaint', () => {
    const said = { text: '投诉市政处工作人员推诿，路灯坏了一直不修' };
    const before = one({ kind: 'help', unit: { code: 'u-road', name: '市政处' }, said });
    const where = { ...given(), city: { ...city, fallbackUnit: 'u-park' } as City };
    const done = correct(before, { kind: 'complaint', reason: 'x' }, where);
    expect(done.case).toMatchObject({ barred: ['u-road'], unit: { code: 'u-park' } });
    expect(done.events[0]).toMatchObject({ unit: 'u-park', barred: ['u-road'] });
    const kept = correct(before, { kind: 'suggestion', reason: 'x' }, where);
    expect(kept.case).toMatchObject({ barred: [], unit: { code: 'u-road' } });
  });

  test('keeps out of the trail whom a reason names', () => {
    const done = correct(one(), { kind: 'help', reason: '已联系王小明先生，电话13800138000，确认是求助' }, given());
    expect(done.audit.reason).toContain('确认是求助');
    expect(done.audit.reason).not.toMatch(/13800138000/);
  });

  test('keeps a new place inside the seal: neither event nor audit line holds its words', () => {
    const done = correct(one(), { place: { text: '王小明家门口', division: '330205' }, reason: 'x' }, given());
    expect(done.case.said?.place).toEqual({ text: '王小明家门口', division: '330205', confidence: 1 });
    expect(done.case).toMatchObject({ division: '330205', dueAt: '2026-12-01T10:00:00.000+08:00' });
    expect(JSON.stringify([done.events, done.audit])).not.toContain('门口');
  });

  test('is refused without anything to correct, for unknown codes and for a closed case', () => {
    expect(code(() => correct(one(), { reason: 'x' }, given()))).toBe('nothing_to_correct');
    expect(code(() => correct(one(), { category: 'nope', reason: 'x' }, given()))).toBe('unknown_category');
    expect(code(() => correct(one(), { place: { text: 'x', division: '1' }, reason: 'x' }, given()))).toBe(
      'unknown_division',
    );
    expect(code(() => correct(one({ status: 'closed' }), { kind: 'help', reason: 'x' }, given()))).toBe('wrong_state');
  });
});

describe('joining and splitting', () => {
  test('a joined case leaves an empty matter behind, which then went into the other', () => {
    const done = join(one(), matter('mat_B', 4), matter('mat_A', 1), 'same pothole', given());
    expect(done.move).toEqual({ id: 'mat_B' });
    expect(done.case.matter).toMatchObject({ id: 'mat_B', role: 'joined', rule: 'person', by: 'key_operator' });
    expect(done.events.map((e) => [e.type, e.subject])).toEqual([
      ['case.joined', '26112400382715'],
      ['matter.grown', 'mat_B'],
      ['matter.merged', 'mat_A'],
    ]);
    expect(done.events[1]?.data.size).toBe(5);
  });

  test('a case is not joined twice, nor across tenants', () => {
    expect(code(() => join(one(), matter('mat_A', 2), undefined, 'x', given()))).toBe('already_joined');
    expect(code(() => join(one(), { ...matter('mat_B', 2), tenant: '330100' }, undefined, 'x', given()))).toBe(
      'other_tenant',
    );
  });

  test('a split case gets a matter of its own, and joining it again undoes that', () => {
    const done = split(one(), matter('mat_A', 2), 'another street', given());
    expect(done.move?.open).toMatchObject({ tenant: '330200', title: '其他', state: 'open' });
    expect(done.case.matter).toMatchObject({ id: done.move?.id, role: 'first' });
    expect(done.events.map((e) => e.type)).toEqual(['case.split', 'matter.split', 'matter.opened']);
    // Of the matter left behind the case tells nothing any more; of its own it tells what it is about.
    expect(done.events[1]?.data).not.toHaveProperty('category');
    expect(done.events[2]?.data).toMatchObject({ category: '99', caseNo: done.case.no });
    const back = join(done.case, matter('mat_A', 1), matter(done.move?.id ?? '', 1), 'was right', given());
    expect(back.case.matter?.id).toBe('mat_A');
  });

  test('who joins, moves or splits says which sizes were seen: who came or went meanwhile makes it be decided anew', () => {
    const [a, b] = [matter('mat_A', 2), matter('mat_B', 5)];
    expect(split(one(), a, 'x', given()).expectSizes).toEqual([{ id: 'mat_A', size: 2 }]);
    expect(join(one(), b, a, 'x', given()).expectSizes).toEqual([
      { id: 'mat_B', size: 5 },
      { id: 'mat_A', size: 2 },
    ]);
  });

  test('a case cannot be split from a matter it is not in, nor when it is alone', () => {
    expect(code(() => split(one(), matter('mat_B', 2), 'x', given()))).toBe('not_in_matter');
    expect(code(() => split(one(), matter('mat_A', 1), 'x', given()))).toBe('sole_case');
  });
});

describe('deciding a proposal', () => {
  const yes = { proposal: 'pro_1', accept: true, reason: 'looks right' };

  test.each([
    ['join', { matter: 'mat_B' }, ['case.joined', 'matter.grown', 'matter.merged']],
    ['divert', { to: '110', reason: '正在发生', advice: '请拨 110' }, ['case.diverted']],
    ['category', { code: '0101' }, ['case.corrected']],
    ['route', { unit: { code: 'u-road', name: '市政处' } }, ['case.assigned']],
    ['same_person', { caseNo: '26112400000000' }, ['case.proposed']],
    ['review', {}, ['case.proposed']],
  ] as const)('accepting %s does what was proposed and says so', (type, value, types) => {
    const done = decide(
      proposed(type, value),
      yes,
      { to: matter('mat_B', 2), from: matter('mat_A', 1) },
      given('2026-11-30T00:00:00.000+08:00'),
    );
    expect(done.events.map((e) => e.type)).toEqual(types);
    expect(done.case.version).toBe(4);
    expect(done.case.proposals[0]?.decided).toMatchObject({ accept: true, by: 'key_operator', reason: 'looks right' });
    expect(done.events[0]?.data.proposal).toEqual({ id: 'pro_1', type, decision: 'accepted' });
  });

  test('a proposed join means the matter of its first candidate', () => {
    const candidates = [
      { caseNo: '1', score: 0.7, matter: 'mat_B' },
      { caseNo: '2', score: 0.6, matter: 'mat_C' },
    ];
    expect(proposedMatter(proposed('join', { candidates }), 'pro_1')).toBe('mat_B');
    expect(proposedMatter(proposed('join', { matter: 'mat_B' }), 'pro_1')).toBe('mat_B');
    expect(proposedMatter(proposed('review', { candidates }), 'pro_1')).toBeUndefined();
  });

  test('a rejection changes nothing but the proposal', () => {
    const before = proposed('divert', { to: '110', reason: 'x', advice: 'y' });
    const done = decide(before, { ...yes, accept: false }, {}, given());
    expect(done.case).toMatchObject({ status: 'triage', version: 4 });
    expect(done.case.divert).toBeUndefined();
    expect(done.events.map((e) => e.type)).toEqual(['case.proposed']);
  });

  test('is refused when unknown, decided before or unusable', () => {
    const first = decide(proposed('review', {}), yes, {}, given());
    expect(code(() => decide(first.case, yes, {}, given()))).toBe('already_decided');
    expect(code(() => decide(one(), yes, {}, given()))).toBe('unknown_proposal');
    expect(code(() => decide(proposed('join', { matter: 'mat_gone' }), yes, {}, given()))).toBe('unusable_proposal');
    expect(code(() => decide(proposed('divert', { to: 'moon' }), yes, {}, given()))).toBe('unusable_proposal');
  });

  test('an accepted route never goes to the unit the case complains about', () => {
    const c = { ...proposed('route', { unit: 'u-road' }), barred: ['u-road'] };
    expect(code(() => decide(c, yes, {}, given()))).toBe('unit_barred');
  });
});

describe('a case understood anew is offered to the unit the table names', () => {
  const rows = ['0101', '0102'].map((code, at) => ({
    ...{ categories: [code], unit: at === 0 ? 'u-road' : 'u-park', coUnits: [], from: '2026-01-01' },
  }));
  const category = (code: string) => ({ code, name: code, level1: '城乡建设', path: ['城乡建设', code], words: [] });
  const table = { ...given().city, routes: rows, categories: [category('0101'), category('0102')] };
  const by = (): ActGiven => ({ ...given(), city: table });
  const held = { unit: { code: 'u-road', name: '市政处' } };

  test('as a proposal, which the next correction takes back', () => {
    const moved = correct(one(held), { category: '0102', reason: '是公园' }, by()).case;
    expect(moved.unit?.code).toBe('u-road'); // nobody but a person moves a case that a unit holds
    expect(moved.proposals.at(-1)).toMatchObject({ type: 'route', value: { unit: { code: 'u-park' } } });
    const back = correct(moved, { category: '0101', reason: '还是路' }, by()).case;
    expect(back.proposals.filter((p) => p.type === 'route' && !p.decided)).toEqual([]);
  });

  test('by the rows of the day it was accepted', () => {
    const old = one({ openedAt: '2025-06-01T10:00:00.000+08:00' });
    expect(correct(old, { category: '0102', reason: 'x' }, by()).case.proposals).toEqual(old.proposals);
  });

  test('accepted, with the units that help; assigned to another, the question is answered too', () => {
    const helped = { ...table, routes: rows.map((row) => ({ ...row, coUnits: ['u-road', 'u-park'] })) };
    const moved = correct(one(held), { category: '0102', reason: '是公园' }, { ...given(), city: helped }).case;
    const id = moved.proposals.at(-1)?.id ?? '';
    const taken = decide(moved, { proposal: id, accept: true, reason: '对' }, {}, by()).case;
    expect(taken).toMatchObject({ unit: { code: 'u-park' }, coUnits: [{ code: 'u-road' }], status: 'dispatched' });
    const other = assign(moved, { unit: 'u-road', reason: '不对' }, by()).case;
    expect(other.proposals.at(-1)?.decided).toMatchObject({ accept: false });
  });
});

describe('what must not be accepted', () => {
  const asks: Case['proposals'][number] = {
    ...{ id: 'pro_r', type: 'refuse', reason: '依法应当或已经通过诉讼解决', at: '' },
    value: { code: 'litigation', advice: '可拨打12368咨询。', to: 'court' },
  };
  const yes = { proposal: 'pro_r', accept: true, reason: '属诉讼' };

  test('is refused by a person alone: with the code in the event, and the advice in the citizen’s hand', () => {
    const done = decide(one({ proposals: [asks] }), yes, {}, given());
    expect(done.case).toMatchObject({ status: 'rejected', divert: { to: 'court' } });
    expect(done.case.proposals[0]?.decided).toMatchObject({ accept: true, by: 'key_operator' });
    expect(done.message).toMatchObject({ direction: 'out', text: '可拨打12368咨询。' });
    expect(done.events).toMatchObject([
      { type: 'case.closed', data: { refusal: { code: 'litigation' }, messageId: done.message?.id } },
    ]);
    expect(done.audit).toMatchObject({ action: 'case.decide', reason: '属诉讼' });
  });

  test('goes on when the person says no, and comes back by reopening', () => {
    const no = decide(one({ proposals: [asks] }), { ...yes, accept: false }, {}, given());
    expect(no.case.status).toBe(one().status);
    expect(no.message).toBeUndefined();
    const done = decide(one({ proposals: [asks] }), yes, {}, given()).case;
    expect(reopen(done, '法院说不归它', given()).case.status).toBe('reopened');
  });

  test('is not refused twice', () => {
    expect(code(() => decide(one({ status: 'closed', proposals: [asks] }), yes, {}, given()))).toBe('wrong_state');
  });
});
