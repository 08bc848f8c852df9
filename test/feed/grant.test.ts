// Words besides the thin event: only by an operator's grant, field by field, the same bytes in every attempt, gone when delivered.
import { afterEach, describe, expect, it } from 'vitest';
import type { Case } from '../../src/core/case.ts';
import type { Message } from '../../src/core/message.ts';
import { GRANT_VERSION, MOST_BYTES, mayTell, wholeBody } from '../../src/feed/grant.ts';
import { ADMIN, desk, key } from './desk.ts';
import { feedOver, receiver, settings, until } from './house.ts';
import { LogFake } from './log-fake.ts';

const open: { close(): Promise<unknown> }[] = [];
const keep = <T extends { close(): Promise<unknown> }>(one: T): T => {
  open.push(one);
  return one;
};
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const AT = '2026-11-24T10:00:00.000+08:00';
const SAID = {
  title: '路灯坏了',
  text: '我是张伟，人民路18号路灯坏了，电话13800001234',
  name: '张伟',
  phone: '138 0000 1234',
  email: 'zhang@mail.example',
  address: '人民路18号2单元',
  place: { text: '人民路', confidence: 1 },
};
const caseOf = (over: Partial<Case> = {}): Case => ({
  ...{ no: 'A', tenant: '330200', level: 'city', version: 1, channel: 'web', account: 'web', kind: 'help' },
  category: [{ code: '99', name: '其他', level1: '其他', path: ['其他'], confidence: 0.2 }],
  ...{ urgency: 'normal', status: 'dispatched', anonymous: false, secret: false, coUnits: [], barred: [] },
  ...{ proposals: [], flags: [], openedAt: AT, updatedAt: AT, messages: 1, said: SAID },
  ...over,
});
const messageOf = (id: string, over: Partial<Message> = {}): Message => ({
  ...{ id, tenant: '330200', level: 'city', channel: 'web', account: 'web', direction: 'in', externalId: id },
  ...{ externalIdGiven: false, contentHash: 'sha256:0', receivedAt: AT, sentAt: AT, parts: [], verified: 'none' },
  sender: { keys: [], name: '李娜', phone: '13900005678', anonymous: false, secret: false },
  text: '李娜补充：张伟家门口又黑了一盏，电话13900005678',
  ...over,
});
const THIN = '{"id":"evt_1","subject":"A","data":{"caseNo":"A"}}';
const tell = (mask: string[], c = caseOf(), added?: Message) =>
  JSON.parse(wholeBody(THIN, c, { mask, version: GRANT_VERSION }, added));
const OPERATOR = key(['operator']);
const OWNER = key(['integrator'], { id: 'key_owner' });
const ALL = ['title', 'text', 'name', 'phone', 'email', 'address', 'place'];

