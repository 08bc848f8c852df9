// GET /v1/cases…: one case, many, and the messages of one, each as far as the key may see.
import Type from 'typebox';
import { Kind, Status } from '../../core/case.ts';
import { parseCaseNo } from '../../core/case-no.ts';
import type { Route, RouteRequest } from '../../core/route.ts';
import type { CaseQuery } from '../../core/store.ts';
import { maskReason } from '../../core/text/mask.ts';
import { CaseAnswer, CaseRow, Identity, MessageAnswer } from '../answers.ts';
import type { ApiDeps } from '../deps.ts';
import { refusal } from '../problem.ts';
import { caseFor, keyOf, maySee, noSuchCase, standingOf } from '../rights.ts';
import { soughtCases } from '../seek.ts';
import { caseView, identityOf, messageView, outgoingView, rowView } from '../views.ts';
import { CaseNo, Limit, limitOf, listAnswer, listOf, Reason } from './lists.ts';
import { queryCodeRoutes } from './query-code.ts';
import { bodyOf, timeOf } from './shapes.ts';
import { writtenRoutes } from './written.ts';

const ListQuery = Type.Object({
  status: Type.Optional(Status),
  kind: Type.Optional(Kind),
  category: Type.Optional(Type.String({ maxLength: 40 })),
  unit: Type.Optional(Type.String({ maxLength: 40 })),
  matter: Type.Optional(Type.String({ maxLength: 40 })),
  proposals: Type.Optional(Type.Literal('true', { description: 'only cases with proposals nobody has decided' })),
  after: Type.Optional(CaseNo),
  limit: Limit,
});
const RevealBody = Type.Object({ reason: Reason }, { additionalProperties: false });
const params = Type.Object({ no: CaseNo });

export function caseRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/cases',
      access: ['operator', 'unit', 'integrator'],
      summary:
        'Cases, newest first; without words. For a rare filter a page may be short or empty while has_more is true',
      tags: ['cases'],
      schema: { query: ListQuery, answers: { 200: listOf(CaseRow) } },
      handle: (request) => list(request, deps),
    },
    {
      method: 'GET',
      path: '/v1/cases/:no',
      access: ['operator', 'unit', 'integrator'],
      summary: 'One case; identity masked, without words for integrators',
      tags: ['cases'],
      schema: { params, answers: { 200: CaseAnswer } },
      handle: async (request) => {
        const standing = standingOf(keyOf(request));
        const found = await caseFor(request, deps, { said: standing !== 'integrator', facts: true });
        const body = caseView(found, standing);
        if (standing === 'integrator') return { status: 200, body };
        const { utcOffsetMinutes } = deps.settings.city;
        const outgoing = (await deps.store.outgoingOf(found.no)).map((row) => outgoingView(row, utcOffsetMinutes));
        return { status: 200, body: { ...body, outgoing } };
      },
    },
    {
      method: 'GET',
      path: '/v1/cases/:no/messages',
      access: ['operator', 'unit'],
      summary: 'What was said in a case, oldest first',
      tags: ['cases'],
      schema: { params, answers: { 200: listOf(MessageAnswer) } },
      handle: async (request) => {
        const found = await caseFor(request, deps, { said: true });
        const messages = await deps.store.messagesOf(found.no);
        return listAnswer(
          messages.map((m) => messageView(m, found)),
          messages.length,
          () => null,
        );
      },
    },
    {
      method: 'POST',
      path: '/v1/cases/:no/reveal',
      access: ['operator'],
      body: 'json',
      summary: 'Who a case is from, in the clear; recorded with the reason',
      tags: ['cases'],
      schema: { params, body: RevealBody, answers: { 200: Identity } },
      handle: (request) => reveal(request, deps),
    },
    ...queryCodeRoutes(deps),
    ...writtenRoutes(deps),
  ];
}

async function list(request: RouteRequest, { store }: ApiDeps) {
  const key = keyOf(request);
  const { status, kind, category, unit, matter, proposals, after } = request.query;
  const limit = limitOf(request.query);
  const start = after === undefined ? undefined : parseCaseNo(after);
  if (after !== undefined && start === undefined)
    throw refusal(422, 'invalid_field', 'after is no case number', { field: 'after' });
  // A bound key asks for its own unit only: another's list is empty, as if there were nothing.
  const own = key.unit;
  if (own !== undefined && unit !== undefined && unit !== own) return listAnswer([], limit, () => null);
  const wanted = own ?? unit;
  const query: CaseQuery = {
    ...(key.tenant === undefined ? {} : { tenant: key.tenant }),
    ...(wanted === undefined ? {} : { unit: wanted }),
    ...(status === undefined ? {} : { status }),
    ...(kind === undefined ? {} : { kind }),
    ...(category === undefined ? {} : { category }),
    ...(matter === undefined ? {} : { matter }),
    ...(proposals === undefined ? {} : { hasProposals: true }),
    ...(start === undefined ? {} : { after: start }),
    limit: limit + 1,
  };
  const { found, reached } = await soughtCases(query, store, request.signal);
  const { body } = listAnswer(found, limit, (c) => c.no);
  const standing = standingOf(key);
  const data = body.data.filter((c) => maySee(key, c)).map((c) => rowView(c, standing));
  // Not all was looked at: a page may be short, or empty, and the next one goes on from there.
  const next = reached === undefined || body.has_more ? {} : { next_cursor: reached, has_more: true };
  return { status: 200, body: { ...body, ...next, data } };
}

/** The line of the trail stands before the name is shown: no glance without a trace. */
async function reveal(request: RouteRequest, deps: ApiDeps) {
  const key = keyOf(request);
  if (standingOf(key) !== 'desk') throw refusal(403, 'forbidden', 'only the desk may see who it is');
  const found = await caseFor(request, deps, { said: true });
  if (!found.said) throw noSuchCase();
  const { reason } = bodyOf(RevealBody, request.body);
  await deps.store.audit({
    at: timeOf(deps),
    actor: key.id,
    action: 'case.reveal',
    subject: found.no,
    reason: maskReason(reason),
  });
  return { status: 200, body: identityOf(found) };
}
