import { beforeEach, describe, expect, test } from 'vitest';
import type { Case } from '../../src/core/case.ts';
import type { NewEvent } from '../../src/core/event.ts';
import type { Store } from '../../src/core/store.ts';
import { ADMIN_TOKEN, CODE, message, NO, NO_2, one, openHouse, type TestHouse, tokenOf } from './house.ts';

let house: TestHouse;
beforeEach(async () => {
  house = await openHouse();
});
const get = (url: string, token: string) => house.call('GET', url, { token });
const post = (url: string, body: unknown, token = tokenOf('operator'), headers = {}) =>
  house.call('POST', url, { token, body, headers });
const inMatter = (id: string): NonNullable<Case['matter']> => ({
  ...{ id, role: 'first', score: 1, rule: 'first', evidence: [], by: 'system', at: '' },
});
const second = (change: Partial<Case> = {}) =>
  one({ no: NO_2, unit: { code: 'u-park', name: '园林局' }, matter: inMatter('mat_B'), ...change });

describe('one case', () => {
  test('shows the desk its words with the identity masked', async () => {
    house.store.put(one());
    const { json, text } = await get(`/v1/cases/${NO}`, tokenOf('operator'));
    expect(json).toMatchObject({
      caseNo: NO,
      status: 'dispatched',
      said: { title: '路坏了', name: '王**', phone: '138****8000' },
    });
    expect(text).not.toContain('"hash"');
  });

  test.each([['secret'], ['anonymous']] as const)(
    'of a %s sender shows nobody who it is, not even inside the words',
    async (how) => {
      house.store.put(one({ [how]: true }));
      const message = {
        id: 'msg_1',
        direction: 'in',
        text: '我是王小明，13800008000',
        parts: [],
        sender: { keys: [] },
      };
      house.store.said.set(NO, [message as never]);
      for (const token of [ADMIN_TOKEN, tokenOf('operator'), tokenOf('unit'), tokenOf('integrator')]) {
        expect((await get(`/v1/cases/${NO}`, token)).text).not.toMatch(/王小明|王\*|138/);
        expect((await get(`/v1/cases/${NO}/messages`, token)).text).not.toMatch(/王小明|王\*|138/);
      }
    },
  );

  test('of a secret sender shows no name, card or phone that stands in any of its words', async () => {
    const said = {
      ...{ name: 'John Smith', title: 'from JOHN SMITH', place: { text: 'john smith 家', confidence: 0.3 } },
      text: '我是江北区的居民\n卡号6222021234567890129\n本人叫李小龙\n王小明',
      occurredAt: '昨晚，我是王小明13812345678',
    };
    house.store.put(one({ secret: true, said }));
    for (const token of [tokenOf('operator'), tokenOf('unit')]) {
      const { json, text } = await get(`/v1/cases/${NO}`, token);
      expect(text).not.toMatch(/john|王小明|李小龙|6222|138/i);
      expect(json.said.text).toMatch(/^我是江北区的居民\n/);
      expect(json.said.occurredAt).toBe('昨晚,我是〔姓名〕〔电话〕');
    }
  });

  test.each([['secret'], ['anonymous']] as const)(
    'of a %s sender shows no id the sender chose; of others integrators match by it',
    async (how) => {
      const paths = [`/v1/cases/${NO}`, '/v1/cases'];
      for (const token of [ADMIN_TOKEN, tokenOf('unit'), tokenOf('integrator')])
        for (const path of paths) {
          house.store.put(one({ externalId: 'order-13899990000' }));
          expect((await get(path, token)).text).toContain('order-13899990000');
          house.store.put(one({ externalId: 'order-13899990000', [how]: true }));
          expect((await get(path, token)).text).not.toContain('order-13899990000');
        }
    },
  );

  test('gives integrators facts without words', async () => {
    house.store.put(one());
    const { json, text } = await get(`/v1/cases/${NO}`, tokenOf('integrator'));
    expect(json).toMatchObject({ caseNo: NO, unit: { code: 'u-road' }, matter: { id: 'mat_A' } });
    expect(text).not.toMatch(/said|坑|王|138|proposals|barred/);
  });

  test('exists for a unit only when it is its own and not about it', async () => {
    house.store.put(one());
    expect((await get(`/v1/cases/${NO}`, tokenOf('unit'))).status).toBe(200);
    expect((await get(`/v1/cases/${NO}`, tokenOf('unit', '_park'))).status).toBe(404);
    house.store.put(one({ barred: ['u-road'] }));
    expect((await get(`/v1/cases/${NO}`, tokenOf('unit'))).status).toBe(404);
    expect((await get(`/v1/cases/${NO}/messages`, tokenOf('unit'))).status).toBe(404);
    expect((await get('/v1/cases', tokenOf('unit'))).json.data).toEqual([]);
    expect((await get('/v1/matters/mat_A', tokenOf('unit'))).status).toBe(404);
  });

  test('is with the units that help as well: in their list, and open to them', async () => {
    house.store.put(one({ coUnits: [{ code: 'u-park', name: '园林局' }] }));
    expect((await get(`/v1/cases/${NO}`, tokenOf('unit', '_park'))).json.coUnits).toMatchObject([{ code: 'u-park' }]);
    expect((await get('/v1/cases', tokenOf('unit', '_park'))).json.data).toMatchObject([{ caseNo: NO }]);
    house.store.put(one({ coUnits: [{ code: 'u-park', name: '园林局' }], barred: ['u-park'] }));
    expect((await get(`/v1/cases/${NO}`, tokenOf('unit', '_park'))).status).toBe(404);
    expect((await get('/v1/cases', tokenOf('unit', '_park'))).json.data).toEqual([]);
  });

  test('unknown, mistyped and foreign numbers get one and the same answer', async () => {
    house.store.put(one());
    const answers = [
      await get(`/v1/cases/${NO_2}`, tokenOf('unit')),
      await get('/v1/cases/12', tokenOf('unit')),
      await get(`/v1/cases/${NO}`, tokenOf('unit', '_park')),
    ];
    expect(new Set(answers.map((a) => a.text)).size).toBe(1);
  });

  test('is found by its number as people write it', async () => {
    house.store.put(one());
    expect(
      (await get(`/v1/cases/${NO.slice(0, 6)}-${NO.slice(6, 10)}-${NO.slice(10)}`, tokenOf('operator'))).status,
    ).toBe(200);
  });
});