describe('what a mask lets through', () => {
  it('is the fields it names and no other, in the form it names', () => {
    expect(tell(['name:surname', 'phone:last4', 'email:domain', 'place']).data).toEqual({
      caseNo: 'A',
      said: { name: '张某', phone: '1234', email: 'mail.example', place: '人民路' },
      saidVersion: 1,
    });
    expect(tell(['text:masked']).data.said.text).not.toMatch(/张伟|13800001234/);
    expect(tell(['text']).data.said).toEqual({ text: SAID.text });
  });

  it('is the same bytes for the same event, case, mask and version', () => {
    const grant = { mask: ALL, version: GRANT_VERSION } as const;
    expect(wholeBody(THIN, caseOf(), grant)).toBe(wholeBody(THIN, structuredClone(caseOf()), grant));
  });

  it('never names who asked to be named nowhere', () => {
    const told = JSON.stringify(tell([...ALL, 'text:masked'], caseOf({ anonymous: true })));
    expect(told).toContain('路灯坏了');
    expect(told).not.toMatch(/张伟|1234|zhang@|2单元/);
    expect(tell(ALL, caseOf({ anonymous: true }))).toEqual(JSON.parse(THIN));
  });

  it('leaves words out that are too long, and says where they are', () => {
    const said = { ...SAID, text: '路'.repeat(30_000) };
    const told = tell(['text', 'phone'], caseOf({ said }));
    expect(told).toMatchObject({ dataref: '/v1/cases/A', data: { said: { phone: SAID.phone } } });
    expect(JSON.stringify(told).length).toBeLessThan(MOST_BYTES);
  });

  it('holds for what was added later too, each person masked in both, and nothing of a secret message', () => {
    const later = messageOf('msg_2');
    expect(tell(['text', 'name:surname', 'phone:last4'], caseOf(), later).data).toEqual({
      caseNo: 'A',
      said: { text: SAID.text, name: '张某', phone: '1234' },
      added: { text: later.text, name: '李某', phone: '5678' },
      saidVersion: 1,
    });
    expect(tell(['text:masked'], caseOf(), later).data.added.text).toMatch(/又黑了一盏/);
    expect(tell(['text:masked'], caseOf(), later).data.added.text).not.toMatch(/李娜|张伟|13900005678/);
    const unnamed = messageOf('msg_2', { sender: { ...later.sender, anonymous: true } });
    expect(tell(ALL, caseOf(), unnamed).data.added).toBeUndefined();
    expect(tell(ALL, caseOf({ anonymous: true }), later)).toEqual(JSON.parse(THIN));
    const secret = messageOf('msg_2', { sender: { ...later.sender, secret: true } });
    expect(JSON.stringify(tell([...ALL, 'text:masked'], caseOf(), secret))).not.toContain('黑了一盏');
  });

  it('keeps the news where both are too long', () => {
    const said = { ...SAID, text: '路'.repeat(15_000) };
    const told = tell(['text', 'phone'], caseOf({ said }), messageOf('msg_2', { text: '灯'.repeat(15_000) }));
    expect(told).toMatchObject({ dataref: '/v1/cases/A', data: { said: { phone: SAID.phone } } });
    expect(told.data.said.text).toBeUndefined();
    expect(told.data.added.text).toHaveLength(15_000);
    const more = tell(['text', 'phone'], caseOf({ said }), messageOf('msg_2', { text: '灯'.repeat(30_000) }));
    expect(more.data.added).toEqual({ phone: '13900005678' });
  });

  it('is nothing of secret cases, reports, erased ones, foreign ones and those that left the unit or complain about it', () => {
    const road = { unit: { code: 'road', name: '路政' } };
    expect(mayTell(caseOf(), {})).toBe(true);
    expect(mayTell(caseOf(road), { unit: 'road', tenant: '330200' })).toBe(true);
    const never = [
      { secret: true },
      { kind: 'report' },
      { flags: ['erased'] },
      { tenant: '330100' },
    ] as Partial<Case>[];
    for (const over of never)
      expect(mayTell(caseOf({ ...road, ...over }), { unit: 'road', tenant: '330200' })).toBe(false);
    expect(mayTell(caseOf(road), { unit: 'water' })).toBe(false);
    expect(mayTell(caseOf({ ...road, barred: ['road'] }), { unit: 'road' })).toBe(false);
  });
});

async function house(answers: number[] = []) {
  const hook = keep(await receiver((n, response) => void response.writeHead(answers[n - 1] ?? 204).end()));
  const store = new LogFake();
  store.cases.set('A', caseOf());
  const feed = keep(await feedOver(store, { settings: settings({ schedule: [0, 0.05, 0.05, 0.05] }) }));
  const call = desk(feed, store);
  const made = await call(ADMIN, 'POST', '/v1/endpoints', { url: hook.url, types: ['case.*'] });
  const path = `/v1/endpoints/${String(made.json.id)}`;
  const commit = (type: 'case.opened' | 'case.redacted' = 'case.opened', subject = 'A') => {
    store.commit({ type, subject });
    feed.nudge();
  };
  const saidOf = (n: number) => JSON.parse(hook.heard[n]?.body.toString() ?? '{}').data?.said;
  const grant = (mask: string[], as = OPERATOR) =>
    call(as, 'PUT', `${path}/grant`, { mask, reason: '区中台一体化受理，联系13800001234' });
  return { hook, store, feed, call, path, commit, saidOf, grant, id: String(made.json.id) };
}

