// Layout: the frame of every citizens' page, and the headers that keep it private and free of foreign code.
import type { DivertTo } from '../core/case.ts';
import type { RouteAnswer } from '../core/route.ts';
import { ICON, SCRIPT_PATH, STYLE_PATH } from './assets.ts';
import { hotlineOf, type WebDeps } from './deps.ts';
import { type Html, html, type Piece } from './html.ts';
import { LOOK_COOKIE, type Look, readLook, type Text, textIn, writeLook } from './text.ts';

/** One visitor's request, as the pages see it. */
export interface Visit {
  readonly deps: WebDeps;
  readonly look: Look;
  readonly t: Text;
}

export function visitOf(deps: WebDeps, cookies: Readonly<Record<string, string>>): Visit {
  const look = readLook(cookies[LOOK_COOKIE]);
  return { deps, look, t: textIn(look.lang) };
}

export interface Page {
  readonly name: 'form' | 'check' | 'receipt' | 'case' | 'about';
  readonly title: string;
  readonly main: Html;
  readonly side?: Html;
  /** The emergency strip above everything. */
  readonly sos?: boolean;
  /** The page is a form with id `f`: size and language are changed by posting it, so nothing typed is lost. Else the path to come back to. */
  readonly back?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

const CSP = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': CSP,
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'permissions-policy': 'geolocation=(self), camera=(), microphone=()',
  'cross-origin-opener-policy': 'same-origin',
};

export function cookie(deps: WebDeps, name: string, value: string, seconds: number): string {
  const secure = deps.publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}

export const lookCookie = (deps: WebDeps, look: Look): string =>
  cookie(deps, LOOK_COOKIE, writeLook(look), 365 * 86_400);

export function answer(visit: Visit, page: Page): RouteAnswer {
  return { status: page.status ?? 200, headers: { ...HEADERS, ...page.headers }, body: frame(visit, page).text };
}

/** The whole page as text of a document. */
export function frame(visit: Visit, page: Page): Html {
  const { t, look } = visit;
  return html`<!doctype html>
  <html lang="${t.htmlLang}"${look.large ? html` class="large"` : ''}><head><meta charset="utf-8">
  <meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
  <meta name="format-detection" content="telephone=no"><meta name="color-scheme" content="light dark">
  <meta name="theme-color" content="#0C2A33"><meta name="robots" content="${page.name === 'form' ? 'index' : 'noindex'}">
  <title>${page.title} - ${t.brand}</title><link rel="icon" href="${ICON}">
  <link rel="stylesheet" href="${STYLE_PATH}"><script src="${SCRIPT_PATH}" defer></script></head>
  <body data-page="${page.name}"><a class="skip" href="#main">${t.skip}</a>
  ${header(visit, page)}
  ${page.sos && emergencyStrip(t)}
  <div class="wrap page"><main id="main">${page.main}</main>
  ${page.side && html`<aside class="side" aria-label="${t.side.after}">${page.side}</aside>`}</div>
  <footer><div class="wrap"><a href="/privacy">${t.foot.privacy}</a><a href="/accessibility">${t.foot.access}</a>
  <a href="tel:${hotlineOf(visit.deps)}">${t.call(hotlineOf(visit.deps))}</a></div></footer></body></html>`;
}

function header(visit: Visit, page: Page): Html {
  const { t, deps } = visit;
  return html`<header class="top"><div class="wrap"><a class="brand" href="/"><i aria-hidden="true"></i><span>${t.brand}</span>
  <small>${t.hotlineOf(deps.city().name, hotlineOf(deps))}</small></a>
  ${page.back === undefined ? tools(visit, true) : html`<form method="post" action="/view" class="end"><input type="hidden" name="back" value="${page.back}">${tools(visit, false)}</form>`}
  </div></header>`;
}

/** Enter in a field presses the first button of its form: a hidden one stands before the two at the top, so that it goes on. */
function tools({ t, look }: Visit, ofForm: boolean): Html {
  const owner = ofForm ? html` form="f" formaction="/view" formnovalidate` : '';
  return html`<nav class="tools" aria-label="${t.display}">
  ${ofForm && html`<button class="hp" form="f" tabindex="-1" aria-hidden="true"></button>`}
  <button name="look" value="${look.large ? 'standard' : 'large'}"${owner}>${look.large ? t.standard : t.large}</button>
  <button name="look" value="${t.other.wish}" lang="${t.other.lang}"${owner}>${t.other.name}</button></nav>`;
}

const NUMBERS = ['110', '119', '120', '122', '12356'] as const;
type Called = (typeof NUMBERS)[number];
const isCalled = (to: DivertTo): to is Called => (NUMBERS as readonly string[]).includes(to);

function call(t: Text, number: Called): Html {
  return html`<li><a href="tel:${number}"><b>${number}</b><span>${t.sos[`n${number}`]}</span></a></li>`;
}

function emergencyStrip(t: Text): Html {
  return html`<section class="sos" aria-label="${t.sos.title}"><div class="wrap"><p><b>${t.sos.ask}</b><br>${t.sos.call}</p>
  <ul>${NUMBERS.slice(0, 4).map((n) => call(t, n))}</ul></div></section>`;
}

/** A box that tells of danger and repeats the numbers that fit. */
export function dangerBox(t: Text, numbers: readonly DivertTo[]): Html {
  const buttons = numbers
    .filter(isCalled)
    .map((n) => html`<li><a class="ghost" href="tel:${n}"><b>${n}</b> ${t.sos[`n${n}`]}</a></li>`);
  return html`<div class="warn"><p><b>${t.check.danger}</b></p><ul>${buttons}</ul></div>`;
}

export interface Stop {
  readonly state: 'done' | 'now' | 'later';
  readonly title: Piece;
  readonly note?: Piece;
}

/** The journey: a line with stops; the one that is now is marked by more than colour. */
export function journey(stops: readonly Stop[]): Html {
  return html`<ol class="trip">${stops.map(
    ({ state, title, note }) =>
      html`<li class="${state}"${state === 'now' ? html` aria-current="step"` : ''}><b>${title}</b>${note && html`<span>${note}</span>`}</li>`,
  )}</ol>`;
}

/** A box above a page that something could not be done, focused by the script when there is one. */
export function alertBox(text: string): Html {
  return html`<div class="errs" id="errs" role="alert" tabindex="-1"><p class="msg">${text}</p></div>`;
}

export const helpCard = (visit: Visit, title: string, text: string): Html =>
  html`<section class="card"><h2>${title}</h2><p>${text}</p><a class="big" href="tel:${hotlineOf(visit.deps)}">${hotlineOf(visit.deps)}</a></section>`;

export const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}">`;