describe('the list', () => {
  test('comes in pages, without words, until there is no more', async () => {
    house.store.put(one(), second());
    const first = await get('/v1/cases?limit=1', ADMIN_TOKEN);
    expect(first.json).toMatchObject({ has_more: true, next_cursor: NO_2 });
    const last = await get(`/v1/cases?limit=1&after=${first.json.next_cursor}`, ADMIN_TOKEN);
    expect(last.json).toMatchObject({ has_more: false, next_cursor: null, data: [{ caseNo: NO }] });
    expect(first.text + last.text).not.toMatch(/坑|王小明|138/);
  });

  test.each([
    ['status=nonsense', 'status'],
    ['limit=0', 'limit'],
    ['limit=many', 'limit'],
    ['after=12', 'after'],
    ['proposals=maybe', 'proposals'],
    ['proposals=1', 'proposals'],
    ['proposals=false', 'proposals'],
  ])('refuses %s and names the field', async (query, field) => {
    expect(await get(`/v1/cases?${query}`, ADMIN_TOKEN)).toMatchObject({ status: 422, json: { field } });
  });

  test('refuses a parameter that stands twice', async () => {
    expect(await get('/v1/cases?limit=1&limit=2', ADMIN_TOKEN)).toMatchObject({
      status: 400,
      json: { field: 'limit' },
    });
  });

  test('of units goes by code', async () => {
    expect((await get('/v1/units?limit=1', ADMIN_TOKEN)).json).toMatchObject({
      data: [{ code: 'u-park', name: '园林局' }],
      next_cursor: 'u-park',
      has_more: true,
    });
  });
});