describe('a grant', () => {
  it('is the operator’s to give: its owner is refused, a field that does not exist too, and each change is in the trail', async () => {
    const { store, call, path, grant, id } = await house();
    expect((await grant(['text'], OWNER)).status).toBe(403);
    expect(await grant(['text:loud'])).toMatchObject({ status: 422 });
    expect(await call(OPERATOR, 'PUT', `${path}/grant`, { mask: ['text'] })).toMatchObject({ status: 422 });
    expect((await grant(['text'])).json).toMatchObject({ grant: { mask: ['text'], version: 1, by: 'key_operator' } });
    await grant(['phone:last4']);
    await call(OPERATOR, 'DELETE', `${path}/grant`, { reason: '不再需要' });
    expect((await call(ADMIN, 'GET', path)).json.grant).toBeUndefined();
    const lines = store.audits.filter(({ subject, action }) => subject === id && action.includes('grant'));
    expect(lines.map(({ action, detail }) => [action, detail])).toEqual([
      ['endpoint.grant', { mask: ['text'] }],
      ['endpoint.grant', { mask: ['phone:last4'], before: ['text'] }],
      ['endpoint.grant_end', { before: ['phone:last4'] }],
    ]);
    expect(JSON.stringify(lines)).not.toContain('13800001234');
  });

  it('is needed: without one the event is thin', async () => {
    const { hook, commit, saidOf } = await house();
    commit();
    await until(() => hook.heard.length === 1);
    expect(saidOf(0)).toBeUndefined();
  });

  it('sends the same bytes in every attempt, notes each enclosure, and keeps nothing once delivered', async () => {
    const { hook, store, commit, grant, saidOf, id } = await house([500, 500]);
    await grant(['text', 'phone:last4']);
    commit();
    await until(() => hook.heard.length === 2);
    store.cases.set('A', caseOf({ said: { ...SAID, text: '改过的' } }));
    await until(() => hook.heard.length === 3);
    expect(saidOf(0)).toEqual({ text: SAID.text, phone: '1234' });
    expect(new Set(hook.heard.map(({ body }) => body.toString())).size).toBe(1);
    await until(() => store.of(id)[0]?.state === 'delivered');
    expect(store.parcels.size).toBe(0);
    const notes = store.audits.filter(({ action }) => action === 'endpoint.enclose');
    expect(notes).toMatchObject([{ actor: id, subject: 'A', detail: { mask: ['text', 'phone:last4'] } }]);
  });

  it('carries what a follow-up says, the same in every attempt, and the trail names the message', async () => {
    const { hook, store, feed, grant, id } = await house([500]);
    await grant(['text', 'phone:last4']);
    const later = messageOf('msg_2');
    store.messages.set('A', [messageOf('msg_1', { text: SAID.text }), messageOf('msg_o', { direction: 'out' }), later]);
    const about = (messageId: string) => ({ caseNo: 'A', href: '/v1/cases/A', messageId });
    store.commit({ type: 'case.followed_up', subject: 'A', data: about('msg_2') });
    store.commit({ type: 'case.closed', subject: 'A', data: about('msg_o') });
    feed.nudge();
    await until(() => hook.heard.length === 3);
    const [first, again, closed] = hook.heard.map(({ body }) => body.toString());
    expect(again).toBe(first);
    expect(JSON.parse(first ?? '').data.added).toEqual({ text: later.text, phone: '5678' });
    expect(JSON.parse(closed ?? '').data.added, 'what went out is not what a citizen said').toBeUndefined();
    await until(() => store.of(id).every(({ state }) => state === 'delivered'));
    expect(store.parcels.size).toBe(0);
    const notes = store.audits.filter(({ action }) => action === 'endpoint.enclose');
    expect(notes.map(({ detail }) => detail?.messageId)).toEqual(['msg_2', undefined]);
  });

  it('tells the words a case was opened with once, also where a photo or 我要投诉 came before them', async () => {
    const { hook, store, feed, grant } = await house();
    await grant(['text']);
    store.messages.set('A', [messageOf('msg_0', { text: '我要投诉' }), messageOf('msg_1', { text: SAID.text })]);
    const data = { caseNo: 'A', href: '/v1/cases/A', messageId: 'msg_1' };
    store.commit({ type: 'case.diverted', subject: 'A', caseversion: 1, data });
    feed.nudge();
    await until(() => hook.heard.length === 1);
    const told = JSON.parse(hook.heard[0]?.body.toString() ?? '').data;
    expect([told.said, told.added]).toEqual([{ text: SAID.text }, undefined]);
  });

  it('ends at once: with the case’s erasure, when it turns secret, when it is taken back, and with another URL', async () => {
    const ends: ((h: Awaited<ReturnType<typeof house>>) => unknown)[] = [
      ({ store }) => store.cases.set('A', caseOf({ flags: ['erased'] })),
      ({ store }) => store.cases.set('A', caseOf({ kind: 'report' })),
      ({ call, path }) => call(OPERATOR, 'DELETE', `${path}/grant`, { reason: '收回' }),
      ({ call, path, hook }) => call(ADMIN, 'PATCH', path, { url: `${hook.url}/other` }),
    ];
    for (const end of ends) {
      const there = await house([500, 500, 204]);
      await there.grant(['text']);
      there.commit();
      await until(() => there.hook.heard.length === 1);
      expect(there.saidOf(0)).toEqual({ text: SAID.text });
      await end(there);
      const before = there.hook.heard.length;
      await until(() => there.hook.heard.length > before || there.store.of(there.id)[0]?.state === 'delivered');
      await until(() => there.store.of(there.id)[0]?.state === 'delivered');
      expect(there.saidOf(there.hook.heard.length - 1)).toBeUndefined();
      expect(there.store.parcels.size).toBe(0);
    }
  });

  it('opens no way to look for words: a filter sees the thin event alone', async () => {
    const { hook, store, call, path, commit, grant } = await house();
    await grant(['text']);
    await call(ADMIN, 'PATCH', path, { filter: { prefix: { 'data.said.text': '我是' } } });
    commit();
    await call(ADMIN, 'PATCH', path, { filter: null });
    store.cases.set('B', caseOf({ no: 'B' }));
    commit('case.opened', 'B');
    await until(() => hook.heard.length === 1);
    expect(JSON.parse(hook.heard[0]?.body.toString() ?? '').subject).toBe('B');
  });
});
