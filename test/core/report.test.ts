import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ActGiven,
  assign,
  close,
  correct,
  decide,
  MOVES,
  REPORTS,
  type Report,
  type ReportType,
  reopen,
  report,
} from '../../src/core/acts.ts';
import { type Case, Status } from '../../src/core/case.ts';
import type { City } from '../../src/core/city.ts';

const unit = (code: string) => ({ code, name: `单位${code}`, aliases: [], level: 'city' });
const city = {
  utcOffsetMinutes: 480,
  ...{ routes: [], categories: [], divisions: [] },
  units: ['road', 'park', 'help', 'over'].map(unit),
  calendar: [{ year: 2026, source: 'test', holidays: [], workdays: [] }],
} as unknown as City;
const NOW = Date.parse('2026-11-24T10:00:00+08:00');
let count = 0;
const given = (now = NOW): ActGiven => ({
  city,
  now,
  by: 'key_road',
  ulid: () => `U${++count}`,
  due: (c) => `due from ${c.openedAt}`,
});
const one = (change: Partial<Case> = {}): Case => ({
  ...{ no: '26112400382715', tenant: '330200', level: 'city', version: 3, channel: 'wechat', account: 'gzh' },
  ...{ kind: 'complaint', urgency: 'normal', status: 'in_progress', anonymous: false, secret: false },
  category: [{ code: '99', name: '其他', level1: '其他', path: ['其他'], confidence: 0.2 }],
  unit: { code: 'road', name: '单位road' },
  coUnits: [{ code: 'help', name: '单位help' }],
  barred: [],
  dueAt: '2026-12-01T23:59:59.000+08:00',
  proposals: [],
  flags: [],
  openedAt: '2026-11-23T10:00:00.000+08:00',
  updatedAt: '2026-11-23T10:00:00.000+08:00',
  messages: 1,
  ...change,
});
const code = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'nothing refused';
};
const road = { unit: 'road' };
const EXAMPLES: { readonly [T in ReportType]: Report } = {
  signed: { type: 'signed' },
  returned: { type: 'returned', reason: '不属本单位' },
  extension: { type: 'extension', reason: '待料', workingDays: 2 },
  contacted: { type: 'contacted' },
  progressed: { type: 'progressed', note: '已勘查' },
  answered: { type: 'answered', public: '已修好，王小明先生。' },
  resolved: { type: 'resolved', resolved: true },
};
const TYPES = Object.keys(REPORTS) as ReportType[];

test('the picture in the docs is drawn from the table', () => {
  const lines = Object.entries(MOVES).flatMap(([act, { to }]) =>
    Object.entries(to).map(([from, after]) => `    ${from} --> ${after}: ${act}`),
  );
  const drawn = ['```mermaid', 'stateDiagram-v2', ...lines, '```'].join('\n');
  const page = readFileSync(new URL('../../docs/states.md', import.meta.url), 'utf8');
  expect(page.includes(drawn), `docs/states.md needs this picture:\n${drawn}`).toBe(true);
});

test('in every state, a report does what the table says, or is refused and changes nothing', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Status.enum), fc.constantFrom(...TYPES), (status, type) => {
      const before = one({ status });
      const frozen = JSON.stringify(before);
      const after = (MOVES[type].to as Partial<Record<Status, Status>>)[status];
      if (after === undefined) expect(code(() => report(before, EXAMPLES[type], road, given()))).toBe('wrong_state');
      else {
        const acted = report(before, EXAMPLES[type], road, given());
        expect(acted.case).toMatchObject({ status: after, version: 4 });
        expect(acted.events).toHaveLength(1);
        expect(acted.events[0]).toMatchObject({ caseversion: 4, data: { status: after, reportedBy: 'road' } });
        expect(JSON.stringify([acted.events, acted.audit, acted.case])).not.toContain('王小明');
      }
      expect(JSON.stringify(before)).toBe(frozen);
    }),
    { numRuns: 300 },
  );
});

describe('who may report', () => {
  test('a unit that helps tells of contact and progress; the rest is the leading unit’s', () => {
    for (const type of TYPES) {
      const refused = code(() => report(one(), EXAMPLES[type], { unit: 'help' }, given()));
      expect([type, refused]).toEqual([
        type,
        type === 'contacted' || type === 'progressed' ? 'nothing refused' : 'lead_only',
      ]);
    }
  });
  test('no other unit, no unit the case complains about, and none for another', () => {
    expect(code(() => report(one(), EXAMPLES.answered, { unit: 'park' }, given()))).toBe('not_held');
    const barred = one({ barred: ['help'] });
    expect(code(() => report(barred, EXAMPLES.progressed, { unit: 'help' }, given()))).toBe('unit_barred');
    expect(code(() => report(one(), { ...EXAMPLES.answered, unit: 'help' }, road, given()))).toBe('not_yours');
    const { unit: _none, ...free } = one();
    expect(code(() => report(free, EXAMPLES.answered, {}, given()))).toBe('not_held');
  });
  test('the desk on behalf of a unit, which the event and the trail say', () => {
    const { events, audit } = report(one(), EXAMPLES.resolved, {}, given());
    expect(events[0]?.data).toMatchObject({ reportedBy: 'road', onBehalf: true });
    expect(audit).toMatchObject({ action: 'case.resolved', detail: { unit: 'road', onBehalf: true } });
  });
});