describe('a reveal', () => {
  test('shows who it is and is written down first, also for a secret case', async () => {
    house.store.put(one({ secret: true }));
    const { status, json } = await post(`/v1/cases/${NO}/reveal`, { reason: '回访' });
    expect(status).toBe(200);
    expect(json).toMatchObject({ name: '王小明', phone: '13800008000' });
    expect(house.store.trail[0]).toMatchObject({
      action: 'case.reveal',
      subject: NO,
      actor: 'key_operator',
      reason: '回访',
    });
    expect(JSON.stringify(house.store.trail)).not.toMatch(/王小明|138/);
    expect(JSON.stringify(house.lines)).not.toMatch(/王小明|13800|回访/);
  });

  test('needs a reason, and is not for units', async () => {
    house.store.put(one());
    expect(await post(`/v1/cases/${NO}/reveal`, {})).toMatchObject({ status: 422, json: { field: 'reason' } });
    expect((await post(`/v1/cases/${NO}/reveal`, { reason: 'x' }, tokenOf('unit'))).status).toBe(403);
    expect(house.store.trail).toEqual([]);
  });
});

describe('a query code', () => {
  const path = `/v1/cases/${NO}/query-code`;

  test('is told to the desk alone, with a reason, and written down first', async () => {
    house.store.put(one());
    house.store.said.set(NO, [message(), message({ id: 'msg_2', externalId: 'b' })]);
    expect(await post(path, {})).toMatchObject({ status: 422, json: { field: 'reason' } });
    for (const scope of ['unit', 'integrator', 'intake'] as const)
      expect([scope, (await post(path, { reason: 'x' }, tokenOf(scope))).status]).toEqual([scope, 403]);
    expect(house.store.trail).toEqual([]);
    const { status, json } = await post(path, { reason: '市民来电询问' });
    expect([status, json.queryCode]).toEqual([200, 'K7MP-A3XW']);
    expect(house.store.trail).toMatchObject([{ action: 'case.query_code', subject: NO, actor: 'key_operator' }]);
    expect(JSON.stringify([house.store.trail, house.lines])).not.toMatch(/K7MP/);
  });

  test('of an erased case is gone', async () => {
    house.store.put(one());
    expect((await post(path, { reason: 'x' })).status).toBe(404);
  });
});

