// GET /v1/calls…: the book of calls: how many were answered and how soon, which there were, and who is to be called back.
import Type from 'typebox';
import type { CallQuery, StoredCall } from '../../core/call-book.ts';
import { callReport } from '../../core/call-figures.ts';
import { CALL_OUTCOMES } from '../../core/call-record.ts';
import type { Route, RouteRequest } from '../../core/route.ts';
import { maskReason } from '../../core/text/mask.ts';
import { toRfc3339 } from '../../core/time.ts';
import type { ApiDeps } from '../deps.ts';
import { refusal } from '../problem.ts';
import { keyOf, standingOf } from '../rights.ts';
import { spanIn, timeIn } from '../time-in.ts';
import { maskPhone } from '../views.ts';
import { Limit, limitOf, listAnswer, listOf, Reason } from './lists.ts';
import { bodyOf, timeOf } from './shapes.ts';

const text = Type.String();
const Time = Type.Optional(Type.String({ maxLength: 40, description: 'a time; without an offset it is the city’s' }));
const Period = { from: Time, to: Time };
const seconds = Type.Union([Type.Number(), Type.Null()]);
const count = Type.Integer();

const Figures = Type.Object({
  from: text,
  to: text,
  total: Type.Object({
    ...{ offered: count, answered: count, abandoned: count, failed: count, menu: count, open: count },
    ...{ rate: seconds, answeredWithin15s: count, rateWithin15s: seconds },
    wait: Type.Object({ known: count, averageS: seconds, longestS: seconds }),
    abandonedAfterS: seconds,
    talk: Type.Object({ known: count, averageS: seconds }),
  }),
  lowest24h: Type.Optional(Type.Object({ from: text, to: text, rate: Type.Number(), offered: count })),
  meets: Type.Union([Type.Boolean(), Type.Null()], { description: 'whether every 24 hours reach 95 % (GB/T 33358)' }),
});
const CallRow = Type.Object({
  ...{ id: text, account: text, at: text, direction: text, outcome: text },
  waitS: Type.Optional(Type.Number()),
  talkS: Type.Optional(Type.Number()),
  endedAt: Type.Optional(text),
  party: Type.Optional(Type.String({ description: 'masked' })),
});
const ListQuery = Type.Object({
  ...Period,
  outcome: Type.Optional(Type.Enum([...CALL_OUTCOMES])),
  owed: Type.Optional(Type.Literal('true', { description: 'only who gave up and has been spoken to by nobody since' })),
  after: Type.Optional(Type.String({ maxLength: 80, description: 'next_cursor of an earlier answer' })),
  limit: Limit,
});
const CallParty = Type.Object({ id: text, party: Type.Optional(Type.String({ description: 'the number, digits' })) });
const RevealBody = Type.Object({ reason: Reason }, { additionalProperties: false });

export function callRoutes(deps: ApiDeps): Route[] {
  const tags = ['calls'];
  return [
    {
      ...{ method: 'GET', path: '/v1/calls/figures', access: ['operator', 'integrator', 'metrics'], tags },
      summary:
        'Connection rate, waiting and talking of a period, and of its worst 24 hours; the last 24 hours by default',
      schema: { query: Type.Object(Period), answers: { 200: Figures } },
      handle: (request) => figures(request, deps),
    },
    {
      ...{ method: 'GET', path: '/v1/calls', access: ['operator'], tags },
      summary: 'Calls, newest first, numbers masked; with owed=true those to be called back',
      schema: { query: ListQuery, answers: { 200: listOf(CallRow) } },
      handle: (request) => list(request, deps),
    },
    {
      ...{ method: 'POST', path: '/v1/calls/:id/reveal', access: ['operator'], body: 'json', tags },
      summary: 'The number of a call in the clear; recorded with the reason',
      schema: {
        params: Type.Object({ id: Type.String({ maxLength: 80 }) }),
        body: RevealBody,
        answers: { 200: CallParty },
      },
      handle: (request) => reveal(request, deps),
    },
  ];
}

/** Calls belong to no unit: who is bound to one sees none of them. */
function tenantOf(request: RouteRequest): Pick<CallQuery, 'tenant'> {
  const { unit, tenant } = keyOf(request);
  if (unit !== undefined) throw refusal(403, 'forbidden', 'a key bound to a unit may not see the book of calls');
  return tenant === undefined ? {} : { tenant };
}

async function figures(request: RouteRequest, deps: ApiDeps) {
  const own = tenantOf(request);
  const { from, to } = spanIn(request, 1, deps);
  const { lowest24h, ...report } = callReport(await deps.store.callHours({ ...own, from, to }));
  const written = (ms: number): string => toRfc3339(ms, deps.settings.city.utcOffsetMinutes);
  const lowest = lowest24h && { ...lowest24h, from: written(lowest24h.from), to: written(lowest24h.to) };
  const body = { from: written(from), to: written(to), ...report, ...(lowest ? { lowest24h: lowest } : {}) };
  return { status: 200, body };
}

async function list(request: RouteRequest, deps: ApiDeps) {
  const own = tenantOf(request);
  const { outcome, owed, after } = request.query;
  const limit = limitOf(request.query);
  const [from, to] = [timeIn(request, 'from', deps), timeIn(request, 'to', deps)];
  const known = CALL_OUTCOMES.find((one) => one === outcome);
  const found = await deps.store.calls({
    ...own,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(known === undefined ? {} : { outcome: known }),
    ...(owed === undefined ? {} : { owed: true }),
    ...(after === undefined ? {} : { after: placeOf(after) }),
    limit: limit + 1,
  });
  const { body } = listAnswer(found, limit, ({ at, id }) => `${at}-${id}`);
  const { utcOffsetMinutes } = deps.settings.city;
  return { status: 200, body: { ...body, data: body.data.map((call) => rowView(call, utcOffsetMinutes)) } };
}

function placeOf(cursor: string): { at: number; id: string } {
  const [, at, id] = /^(\d{1,15})-(call_[0-9a-f]{32})$/.exec(cursor) ?? [];
  if (at !== undefined && id !== undefined) return { at: Number(at), id };
  throw refusal(422, 'invalid_field', 'after is no cursor of this list', { field: 'after' });
}

function rowView({ id, account, at, direction, outcome, waitMs, talkMs, endedAt, party }: StoredCall, offset: number) {
  return {
    ...{ id, account, at: toRfc3339(at, offset), direction, outcome },
    ...(waitMs === undefined ? {} : { waitS: waitMs / 1000 }),
    ...(talkMs === undefined ? {} : { talkS: talkMs / 1000 }),
    ...(endedAt === undefined ? {} : { endedAt: toRfc3339(endedAt, offset) }),
    ...(party === undefined ? {} : { party: maskPhone(party) }),
  };
}

/** The line of the trail stands before the number is shown. */
async function reveal(request: RouteRequest, deps: ApiDeps) {
  const { tenant } = tenantOf(request);
  const key = keyOf(request);
  if (standingOf(key) !== 'desk') throw refusal(403, 'forbidden', 'only the desk may see who it was');
  const found = await deps.store.findCall(request.params.id ?? '');
  if (!found || (tenant !== undefined && found.tenant !== tenant))
    throw refusal(404, 'not_found', 'there is no such call');
  const reason = maskReason(bodyOf(RevealBody, request.body).reason);
  await deps.store.audit({ at: timeOf(deps), actor: key.id, action: 'call.reveal', subject: found.id, reason });
  return { status: 200, body: { id: found.id, ...(found.party === undefined ? {} : { party: found.party }) } };
}
