// What people decide about whole matters, and what becomes of units, clocks and counts.
import { describe, expect, test } from 'vitest';
import { type ActGiven, apart, join, merge, mergedIn, move, split } from '../../src/core/acts.ts';
import type { Case } from '../../src/core/case.ts';
import type { City } from '../../src/core/city.ts';
import type { Matter } from '../../src/core/matter.ts';

const road = { code: 'u-road', name: '市政处' };
const park = { code: 'u-park', name: '园林局' };
const city = {
  ...{
    utcOffsetMinutes: 480,
    routeFrom: 0.5,
    fallbackUnit: 'u-desk',
    categories: [],
    divisions: [],
    otherCategory: { code: '99' },
  },
  routes: [{ categories: ['01'], unit: 'u-road', coUnits: [], from: '2026-01-01' }],
  units: [
    { ...road, aliases: [], level: 'city', handles: ['01'] },
    { ...park, aliases: [], level: 'city', handles: ['02'] },
  ],
} as unknown as City;
const LATER = '2026-12-09T10:00:00.000+08:00';

let ids = 0;
const given: ActGiven = {
  city,
  now: Date.parse('2026-12-01T10:00:00+08:00'),
  by: 'key_operator',
  ulid: () => `U${++ids}`,
  due: (c) => (c.openedAt === '2026-12-01T10:00:00.000+08:00' ? LATER : c.dueAt),
};
const one = (
  no: string,
  matter: Partial<NonNullable<Case['matter']>> & { id: string },
  more: Partial<Case> = {},
): Case => ({
  ...{ no, tenant: '330200', level: 'city', version: 1, channel: 'web', account: 'web', kind: 'complaint' },
  category: [{ code: '0101', name: '道路破损', level1: '城建', path: ['城建', '道路破损'], confidence: 1 }],
  ...{ urgency: 'normal', status: 'dispatched', anonymous: false, secret: false, unit: road, coUnits: [], barred: [] },
  ...{ proposals: [], flags: [], messages: 1, dueAt: '2026-12-02T10:00:00.000+08:00' },
  ...{ openedAt: '2026-11-23T10:00:00.000+08:00', updatedAt: '2026-11-23T10:00:00.000+08:00' },
  matter: { role: 'first', score: 1, rule: 'first', evidence: [], by: 'system', at: '', ...matter },
  ...more,
});
const of = (id: string, ...cases: Case[]): Matter => ({
  ...{ id, tenant: '330200', title: '道路破损', category: '0101', size: cases.length, reporters: cases.length },
  ...{ urgency: 'normal', openedAt: '', lastAt: '', state: 'open', cases: cases.map((c) => c.no) },
});
const code = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'nothing refused';
};
const types = (acts: readonly { events: readonly { type: string }[] }[]): string[] =>
  acts.flatMap(({ events }) => events.map(({ type }) => type));

describe('a case that is joined by a person', () => {
  const there = one('1', { id: 'mat_A' });
  test('and that nobody has begun with goes to the unit of the matter; nothing is assigned a second time', () => {
    const c = one('2', { id: 'mat_B' }, { unit: park });
    const done = join(c, { ...of('mat_A', there), lead: road }, of('mat_B', c), 'same hole', given);
    expect(done.case).toMatchObject({ unit: road, status: 'dispatched', dueAt: c.dueAt, matter: { led: 'u-road' } });
    expect(types([done])).not.toContain('case.assigned');
    expect(done.rulings).toEqual([{ cases: ['2', '1'], same: true }]);
  });

  test('stays with a unit that has signed for it, and never goes to one it complains about', () => {
    const to = { ...of('mat_A', there), lead: road };
    const at = (more: Partial<Case>) =>
      join(one('2', { id: 'mat_B' }, { unit: park, ...more }), to, undefined, 'x', given);
    expect(at({ status: 'signed' }).case.unit).toEqual(park);
    expect(at({ barred: ['u-road'] }).case.unit).toEqual(park);
  });

  test('stays with its unit where the matter itself is only at the desk', () => {
    const to = { ...of('mat_A', there), lead: { code: 'u-desk', name: '' } };
    const done = join(one('2', { id: 'mat_B' }, { unit: park, flags: ['unrouted'] }), to, undefined, 'x', given);
    expect(done.case).toMatchObject({ unit: park, flags: ['unrouted'] });
  });

  test('out of a larger matter is said to be another thing than what is left there', () => {
    const [first, c] = [one('1', { id: 'mat_A' }), one('2', { id: 'mat_A', like: '3' })];
    const from = of('mat_A', first, c, one('3', { id: 'mat_A' }));
    const done = move(c, from, { ...of('mat_B', one('9', { id: 'mat_B' })), lead: road }, 'x', given);
    expect(done.rulings).toEqual([
      { cases: ['2', '9'], same: true },
      { cases: ['2', '3'], same: false },
      { cases: ['2', '1'], same: false },
    ]);
    expect(code(() => move(c, of('mat_C', first), of('mat_B'), 'x', given))).toBe('not_in_matter');
  });
});

describe('a case that is split off', () => {
  const led = one('2', { id: 'mat_A', led: 'u-park' }, { unit: park, status: 'signed', handling: { signedAt: 'x' } });
  const from = of('mat_A', one('1', { id: 'mat_A' }), led);
  test('is dispatched by itself: to its own unit, in a time that begins now', () => {
    const done = split(led, from, 'another street', given);
    expect(done.case).toMatchObject({ unit: road, status: 'dispatched', dueAt: LATER, handling: {} });
    expect(types([done])).toEqual(['case.split', 'case.assigned', 'matter.split', 'matter.opened']);
    expect(done.events[1]).toMatchObject({ unit: 'u-road', data: { previousUnit: 'u-park' } });
    expect(done.rulings).toEqual([{ cases: ['2', '1'], same: false }]);
  });

  test('keeps the unit a person has given it since', () => {
    expect(split({ ...led, unit: { code: 'u-third', name: '' } }, from, 'x', given).case.unit?.code).toBe('u-third');
  });

  test('and that was answered or diverted already is not sent out once more', () => {
    const done = split({ ...led, status: 'diverted' }, from, 'x', given);
    expect(done.case.status).toBe('diverted');
    expect(types([done])).not.toContain('case.assigned');
  });
});