describe("people's decisions", () => {
  test('assigning is recorded with who, when and why, and told in one event', async () => {
    house.store.put(one());
    const { status, json } = await post(`/v1/cases/${NO}/assign`, { unit: 'u-park', reason: '属园林' });
    expect(status).toBe(200);
    expect(json).toMatchObject({ unit: { code: 'u-park' }, version: 2, status: 'dispatched' });
    expect(house.store.events.map((e) => e.type)).toEqual(['case.assigned']);
    expect(house.store.trail[0]).toMatchObject({
      actor: 'key_operator',
      action: 'case.assign',
      reason: '属园林',
      at: '2026-11-24T10:00:00.000+08:00',
    });
    expect(house.store.cases.get(NO)?.said?.name).toBe('王小明');
  });

  test('the same Idempotency-Key does it once', async () => {
    house.store.put(one());
    for (let i = 0; i < 3; i += 1)
      expect(
        (
          await post(`/v1/cases/${NO}/assign`, { unit: 'u-park', reason: 'x' }, tokenOf('operator'), {
            'idempotency-key': 'k1',
          })
        ).status,
      ).toBe(200);
    expect(house.store.events).toHaveLength(1);
  });

  test('the same Idempotency-Key with another decision is refused, not dropped', async () => {
    house.store.put(one(), second({ unit: { code: 'u-road', name: '市政处' } }));
    const assign = (body: object, key: string, no = NO) =>
      post(`/v1/cases/${no}/assign`, body, tokenOf('operator'), { 'idempotency-key': key });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => assign({ unit: i % 2 ? 'u-park' : 'u-road', reason: 'x' }, 'k1')),
    );
    const unit = house.store.cases.get(NO)?.unit?.code;
    for (const { status, json } of answers)
      expect([status, json.unit?.code ?? json.code]).toEqual(
        status === 200 ? [200, unit] : [422, 'idempotency_key_reused'],
      );
    expect(answers.filter((a) => a.status === 422)).toHaveLength(10);
    // Only the order of the fields is another, or it is another case.
    expect((await assign({ reason: 'x', unit }, 'k1')).status).toBe(200);
    expect((await assign({ unit: 'u-park', reason: 'y' }, 'k1', NO_2)).status).toBe(200);
    expect(house.store.events).toHaveLength(2);
  });

  test('a key used for joining one matter does not serve for another', async () => {
    house.store.put(one(), second(), one({ no: '26112400000017', matter: inMatter('mat_C') }));
    const join = (matter: string) =>
      post(`/v1/matters/${matter}/join`, { caseNo: NO_2, reason: 'x' }, tokenOf('operator'), {
        'idempotency-key': 'k',
      });
    expect((await join('mat_A')).status).toBe(200);
    expect((await join('mat_A')).status).toBe(200);
    expect(await join('mat_C')).toMatchObject({ status: 422, json: { code: 'idempotency_key_reused' } });
    expect(house.store.cases.get(NO_2)?.matter?.id).toBe('mat_A');
  });

  test('a retry of a decided proposal is no conflict, a second decision is', async () => {
    house.store.put(
      one({ proposals: [{ id: 'pro_1', type: 'category', reason: 'x', value: { code: '0101' }, at: '' }] }),
    );
    const body = { proposal: 'pro_1', accept: true, reason: 'x' };
    expect(
      (await post(`/v1/cases/${NO}/decide`, body, tokenOf('operator'), { 'idempotency-key': 'k1' })).json.category[0]
        .code,
    ).toBe('0101');
    expect((await post(`/v1/cases/${NO}/decide`, body, tokenOf('operator'), { 'idempotency-key': 'k1' })).status).toBe(
      200,
    );
    const other = { ...body, accept: false };
    expect(await post(`/v1/cases/${NO}/decide`, other, tokenOf('operator'), { 'idempotency-key': 'k1' })).toMatchObject(
      { status: 422, json: { code: 'idempotency_key_reused' } },
    );
    expect(await post(`/v1/cases/${NO}/decide`, body, tokenOf('operator'), { 'idempotency-key': 'k2' })).toMatchObject({
      status: 409,
      json: { code: 'already_decided' },
    });
    expect(house.store.events).toHaveLength(1);
  });

  test('a decision is taken again when somebody else was quicker, and given up politely when they always are', async () => {
    house.store.put(one());
    house.store.rivals = 2;
    expect((await post(`/v1/cases/${NO}/assign`, { unit: 'u-park', reason: 'x' })).json.version).toBe(4);
    house.store.rivals = 99;
    const busy = await post(`/v1/cases/${NO}/assign`, { unit: 'u-park', reason: 'x' });
    expect(busy).toMatchObject({ status: 503, json: { code: 'busy' } });
    expect(busy.headers['retry-after']).toBe('1');
  });

  test.each([
    ['assign', { unit: 'u-road', reason: 'x' }, { barred: ['u-road'] }, 409, 'unit_barred'],
    ['assign', { unit: 'u-moon', reason: 'x' }, {}, 422, 'unknown_unit'],
    ['assign', { unit: 'u-road', reason: 'x' }, { status: 'closed' }, 409, 'wrong_state'],
    ['assign', { unit: 'u-road' }, {}, 422, 'missing_field'],
    ['correct', { category: 'zz', reason: 'x' }, {}, 422, 'unknown_category'],
    ['correct', { kind: 'riot', reason: 'x' }, {}, 422, 'invalid_field'],
    ['decide', { proposal: 'pro_9', accept: true, reason: 'x' }, {}, 404, 'unknown_proposal'],
  ] as const)('%s %j is refused', async (action, body, change, status, code) => {
    house.store.put(one(change as Partial<Case>));
    expect(await post(`/v1/cases/${NO}/${action}`, body)).toMatchObject({ status, json: { code } });
    expect(house.store.events).toEqual([]);
  });

  test('correcting the urgency reckons the due time anew, by the city’s table', async () => {
    house.store.put(one());
    const { json } = await post(`/v1/cases/${NO}/correct`, { urgency: 'urgent', place: '人民路1号', reason: 'x' });
    expect(json.dueAt).toMatch(/^2026-11-29T/);
    expect(json.said.place).toMatchObject({ text: '人民路1号' });
  });

  test('a matter is with whom its case was given, not with whom it began', async () => {
    house.store.put(one());
    const unit = async () => (await get('/v1/matters/mat_A', tokenOf('operator'))).json.unit;
    expect((await post(`/v1/cases/${NO}/assign`, { unit: 'u-park', reason: 'x' })).status).toBe(200);
    expect(await unit()).toBe('u-park');
  });

  test('joining and splitting move a case between matters and back', async () => {
    // The desk of this house is u-road: a matter that is there takes no case from its unit.
    house.store.put(
      one({ unit: { code: 'u-park', name: '园林局' } }),
      second({ unit: { code: 'u-road', name: '市政处' } }),
    );
    const joined = await post('/v1/matters/mat_A/join', { caseNo: NO_2, reason: '同一处' });
    expect(joined.json.matter).toMatchObject({ id: 'mat_A', role: 'joined', by: 'key_operator' });
    expect((await get('/v1/matters/mat_A', tokenOf('operator'))).json).toMatchObject({ size: 2, cases: [NO, NO_2] });
    // Nobody had begun with it: it goes to the unit that has the matter, and is not assigned a second time.
    const seen = (await get('/v1/matters/mat_A', tokenOf('unit', '_park'))).json;
    expect(seen).toMatchObject({ size: 2, cases: [NO, NO_2], unit: 'u-park' });
    const split = await post('/v1/matters/mat_A/split', { caseNo: NO_2, reason: '不是' });
    expect(split.json.matter).toMatchObject({ role: 'first' });
    expect((await get(`/v1/matters/${split.json.matter.id}`, tokenOf('operator'))).json).toMatchObject({
      size: 1,
      cases: [NO_2],
    });
    expect(house.store.events.map((e) => e.type)).toEqual([
      'case.joined',
      'matter.grown',
      'matter.merged',
      // The table of duties names nobody for it: it waits at the desk for a person.
      'case.split',
      'matter.split',
      'matter.opened',
    ]);
    expect((await post('/v1/matters/mat_A/split', { caseNo: NO, reason: 'x' })).json.code).toBe('sole_case');
    expect((await post('/v1/matters/mat_none/join', { caseNo: NO, reason: 'x' })).status).toBe(404);
    expect((await post('/v1/matters/mat_A/join', { caseNo: '12', reason: 'x' })).status).toBe(404);
  });
});

