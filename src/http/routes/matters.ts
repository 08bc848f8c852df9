// /v1/matters/{id}: the thing in the world with its cases; people join a case to it or split one off.
import Type from 'typebox';
import { join, type LedMatter, move as moveTo, split } from '../../core/acts.ts';
import { parseCaseNo } from '../../core/case-no.ts';
import type { Matter } from '../../core/matter.ts';
import type { Route, RouteRequest } from '../../core/route.ts';
import { actOn } from '../act-on.ts';
import { CaseAnswer, MatterAnswer } from '../answers.ts';
import type { ApiDeps } from '../deps.ts';
import { refusal } from '../problem.ts';
import { keyOf, maySee, noSuchCase, standingOf } from '../rights.ts';
import { caseView, matterView } from '../views.ts';
import { CaseNo, Reason } from './lists.ts';
import { bodyOf } from './shapes.ts';

const MoveBody = Type.Object({ caseNo: CaseNo, reason: Reason }, { additionalProperties: false });
const ToBody = Type.Object(
  { caseNo: CaseNo, to: Type.String({ pattern: '^mat_', maxLength: 40 }), reason: Reason },
  { additionalProperties: false },
);
const params = Type.Object({ id: Type.String({ maxLength: 40 }) });
const Named = Type.Object({ caseNo: CaseNo });
const MOST_CASES = 1_000;

export function matterRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/matters/:id',
      access: ['operator', 'unit', 'integrator'],
      summary: 'A matter with the cases this key may see',
      tags: ['matters'],
      schema: { params, answers: { 200: MatterAnswer } },
      handle: (request) => show(request, deps),
    },
    move('join', 'Join a case to this matter', deps, async (matter, request) =>
      actOn(
        request,
        deps,
        'join',
        () => caseOf(request, deps),
        async (c, given) => {
          const [to, from] = [
            await ledMatter(await matterOf(matter.id, request, deps), deps),
            c.matter && (await deps.store.findMatter(c.matter.id)),
          ];
          return join(c, to, from, bodyOf(MoveBody, request.body).reason, given);
        },
      ),
    ),
    move(
      'move',
      'Take a case out of this matter and join it to another',
      deps,
      async (matter, request) =>
        actOn(
          request,
          deps,
          'move',
          () => caseOf(request, deps),
          async (c, given) => {
            const { to, reason } = bodyOf(ToBody, request.body);
            const there = await ledMatter(await matterOf(to, request, deps, 'to'), deps);
            return moveTo(c, await matterOf(matter.id, request, deps), there, reason, given);
          },
        ),
      ToBody,
    ),
    move('split', 'Take a case out of this matter into one of its own', deps, async (matter, request) =>
      actOn(
        request,
        deps,
        'split',
        () => caseOf(request, deps),
        async (c, given) =>
          split(c, await matterOf(matter.id, request, deps), bodyOf(MoveBody, request.body).reason, given),
      ),
    ),
  ];
}

function move(
  action: string,
  summary: string,
  deps: ApiDeps,
  act: (matter: Matter, request: RouteRequest) => ReturnType<typeof actOn>,
  body: Type.TObject = MoveBody,
): Route {
  return {
    method: 'POST',
    path: `/v1/matters/:id/${action}`,
    access: ['operator'],
    body: 'json',
    summary,
    tags: ['matters'],
    schema: { params, body, answers: { 200: CaseAnswer } },
    handle: async (request) => {
      const after = await act(await matterOf(request.params.id ?? '', request, deps), request);
      return { status: 200, body: caseView(after, standingOf(keyOf(request))) };
    },
  };
}

/** The case the body names, without its words: they move with it unread. */
async function caseOf(request: RouteRequest, { store }: ApiDeps) {
  const no = parseCaseNo(bodyOf(Named, request.body).caseNo);
  const found = no === undefined ? undefined : await store.findCase(no);
  if (found && maySee(keyOf(request), found)) return found;
  throw noSuchCase();
}

export async function matterOf(id: string, request: RouteRequest, { store }: ApiDeps, field = 'id'): Promise<Matter> {
  const found = await store.findMatter(id);
  const { tenant } = keyOf(request);
  if (found && (tenant === undefined || tenant === found.tenant)) return found;
  throw noSuchMatter(field);
}

/** With the unit of its oldest case: who has the matter. */
export async function ledMatter(matter: Matter, { store }: Pick<ApiDeps, 'store'>): Promise<LedMatter> {
  const first = matter.cases[0] === undefined ? undefined : await store.findCase(matter.cases[0]);
  return { ...matter, ...(first?.unit && first.status !== 'triage' ? { lead: first.unit } : {}) };
}

async function show(request: RouteRequest, deps: ApiDeps) {
  const key = keyOf(request);
  const matter = await matterOf(request.params.id ?? '', request, deps);
  const cases = await deps.store.findCases({ matter: matter.id, limit: MOST_CASES });
  const seen = cases.filter((c) => maySee(key, c)).reverse();
  if (seen.length === 0 && standingOf(key) !== 'desk') throw noSuchMatter();
  return { status: 200, body: matterView(matter, seen, standingOf(key)) };
}

const noSuchMatter = (field = 'id') => refusal(404, 'not_found', 'there is no such matter', { field });
