// The person behind a case, as far as they proved it: which keys belong together, and how the desk takes them apart again.
import Type from 'typebox';
import type { PartyKey, PartyView } from '../../core/party.ts';
import type { Route, RouteRequest } from '../../core/route.ts';
import { maskReason } from '../../core/text/mask.ts';
import { PartyAnswer, PartySplitAnswer } from '../answers.ts';
import type { ApiDeps } from '../deps.ts';
import { refusal } from '../problem.ts';
import { caseFor, keyOf, refuseBound, standingOf } from '../rights.ts';
import { glimpse } from '../views.ts';
import { CaseNo, Reason } from './lists.ts';
import { bodyOf, timeOf } from './shapes.ts';

const SplitBody = Type.Object(
  { keys: Type.Array(Type.String({ maxLength: 40 }), { minItems: 1, maxItems: 16 }), reason: Reason },
  { additionalProperties: false },
);

export function partyRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/cases/:no/party',
      access: ['operator'],
      summary: 'Who a case is from on other channels, as far as they proved it, and what they only stated; recorded',
      tags: ['cases'],
      schema: { params: Type.Object({ no: CaseNo }), answers: { 200: PartyAnswer } },
      handle: (request) => show(request, deps),
    },
    {
      method: 'POST',
      path: '/v1/parties/:id/split',
      access: ['operator'],
      body: 'json',
      summary: 'Take keys out of a person again; cases that were joined by them stay as they are',
      tags: ['cases'],
      schema: {
        params: Type.Object({ id: Type.String({ maxLength: 40 }) }),
        body: SplitBody,
        answers: { 200: PartySplitAnswer },
      },
      handle: (request) => split(request, deps),
    },
  ];
}

const keyView = ({ id, kind, scope, value, how, at }: PartyKey) => ({
  ...{ id, kind, ...(scope === '' ? {} : { scope }), value: kind === 'case' ? value : glimpse(kind, value), how, at },
});

function view({ party, cases, stated }: PartyView) {
  return {
    ...(party ? { party: { id: party.id, keys: party.keys.map(keyView) } } : {}),
    cases: [...cases],
    stated: stated.map(({ kind, value, at }) => ({ kind, value: glimpse(kind, value), at })),
  };
}

/** The line of the trail stands before anything is shown. */
async function show(request: RouteRequest, deps: ApiDeps) {
  const key = keyOf(request);
  if (standingOf(key) !== 'desk') throw refusal(403, 'forbidden', 'only the desk may see who it is');
  const found = await caseFor(request, deps);
  await deps.store.audit({ at: timeOf(deps), actor: key.id, action: 'party.view', subject: found.no });
  return { status: 200, body: view(await deps.store.partyOf(found.no)) };
}

async function split(request: RouteRequest, deps: ApiDeps) {
  const key = keyOf(request);
  refuseBound(key);
  const { keys, reason } = bodyOf(SplitBody, request.body);
  const id = request.params.id ?? '';
  const entry = { at: timeOf(deps), actor: key.id, action: 'party.split', subject: id, reason: maskReason(reason) };
  const done = await deps.store.splitParty(id, keys, { ...entry, detail: { keys } });
  if (!done)
    throw refusal(404, 'not_found', 'there is no such party, or none of these keys is in it', { field: 'keys' });
  const party = await deps.store.findParty(id);
  return { status: 200, body: { ...(party ? { party: { id, keys: party.keys.map(keyView) } } : {}) } };
}
