// Rate form: the five levels of 满意度 on the page of a finished case, for the holder of number and code. Plain radio buttons, no script.
import type { Score } from '../core/case.ts';
import { GatewayError } from '../core/errors.ts';
import type { RouteRequest } from '../core/route.ts';
import { hotlineOf } from './deps.ts';
import { fromHere, hashOf, minutes, retryAfter } from './guard.ts';
import { type Html, html } from './html.ts';
import { hidden, type Visit } from './layout.ts';
import { type Claim, issue } from './tokens.ts';

/** As the words are read again at the door (src/core/text/appraisal.ts). */
const LEVELS: readonly (readonly [Score, string])[] = [
  [5, '非常满意'],
  [4, '满意'],
  [3, '基本满意'],
  [2, '不满意'],
  [1, '非常不满意'],
];
export const MOST_RATED_WORDS = 300;

export interface RateState {
  readonly score?: Score;
  readonly words?: string;
  readonly error?: string;
  /** Which control the error stands at. */
  readonly at?: 'rate-5' | 'rate-words';
}

/** `given` is what was said before; the claim is sealed, so the code does not stand in the page. */
export function rateForm(
  visit: Visit,
  owner: { caseNo: string; queryCode: string },
  given: { score?: Score },
  state: RateState,
): Html {
  const { t, deps } = visit;
  const claim = issue(deps, 'claim', { ...owner, key: deps.token(), at: deps.now() });
  const chosen = state.score ?? given.score;
  const bad = (at: RateState['at']): boolean => state.error !== undefined && state.at === at;
  const error = html`<p class="msg" id="rate-e" role="alert"><span class="vh">${t.errors.prefix}</span>${state.error}</p>`;
  const one = ([score]: readonly [Score, string]): Html =>
    html`<label><input type="radio" name="score" id="rate-${score}" value="${score}"${chosen === score && html` checked`}${bad('rate-5') && html` aria-describedby="rate-e"`}><b>${t.case.levels[score]}</b></label>`;
  return html`<section class="block"><form method="post" action="/case/rate" novalidate>${hidden('page', 'case')}${hidden('claim', claim)}
  <fieldset class="f${bad('rate-5') && ' bad'}"><legend>${given.score === undefined ? t.case.rate : t.case.rateAgain}</legend>${bad('rate-5') && error}
  <div class="pick">${LEVELS.map(one)}</div></fieldset>
  <div class="f${bad('rate-words') && ' bad'}"><label for="rate-words">${t.case.rateWords}</label><p class="hint" id="rate-h">${t.case.rateHint}</p>${bad('rate-words') && error}
  <textarea class="in" id="rate-words" name="words" rows="2" aria-describedby="rate-h${bad('rate-words') && ' rate-e'}"${bad('rate-words') && html` aria-invalid="true"`}>
${state.words ?? ''}</textarea></div><button class="go">${t.case.rateGo}</button></form></section>`;
}

export interface Rated {
  readonly state: RateState;
  /** What the citizen is told when it was taken. */
  readonly told?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Goes in by the door like any other word, with the proof of number and code. */
export async function takeRating(
  request: RouteRequest,
  claim: Claim,
  fields: ReadonlyMap<string, string>,
  { t, deps }: Visit,
): Promise<Rated> {
  const words = (fields.get('words') ?? '').replace(/\r\n?/g, '\n').trim();
  const level = LEVELS.find(([score]) => String(score) === fields.get('score'));
  const typed: RateState = { words, ...(level ? { score: level[0] } : {}) };
  const again = (at: RateState['at'], error: string, status: number, headers = {}): Rated => ({
    ...{ state: { ...typed, error, ...(at ? { at } : {}) }, status, headers },
  });
  if (!fromHere(request, deps)) return again('rate-5', t.errors.again, 403);
  if (!level) return again('rate-5', t.case.rateEmpty, 422);
  if ([...words].length > MOST_RATED_WORDS) return again('rate-words', t.case.rateLong, 422);
  const content = `评价：${level[1]}${words === '' ? '' : `。${words}`}`;
  const verdict = deps.limits.intake(request.address, hashOf(`${claim.caseNo} ${content}`));
  if (!verdict.ok)
    return again('rate-5', t.errors.wait(minutes(verdict.retryAfter)), 429, retryAfter(verdict.retryAfter));
  try {
    const thread = { caseNo: claim.caseNo, queryCode: claim.queryCode };
    const [accepted] = await deps.accept({ body: { content }, idempotencyKey: claim.key, thread });
    return { state: {}, told: accepted?.receipt.note ?? t.case.rated };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    deps.log.error({ code: error.code }, 'a rating was not taken in');
    return again('rate-5', t.errors.notSent(hotlineOf(deps)), error.status, retryAfter(error.retryAfter ?? 10));
  }
}
