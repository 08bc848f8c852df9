// Write routes: from the form over the check page to the receipt. Whatever goes wrong, what was typed is shown again.
import { GatewayError } from '../core/errors.ts';
import type { Receipt } from '../core/receipt.ts';
import type { Route, RouteAnswer, RouteRequest } from '../core/route.ts';
import { checkPage } from './check-page.ts';
import { findProblems } from './checks.ts';
import { formLimits, hotlineOf, type WebDeps } from './deps.ts';
import { formPage } from './form-page.ts';
import { fromHere, hashOf, minutes, retryAfter } from './guard.ts';
import { cookie, type Visit, visitOf } from './layout.ts';
import { HALF_HOUR, issue, type Kept, newTicket, redeem, type Slip, type Ticket } from './tokens.ts';
import { NOTHING, type Posted, placeOf, readPosted, type Typed } from './typed.ts';

/** A person needs longer than this; a program is asked to press once more, never a riddle. */
const SHORTEST_FILL = 2_000;
export const SLIP_COOKIE = 'receipt';
/** Browsers drop a longer cookie. */
const MOST_COOKIE = 3_800;

export function writeRoutes(deps: WebDeps): Route[] {
  const post = (path: string, handle: (request: RouteRequest) => Promise<RouteAnswer>): Route => ({
    method: 'POST',
    path,
    access: 'public',
    body: 'form',
    ...formLimits(deps),
    hidden: true,
    handle,
  });
  return [
    { method: 'GET', path: '/', access: 'public', hidden: true, handle: (request) => blank(request, deps) },
    post('/check', (request) => check(request, deps)),
    post('/edit', (request) => edit(request, deps)),
    post('/send', (request) => send(request, deps)),
  ];
}

function blank(request: RouteRequest, deps: WebDeps): RouteAnswer {
  const sentBefore = redeem(deps, 'slip', request.cookies[SLIP_COOKIE])?.caseNo !== undefined;
  return formPage(visitOf(deps, request.cookies), { typed: NOTHING, ticket: newTicket(deps), fresh: true, sentBefore });
}

/** Uploads count as intake of their address: pending files take room too. */
export function posted(request: RouteRequest, deps: WebDeps): Promise<Posted> {
  return readPosted(request, deps, () => deps.limits.intake(request.address, `upload ${deps.token()}`).ok);
}

async function edit(request: RouteRequest, deps: WebDeps): Promise<RouteAnswer> {
  const { typed, ticket, field } = await posted(request, deps);
  const at = field('at') || (field('remove') ? 'files' : '');
  return formPage(visitOf(deps, request.cookies), { typed, ticket, at });
}

async function check(request: RouteRequest, deps: WebDeps): Promise<RouteAnswer> {
  const visit = visitOf(deps, request.cookies);
  const post = await posted(request, deps);
  const wrong = problemsPage(visit, post);
  if (wrong) return wrong;
  const { ticket, another, sentAt } = sameTicket(request, deps, post);
  const gone = goneWith(sentAt, post.typed);
  if (gone.length > 0) return filesAgain(visit, post.typed, ticket, gone);
  return checkPage(visit, { typed: post.typed, ticket, another });
}

function problemsPage(visit: Visit, { typed, fileProblems, ticket }: Posted): RouteAnswer | undefined {
  const problems = findProblems(typed, fileProblems, visit.deps, visit.t);
  return problems.length > 0 ? formPage(visit, { typed, ticket, problems, status: 422 }) : undefined;
}

const wordsOf = ({ content, address, title, files }: Typed): string =>
  hashOf(JSON.stringify([content, address, title, files.map((file) => file.part.hash)]));

/** Back after sending, then other words: that is another matter and gets a ticket of its own. */
function sameTicket(
  request: RouteRequest,
  deps: WebDeps,
  post: Posted,
): { ticket: Ticket; another: boolean; sentAt?: number } {
  const slip = redeem(deps, 'slip', request.cookies[SLIP_COOKIE]);
  if (slip?.key !== post.ticket.key || slip.hash === wordsOf(post.typed))
    return { ticket: post.ticket, another: false };
  return { ticket: newTicket(deps), another: true, sentAt: slip.at };
}

/** Files kept before the last message was sent went with it: each belongs to one message only. */
const goneWith = (sentAt: number | undefined, { files }: Typed): readonly Kept[] =>
  sentAt === undefined ? [] : files.filter((file) => file.at <= sentAt);

/** The form with all words and without these files: who goes on from here without choosing them again does so knowingly. */
function filesAgain(visit: Visit, typed: Typed, ticket: Ticket, gone: readonly Kept[]): RouteAnswer {
  const files = typed.files.filter((file) => !gone.includes(file));
  const again = gone.map((file) => ({ why: 'fileAgain' as const, name: file.part.name ?? '' }));
  const problems = findProblems(typed, again, visit.deps, visit.t);
  return formPage(visit, { typed: { ...typed, files }, ticket, problems, at: 'files', status: 422 });
}