describe('an answer written by hand', () => {
  test('is told to the unit of its case and to those that help, not to one it complains about', async () => {
    const coUnits = [{ code: 'u-park', name: '园林局' }];
    house.store.put(one({ coUnits, barred: ['u-other'] }));
    const row = { id: 'out_1', caseNo: NO, purpose: 'answer', messageId: 'msg_1', account: 'letters' } as const;
    house.store.outgoingOf = async () => [{ ...row, state: 'waiting', attempts: 0, at: 0 }];
    const told: NewEvent[] = [];
    const lines: unknown[] = [];
    house.store.settleOutgoing = async (
      ...[_row, events = [], _person, line]: Partial<Parameters<Store['settleOutgoing']>>
    ) => {
      told.push(...events);
      lines.push(line);
    };
    const { status } = await post(`/v1/cases/${NO}/outgoing/msg_1/written`, { reason: '挂号信已寄出' });
    expect(status).toBe(200);
    expect(told).toMatchObject([
      { type: 'message.sent', unit: one().unit?.code, coUnits: ['u-park'], barred: ['u-other'] },
    ]);
    expect(lines, 'in the same transaction').toMatchObject([{ action: 'outgoing.written', reason: '挂号信已寄出' }]);
  });
});

describe('whole matters', () => {
  const merge = (more = {}, headers = {}) =>
    post('/v1/matters/mat_A/merge', { from: 'mat_B', reason: '同一个坑', ...more }, tokenOf('operator'), headers);

  test('are merged and taken apart again, with who, when and why', async () => {
    house.store.put(one(), second());
    const merged = await merge();
    expect(merged).toMatchObject({ status: 200, json: { id: 'mat_A', size: 2, cases: [NO, NO_2], merged: ['mat_B'] } });
    expect((await get('/v1/matters/mat_B', tokenOf('operator'))).status).toBe(404);
    const back = await post('/v1/matters/mat_A/unmerge', { from: 'mat_B', reason: '两个坑' });
    expect(back).toMatchObject({ status: 200, json: { size: 1, cases: [NO], merged: [] } });
    expect((await get('/v1/matters/mat_B', tokenOf('operator'))).json).toMatchObject({ size: 1, cases: [NO_2] });
    expect(house.store.trail.map(({ action, subject, reason }) => [action, subject, reason])).toEqual([
      ['matter.apart', 'mat_A', '两个坑'],
      ['case.split', NO_2, '两个坑'],
      ['matter.merge', 'mat_A', '同一个坑'],
      ['case.join', NO_2, '同一个坑'],
    ]);
    expect((await post('/v1/matters/mat_A/unmerge', { from: 'mat_B', reason: 'x' })).json.code).toBe('not_merged');
  });

  test('are merged into one so large that it could go nowhere itself, and the answer says that it is done', async () => {
    const large = Array.from({ length: 5_001 }, (_, n) => one({ no: `26${String(n).padStart(12, '0')}` }));
    house.store.put(...large, second());
    const merged = await merge();
    expect(merged).toMatchObject({ status: 200, json: { id: 'mat_A', size: 5_002 } });
    expect((await house.store.findCase(NO_2))?.matter?.id).toBe('mat_A');
    const back = await post('/v1/matters/mat_A/unmerge', { from: 'mat_B', reason: '两个坑' });
    expect(back).toMatchObject({ status: 200, json: { size: 5_001, merged: [] } });
    expect((await house.store.findCase(NO_2))?.matter?.id).toBe('mat_B');
  });

  test('too large to be read at once tell how else their cases are moved', async () => {
    house.store.put(one(), second());
    expect((await merge()).status).toBe(200);
    const cases = house.store.findMatter.bind(house.store);
    house.store.findMatter = async (id) => {
      const found = await cases(id);
      return found && { ...found, size: 20_001 };
    };
    const wrong = { status: 422, json: { code: 'too_large' } };
    const back = await post('/v1/matters/mat_A/unmerge', { from: 'mat_B', reason: '两个坑' });
    expect(back).toMatchObject({ ...wrong, json: { field: 'id' } });
    expect(back.json.advice).toContain('/move');
    expect(await post('/v1/matters/mat_B/merge', { from: 'mat_A', reason: '一个坑' })).toMatchObject({ status: 404 });
    house.store.put(one({ no: '26112400582730', matter: inMatter('mat_B') }));
    const away = await post('/v1/matters/mat_B/merge', { from: 'mat_A', reason: '一个坑' });
    expect(away).toMatchObject({ ...wrong, json: { field: 'from', advice: expect.stringContaining('smaller') } });
  });

  test('take along who joined them at that very moment', async () => {
    house.store.put(one(), second());
    const late = '26112400582730';
    house.store.newcomer = one({ no: late, matter: inMatter('mat_B') });
    expect(await merge()).toMatchObject({ status: 200, json: { size: 3, cases: [NO, NO_2, late] } });
    expect((await get('/v1/matters/mat_B', tokenOf('operator'))).status).toBe(404);
  });

  test('merge once for one Idempotency-Key, also when it comes again after the fact', async () => {
    house.store.put(one(), second());
    const key = { 'idempotency-key': 'm-1' };
    expect((await merge({}, key)).status).toBe(200);
    const events = house.store.events.length;
    expect(await merge({}, key)).toMatchObject({ status: 200, json: { size: 2 } });
    expect((await merge({ reason: 'other' }, key)).json.code).toBe('idempotency_key_reused');
    expect(house.store.events).toHaveLength(events);
  });

  test('are decided on again when a case moved meanwhile', async () => {
    house.store.put(one(), second());
    house.store.rivals = 1;
    expect(await merge()).toMatchObject({ status: 200, json: { size: 2 } });
  });

  test('are not for a desk that sees a part of them, nor to be found under a wrong name', async () => {
    house.store.put(one(), second());
    expect((await merge({ from: 'mat_none' })).status).toBe(404);
    expect((await merge({ from: 'mat_A' })).json.code).toBe('same_matter');
    expect((await post('/v1/matters/mat_A/merge', { from: 'mat_B', reason: 'x' }, tokenOf('unit'))).status).toBe(403);
  });

  test('give a case to each other: it must be in the one it is taken from', async () => {
    house.store.put(one(), one({ no: NO_2 }), one({ no: '26112400582730', matter: inMatter('mat_B') }));
    const to = (from: string) => post(`/v1/matters/${from}/move`, { caseNo: NO_2, to: 'mat_B', reason: '那边的' });
    expect((await to('mat_B')).json.code).toBe('not_in_matter');
    expect(await to('mat_A')).toMatchObject({ status: 200, json: { matter: { id: 'mat_B', by: 'key_operator' } } });
    expect((await to('mat_A')).json.code).toBe('not_in_matter');
  });
});

