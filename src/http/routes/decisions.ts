// POST /v1/cases/{no}/assign, /correct, /decide, /close, /reopen: what people decide about a case, recorded with who, when and why.
import Type from 'typebox';
import {
  type Acted,
  type ActGiven,
  assign,
  close,
  correct,
  decide,
  proposedLike,
  proposedMatter,
  reopen,
} from '../../core/acts.ts';
import { type Case, Kind, Urgency } from '../../core/case.ts';
import type { Route, RouteRequest } from '../../core/route.ts';
import { actOn } from '../act-on.ts';
import { CaseAnswer } from '../answers.ts';
import type { ApiDeps } from '../deps.ts';
import { caseFor, keyOf, standingOf } from '../rights.ts';
import { splitOff } from '../split-off.ts';
import { caseView } from '../views.ts';
import { CaseNo, Reason } from './lists.ts';
import { ledMatter } from './matters.ts';
import { bodyOf } from './shapes.ts';

const Code = Type.String({ minLength: 1, maxLength: 40 });
const strict = { additionalProperties: false };
const AssignBody = Type.Object(
  { unit: Code, coUnits: Type.Optional(Type.Array(Code, { maxItems: 20 })), reason: Reason },
  strict,
);
const PlaceText = Type.String({ minLength: 1, maxLength: 500 });
const CorrectBody = Type.Object(
  {
    kind: Type.Optional(Kind),
    category: Type.Optional(Code),
    place: Type.Optional(
      Type.Union([
        PlaceText,
        Type.Object({ text: PlaceText, normalised: Type.Optional(PlaceText), division: Type.Optional(Code) }, strict),
      ]),
    ),
    urgency: Type.Optional(Urgency),
    reason: Reason,
  },
  strict,
);
const DecideBody = Type.Object(
  { proposal: Type.String({ pattern: '^pro_', maxLength: 40 }), accept: Type.Boolean(), reason: Reason },
  strict,
);

const WhyBody = Type.Object({ reason: Reason }, strict);

export function decisionRoutes(deps: ApiDeps): Route[] {
  const decision = (action: string, summary: string, body: Type.TObject, act: Act): Route => ({
    method: 'POST',
    path: `/v1/cases/:no/${action}`,
    access: ['operator'],
    body: 'json',
    summary,
    tags: ['decisions'],
    schema: { params: Type.Object({ no: CaseNo }), body, answers: { 200: CaseAnswer } },
    handle: async (request) => {
      const read = () => caseFor(request, deps, { said: needsWords(request.body) });
      const after = await actOn(request, deps, action, read, (c, given) => act(c, request, given));
      if (action === 'correct') deps.corrected?.(Object.keys(bodyOf(body, request.body)));
      return { status: 200, body: caseView(after, standingOf(keyOf(request))) };
    },
  });
  return [
    decision('assign', 'Give a case to a unit', AssignBody, (c, { body }, given) =>
      assign(c, bodyOf(AssignBody, body), given),
    ),
    decision('correct', 'Put right what was understood of a case', CorrectBody, (c, { body }, given) => {
      const { place, ...rest } = bodyOf(CorrectBody, body);
      const at = typeof place === 'string' ? { text: place } : place;
      return correct(c, at ? { ...rest, place: at } : rest, given);
    }),
    decision('decide', 'Accept or reject a proposal', DecideBody, async (c, { body }, given) => {
      const input = bodyOf(DecideBody, body);
      if (!input.accept) return decide(c, input, {}, given);
      const off = await splitOff(c, input.proposal, deps, given);
      return decide(c, input, { ...(await matters(c, input.proposal, deps)), ...off }, given);
    }),
    decision('close', 'Close a case that is dealt with', WhyBody, (c, { body }, given) =>
      close(c, bodyOf(WhyBody, body).reason, given),
    ),
    decision('reopen', 'Have a case dealt with once more, in a new time', WhyBody, (c, { body }, given) =>
      reopen(c, bodyOf(WhyBody, body).reason, given),
    ),
  ];
}

type Act = (c: Case, request: RouteRequest, given: ActGiven) => Acted | Promise<Acted>;

/** A new place lies inside the seal, and a new kind asks whom the words blame; for everything else it stays shut. */
const needsWords = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && ('place' in body || 'kind' in body);

async function matters(c: Case, proposal: string, { store }: ApiDeps) {
  const like = proposedLike(c, proposal);
  const now = like === undefined ? undefined : (await store.findCase(like))?.matter?.id;
  const id = now ?? proposedMatter(c, proposal);
  const to = id === undefined ? undefined : await store.findMatter(id);
  const from = to && c.matter ? await store.findMatter(c.matter.id) : undefined;
  return { ...(to ? { to: await ledMatter(to, { store }) } : {}), ...(from ? { from } : {}) };
}