async function send(request: RouteRequest, deps: WebDeps): Promise<RouteAnswer> {
  const visit = visitOf(deps, request.cookies);
  const post = await posted(request, deps);
  const wrong = problemsPage(visit, post);
  if (wrong) return wrong;
  const { typed } = post;
  const { ticket, another, sentAt } = sameTicket(request, deps, post);
  const gone = goneWith(sentAt, typed);
  if (gone.length > 0) return filesAgain(visit, typed, ticket, gone);
  const again = visit.t.errors.again;
  if (!fromHere(request, deps)) return checkPage(visit, { typed, ticket: newTicket(deps), alert: again, status: 403 });
  if (!post.ticketKnown || another || deps.now() - ticket.at < SHORTEST_FILL) {
    return checkPage(visit, { typed, ticket, another, alert: again });
  }
  const verdict = deps.limits.intake(request.address, hashOf(typed.content));
  if (!verdict.ok) return slowed(visit, typed, ticket, verdict.retryAfter);
  try {
    const [accepted] = await deps.accept({
      body: bodyOf(typed),
      idempotencyKey: ticket.key,
      parts: typed.files.map((file) => file.part),
    });
    if (!accepted) throw new GatewayError({ code: 'nothing_said', message: 'nothing was said', retryable: false });
    return toReceipt(deps, slipOf(accepted.receipt, { key: ticket.key, hash: wordsOf(typed), at: deps.now() }, typed));
  } catch (error) {
    return notSent(visit, typed, ticket, error);
  }
}

function slowed(visit: Visit, typed: Typed, ticket: Ticket, seconds: number): RouteAnswer {
  const alert = visit.t.errors.wait(minutes(seconds));
  return checkPage(visit, { typed, ticket, alert, status: 429, headers: retryAfter(seconds) });
}

function notSent(visit: Visit, typed: Typed, ticket: Ticket, error: unknown): RouteAnswer {
  const { t, deps } = visit;
  const known = error instanceof GatewayError ? error : undefined;
  deps.log.error({ code: known?.code ?? 'unknown', err: known ? undefined : error }, 'a form was not taken in');
  if (known?.code === 'no_blob') return filesAgain(visit, typed, ticket, typed.files);
  if (known?.status === 429) return slowed(visit, typed, ticket, known.retryAfter ?? 60);
  if (known && !known.retryable) {
    return formPage(visit, { typed, ticket, alert: t.errors.notTaken(hotlineOf(deps)), status: known.status });
  }
  const headers = retryAfter(known?.retryAfter ?? 10);
  return checkPage(visit, {
    typed,
    ticket,
    alert: t.errors.notSent(hotlineOf(deps)),
    status: known?.status ?? 500,
    headers,
  });
}

/** The outward body. */
function bodyOf(typed: Typed): Record<string, string | boolean> {
  const identity = typed.who === 'anonymous' ? {} : { name: typed.name, phone: typed.phone, email: typed.email };
  const address = placeOf(typed);
  const { content, title, occurredAt } = typed;
  const given = Object.entries({ content, title, address, occurredAt, ...identity }).filter(([, text]) => text !== '');
  return { ...Object.fromEntries(given), anonymous: typed.who === 'anonymous', secret: typed.who === 'secret' };
}

const first = (text: string, most: number): string => {
  const all = [...text];
  return all.length > most ? `${all.slice(0, most).join('')}……` : text;
};

/** `typed` is absent when words were added to a case. */
export function slipOf(receipt: Receipt, sent: Pick<Slip, 'key' | 'hash' | 'at'>, typed?: Typed): Slip {
  const { outcome, caseNo, queryCode, status, dueAt, unit, divert, note, matter } = receipt;
  const given = { caseNo, queryCode, status, dueAt, unit, divert, note };
  const wrote = typed && {
    what: first(typed.content, 120),
    ...(typed.address ? { where: first(typed.address, 40) } : {}),
    files: typed.files.length,
    who: typed.who === '' ? ('contact' as const) : typed.who,
  };
  return {
    ...sent,
    outcome,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(matter && matter.size > 1 ? { others: matter.size - 1 } : {}),
    ...(wrote ? { wrote } : {}),
  };
}

/** 303 to the receipt, which hangs on a sealed cookie: neither number nor code ever stands in an address. */
export function toReceipt(deps: WebDeps, slip: Slip): RouteAnswer {
  const { wrote: _, ...lean } = slip;
  const whole = issue(deps, 'slip', slip);
  const value = whole.length <= MOST_COOKIE ? whole : issue(deps, 'slip', lean);
  const headers = {
    location: '/receipt',
    'cache-control': 'no-store',
    'set-cookie': cookie(deps, SLIP_COOKIE, encodeURIComponent(value), HALF_HOUR / 1000),
  };
  return { status: 303, headers };
}