describe('a return', () => {
  const returned = (suggestedUnit: string) =>
    report(one(), { type: 'returned', reason: '请转13800000000', ground: 'wrong_area', suggestedUnit }, road, given());

  test('asks the desk for the suggested unit, and its words stay inside the seal', () => {
    const acted = returned('park');
    expect(acted.case).toMatchObject({ status: 'returned', handling: { returns: 1 }, unit: { code: 'road' } });
    expect(acted.note).toMatchObject({ direction: 'note', title: 'returned', text: '请转13800000000' });
    expect(JSON.stringify([acted.case, acted.events, acted.audit])).not.toContain('13800000000');
    const [asked] = acted.case.proposals;
    const taken = decide(acted.case, { proposal: asked?.id ?? '', accept: true, reason: '同意' }, {}, given());
    expect(taken.case).toMatchObject({ status: 'dispatched', unit: { code: 'park' } });
    expect(taken.events[0]?.type).toBe('case.assigned');
  });
  test('leaves no open question when the desk assigns the case by itself', () => {
    const again = assign(returned('park').case, { unit: 'road', reason: '属你单位' }, given());
    expect(again.case.proposals).toMatchObject([{ decided: { accept: false } }]);
  });
  test('never names a barred unit, itself, or one nobody knows', () => {
    const suggest = (c: Case, suggestedUnit: string) =>
      code(() => report(c, { type: 'returned', reason: 'x', suggestedUnit }, road, given()));
    expect(suggest(one({ barred: ['park'] }), 'park')).toBe('unit_barred');
    expect(suggest(one(), 'road')).toBe('invalid_field');
    expect(suggest(one(), 'moon')).toBe('unknown_unit');
  });
});

describe('an extension', () => {
  const ask = (c: Case, more: object, now = NOW) =>
    report(c, { type: 'extension', reason: '待料', ...more }, road, given(now));

  test('moves nothing before the desk accepts it; then the due time, told as case.extended', () => {
    const { case: c, events } = ask(one(), { workingDays: 2 });
    expect(c).toMatchObject({ status: 'in_progress', dueAt: '2026-12-01T23:59:59.000+08:00' });
    expect(events[0]).toMatchObject({ type: 'case.proposed', data: { proposals: [{ type: 'extension' }] } });
    const [{ id } = { id: '' }] = c.proposals;
    const yes = decide(c, { proposal: id, accept: true, reason: '同意' }, {}, given());
    expect(yes.case).toMatchObject({ status: 'extended', dueAt: '2026-12-03T23:59:59.000+08:00' });
    expect(yes.events[0]).toMatchObject({ type: 'case.extended', data: { dueAt: '2026-12-03T23:59:59.000+08:00' } });
    const no = decide(c, { proposal: id, accept: false, reason: '不同意' }, {}, given());
    expect(no.case).toMatchObject({ status: 'in_progress', dueAt: '2026-12-01T23:59:59.000+08:00' });
  });
  test('stays granted when the desk puts kind, category or urgency right, unless that gives more time', () => {
    const { case: c } = ask(one(), { until: '2026-12-10' });
    const granted = decide(c, { proposal: c.proposals[0]?.id ?? '', accept: true, reason: '同意' }, {}, given()).case;
    const right = (dueAt: string | undefined, from = granted) =>
      correct(from, { urgency: 'urgent', reason: 'x' }, { ...given(), due: () => dueAt }).case.dueAt;
    expect(right('2026-11-25T10:00:00.000+08:00')).toBe('2026-12-10T23:59:59.000+08:00');
    expect(right('no_calendar')).toBe('2026-12-10T23:59:59.000+08:00');
    expect(right('2026-12-31T10:00:00.000+08:00')).toBe('2026-12-31T10:00:00.000+08:00');
    expect(right('2026-11-25T10:00:00.000+08:00', one()), 'nothing was granted').toBe('2026-11-25T10:00:00.000+08:00');
  });
  test('by a date means the end of that day', () => {
    const { case: c } = ask(one(), { until: '2026-12-10' });
    expect(c.proposals[0]?.value.until).toBe('2026-12-10T23:59:59.000+08:00');
  });
  test.each([
    ['twice', { until: '2026-12-20' }, NOW, 'already_asked'],
    ['after the time is over', { until: '2026-12-20' }, Date.parse('2026-12-02T08:00:00+08:00'), 'past_due'],
    ['to an earlier day', { until: '2026-11-30' }, NOW, 'invalid_field'],
    ['to no time', { until: 'soon' }, NOW, 'invalid_field'],
    ['to a day no month has', { until: '2027-02-30' }, NOW, 'invalid_field'],
    ['to another century', { until: '2999-01-01' }, NOW, 'invalid_field'],
    ['both ways', { until: '2026-12-20', workingDays: 3 }, NOW, 'invalid_field'],
    ['neither way', {}, NOW, 'invalid_field'],
    ['into a year without calendar', { workingDays: 40 }, NOW, 'no_calendar'],
  ])('asked %s is refused', (_how, more, now, why) => {
    const c = why === 'already_asked' ? ask(one(), { workingDays: 1 }).case : one();
    expect(code(() => ask(c, more, now))).toBe(why);
  });
  test('is void once the case has changed hands', () => {
    const { case: c } = ask(one(), { workingDays: 2 });
    const moved = assign(c, { unit: 'park', reason: 'x' }, given()).case;
    expect(
      code(() => decide(moved, { proposal: c.proposals[0]?.id ?? '', accept: true, reason: 'x' }, {}, given())),
    ).toBe('already_decided');
  });
});

