// POST /v1/matters/{id}/merge and /unmerge: a person says that two matters are one, or takes it back; all cases go at once or none.
import Type from 'typebox';
import { type ActGiven, apart, type Mended, merge } from '../../core/acts.ts';
import type { Case } from '../../core/case.ts';
import type { Matter } from '../../core/matter.ts';
import type { Route, RouteRequest } from '../../core/route.ts';
import { crowded, decideOr, doneBefore, givenFor, MOST_ROUNDS, onceOf, reused } from '../act-on.ts';
import { MatterAnswer } from '../answers.ts';
import type { ApiDeps } from '../deps.ts';
import { refusal } from '../problem.ts';
import { keyOf, standingOf } from '../rights.ts';
import { matterView } from '../views.ts';
import { Reason } from './lists.ts';
import { ledMatter, matterOf } from './matters.ts';
import { bodyOf } from './shapes.ts';

const FromBody = Type.Object(
  { from: Type.String({ pattern: '^mat_', maxLength: 40 }), reason: Reason },
  { additionalProperties: false },
);
const params = Type.Object({ id: Type.String({ maxLength: 40 }) });
/** In one transaction: more would keep the city waiting. */
const MOST_CASES = 5_000;
/** What was merged into a matter can be taken out of it again though the whole has become larger than what moves at once. */
const MOST_READ = 20_000;
const PAGE = 1_000;

export function mendingRoutes(deps: ApiDeps): Route[] {
  return [
    mending('merge', 'Put all cases of another matter into this one', deps, async (into, from, reason, given) => {
      const gone = await matterOf(from, given.request, deps);
      refuseLarger(gone, MOST_CASES, MERGED_TOO_LARGE);
      return merge(await ledMatter(into, deps), gone, await casesOf(gone, deps), reason, given);
    }),
    mending(
      'unmerge',
      'Take a matter that was merged into this one out of it again',
      deps,
      async (into, from, reason, given) => {
        refuseLarger(into, MOST_READ, APART_TOO_LARGE);
        const mended = apart(into, from, await casesOf(into, deps), reason, given);
        refuseLarger({ id: from, size: mended.acts.length }, MOST_CASES, APART_TOO_LARGE);
        return mended;
      },
    ),
  ];
}

const MERGED_TOO_LARGE = { field: 'from', advice: 'Merge the smaller matter into the larger one.' };
const APART_TOO_LARGE = {
  field: 'id',
  advice: 'Nothing was moved. Take single cases out with POST /v1/matters/{id}/move or /split.',
};

type Given = ActGiven & { readonly request: RouteRequest };
type Mending = (into: Matter, from: string, reason: string, given: Given) => Promise<Mended>;

function mending(action: string, summary: string, deps: ApiDeps, act: Mending): Route {
  return {
    method: 'POST',
    path: `/v1/matters/:id/${action}`,
    access: ['operator'],
    body: 'json',
    summary,
    tags: ['matters'],
    schema: { params, body: FromBody, answers: { 200: MatterAnswer } },
    async handle(request) {
      refuseUnit(request);
      const id = request.params.id ?? '';
      await carry(id, request, deps, action, act);
      const after = await matterOf(id, request, deps);
      return {
        status: 200,
        body: matterView(after, await casesOf(after, deps, MOST_CASES), standingOf(keyOf(request))),
      };
    },
  };
}

/** A desk of one unit sees a part of a matter only: it cannot say what the whole is. */
function refuseUnit(request: RouteRequest): void {
  if (keyOf(request).unit !== undefined)
    throw refusal(403, 'forbidden', 'a key bound to a unit cannot decide about whole matters');
}

async function carry(id: string, request: RouteRequest, deps: ApiDeps, action: string, act: Mending): Promise<void> {
  const { from, reason } = bodyOf(FromBody, request.body);
  const once = onceOf(request, action, id);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const into = await matterOf(id, request, deps);
    const mended = await decideOr(
      () => act(into, from, reason, { ...givenFor(request, deps), request }),
      async () => {
        const any = await deps.store.findCase(into.cases[0] ?? '');
        return any !== undefined && doneBefore(any, once, request, deps);
      },
    );
    if (mended === 'done before') return;
    const moves = mended.acts.map(({ move: to, ...acted }, n) => ({
      change: { ...acted, expectVersion: acted.case.version - 1, ...(n === 0 ? once : {}) },
      to,
    }));
    const written = await deps.store.moveMatters(moves, mended.audit);
    if (written === 'reused') throw reused();
    if (written === 'ok') deps.committed?.();
    if (written === 'ok' || written === 'repeated') return;
  }
  throw crowded();
}

function refuseLarger(
  { id, size }: Pick<Matter, 'id' | 'size'>,
  most: number,
  more: { field: string; advice: string },
) {
  if (size > most)
    throw refusal(422, 'too_large', `matter ${id} has ${size} cases; at most ${most} move at once`, more);
}

/** Oldest first. Of a matter that grew too large to be moved the newest: what was done is told all the same. */
async function casesOf(matter: Matter, { store }: ApiDeps, most = Number.POSITIVE_INFINITY): Promise<Case[]> {
  const cases: Case[] = [];
  for (let after: string | undefined; ; after = cases.at(-1)?.no) {
    const page = await store.findCases({ matter: matter.id, limit: PAGE, ...(after === undefined ? {} : { after }) });
    cases.push(...page);
    if (page.length < PAGE || cases.length >= most) return cases.reverse();
  }
}
