// Problem page: what a browser is shown when a request came to nothing; in both languages, since the visitor's is not known here.
import { hotlineOf, type WebDeps } from './deps.ts';
import { html } from './html.ts';
import { frame } from './layout.ts';
import { textIn } from './text.ts';

/** Heading and one sentence. */
type Words = readonly [title: string, text: string];

const MISSING: Words = ['没有这个页面', '地址可能写错了，或者页面已经不在了。'];
const TOO_LARGE: Words = ['内容太大，没有收到', '请返回，少放几张照片再提交。'];
const BUSY: Words = ['现在忙不过来，没有收到', '请过一会儿返回再提交一次。'];
const OTHER: Words = ['这一步没有办成', '请返回再试一次。'];

const ENGLISH: ReadonlyMap<Words, Words> = new Map([
  [MISSING, ['There is no such page', 'The address may be mistyped, or the page is gone.']],
  [TOO_LARGE, ['Too large: nothing was received', 'Please go back and send fewer photos.']],
  [BUSY, ['Too busy right now: nothing was received', 'Please wait a little, go back and send it again.']],
  [OTHER, ['This step did not work', 'Please go back and try again.']],
]);

const BY_STATUS: ReadonlyMap<number, Words> = new Map([
  [404, MISSING],
  [405, MISSING],
  [413, TOO_LARGE],
  [429, BUSY],
  [503, BUSY],
]);

/** Says nothing of what was sent or asked for: only what it means and what to do now. */
export function problemPage(deps: WebDeps): (problem: { readonly status: number }) => string {
  const [zh, en] = [textIn('zh'), textIn('en')];
  return ({ status }) => {
    const chinese = BY_STATUS.get(status) ?? OTHER;
    const [title, text] = chinese;
    const [titleEn, textEn] = ENGLISH.get(chinese) ?? chinese;
    const hotline = hotlineOf(deps);
    const main = html`<h1>${title}</h1><p class="f">${text}</p>
    <section lang="${en.htmlLang}"><h2>${titleEn}</h2><p class="f">${textEn}</p></section>
    <p class="block"><a href="/">${zh.receipt.write} <span lang="${en.htmlLang}">${en.receipt.write}</span></a></p>
    <p class="block"><a href="tel:${hotline}">${zh.call(hotline)} <span lang="${en.htmlLang}">${en.call(hotline)}</span></a></p>`;
    const visit = { deps, look: { lang: 'zh', large: false }, t: zh } as const;
    return frame(visit, { name: 'about', title, main, back: '/' }).text;
  };
}
