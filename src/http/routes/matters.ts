// /v1/matters/{id}: the thing in the world with its cases; people join a case to it or split one off.
import Type from 'typebox';
import { join, split } from '../../core/acts.ts';
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
const params = Type.Object({ id: Type.String({ maxLength: 40 }) });
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
            await matterOf(matter.id, request, deps),
            c.matter && (await deps.store.findMatter(c.matter.id)),
          ];
          return join(c, to, from, bodyOf(MoveBody, request.body).reason, given);
        },
      ),
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
): Route {
  return {
    method: 'POST',
    path: `/v1/matters/:id/${action}`,
    access: ['operator'],
    body: 'json',
    summary,
    tags: ['matters'],
    schema: { params, body: MoveBody, answers: { 200: CaseAnswer } },
    handle: async (request) => {
      const after = await act(await matterOf(request.params.id ?? '', request, deps), request);
      return { status: 200, body: caseView(after, standingOf(keyOf(request))) };
    },
  };
}

/** The case the body names, without its words: they move with it unread. */
async function caseOf(request: RouteRequest, { store }: ApiDeps) {
  const no = parseCaseNo(bodyOf(MoveBody, request.body).caseNo);
  const found = no === undefined ? undefined : await store.findCase(no);
  if (found && maySee(keyOf(request), found)) return found;
  throw noSuchCase();
}

async function matterOf(id: string, request: RouteRequest, { store }: ApiDeps): Promise<Matter> {
  const found = await store.findMatter(id);
  const { tenant } = keyOf(request);
  if (found && (tenant === undefined || tenant === found.tenant)) return found;
  throw noSuchMatter();
}

async function show(request: RouteRequest, deps: ApiDeps) {
  const key = keyOf(request);
  const matter = await matterOf(request.params.id ?? '', request, deps);
  const cases = await deps.store.findCases({ matter: matter.id, limit: MOST_CASES });
  const seen = cases.filter((c) => maySee(key, c)).sort((a, b) => (a.no < b.no ? -1 : 1));
  if (seen.length === 0 && standingOf(key) !== 'desk') throw noSuchMatter();
  return { status: 200, body: matterView(matter, seen, standingOf(key)) };
}

const noSuchMatter = () => refusal(404, 'not_found', 'there is no such matter', { field: 'id' });
