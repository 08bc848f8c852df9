// Receipt page: number and code to keep, and in plain words what has become of the message. Also the same as a text file.
import { formatCaseNo, formatQueryCode } from '../core/case-no.ts';
import type { RouteAnswer } from '../core/route.ts';
import { type CaseView, hotlineOf } from './deps.ts';
import { type Html, html, type Piece } from './html.ts';
import { answer, helpCard, hidden, journey, type Visit } from './layout.ts';
import { divertName, stopsOf } from './status.ts';
import { issue, type Slip } from './tokens.ts';
import { day, moment } from './when.ts';

/** `view` is absent when the store cannot tell just now; the number and the code are shown all the same. */
export function receiptPage(visit: Visit, slip: Slip, view: CaseView | undefined): RouteAnswer {
  const { t } = visit;
  const main = slip.caseNo === undefined ? noted(visit, slip) : ticket(visit, slip, view);
  const side = html`${slip.caseNo !== undefined && html`<section class="card"><h2>${t.receipt.changed}</h2><p>${t.receipt.changedText}</p></section>`}
  ${helpCard(visit, t.receipt.offline, t.receipt.offlineText)}`;
  return answer(visit, { name: 'receipt', title: t.receipt.title, main, side, back: '/receipt' });
}

export function noReceipt(visit: Visit): RouteAnswer {
  const { t } = visit;
  const main = html`<h1>${t.receipt.gone}</h1><p class="lede">${t.receipt.goneLede}</p>
  <p><a class="go" href="/case">${t.receipt.progress}</a></p><p class="f"><a href="/">${t.receipt.write}</a></p>`;
  return answer(visit, { name: 'about', title: t.receipt.gone, main, back: '/receipt', status: 404 });
}

function noted({ t }: Visit, slip: Slip): Html {
  return html`<h1>${t.receipt.noted}</h1>${slip.note && html`<p class="card block said" lang="zh-CN">${slip.note}</p>`}
  <p class="block">${t.receipt.notedLede}</p><a class="go" href="/">${t.receipt.write}</a>`;
}

function heading({ t }: Visit, slip: Slip, view: CaseView | undefined): { h1: string; lede?: string } {
  if (slip.added) return { h1: t.receipt.followedUp, lede: t.receipt.followedUpLede };
  if (slip.outcome === 'repeated') return { h1: t.receipt.repeated, lede: t.receipt.repeatedLede };
  if (slip.outcome === 'followed_up') return { h1: t.receipt.followedUp, lede: t.receipt.followedUpLede };
  if (slip.outcome === 'answered' && view?.answer) return { h1: t.receipt.answered };
  if (slip.outcome === 'diverted' && slip.divert) return { h1: t.receipt.diverted(divertName(t, slip.divert.to)) };
  return { h1: t.receipt.opened };
}

function ticket(visit: Visit, slip: Slip, view: CaseView | undefined): Html {
  const { t, deps, look } = visit;
  const { h1, lede } = heading(visit, slip, view);
  const time = moment(slip.at, deps.city().utcOffsetMinutes, look.lang);
  return html`<section class="ticket" aria-labelledby="h"><div class="head"><h1 id="h">${h1}</h1><p>${lede ?? t.receipt.at(time)}</p></div>
  ${codes(visit, slip)}<div class="acts"><a class="go" href="/case">${t.receipt.progress}</a><a class="ghost" href="/receipt.txt">${t.receipt.download}</a>
  ${slip.queryCode && html`<button class="ghost" type="button" id="copy" hidden data-code="${formatQueryCode(slip.queryCode)}" data-done="${t.receipt.copied}">${t.receipt.copy}</button>`}</div></section>
  ${special(visit, slip, view)}
  <section class="block"><h2>${t.receipt.next}</h2>${journey(stopsOf(visit, tripOf(slip, view)))}</section>
  ${slip.wrote && wrote(visit, slip.wrote)}<p class="block small">${t.receipt.device}</p>`;
}

const tripOf = (slip: Slip, view: CaseView | undefined): Parameters<typeof stopsOf>[1] =>
  view ?? {
    status: slip.status ?? 'received',
    openedAt: new Date(slip.at).toISOString(),
    updatedAt: new Date(slip.at).toISOString(),
    ...(slip.dueAt ? { dueAt: slip.dueAt } : {}),
    ...(slip.unit ? { unit: slip.unit } : {}),
    ...(slip.divert ? { divert: slip.divert } : {}),
  };

function codes({ t, deps, look }: Visit, slip: Slip): Html {
  const gap = look.lang === 'en' ? ' ' : '';
  const hotline = hotlineOf(deps);
  const lost = slip.wrote?.who === 'anonymous' ? t.receipt.keepAnonymous : t.receipt.keepPhone(hotline);
  return html`<dl class="codes"><div class="code"><dt>${t.receipt.no}</dt><dd>${formatCaseNo(slip.caseNo ?? '')}<p>${t.receipt.noHint(hotline)}</p></dd></div>
  ${slip.queryCode && html`<div class="code"><dt>${t.receipt.code}</dt><dd class="q"><span id="code">${formatQueryCode(slip.queryCode)}</span><p>${t.receipt.codeHint}</p></dd></div>`}</dl>
  ${slip.queryCode && html`<p class="keep"><b>${t.receipt.keepBold}</b>${gap}${t.receipt.keep}${slip.wrote && [gap, lost]}</p>`}`;
}

