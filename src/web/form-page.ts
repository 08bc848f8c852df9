// Form page: four stops on one line; every error stands at its field and once above, and nothing typed is ever lost.
import type { RouteAnswer } from '../core/route.ts';
import type { Problem } from './checks.ts';
import { flag, type Html, html, type Piece } from './html.ts';
import { alertBox, answer, helpCard, hidden, journey, type Page, type Visit } from './layout.ts';
import { issue, type Ticket } from './tokens.ts';
import type { Typed, Who } from './typed.ts';

export interface FormState {
  readonly typed: Typed;
  readonly ticket: Ticket;
  readonly problems?: readonly Problem[];
  /** Said above the form when it could not be gone on with for another reason than its fields. */
  readonly alert?: string;
  /** Field to put the cursor in. */
  readonly at?: string;
  /** Served for the first time, so a draft of this window may be put back. */
  readonly fresh?: boolean;
  /** Something was sent from this browser a moment ago. */
  readonly sentBefore?: boolean;
  readonly status?: number;
  readonly headers?: Page['headers'];
}

export function formPage(visit: Visit, state: FormState): RouteAnswer {
  const { t } = visit;
  const problems = state.problems ?? [];
  const title = problems.length > 0 ? `${t.errors.title(problems.length)} - ${t.form.title}` : t.form.title;
  return answer(visit, {
    name: 'form',
    title,
    sos: true,
    main: main(visit, state, problems),
    side: side(visit),
    ...(state.status === undefined ? {} : { status: state.status }),
    ...(state.headers ? { headers: state.headers } : {}),
  });
}

function main(visit: Visit, state: FormState, problems: readonly Problem[]): Html {
  const { t } = visit;
  return html`${state.sentBefore && html`<p class="warn sent">${t.form.sentBefore} <a href="/receipt">${t.form.seeReceipt}</a></p>`}
  ${state.alert !== undefined && alertBox(state.alert)}${problems.length > 0 && summary(visit, problems)}
  <h1>${t.form.h1}</h1><p class="lede">${t.form.lede} <a class="own" href="/case">${t.side.already}</a></p>
  <form id="f" method="post" action="/check" enctype="multipart/form-data" novalidate data-fresh="${state.fresh ? '1' : '0'}">
  ${hidden('page', 'form')}${hidden('ticket', issue(visit.deps, 'ticket', state.ticket))}
  ${unasked(state, problems).map(([name, value]) => hidden(name, value))}
  <div class="hp"><label for="website">${t.form.trap}</label><input id="website" name="website" tabindex="-1" autocomplete="off"></div>
  <div class="stops">${what(visit, state, problems)}${where(visit, state, problems)}${who(visit, state, problems)}${confirm(visit, state, problems)}</div></form>`;
}

/** What a city's own form may ask beyond ours travels along unseen, unless something about it must be put right. */
const unasked = ({ typed: { title, email } }: FormState, problems: readonly Problem[]): [string, string][] =>
  Object.entries({ title, email }).filter(([name, value]) => value !== '' && !problems.some((p) => p.field === name));

function summary({ t }: Visit, problems: readonly Problem[]): Html {
  return html`<section class="errs" id="errs" role="alert" tabindex="-1" aria-labelledby="errs-h"><h2 id="errs-h">${t.errors.box(problems.length)}</h2>
  <ul>${problems.map(({ field, text }) => html`<li><a href="#${field}">${text}</a></li>`)}</ul></section>`;
}

const at = (problems: readonly Problem[], field: Problem['field']): Problem[] =>
  problems.filter((p) => p.field === field);

/** The errors of one field, and the attributes that tie them to its control. */
function errorsOf({ t }: Visit, found: readonly Problem[], field: string): Html {
  if (found.length === 0) return html``;
  return html`<div id="${field}-e">${found.map((p) => html`<p class="msg"><span class="vh">${t.errors.prefix}</span>${p.text}</p>`)}</div>`;
}

function described(field: string, found: readonly Problem[], hint: boolean): Html {
  const ids = [hint ? `${field}-h` : '', found.length > 0 ? `${field}-e` : ''].filter((id) => id !== '').join(' ');
  return html`${ids && html` aria-describedby="${ids}"`}${found.length > 0 && html` aria-invalid="true"`}`;
}

const optional = ({ t }: Visit): Html => html`<span class="opt">${t.form.optional}</span>`;

interface Control {
  readonly field: Problem['field'];
  readonly label: Piece;
  readonly hint?: string;
  readonly control: (attributes: Html) => Html;
  readonly after?: Html | false;
}

function field(visit: Visit, problems: readonly Problem[], { field: id, label, hint, control, after }: Control): Html {
  const found = at(problems, id);
  return html`<div class="f${found.length > 0 && ' bad'}"><label for="${id}">${label}</label>
  ${hint && html`<p class="hint" id="${id}-h">${hint}</p>`}${errorsOf(visit, found, id)}
  ${control(described(id, found, hint !== undefined))}${after}</div>`;
}

function what(visit: Visit, { typed, at: focus }: FormState, problems: readonly Problem[]): Html {
  const { t, deps } = visit;
  const { maxFiles, maxBytes } = deps.attachments;
  return html`<section class="stop"><h2>${t.form.step1}</h2>
  ${at(problems, 'title').length > 0 && line(visit, problems, 'title', t.check.subject, typed.title)}
  ${field(visit, problems, {
    field: 'content',
    label: t.form.what,
    hint: t.form.whatHint,
    control: (
      a,
    ) => html`<textarea class="in" id="content" name="content" rows="5" required${a}${flag(focus === 'content', 'autofocus')}>
${typed.content}</textarea>`,
    after: html`<p class="small" id="left" role="status" hidden data-left="${t.form.left}" data-over="${t.form.over}"></p>`,
  })}
  ${field(visit, problems, {
    field: 'files',
    label: html`${t.form.files}${optional(visit)}`,
    hint: t.form.filesHint(maxFiles, Math.floor(maxBytes / 1_048_576)),
    control: (a) =>
      html`<input class="file" id="files" type="file" name="files" multiple${a}${flag(focus === 'files', 'autofocus')}>`,
    after: typed.files.length > 0 && keptFiles(visit, typed),
  })}</section>`;
}