describe('the list of growing matters', () => {
  const at = Date.parse('2026-11-24T10:00:00+08:00');
  const entry = (seen: number) => ({
    matter: {
      ...{
        id: `mat_${seen}`,
        tenant: '330200',
        title: '道路破损',
        category: '0101',
        division: '330205',
        unit: 'u-road',
      },
      ...{ size: seen + 3, reporters: seen + 3, urgency: 'urgent' as const, state: 'open' as const },
      ...{ openedAt: '2026-11-01T08:00:00+08:00', lastAt: '2026-11-24T11:00:00+08:00' },
    },
    ...{ seen, heat: 9, reporters: seen, lastHour: seen, lastDay: seen, divisions: ['330203'], channels: ['web'] },
    ...{ firstAt: at, lastAt: at, hot: false, storm: false, words: [], barred: [] },
  });

  test('shows others than the desk nothing by which a hidden case could be seen', async () => {
    house.store.board = [entry(2), entry(1)];
    for (const token of [tokenOf('integrator'), tokenOf('unit')]) {
      const { json } = await get('/v1/matters', token);
      expect(json.data).toMatchObject([{ id: 'mat_2', reporters: 2, openedAt: '2026-11-24T10:00:00.000+08:00' }]);
      for (const field of ['size', 'urgency', 'division', 'seen', 'barred'])
        expect(json.data[0]).not.toHaveProperty(field);
    }
    const { json } = await get('/v1/matters', tokenOf('operator'));
    expect(json.data).toMatchObject([
      { id: 'mat_2', size: 5, division: '330205' },
      { id: 'mat_1', size: 4 },
    ]);
  });
});

