// Who asks for secrecy or gives no name is seen by nobody without the right: not on any route, in no event, figure, log or file.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ok, receiver } from '../feed/house.ts';
import { ADMIN, type Answer, BUILT, type Gateway, newHome, serve, until } from './house.ts';

const NAME = '王测试';
const PHONE = '13800009731';
const MAIL = 'canary9731@example.org';
const ADDRESS = '紫藤弄9731号';
/** Not who it is, but what was said: for the unit that works on it, and for nobody else. */
const WORD = '紫铜茶壶';
const WHO = [NAME, PHONE, MAIL, ADDRESS];
/** What somebody puts into an address: no rule for numbers or names would find it in a line of the log. */
const SIGN = 'purple-kettle-9731';

const identity = { name: NAME, phone: PHONE, email: MAIL, address: ADDRESS };
const said = (what: string): string =>
  `鄞州区下应街道${what}，夜里偷排废气，像烧${WORD}一样难闻。我叫${NAME}，电话${PHONE}，邮箱${MAIL}，住${ADDRESS}。`;

const MESSAGES = {
  secret: { content: said('作坊'), title: `${NAME}反映`, ...identity, secret: true },
  anonymous: { content: said('工棚'), ...identity, anonymous: true },
  report: { content: `我要举报！${said('仓库')}`, ...identity, secret: true },
  open: { content: said('饭店'), ...identity },
  blaming: { content: `投诉市生态环境局推诿，${said('厂房')}`, ...identity },
};
type Told = keyof typeof MESSAGES;