function keptFiles({ t, deps }: Visit, typed: Typed): Html {
  return html`<p class="small f">${t.form.filesKept}</p><ul class="kept">${typed.files.map((file, i) => {
    const name = file.part.name ?? t.errors.file;
    return html`<li><span>${name}</span>${hidden('file', issue(deps, 'kept', file))}
    <button class="plain" name="remove" value="${i}" formaction="/edit" formnovalidate aria-label="${t.form.removeOf(name)}">${t.form.remove}</button></li>`;
  })}</ul>`;
}

function where(visit: Visit, { typed, at: focus }: FormState, problems: readonly Problem[]): Html {
  const { t } = visit;
  const geo = html`<div class="row"><button class="ghost" id="geo" type="button" hidden data-asking="${t.form.geoAsking}" data-done="${t.form.geoDone}" data-failed="${t.form.geoFailed}">${t.form.geo}</button>
  <span id="geo-told" role="status"></span><button class="plain" id="geo-drop" type="button" hidden>${t.form.remove}</button>
  <input type="hidden" id="geo-value" name="geo" value="${typed.geo}"></div>`;
  return html`<section class="stop"><h2>${t.form.step2}</h2>
  ${field(visit, problems, {
    field: 'address',
    label: t.form.where,
    hint: t.form.whereHint,
    control: (a) =>
      html`<input class="in" id="address" name="address" autocomplete="off" value="${typed.address}"${a}${flag(focus === 'address', 'autofocus')}>`,
    after: geo,
  })}
  ${field(visit, problems, {
    field: 'occurredAt',
    label: html`${t.form.when}${optional(visit)}`,
    hint: t.form.whenHint,
    control: (a) =>
      html`<input class="in" id="occurredAt" name="occurredAt" autocomplete="off" value="${typed.occurredAt}"${a}${flag(focus === 'occurredAt', 'autofocus')}>`,
  })}</section>`;
}

function who(visit: Visit, { typed, at: focus }: FormState, problems: readonly Problem[]): Html {
  const { t } = visit;
  const found = at(problems, 'who');
  const choice = (id: string, value: Who, name: string, hint: string): Html =>
    html`<label><input type="radio" name="who" id="${id}" value="${value}"${flag(typed.who === value, 'checked')}${described('who', found, false)}${flag(focus === 'who' && typed.who === value, 'autofocus')}><b>${name}</b><span>${hint}</span></label>`;
  return html`<section class="stop"><fieldset class="who${found.length > 0 && ' bad'}"><legend>${t.form.who}</legend>${errorsOf(visit, found, 'who')}
  <div class="pick">${choice('who', 'contact', t.form.contact, t.form.contactHint)}
  ${choice('secret', 'secret', t.form.secret, t.form.secretHint)}
  ${choice('anonymous', 'anonymous', t.form.anonymous, t.form.anonymousHint)}</div></fieldset>
  <div class="contact">${field(visit, problems, {
    field: 'name',
    label: html`${t.form.name}${optional(visit)}`,
    control: (a) => html`<input class="in short" id="name" name="name" autocomplete="name" value="${typed.name}"${a}>`,
  })}
  ${field(visit, problems, {
    field: 'phone',
    label: t.form.phone,
    control: (a) =>
      html`<input class="in short" id="phone" name="phone" type="tel" inputmode="tel" autocomplete="tel" value="${typed.phone}"${a}>`,
  })}
  ${at(problems, 'email').length > 0 && line(visit, problems, 'email', t.form.email, typed.email)}</div></section>`;
}

const line = (visit: Visit, problems: readonly Problem[], id: Problem['field'], label: string, value: string): Html =>
  field(visit, problems, {
    field: id,
    label,
    control: (a) => html`<input class="in" id="${id}" name="${id}" value="${value}"${a}>`,
  });

function confirm(visit: Visit, { typed }: FormState, problems: readonly Problem[]): Html {
  const { t } = visit;
  const found = at(problems, 'ok');
  return html`<section class="stop"><h2>${t.form.step4}</h2><div${found.length > 0 && html` class="bad"`}>${errorsOf(visit, found, 'ok')}
  <label class="tick"><input type="checkbox" id="ok" name="ok" value="1" required${flag(typed.ok, 'checked')}${described('ok', found, false)}><span>${t.form.ok}</span></label></div>
  <details><summary>${t.form.how}</summary><ul>${t.form.howList.map((line) => html`<li>${line}</li>`)}<li><a href="/privacy" target="_blank" rel="noopener">${t.form.more}</a></li></ul></details>
  <button class="go">${t.form.next}</button><p class="note">${t.form.nextNote}</p></section>`;
}

function side(visit: Visit): Html {
  const { t } = visit;
  const stops = [
    { state: 'now', title: t.trip.write, note: t.trip.writeNote },
    { state: 'later', title: t.trip.find, note: t.trip.findNote },
    { state: 'later', title: t.trip.handle, note: t.trip.handleNote },
    { state: 'later', title: t.trip.tell, note: t.trip.tellNote },
  ] as const;
  return html`<section class="card"><h2>${t.side.after}</h2>${journey(stops)}</section>
  ${helpCard(visit, t.side.noTyping, t.side.always)}`;
}
