// Read routes: the receipt, the look-up with words added to a case, and the choice of size and language.
import { parseCaseNo, parseQueryCode } from '../core/case-no.ts';
import { GatewayError } from '../core/errors.ts';
import type { Route, RouteAnswer, RouteRequest } from '../core/route.ts';
import { accessPage, privacyPage } from './about-pages.ts';
import { lookupPage, type StatusState, statusPage } from './case-page.ts';
import { checkPage } from './check-page.ts';
import { MOST_WORDS } from './checks.ts';
import { type CaseView, formLimits, hotlineOf, type WebDeps } from './deps.ts';
import { formPage } from './form-page.ts';
import { fromHere, hashOf, minutes, retryAfter } from './guard.ts';
import { lookCookie, type Visit, visitOf } from './layout.ts';
import { takeRating } from './rate-form.ts';
import { noReceipt, receiptFile, receiptPage } from './receipt-page.ts';
import { changeLook, readLook, textIn } from './text.ts';
import { type Claim, redeem } from './tokens.ts';
import { posted, SLIP_COOKIE, slipOf, toReceipt } from './write-routes.ts';

const common = { access: 'public', hidden: true } as const;

export function readRoutes(deps: WebDeps): Route[] {
  const get = (path: string, handle: Route['handle']): Route => ({ method: 'GET', path, ...common, handle });
  const visit = (request: RouteRequest): Visit => visitOf(deps, request.cookies);
  return [
    get('/receipt', (request) => receipt(request, deps)),
    get('/receipt.txt', (request) => {
      const slip = redeem(deps, 'slip', request.cookies[SLIP_COOKIE]);
      return slip?.caseNo === undefined ? noReceipt(visit(request)) : receiptFile(visit(request), slip);
    }),
    get('/case', (request) => lookupPage(visit(request), { caseNo: '' })),
    get('/privacy', (request) => privacyPage(visit(request))),
    get('/accessibility', (request) => accessPage(visit(request))),
    { method: 'POST', path: '/case', ...common, body: 'form', handle: (request) => lookup(request, deps) },
    { method: 'POST', path: '/case/more', ...common, body: 'form', handle: (request) => addWords(request, deps) },
    { method: 'POST', path: '/case/rate', ...common, body: 'form', handle: (request) => rate(request, deps) },
    {
      method: 'POST',
      path: '/view',
      ...common,
      body: 'form',
      ...formLimits(deps),
      handle: (request) => view(request, deps),
    },
  ];
}

async function receipt(request: RouteRequest, deps: WebDeps): Promise<RouteAnswer> {
  const visit = visitOf(deps, request.cookies);
  const slip = redeem(deps, 'slip', request.cookies[SLIP_COOKIE]);
  if (!slip) return noReceipt(visit);
  const found = slip.caseNo && slip.queryCode ? await lookQuietly(deps, slip.caseNo, slip.queryCode) : undefined;
  return receiptPage(visit, slip, found);
}

/** The receipt stands without the store: what it cannot tell now is left out. */
async function lookQuietly(deps: WebDeps, caseNo: string, queryCode: string): Promise<CaseView | undefined> {
  try {
    return await deps.lookup(caseNo, queryCode);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    deps.log.warn({ code: error.code }, 'a receipt is shown without the state of its case');
    return undefined;
  }
}

async function fieldsOf(request: RouteRequest): Promise<ReadonlyMap<string, string>> {
  const fields = new Map<string, string>();
  for await (const part of request.parts()) {
    if (part.value !== undefined) fields.set(part.name, part.value);
    else await part.bytes();
  }
  return fields;
}

async function lookup(request: RouteRequest, deps: WebDeps): Promise<RouteAnswer> {
  const visit = visitOf(deps, request.cookies);
  const { t } = visit;
  const fields = await fieldsOf(request);
  const typed = (fields.get('caseNo') ?? '').trim().slice(0, 80);
  const typedCode = (fields.get('queryCode') ?? '').trim();
  const wrong = (error: string, status: number, headers = {}): RouteAnswer =>
    lookupPage(visit, { caseNo: typed, error, status, headers });
  if (typed === '') return wrong(t.case.noNo, 422);
  if (typedCode === '') return wrong(t.case.noCode, 422);
  if (!fromHere(request, deps)) return wrong(t.errors.again, 403);
  const no = parseCaseNo(typed);
  const code = parseQueryCode(typedCode);
  const { limits } = deps;
  const verdict = limits.lookup(request.address, no ?? typed);
  if (!verdict.ok) return wrong(t.case.wait(minutes(verdict.retryAfter)), 429, retryAfter(verdict.retryAfter));
  try {
    const found = no && code ? await deps.lookup(no, code) : undefined;
    if (!found || !code) return wrong(t.case.wrong, 404);
    limits.giveLookupBack(request.address, no ?? typed);
    return statusPage(visit, { view: found, queryCode: code });
  } catch (error) {
    limits.giveLookupBack(request.address, no ?? typed);
    if (!(error instanceof GatewayError)) throw error;
    deps.log.warn({ code: error.code }, 'a look-up could not be answered');
    return wrong(t.case.down(hotlineOf(deps)), error.status, retryAfter(error.retryAfter ?? 10));
  }
}