describe('an erased case', () => {
  test.each([
    [`/v1/cases/${NO}/assign`, { unit: 'u-park' }],
    [`/v1/cases/${NO}/correct`, { category: '0101' }],
    [`/v1/cases/${NO}/decide`, { proposal: 'pro_1', accept: false }],
    ['/v1/matters/mat_B/join', { caseNo: NO }],
    ['/v1/matters/mat_A/split', { caseNo: NO }],
    ['/v1/matters/mat_A/move', { caseNo: NO, to: 'mat_B' }],
  ])('takes no decision more, and none is told: %s', async (path, body) => {
    const proposals = [{ id: 'pro_1', type: 'review' as const, reason: 'x', value: {}, at: '' }];
    house.store.put(one({ proposals, flags: ['erased'] }));
    house.store.put(one({ no: NO_2, matter: inMatter('mat_B') }));
    const answer = await post(path, { ...body, reason: 'x' });
    expect(answer).toMatchObject({ status: 409, json: { code: 'erased' } });
    expect([house.store.events, house.store.trail]).toEqual([[], []]);
  });
});

describe('a look-up by a citizen', () => {
  const look = (caseNo: string, queryCode: string, from = '203.0.113.7') =>
    house.call('POST', '/v1/lookup', { body: { caseNo, queryCode }, from });

  test('shows state, unit and steps, and nobody’s words or name', async () => {
    house.store.put(one({ externalId: 'order-118' }));
    await post(`/v1/cases/${NO}/assign`, { unit: 'u-park', reason: 'internal remark' });
    const { json, text } = await look(` ${NO.slice(0, 6)}-${NO.slice(6)}`, 'k7mp-a3xw');
    expect(json).toMatchObject({
      caseNo: NO,
      status: 'dispatched',
      category: { name: '其他' },
      unit: { name: '园林局' },
    });
    expect(json.timeline.map((s: { step: string }) => s.step)).toEqual(['received', 'dispatched']);
    expect(text).not.toMatch(/王|138|坑|internal|mat_|key_|order-118/);
  });

  test('answers a wrong code, an unknown number and no number alike, after one question to the store each', async () => {
    house.store.put(one());
    const answers = [await look(NO, 'XXXXXX'), await look(NO_2, CODE), await look('XXXXXX', 'XXXXXX')];
    expect(new Set(answers.map((a) => `${a.status} ${a.text}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 404, json: { code: 'not_found' } });
    expect(house.store.lookups).toHaveLength(3);
  });

  test('is slowed after too many wrong codes for a number, nowhere else, and forgiven in time', async () => {
    house.store.put(one());
    for (let i = 0; i < 5; i += 1) expect((await look(NO, `x${i}`)).status).toBe(404);
    const slowed = await look(NO, CODE);
    expect(slowed).toMatchObject({ status: 429, json: { code: 'too_many_requests' } });
    expect(Number(slowed.headers['retry-after'])).toBeGreaterThan(0);
    expect((await look(NO, CODE, '203.0.113.8')).status).toBe(200);
    expect((await look(NO_2, CODE)).status).toBe(404);
    house.clock.now += 121_000;
    expect((await look(NO, CODE)).status).toBe(200);
  });

  test('counts wrong ones sent side by side, too, but none the store could not answer', async () => {
    house.store.put(one());
    house.store.lookupFails = true;
    for (let i = 0; i < 6; i += 1) expect((await look(NO, CODE)).status).toBe(500);
    house.store.lookupFails = false;
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => look(NO, `x${i}`)));
    expect(answers.filter((a) => a.status === 404)).toHaveLength(5);
    expect(answers.filter((a) => a.status === 429)).toHaveLength(15);
  });
});
