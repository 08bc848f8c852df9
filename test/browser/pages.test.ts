// The citizens' pages in a real browser: the whole way on a phone and a desk, with and without scripts, and for every eye.
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drawCaseNo } from '../../src/core/case-no.ts';
import { webPages } from '../../src/web/index.ts';
import { type TestHouse, testHouse } from '../web/house.ts';
import { type Served, serve } from '../web/serve.ts';
import { chromiumPath, launch } from './chromium.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==',
  'base64',
);
const WORDS = '小区北门的路灯灭了快两个星期，晚上老人下楼看不清台阶。\n希望尽快修好。';

let browser: Browser;
let house: TestHouse;
let served: Served;
let complaints: string[];
let leaving: (() => Promise<void>)[] = [];

describe.skipIf(chromiumPath === undefined)('the pages in a browser (skipped where there is no Chromium)', () => {
  beforeAll(async () => {
    browser = await launch();
    house = testHouse();
    served = await serve(webPages(house.deps));
  });
  afterEach(async () => {
    for (const leave of leaving) await leave();
    leaving = [];
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  async function visit(options: BrowserContextOptions = {}, look = ''): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 360, height: 800 }, ...options });
    leaving.push(() => context.close());
    if (look) await context.addCookies([{ name: 'look', value: look, url: served.url }]);
    const page = await context.newPage();
    complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // Chromium reports the answer 422 of a form with errors as a failed resource; anything else is ours.
      if (message.type() === 'error' && !message.text().includes('422')) complaints.push(message.text());
    });
    await page.goto(served.url);
    return page;
  }

  const sideways = (page: Page): Promise<number> =>
    page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

  /** No violation at all of WCAG 2.2 A and AA, and no sideways scrolling. Needs scripts, which axe is. */
  async function accessible(page: Page, name: string): Promise<void> {
    expect([name, await sideways(page)]).toEqual([name, 0]);
    if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(await axeSource());
    const result = (await page.evaluate(`axe.run({ runOnly: ${JSON.stringify(TAGS)} })`)) as {
      violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
    };
    const found = result.violations.map(
      (v) => `${v.id}: ${v.nodes.map((n) => `${n.html} ${n.failureSummary}`).join(' | ')}`,
    );
    expect([name, found]).toEqual([name, []]);
  }

  const press = (page: Page): Promise<void> => page.click('main .go');

  async function fill(page: Page): Promise<void> {
    await page.fill('#content', WORDS);
    await page.setInputFiles('#files', [{ name: '路灯.png', mimeType: 'image/png', buffer: PNG }]);
    await page.check('#who');
    await page.fill('#phone', '138 0013 8000');
    await page.check('#ok');
  }

  /** From the form over its errors, the check page, receipt, look-up and added words. */
  async function wholeWay(page: Page, look: (name: string) => Promise<void>): Promise<void> {
    await look('form');
    await press(page);
    await look('errors');
    await fill(page);
    await press(page);
    await page.waitForURL('**/check');
    await look('check');
    house.clock += 5_000;
    await press(page);
    await page.waitForURL('**/receipt');
    await look('receipt');
    const one = [...house.cases.values()].at(-1);
    expect(house.accepted.at(-1)).toMatchObject({ text: WORDS, parts: [{ name: '路灯.png' }] });
    await press(page);
    await page.waitForURL('**/case');
    await look('look-up');
    await page.fill('#caseNo', one?.caseNo ?? '');
    await page.fill('#queryCode', one?.queryCode ?? '');
    await press(page);
    await page.waitForSelector('#more');
    await look('status');
    await page.fill('#more', '今天又有人摔了');
    await press(page);
    await page.waitForURL('**/receipt');
    await look('added');
    expect(house.accepted.at(-1)).toMatchObject({ text: '今天又有人摔了', thread: { caseNo: one?.caseNo } });
  }

  it.each([
    ['a phone, by day', { width: 360, colorScheme: 'light', look: 'zh' }],
    ['a desk, at night, in English', { width: 1280, colorScheme: 'dark', look: 'en' }],
  ] as const)('lead the whole way on %s, accessible at every stop', async (_, { width, colorScheme, look }) => {
    const page = await visit({ viewport: { width, height: 800 }, colorScheme }, look);
    await wholeWay(page, (name) => accessible(page, name));
    await page.goto(`${served.url}/privacy`);
    await accessible(page, 'privacy');
    expect(complaints).toEqual([]);
  });

  it('fit the smallest phone in large type, in both languages and in the dark', async () => {
    for (const look of ['zh.large', 'en.large']) {
      const page = await visit({ viewport: { width: 320, height: 640 }, colorScheme: 'dark' }, look);
      await wholeWay(page, async (name) => expect([look, name, await sideways(page)]).toEqual([look, name, 0]));
    }
  });

  it('lead the whole way without scripts, and show nothing that only works with them', async () => {
    const page = await visit({ javaScriptEnabled: false });
    await wholeWay(page, async () => {
      for (const id of ['geo', 'copy', 'left']) expect(await page.locator(`#${id}:visible`).count()).toBe(0);
    });
  });

  it.each([
    ['the smallest phone', { viewport: { width: 320, height: 640 } }],
    ['a browser without scripts', { javaScriptEnabled: false }],
  ])('let a result be rated on %s, with the error at the choice', async (_, means) => {
    const page = await visit(means);
    const caseNo = drawCaseNo(house.clock, 480, (below) => 4_711 % below);
    const queryCode = 'K7MPA3XW';
    const at = '2026-11-24T12:00:00.000+08:00';
    const known = { caseNo, queryCode, status: 'done', kind: 'help', openedAt: at, updatedAt: at } as const;
    house.cases.set(caseNo, { ...known, replies: [], joined: false, rating: {} });
    const fits = async () => expect(await sideways(page)).toBe(0);
    await page.goto(`${served.url}/case`);
    await page.fill('#caseNo', caseNo);
    await page.fill('#queryCode', queryCode);
    await press(page);
    await page.waitForSelector('#rate-4');
    if (!('javaScriptEnabled' in means)) await fits();
    await press(page);
    await page.waitForSelector('#rate-e');
    await page.check('#rate-4');
    await page.fill('#rate-words', '修得很快');
    if (!('javaScriptEnabled' in means)) await accessible(page, 'rating forgotten');
    await press(page);
    await page.waitForSelector('.block[role=status]');
    expect(house.accepted.at(-1)).toMatchObject({ text: '评价：满意。修得很快', thread: { caseNo } });
  });

  it('show a query code of the widest letters whole at every width, in large type too', async () => {
    const cut = `(() => {
      const code = document.querySelector('#code');
      code.textContent = 'WMWM-WMWM';
      const ticket = code.closest('.ticket').getBoundingClientRect();
      return Math.max(0, ...[...code.getClientRects()].map((line) => Math.ceil(line.right - ticket.right + 8)));
    })()`;
    for (const look of ['zh', 'zh.large']) {
      const page = await visit({}, look);
      await fill(page);
      await press(page);
      await page.waitForURL('**/check');
      house.clock += 5_000;
      await press(page);
      await page.waitForURL('**/receipt');
      for (const width of [320, 375, 768, 1024, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        expect([look, width, await page.evaluate(cut), await sideways(page)]).toEqual([look, width, 0, 0]);
      }
    }
  });

  it('can be walked by keyboard alone, and Enter in a field goes on', async () => {
    const page = await visit();
    await page.focus('#content');
    await page.keyboard.type('路灯不亮');
    for (let i = 0; i < 6 && !(await page.evaluate('document.activeElement.name === "who"')); i++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('13800138000');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.focus('#phone');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/check');
    expect(await page.textContent('h1')).toBe('检查一遍');
  });

  it('ask for name and phone only when wanted, count what is left, lead from errors to fields, and keep no name in a draft', async () => {
    const page = await visit();
    await press(page);
    await page.waitForSelector('#errs');
    expect(await page.evaluate('document.activeElement.id')).toBe('errs');
    await page.click('#errs a >> nth=0');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');

    const shown: boolean[] = [];
    for (const who of ['#secret', '#anonymous', '#who']) {
      await page.check(who);
      shown.push(await page.isVisible('#phone'));
    }
    expect(shown).toEqual([true, false, true]);

    await page.fill('#content', '字'.repeat(1_990));
    expect(await page.textContent('#left')).toBe('还可以写 10 字');
    await page.fill('#content', '字'.repeat(2_003));
    expect(await page.textContent('#left')).toBe('多了 3 字');

    await page.fill('#phone', '13800138000');
    await page.fill('#content', WORDS);
    await page.goto(served.url);
    expect(await page.inputValue('#content')).toBe(WORDS);
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('13800138000');
  });

  it('take the position only when the button is pressed, and give it back', async () => {
    const geolocation = { latitude: 29.8683, longitude: 121.544, accuracy: 17.2 };
    const page = await visit({ permissions: ['geolocation'], geolocation });
    expect(await page.inputValue('#geo-value')).toBe('');
    await page.click('#geo');
    await page.waitForSelector('#geo-drop:visible');
    expect(await page.textContent('#geo-told')).toBe('已附上，误差约 18 米。');
    expect(await page.inputValue('#geo-value')).toBe('29.868300,121.544000,18');
    await page.click('#geo-drop');
    expect(await page.inputValue('#geo-value')).toBe('');
  });

  it('have buttons a thumb can hit, and change to large type and English with everything typed still there', async () => {
    const page = await visit();
    const small = await page.evaluate(`[...document.querySelectorAll('button, .sos a, .brand, summary')]
      .map((e) => e.getBoundingClientRect()).filter((r) => r.width > 2 && Math.min(r.width, r.height) < 43.9).length`);
    expect(small).toBe(0);
    await fill(page);
    await page.click('button[value="large"]');
    await page.waitForSelector('html.large');
    await page.click('button[value="en"]');
    await page.waitForSelector('html[lang="en"].large');
    expect(await page.inputValue('#content')).toBe(WORDS);
    expect(await page.inputValue('#phone')).toBe('138 0013 8000');
    expect(await page.textContent('.kept')).toContain('路灯.png');
  });
});

async function axeSource(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(axePath, 'utf8');
}