describe('what is asked of the citizen', () => {
  test.each([
    { type: 'contacted', method: 'wechat', needs: '请发一张现场照片' },
    { type: 'returned', reason: '位置不明', needs: '请说明是哪条路' },
  ] as Report[])('goes out to them, named by the event of %s, which holds no word of it', (asks) => {
    const { message, events, case: c } = report(one(), asks, road, given());
    expect(message).toMatchObject({ direction: 'out', channel: 'wechat', account: 'gzh' });
    expect(message?.text).toBe('needs' in asks ? asks.needs : '');
    expect(events).toMatchObject([{ type: `case.${asks.type}`, data: { messageId: message?.id } }]);
    expect(JSON.stringify([events, c])).not.toMatch(/照片|哪条路/);
  });
});

describe('answers and results', () => {
  test('the public text goes out over the channel of the case, the internal one stays a note', () => {
    const {
      message,
      note,
      case: c,
      events,
    } = report(one(), { type: 'answered', public: '已修好', internal: '费用自理' }, road, given());
    expect(message).toMatchObject({ direction: 'out', channel: 'wechat', account: 'gzh', text: '已修好' });
    expect(note).toMatchObject({ direction: 'note', text: '费用自理' });
    expect(c.messages).toBe(3);
    expect(events[0]).toMatchObject({ type: 'case.answered', data: { messageId: message?.id } });
    expect(JSON.stringify(events)).not.toContain('已修好');
  });
  test('what is not resolved has a reason, and progress has words', () => {
    expect(code(() => report(one(), { type: 'resolved', resolved: false }, road, given()))).toBe('missing_field');
    expect(code(() => report(one(), { type: 'progressed' }, road, given()))).toBe('missing_field');
  });
  test('closed by the desk, and opened again in a time that begins now', () => {
    const result: Report = { type: 'resolved', resolved: false, reason: '无资金', factual: true, beyondDuty: true };
    const done = report(one(), result, road, given());
    expect(done.case.handling).toMatchObject({ resolved: false, factual: true, beyondDuty: true });
    const closed = close(done.case, '已回访', given());
    expect(closed.case.status).toBe('closed');
    const again = reopen(closed.case, '群众不满意', given());
    expect(again.case).toMatchObject({ status: 'reopened', dueAt: 'due from 2026-11-24T10:00:00.000+08:00' });
    expect(again.case.handling).toMatchObject({ reopened: 1, factual: true });
    expect(again.case.handling).not.toHaveProperty('doneAt');
    expect(report(again.case, { type: 'signed' }, road, given()).case.status).toBe('signed');
  });
});

describe('a case that was given back', () => {
  const named = (unit: string) => ({ categories: ['99'], unit, coUnits: [], from: '2020-01-01' });
  const back = (c: Case, input: Partial<Report> = {}) =>
    report(c, { type: 'returned', reason: '属地不符', ...input } as Report, road, {
      ...given(),
      city: { ...city, routes: [{ ...named('park') }, { ...named('road'), division: '330205' }] },
    }).case.proposals.at(-1);
  const there = { category: [{ code: '99', name: '其他', level1: '杂', path: ['杂', '其他'], confidence: 0.9 }] };

  test('is offered to whom the unit named, then to whom the table names', () => {
    expect(back(one(there), { suggestedUnit: 'over' })).toMatchObject({
      type: 'route',
      value: { unit: { code: 'over' }, candidates: [{ unit: { code: 'over' } }, { unit: { code: 'park' } }] },
    });
  });

  test('is never offered to the unit that gave it back, nor to one it complains about', () => {
    expect(back(one({ ...there, division: '330205' }))?.value.candidates).toBeUndefined();
    expect(back(one({ ...there, barred: ['park'] }))?.value.candidates).toBeUndefined();
    expect(back(one(there))).toMatchObject({ type: 'review', value: { candidates: [{ unit: { code: 'park' } }] } });
  });
});
