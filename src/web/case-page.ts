// Case page: the look-up form, and for the holder of number and code the state of the case in plain words.
import { formatCaseNo } from '../core/case-no.ts';
import type { RouteAnswer } from '../core/route.ts';
import { type CaseView, hotlineOf, type Reply } from './deps.ts';
import { html } from './html.ts';
import { answer, helpCard, hidden, journey, type Page, type Visit } from './layout.ts';
import { type RateState, rateForm } from './rate-form.ts';
import { divertCard, moreForm } from './receipt-page.ts';
import { statusText, stopsOf } from './status.ts';
import { day, moment } from './when.ts';

export interface LookupState {
  readonly caseNo: string;
  /** One sentence for all: a wrong pair never tells which half is wrong. */
  readonly error?: string;
  readonly status?: number;
  readonly headers?: Page['headers'];
}

export function lookupPage(visit: Visit, state: LookupState): RouteAnswer {
  const { t, deps } = visit;
  const hotline = hotlineOf(deps);
  const bad = state.error !== undefined;
  const tie = (hint: string): ReturnType<typeof html> =>
    html` aria-describedby="${hint}${bad && ' pair-e'}"${bad && html` aria-invalid="true"`}`;
  const main = html`<h1>${t.case.h1}</h1><p class="lede">${t.case.lede}</p>
  <form id="f" method="post" action="/case" novalidate>${hidden('page', 'lookup')}<div${bad && html` class="bad f"`}>
  ${bad && html`<p class="msg" id="pair-e" role="alert"><span class="vh">${t.errors.prefix}</span>${state.error}</p>`}
  <div class="f"><label for="caseNo">${t.case.no}</label><p class="hint" id="no-h">${t.case.noHint}</p>
  <input class="in short" id="caseNo" name="caseNo" inputmode="numeric" autocomplete="off" value="${state.caseNo}"${tie('no-h')}></div>
  <div class="f"><label for="queryCode">${t.case.code}</label><p class="hint" id="code-h">${t.case.codeHint}</p>
  <input class="in short" id="queryCode" name="queryCode" autocomplete="off" autocapitalize="characters" spellcheck="false"${tie('code-h')}></div></div>
  <button class="go">${t.case.look}</button></form>`;
  return answer(visit, {
    name: 'case',
    title: bad ? `${t.errors.title(1)} - ${t.case.title}` : t.case.title,
    main,
    side: helpCard(visit, t.case.lost, t.case.lostText(hotline)),
    ...(state.status === undefined ? {} : { status: state.status }),
    ...(state.headers ? { headers: state.headers } : {}),
  });
}

function replyCard({ t, deps, look }: Visit, { text, from, at }: Reply): ReturnType<typeof html> {
  const when = moment(Date.parse(at), deps.city().utcOffsetMinutes, look.lang);
  return html`<section class="card block"><h2>${t.case.reply}</h2><p class="said" lang="zh-CN">${text}</p>
  <p class="small"><span lang="zh-CN">${from}</span> ${when}</p></section>`;
}

export interface StatusState {
  readonly rate?: RateState;
  /** Said above the form once a rating was taken. */
  readonly rated?: string;
  readonly view: CaseView;
  readonly queryCode: string;
  readonly typed?: string;
  readonly error?: string;
  readonly status?: number;
  readonly headers?: Page['headers'];
}

export function statusPage(visit: Visit, state: StatusState): RouteAnswer {
  const { t, deps, look } = visit;
  const { view } = state;
  const offset = deps.city().utcOffsetMinutes;
  const main = html`<p class="lede">${t.case.no} ${formatCaseNo(view.caseNo)}</p><h1>${statusText(visit, view)}</h1>
  ${view.joined && html`<p class="card block">${t.case.matter}</p>`}
  ${view.status === 'rejected' && html`<p class="card block">${t.case.why} <a href="tel:${hotlineOf(deps)}">${t.call(hotlineOf(deps))}</a></p>`}
  ${
    view.answer &&
    html`<section class="card block"><h2>${t.case.answer}</h2><p class="said" lang="zh-CN">${view.answer.text}</p>
  <p class="small">${t.receipt.answerFrom(view.answer.source, day(Date.parse(view.answer.validUntil), offset, look.lang))}</p></section>`
  }
  ${view.replies.map((one) => replyCard(visit, one))}
  ${view.divert && divertCard(visit, view.divert)}
  ${state.rated && html`<p class="card block" role="status" lang="zh-CN">${state.rated}</p>`}
  ${view.rating && rateForm(visit, { caseNo: view.caseNo, queryCode: state.queryCode }, view.rating, state.rate ?? {})}
  ${moreForm(visit, { caseNo: view.caseNo, queryCode: state.queryCode }, { label: t.case.more, typed: state.typed ?? '', error: state.error, folded: false })}`;
  const side = html`<section class="card"><h2>${t.case.trip}</h2>${journey(stopsOf(visit, view))}</section>
  <p><a href="/case">${t.case.another}</a></p>`;
  return answer(visit, {
    name: 'case',
    title: t.case.title,
    main,
    side,
    ...(state.status === undefined ? {} : { status: state.status }),
    ...(state.headers ? { headers: state.headers } : {}),
  });
}