/** What this outcome has to say beyond the journey. */
function special(visit: Visit, slip: Slip, view: CaseView | undefined): Piece {
  const { t, deps, look } = visit;
  const offset = deps.city().utcOffsetMinutes;
  if (view?.answer && (slip.outcome === 'answered' || slip.outcome === 'repeated')) {
    const until = day(Date.parse(view.answer.validUntil), offset, look.lang);
    return html`<section class="card block"><h2>${t.case.answer}</h2><p class="said" lang="zh-CN">${view.answer.text}</p>
    <p class="small">${t.receipt.answerFrom(view.answer.source, until)}</p></section>${addWords(visit, slip, t.receipt.notSolved)}`;
  }
  if (slip.divert) return html`${divertCard(visit, slip.divert)}${addWords(visit, slip, t.receipt.ours)}`;
  if (slip.outcome === 'joined' && slip.others) {
    return html`<p class="card block">${t.receipt.joined(slip.others)}</p>${addWords(visit, slip, t.receipt.notSame)}`;
  }
  return '';
}

/** The reason is a code with words of ours; the advice comes from the city's own Chinese table. */
export function divertCard({ t }: Visit, divert: NonNullable<Slip['divert']>): Html {
  const number = /^\d+$/.test(divert.to) ? divert.to : undefined;
  const why = new Map(Object.entries(t.receipt.because)).get(divert.reason);
  return html`<section class="card block">${why && html`<h2>${t.receipt.divertedWhy}</h2><p>${why}</p>`}
  <h2${why && html` class="f"`}>${t.receipt.divertedDo}</h2><p lang="zh-CN">${divert.advice}</p>
  ${number && html`<a class="go" href="tel:${number}">${t.receipt.divertedCall(number)}</a>`}<p class="small f">${t.receipt.divertedKept}</p></section>`;
}

function addWords(visit: Visit, slip: Slip, label: string): Piece {
  if (slip.caseNo === undefined || slip.queryCode === undefined) return '';
  return moreForm(visit, { caseNo: slip.caseNo, queryCode: slip.queryCode }, { label, typed: '', folded: true });
}

export interface MoreForm {
  readonly label: string;
  readonly typed: string;
  readonly error?: string | undefined;
  /** Behind a line to press, so that it does not call for words nobody asked for. */
  readonly folded: boolean;
}

/** Words added to a case whose number and code were shown; the claim in it is sealed, so the code does not stand in the page. */
export function moreForm(visit: Visit, owner: { caseNo: string; queryCode: string }, form: MoreForm): Html {
  const { t, deps } = visit;
  const claim = issue(deps, 'claim', { ...owner, key: deps.token(), at: deps.now() });
  const body = html`<form ${form.folded ? '' : html`id="f" `}method="post" action="/case/more">${hidden('page', 'case')}${hidden('claim', claim)}
  <div class="f${form.error && ' bad'}"><label for="more">${form.label}</label><p class="hint" id="more-h">${t.case.moreHint}</p>
  ${form.error && html`<p class="msg" id="more-e"><span class="vh">${t.errors.prefix}</span>${form.error}</p>`}
  <textarea class="in" id="more" name="more" rows="3" aria-describedby="more-h${form.error && ' more-e'}"${form.error && html` aria-invalid="true"`}>
${form.typed}</textarea></div><button class="go">${t.case.moreGo}</button></form>`;
  return form.folded
    ? html`<details><summary>${form.label}</summary>${body}</details>`
    : html`<section class="block">${body}</section>`;
}

function wrote({ t }: Visit, said: NonNullable<Slip['wrote']>): Html {
  return html`<section class="block"><h2>${t.receipt.wrote}</h2><dl class="sum"><dt>${t.check.what}</dt><dd class="said">${said.what}</dd>
  ${said.where && html`<dt>${t.check.where}</dt><dd>${said.where}</dd>`}
  ${said.files > 0 && html`<dt>${t.check.files}</dt><dd>${t.check.fileCount(said.files)}</dd>`}
  <dt>${t.check.contact}</dt><dd>${t.receipt.who[said.who]}</dd></dl></section>`;
}

export function receiptFile({ t, deps, look }: Visit, slip: Slip): RouteAnswer {
  const city = deps.city();
  const lines = [
    t.receipt.fileHead(city.name),
    '',
    `${t.receipt.no}: ${formatCaseNo(slip.caseNo ?? '')}`,
    ...(slip.queryCode ? [`${t.receipt.code}: ${formatQueryCode(slip.queryCode)}`] : []),
    t.receipt.at(moment(slip.at, city.utcOffsetMinutes, look.lang)),
    ...(slip.dueAt
      ? [`${t.trip.handle}: ${t.trip.handleBy(day(Date.parse(slip.dueAt), city.utcOffsetMinutes, look.lang))}`]
      : []),
    '',
    t.receipt.fileFoot,
    '',
  ];
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': `attachment; filename="receipt-${slip.caseNo ?? 'note'}.txt"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body: `\uFEFF${lines.join('\r\n')}` };
}