describe.skipIf(!BUILT)('who asks for secrecy', () => {
  const home = newHome();
  const keys: Record<string, string> = {};
  const no = {} as Record<Told, string>;
  const matters: string[] = [];
  let gateway: Gateway;
  let post: Awaited<ReturnType<typeof receiver>>;

  const get = (path: string, key: string) => gateway.ask('GET', path, { token: keys[key] ?? '' });
  const holding = (text: string, canaries: readonly string[]) => canaries.filter((one) => text.includes(one));

  beforeAll(async () => {
    post = await receiver(ok);
    gateway = await serve(home, { CIVICLINE_LOG: 'debug' });
    await gateway.ask('POST', '/v1/endpoints', { token: ADMIN, body: { url: post.url } });
    const scopes = [
      ['integrator', {}],
      ['operator', {}],
      ['metrics', {}],
      ['intake', {}],
      ['unit', { unit: 'shengtai' }],
      ['unit', { unit: 'jiaoyu' }],
    ] as const;
    for (const [scope, more] of scopes) {
      const body = { name: scope, scopes: [scope], ...more };
      const { json } = await gateway.ask('POST', '/v1/keys', { token: ADMIN, body });
      keys['unit' in more ? more.unit : scope] = json.token;
    }
    for (const [told, body] of Object.entries(MESSAGES) as [Told, object][]) {
      const { json } = await gateway.say({ ...body }, `key-${told}`);
      no[told] = json.caseNo;
      const seen = await gateway.ask('GET', `/v1/cases/${json.caseNo}`, { token: ADMIN });
      matters.push(seen.json.matter.id);
    }
  });
  afterAll(() => post.close());

  it('stands in a case of the unit that works on it, which reads what was said and not who said it', async () => {
    for (const told of ['secret', 'anonymous', 'report'] as const) {
      for (const path of [`/v1/cases/${no[told]}`, `/v1/cases/${no[told]}/messages`]) {
        const { status, text } = await get(path, 'shengtai');
        expect([path, status, holding(text, WHO), holding(text, [WORD])]).toEqual([path, 200, [], [WORD]]);
      }
    }
  });

  it('would be seen if it were not hidden: an open case shows its words to its unit', async () => {
    const { text } = await get(`/v1/cases/${no.open}`, 'shengtai');
    expect(holding(text, [PHONE, ADDRESS, WORD])).toEqual([PHONE, ADDRESS, WORD]);
  });

  it('is hidden from the desk too, until it asks with a reason that is kept', async () => {
    const { text } = await get(`/v1/cases/${no.secret}`, 'operator');
    expect(holding(text, WHO)).toEqual([]);
    const reveal = (key: string) =>
      gateway.ask('POST', `/v1/cases/${no.secret}/reveal`, { token: keys[key] ?? '', body: { reason: '回访核实' } });
    for (const key of ['integrator', 'shengtai', 'jiaoyu', 'metrics', 'intake']) {
      const refused = await reveal(key);
      expect([key, refused.status, holding(refused.text, WHO)]).toEqual([key, 403, []]);
    }
    expect((await reveal('operator')).json).toMatchObject({ name: NAME, phone: PHONE });
    const trail = await gateway.ask('GET', `/v1/audit?subject=${no.secret}`, { token: ADMIN });
    expect(trail.json.data[0]).toMatchObject({ action: 'case.reveal', reason: '回访核实' });
    expect(holding(trail.text, [...WHO, WORD])).toEqual([]);
  });

  it('is nowhere an integrator, another unit or a counter of figures can look', async () => {
    const paths = [
      ...['/v1/cases?limit=200', '/v1/events?after=earliest&limit=1000', '/v1/units', '/v1/endpoints', '/metrics'],
      ...['/v1/quarantine', '/v1/audit', '/v1/keys', '/healthz', '/readyz', '/openapi.json'],
      ...Object.values(no).flatMap((one) => [`/v1/cases/${one}`, `/v1/cases/${one}/messages`]),
      ...matters.map((id) => `/v1/matters/${id}`),
    ];
    const told: Answer[] = [];
    for (const key of ['integrator', 'jiaoyu', 'metrics', 'intake'])
      for (const path of paths) {
        const answer = await get(path, key);
        expect([path, key, holding(answer.text, [...WHO, WORD])]).toEqual([path, key, []]);
        if (answer.status === 200) told.push(answer);
      }
    expect(told.length).toBeGreaterThan(10);
    const foreign = await get(`/v1/cases/${no.secret}`, 'jiaoyu');
    const unknown = await get('/v1/cases/26010100000000', 'jiaoyu');
    expect([foreign.status, foreign.text]).toEqual([404, unknown.text]);
  });

  it('is in no event, pulled or delivered', async () => {
    const numbers = Object.values(no);
    const bodies = () => post.heard.map(({ body }) => body.toString()).join('\n');
    await until(() => numbers.every((one) => bodies().includes(one)));
    const pulled = await gateway.ask('GET', '/v1/events?after=earliest&limit=1000', { token: ADMIN });
    for (const text of [bodies(), pulled.text]) expect(holding(text, [...WHO, WORD])).toEqual([]);
  });

  it('complains of a unit without that unit hearing of it: not in its cases, not in its events', async () => {
    const cases = await get('/v1/cases?limit=200', 'shengtai');
    const events = await get('/v1/events?after=earliest&limit=1000', 'shengtai');
    expect(cases.text).toContain(no.secret);
    expect(events.text).toContain(no.secret);
    expect(`${cases.text}${events.text}`).not.toContain(no.blaming);
    expect((await get(`/v1/cases/${no.blaming}`, 'shengtai')).status).toBe(404);
    const seen = await get(`/v1/cases/${no.blaming}`, 'operator');
    expect(seen.json.unit.code).toBe('citygov');
  });

  it('is in no line of the log, whatever is sent and however wrong', async () => {
    const wrong = [
      gateway.say({ content: 7, ...identity }),
      gateway.say({ content: '路灯坏了', [NAME]: PHONE }),
      gateway.say({ content: '路灯坏了', occurredAt: ADDRESS, name: NAME }, `${MAIL} ${PHONE}`),
      gateway.ask('POST', `/in/${PHONE}`, { body: { content: NAME } }),
      gateway.ask('GET', `/v1/cases/${PHONE}?unit=${MAIL}`, { token: ADMIN }),
      gateway.ask('GET', `/${SIGN}?who=${SIGN}`),
      gateway.ask('GET', `/v1/cases/${SIGN}/messages?${SIGN}=1`, { token: ADMIN }),
      gateway.ask('GET', `/v1/cases?after=${PHONE}`, { token: `ck_${MAIL}` }),
      gateway.ask('POST', '/v1/lookup', { body: { caseNo: PHONE, queryCode: ADDRESS } }),
      gateway.ask('POST', '/case', { form: { caseNo: PHONE, queryCode: NAME } }),
      fetch(`${gateway.url}/in/web`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `{"content":"${WORD}","name":"${NAME}`,
      }),
    ];
    const statuses = (await Promise.all(wrong)).map(({ status }) => status);
    expect(statuses.every((status) => status >= 400 && status < 500)).toBe(true);
    await until(() => gateway.said.err.split('"status":4').length > wrong.length);
    const { out, err } = gateway.said;
    expect(err.split('\n').length).toBeGreaterThan(20);
    expect(holding(out + err, [...WHO, WORD, SIGN])).toEqual([]);
  });

  it('lies with name, number and mail in no file of the data folder, while running and after', async () => {
    const search = () =>
      readdirSync(join(home, 'data'), { withFileTypes: true }).flatMap((file) => {
        const bytes = file.isFile() ? readFileSync(join(home, 'data', file.name)) : Buffer.alloc(0);
        return [NAME, PHONE, MAIL].filter((one) => bytes.includes(one)).map((one) => `${file.name}: ${one}`);
      });
    expect(search()).toEqual([]);
    expect(await gateway.end('SIGTERM')).toBe(0);
    expect(search()).toEqual([]);
    const db = readFileSync(join(home, 'data', 'civicline.db'));
    expect(db.includes(no.secret)).toBe(true);
  });
});
