// A newcomer's first hour: start the gateway, hand in messages in three ways, look them up, and take the events home.

import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verify } from '../../src/feed/sign.ts';
import { ok, receiver } from '../feed/house.ts';
import { ADMIN, type Answer, BUILT, type Gateway, newHome, serve, typesOf, until } from './house.ts';

const LAMP = { content: '海曙区中山西路26号门口的路灯坏了三天，晚上很黑，请派人修。', phone: '13800000000' };

describe.skipIf(!BUILT)('a newcomer', () => {
  let gateway: Gateway;
  let post: Awaited<ReturnType<typeof receiver>>;
  let secret: string;
  const receipts: Answer[] = [];
  const receipt = (n: number): Answer['json'] => receipts[n]?.json;

  beforeAll(async () => {
    post = await receiver(ok);
    gateway = await serve(newHome());
    const made = await gateway.ask('POST', '/v1/endpoints', { token: ADMIN, body: { url: post.url } });
    expect(made.status).toBe(201);
    secret = made.json.secret;
    expect(secret).toMatch(/^whsec_/);
  });
  afterAll(() => post.close());

  it('finds the form on the first page', async () => {
    const page = await gateway.ask('GET', '/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.text).toMatch(/<form [^>]*action="\/check"/);
    expect(page.text).toContain('lang="zh');
  });

  it('hands in a message as JSON and gets a number and a code at once', async () => {
    const answer = await gateway.say(LAMP, 'lamp-1');
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ outcome: 'opened', kind: 'help', category: { name: '路灯照明' } });
    expect(answer.json.caseNo).toMatch(/^\d{14}$/);
    expect(answer.json.queryCode).toMatch(/^[2-9A-Y]{8}$/);
    receipts.push(answer);
  });

  it('hands in another as a plain form', async () => {
    const form = { content: '江北区文教街道的垃圾桶满了没有人来收，气味很大。', anonymous: 'on' };
    const answer = await gateway.ask('POST', '/in/web', { form, headers: { 'idempotency-key': 'bin-1' } });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ outcome: 'opened', category: { name: '环境卫生' } });
    receipts.push(answer);
  });

  it('hands in a third on the pages, sees it once more before sending, and is shown number and code', async () => {
    const jar = new Map<string, string>();
    const visit = async (method: string, path: string, form?: Record<string, string>) => {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const page = await gateway.ask(method, path, { ...(form ? { form } : {}), headers: { cookie } });
      for (const line of page.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        jar.set(name, value);
      }
      return page;
    };
    const carried = (page: Answer): Record<string, string> =>
      Object.fromEntries(
        [...page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, n, v]) => [n, v]),
      );
    const typed = {
      content: '鄞州区下应街道的公交站牌倒了，没有人扶。',
      who: 'contact',
      phone: '13800000001',
      ok: '1',
    };
    const first = await visit('GET', '/');
    const checked = await visit('POST', '/check', { ...carried(first), ...typed });
    expect(checked.text).toContain(typed.content);
    // Who presses faster than a person is asked to press again.
    await until(async () => (await visit('POST', '/send', carried(checked))).status === 303);
    const { text } = await visit('GET', '/receipt');
    const [, caseNo = ''] = /\b(\d{6}-\d{4}-\d{4})\b/.exec(text) ?? [];
    const [, queryCode = ''] = /(?<![\d-])([2-9A-Y]{4}-[2-9A-Y]{4})\b/.exec(text) ?? [];
    const looked = await gateway.ask('POST', '/v1/lookup', { body: { caseNo, queryCode } });
    expect(looked.json).toMatchObject({ category: { name: '公共汽车' } });
  });

  it('looks a case up by number and code, in JSON and on the page, and not by number alone', async () => {
    const { caseNo, queryCode, category, unit } = receipt(0);
    const looked = await gateway.ask('POST', '/v1/lookup', { body: { caseNo, queryCode } });
    expect(looked.status).toBe(200);
    expect(looked.json).toMatchObject({ caseNo, status: 'dispatched', category: { name: category.name } });
    const page = await gateway.ask('POST', '/case', { form: { caseNo, queryCode } });
    expect(page.status).toBe(200);
    expect(page.text).toContain(unit.name);
    const other = receipt(1).queryCode;
    expect((await gateway.ask('POST', '/v1/lookup', { body: { caseNo, queryCode: other } })).status).toBe(404);
    expect((await gateway.ask('POST', '/case', { form: { caseNo, queryCode: other } })).status).toBe(404);
  });

  it('is delivered each event signed, in the very bytes the log holds', async () => {
    const numbers = receipts.map(({ json }) => json.caseNo);
    const about = (body: string) => numbers.some((no) => body.includes(`"subject":"${no}"`));
    await until(() => numbers.every((no) => post.heard.some(({ body }) => body.includes(`"subject":"${no}"`))));
    const log = await gateway.ask('GET', '/v1/events?after=earliest&types=case.*', { token: ADMIN });
    expect(typesOf(log.json.data)).toEqual(['case.opened', 'case.opened', 'case.opened']);
    const heard = post.heard.filter(({ body }) => about(body.toString()));
    expect(heard).toHaveLength(2);
    for (const { headers, body } of heard) {
      const given = headers as Record<string, string>;
      verify({ secrets: [secret], headers: given, body, now: Date.now() / 1000 });
      expect(new Webhook(secret).verify(body, given)).toMatchObject({ type: 'case.opened' });
      expect(() => new Webhook(secret).verify(`${body} `, given)).toThrow();
      expect(log.text).toContain(body.toString());
      expect(JSON.parse(body.toString()).id).toBe(given['webhook-id']);
    }
  });

  it('finds the sender’s own key in the events, and nothing the sender said', () => {
    const bodies = post.heard.map(({ body }) => body.toString()).join('\n');
    expect(bodies).toContain('"externalId":"lamp-1"');
    expect(bodies).not.toMatch(/中山西路|13800000000|路灯坏了|垃圾桶满了/);
  });

  it('is told the same again when the answer got lost and the message is sent twice', async () => {
    const again = await gateway.say(LAMP, 'lamp-1');
    expect(again.status).toBe(200);
    expect(again.json).toEqual({ ...receipt(0), outcome: 'repeated' });
  });
});
