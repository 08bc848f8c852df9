// The page for requests that came to nothing: what it says for each, and what it needs.
import { expect, it } from 'vitest';
import { webPages } from '../../src/web/index.ts';
import { problemPage } from '../../src/web/problem-page.ts';
import { testHouse } from './house.ts';

const { deps } = testHouse();
const page = problemPage(deps);

it.each([
  [404, '没有这个页面', 'There is no such page'],
  [405, '没有这个页面', 'There is no such page'],
  [413, '内容太大，没有收到', 'Too large: nothing was received'],
  [429, '现在忙不过来，没有收到', 'Too busy right now: nothing was received'],
  [503, '现在忙不过来，没有收到', 'Too busy right now: nothing was received'],
  [500, '这一步没有办成', 'This step did not work'],
])('says after %i in both languages what it means, and where to go on', (status, zh, en) => {
  const text = page({ status });
  expect(text).toContain(`<h1>${zh}</h1>`);
  expect(text).toContain(`<section lang="en"><h2>${en}</h2>`);
  expect(text).toMatch(/href="tel:12345"/);
  expect(Buffer.byteLength(text)).toBeLessThan(30_000);
});

it('needs nothing but the files the other pages use', () => {
  const served = webPages(deps).map((route) => route.path);
  for (const [, address = ''] of page({ status: 404 }).matchAll(/(?:src|href|action)="([^"]+)"/g))
    if (!/^(?:tel:|data:|#)/.test(address)) expect(served).toContain(address);
});
