// One photo, two matters: a citizen sends it, goes back, writes of something else; nothing is lost, and the desk can open both.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config.ts';
import { type House, openHouse } from '../../src/main.ts';
import { quiet } from '../feed/house.ts';
import { ADMIN, ask, BUILT, envOf, furnish, newHome } from './house.ts';

const PDF = '%PDF-1.4 the letter of the landlord';

describe.skipIf(!BUILT).each(['memory:', 'sqlite:'])('the same file for two matters, kept in %s', (url) => {
  let house: House;
  beforeAll(async () => {
    const home = newHome();
    furnish(home, { store: { url } });
    const settings = loadSettings(envOf(home, { PORT: '0', CIVICLINE_ADMIN_KEY: ADMIN }));
    house = await openHouse(settings, quiet, (error) => {
      throw error;
    });
  });
  afterAll(() => house.close());

  const operator = (path: string) => ask(house.url, 'GET', path, { token: ADMIN });

  /** A browser that keeps no cookie. */
  async function post(path: string, fields: Readonly<Record<string, string>>, file?: string) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    if (file) body.append('files', new File([PDF], file, { type: 'application/pdf' }));
    const answer = await fetch(house.url + path, { method: 'POST', body, redirect: 'manual' });
    return { status: answer.status, text: await answer.text() };
  }
  const hidden = (page: string) =>
    Object.fromEntries(
      [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map((m) => m.slice(1)),
    );

  /** Presses until the page believes that a person does. */
  async function send(fields: Readonly<Record<string, string>>) {
    for (;;) {
      const sent = await post('/send', fields);
      if (!sent.text.includes('请再看一眼')) return sent;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  it('opens a case for each, asking for the file again where it went with the first', async () => {
    const typed = {
      content: '月湖街道楼下的路灯灭了，晚上看不清台阶。',
      who: 'contact',
      phone: '13800138000',
      ok: '1',
    };
    const other = { content: '鼓楼街道菜场门口的垃圾两天没有人收，味道很大。' };
    const check = await post('/check', { ...hidden((await ask(house.url, 'GET', '/')).text), ...typed }, '一.pdf');
    const carried = hidden(check.text);
    expect((await send(carried)).status).toBe(303);

    const second = await send({ ...carried, ...other });
    expect(second.status).toBe(422);
    expect(second.text).toContain('“一.pdf”已随上一次提交交来');
    expect(second.text).toContain(other.content);
    expect((await operator('/v1/quarantine')).json.data).toEqual([]);
    expect((await operator('/v1/cases')).json.data).toHaveLength(1);

    const again = await post('/check', { ...hidden(second.text), ...typed, ...other }, '一.pdf');
    expect((await send(hidden(again.text))).status).toBe(303);
    expect((await operator('/v1/cases')).json.data).toHaveLength(2);
  });

  it('gives the desk the file of both, byte for byte', async () => {
    const { data } = (await operator('/v1/cases')).json;
    for (const { caseNo } of data) {
      const [file] = (await operator(`/v1/cases/${caseNo}/attachments`)).json.data;
      expect(file).toMatchObject({ name: '一.pdf', mediaType: 'application/pdf', size: PDF.length });
      const { text, headers } = await operator(`/v1/cases/${caseNo}/attachments/${file.hash}`);
      expect([text, headers.get('content-type')]).toEqual([PDF, 'application/pdf']);
      const trail = await operator(`/v1/audit?subject=${caseNo}`);
      expect(trail.json.data[0]).toMatchObject({ action: 'case.attachment', detail: { hash: file.hash } });
    }
  });
});