describe('two matters that are one', () => {
  const a = one('1', { id: 'mat_A' });
  const b = one('2', { id: 'mat_B' }, { unit: park });
  const c = one('3', { id: 'mat_B', role: 'joined', like: '2', evidence: ['文字完全相同'] }, { status: 'closed' });
  const into = { ...of('mat_A', a), lead: road };
  const done = merge(into, of('mat_B', b, c), [b, c], 'one hole', given);
  const after = done.acts.map((act) => act.case);

  test('are merged with a line for each case and one for the matter; each is told, and the matter once', () => {
    expect(types(done.acts)).toEqual(['case.joined', 'case.joined', 'matter.merged', 'matter.grown']);
    expect(done.acts.map(({ move: to }) => to.id)).toEqual(['mat_A', 'mat_A']);
    expect(done.acts[1]?.events.map(({ data }) => data.size)).toEqual([undefined, 0, 3]);
    expect(done.audit).toMatchObject({
      action: 'matter.merge',
      subject: 'mat_A',
      reason: 'one hole',
      actor: 'key_operator',
    });
    expect(done.acts.map(({ audit }) => audit.subject)).toEqual(['2', '3']);
    expect(done.acts.flatMap(({ rulings }) => rulings ?? [])).toEqual([{ cases: ['1', '2'], same: true }]);
    expect(after).toMatchObject([{ unit: road }, { status: 'closed', matter: { evidence: ['文字完全相同'] } }]);
    expect(mergedIn([a, ...after])).toEqual(['mat_B']);
  });

  test('come apart again, with those who joined since because they are like one of them', () => {
    const [early, late] = ['2026-11-23T10:00:00.000+08:00', '2026-12-01T10:05:00.000+08:00'];
    const since = one('4', { id: 'mat_A', role: 'joined', like: '3', led: 'u-road', at: late });
    const ours = one('5', { id: 'mat_A', role: 'joined', like: '1', at: late });
    // Was there when case 2 was still in mat_A, before a person split that off.
    const before = one('6', { id: 'mat_A', role: 'joined', like: '2', at: early });
    const all = [a, ...after, since, ours, before];
    const back = apart(of('mat_A', ...all), 'mat_B', all, 'two holes', given);
    expect(back.acts.map((act) => act.case.no)).toEqual(['2', '3', '4']);
    expect(back.acts.map((act) => act.case.matter?.role)).toEqual(['first', 'joined', 'joined']);
    expect(back.acts.every((act) => act.case.matter?.from === undefined)).toBe(true);
    // One dispatch for the matter that stands again; the case that was closed stays closed.
    expect(types(back.acts)).toEqual([
      ...['case.split', 'case.assigned', 'case.split', 'case.split'],
      ...['matter.split', 'matter.opened'],
    ]);
    expect(back.acts.at(-1)?.events.map(({ data }) => data.size)).toEqual([undefined, 3, 3]);
    expect(back.acts.at(-1)?.rulings).toEqual([{ cases: ['1', '2'], same: false }]);
  });

  test('leave what a unit has with that unit, where the first of those taken out goes back to the desk', () => {
    const other = { category: [{ code: '77', name: '', level1: '', path: [], confidence: 1 }], unit: road };
    const lead = one('2', { id: 'mat_A', from: ['mat_B'], led: 'u-road' }, other);
    const busy = one('3', { id: 'mat_A', from: ['mat_B'], like: '2' }, { unit: park });
    const desk = {
      ...given,
      city: { ...city, units: [...city.units, { code: 'u-desk', name: '', aliases: [] }] } as never,
    };
    const back = apart(of('mat_A', a, lead, busy), 'mat_B', [a, lead, busy], 'two holes', desk);
    expect(back.acts.map((act) => [act.case.unit?.code, act.case.status])).toEqual([
      ['u-desk', 'triage'],
      ['u-park', 'dispatched'],
    ]);
  });

  test('are taken out in the order of the merges, the last one first', () => {
    const twice = after.map((one) => ({
      ...one,
      matter: { ...one.matter, id: 'mat_C', from: ['mat_B', 'mat_A'] },
    })) as Case[];
    const all = [one('0', { id: 'mat_C' }), ...twice];
    expect(code(() => apart(of('mat_C', ...all), 'mat_B', all, 'x', given))).toBe('not_merged');
    const back = apart(of('mat_C', ...all), 'mat_A', all, 'x', given);
    expect(mergedIn(back.acts.map((act) => act.case))).toEqual(['mat_B']);
  });

  test('are not merged with themselves, over a border, nor taken apart when they never were merged', () => {
    expect(code(() => merge(into, into, [a], 'x', given))).toBe('same_matter');
    expect(code(() => merge(into, { ...of('mat_B', b), tenant: '330100' }, [b], 'x', given))).toBe('other_tenant');
    expect(code(() => apart(of('mat_A', a, b), 'mat_B', [a, b], 'x', given))).toBe('not_merged');
  });

  test('tell nothing more of a case that was erased', () => {
    const gone = { ...b, flags: ['erased'] };
    expect(types(merge(into, of('mat_B', gone, c), [gone, c], 'x', given).acts)).toEqual([
      ...['case.joined', 'matter.merged', 'matter.grown'],
    ]);
  });
});