async function addWords(request: RouteRequest, deps: WebDeps): Promise<RouteAnswer> {
  const visit = visitOf(deps, request.cookies);
  const { t } = visit;
  const fields = await fieldsOf(request);
  const claim = redeem(deps, 'claim', fields.get('claim'));
  const words = (fields.get('more') ?? '').replace(/\r\n?/g, '\n').trim();
  if (!claim) return lookupPage(visit, { caseNo: '', error: t.errors.again, status: 403 });
  const again = (error: string, status: number, headers = {}): Promise<RouteAnswer> =>
    statusAgain(visit, claim, { typed: words, error, status, headers });
  if (!fromHere(request, deps)) return again(t.errors.again, 403);
  if (words === '') return again(t.case.moreEmpty, 422);
  if ([...words].length > MOST_WORDS) return again(t.case.moreLong, 422);
  const verdict = deps.limits.intake(request.address, hashOf(words));
  if (!verdict.ok) return again(t.errors.wait(minutes(verdict.retryAfter)), 429, retryAfter(verdict.retryAfter));
  try {
    const { caseNo, queryCode, key } = claim;
    const thread = { caseNo, queryCode };
    const [accepted] = await deps.accept({ body: { content: words }, idempotencyKey: key, thread });
    if (!accepted) throw new GatewayError({ code: 'nothing_said', message: 'nothing was said', retryable: false });
    const slip = slipOf(accepted.receipt, { key, hash: hashOf(words), at: deps.now() });
    const same = accepted.receipt.caseNo === caseNo;
    return toReceipt(deps, same ? { ...slip, queryCode, added: true } : slip);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    deps.log.error({ code: error.code }, 'added words were not taken in');
    return again(t.errors.notSent(hotlineOf(deps)), error.status, retryAfter(error.retryAfter ?? 10));
  }
}

async function rate(request: RouteRequest, deps: WebDeps): Promise<RouteAnswer> {
  const visit = visitOf(deps, request.cookies);
  const fields = await fieldsOf(request);
  const claim = redeem(deps, 'claim', fields.get('claim'));
  if (!claim) return lookupPage(visit, { caseNo: '', error: visit.t.errors.again, status: 403 });
  const { state, told, ...answered } = await takeRating(request, claim, fields, visit);
  return statusAgain(visit, claim, { typed: '', rate: state, ...answered, ...(told ? { rated: told } : {}) });
}

type Again = Pick<StatusState, 'rate' | 'rated'> & {
  typed: string;
  error?: string;
  status?: number;
  headers?: Readonly<Record<string, string>>;
};

async function statusAgain(visit: Visit, { caseNo, queryCode }: Claim, state: Again): Promise<RouteAnswer> {
  const { t, deps } = visit;
  const found = await lookQuietly(deps, caseNo, queryCode);
  if (found) return statusPage(visit, { view: found, queryCode, ...state });
  return lookupPage(visit, { caseNo, error: t.case.down(hotlineOf(deps)), status: 503 });
}

const BACK = ['/receipt', '/privacy', '/accessibility'];

/** The page the visitor stood on, in the size or language asked for, with everything typed. */
async function view(request: RouteRequest, deps: WebDeps): Promise<RouteAnswer> {
  const post = await posted(request, deps);
  const look = changeLook(readLook(request.cookies.look), post.field('look'));
  const visit: Visit = { deps, look, t: textIn(look.lang) };
  const set = { 'set-cookie': lookCookie(deps, look) };
  const withCookie = (page: RouteAnswer): RouteAnswer => ({ ...page, headers: { ...page.headers, ...set } });
  const { typed, ticket, field } = post;
  switch (field('page')) {
    case 'form':
      return withCookie(formPage(visit, { typed, ticket }));
    case 'check':
      return withCookie(checkPage(visit, { typed, ticket }));
    case 'lookup':
      return withCookie(lookupPage(visit, { caseNo: field('caseNo').slice(0, 80) }));
    case 'case': {
      const claim = redeem(deps, 'claim', field('claim'));
      if (claim) return withCookie(await statusAgain(visit, claim, { typed: field('more') }));
      return withCookie(lookupPage(visit, { caseNo: '' }));
    }
    default: {
      const back = BACK.includes(field('back')) ? field('back') : '/';
      return { status: 303, headers: { location: back, 'cache-control': 'no-store', ...set } };
    }
  }
}
