// Check page: everything once more before it is sent, with a way back to each answer and questions that never insist.
import type { RouteAnswer } from '../core/route.ts';
import { findHints } from './checks.ts';
import { type Html, html, type Piece } from './html.ts';
import { alertBox, answer, dangerBox, hidden, type Page, type Visit } from './layout.ts';
import { issue, type Ticket } from './tokens.ts';
import type { Typed } from './typed.ts';

export interface CheckState {
  readonly typed: Typed;
  readonly ticket: Ticket;
  readonly alert?: string;
  /** The form was sent before with other words: this one counts as another matter. */
  readonly another?: boolean;
  readonly status?: number;
  readonly headers?: Page['headers'];
}

export function checkPage(visit: Visit, state: CheckState): RouteAnswer {
  const { t, deps } = visit;
  const { typed } = state;
  const hints = findHints(`${typed.title}\n${typed.content}`, deps.city());
  const main = html`${state.alert !== undefined && alertBox(state.alert)}<h1>${t.check.h1}</h1><p class="lede">${t.check.lede}</p>
  ${state.another && html`<p class="warn">${t.check.another}</p>`}${hints.danger.length > 0 && dangerBox(t, hints.danger)}
  <form id="f" method="post" action="/send">${carried(visit, state)}
  <dl class="rows">${rows(visit, typed)}</dl>
  ${typed.address === '' && typed.geo === '' && html`<div class="warn"><p>${t.check.noPlace}</p>${edit('address', t.check.addPlace, 'ghost')}</div>`}
  ${hints.report && typed.who === 'contact' && html`<div class="warn"><p>${t.check.reportHint}</p><button class="ghost" name="set-who" value="secret" formaction="/check">${t.check.makeSecret}</button></div>`}
  ${(typed.who === 'secret' || typed.who === 'anonymous') && html`<p class="warn">${t.check.hideHint}</p>`}
  <button class="go">${t.check.send}</button><p class="note">${t.check.sendNote}</p></form>`;
  return answer(visit, {
    name: 'check',
    title: t.check.title,
    main,
    ...(state.status === undefined ? {} : { status: state.status }),
    ...(state.headers ? { headers: state.headers } : {}),
  });
}

/** What was typed travels in the page itself; the house keeps nothing of a message that is not sent. */
function carried({ deps }: Visit, { typed, ticket }: CheckState): Html {
  const { files, ok, trap: _, ...texts } = typed;
  return html`${hidden('page', 'check')}${hidden('ticket', issue(deps, 'ticket', ticket))}${ok && hidden('ok', '1')}
  ${Object.entries(texts).map(([name, value]) => value !== '' && hidden(name, value))}
  ${files.map((file) => hidden('file', issue(deps, 'kept', file)))}`;
}

const edit = (field: string, text: string, look: 'plain' | 'ghost', label?: string): Html =>
  html`<button class="${look}" name="at" value="${field}" formaction="/edit"${label && html` aria-label="${label}"`}>${text}</button>`;

function rows({ t }: Visit, typed: Typed): Html {
  const row = (field: string, name: string, value: Piece): Html =>
    html`<div><dt>${name}</dt><dd class="act">${edit(field, t.check.edit, 'plain', t.check.editOf(name))}</dd><dd>${value}</dd></div>`;
  const metres = Number(typed.geo.split(',')[2]);
  const place = [typed.address, typed.geo && t.check.geo(metres)].filter((text) => text !== '').join('\n');
  return html`${typed.title && row('content', t.check.subject, typed.title)}${row('content', t.check.what, typed.content)}
  ${row('address', t.check.where, place || t.check.none)}
  ${typed.occurredAt && row('occurredAt', t.check.when, typed.occurredAt)}
  ${row('files', t.check.files, typed.files.length > 0 ? typed.files.map((file) => file.part.name ?? t.errors.file).join('\n') : t.check.noFiles)}
  ${row('who', t.check.contact, contact(t, typed))}`;
}

function contact(t: Visit['t'], typed: Typed): Piece {
  if (typed.who === '') return t.check.none;
  const choice = html`<b>${t.receipt.who[typed.who]}</b>`;
  if (typed.who === 'anonymous') return choice;
  return [choice, ...[typed.name, typed.phone, typed.email].filter((x) => x !== '').map((text) => html`\n${text}`)];
}
