// POST /v1/lookup: the citizen's own view of a case, for number and query code. One and the same answer for every wrong pair.
import Type from 'typebox';
import type { AuditEntry } from '../../core/access.ts';
import { repliesIn } from '../../core/acts.ts';
import type { Answer, Case } from '../../core/case.ts';
import { formatCaseNo, parseCaseNo, parseQueryCode } from '../../core/case-no.ts';
import type { Route } from '../../core/route.ts';
import { CitizenAnswer } from '../answers.ts';
import type { ApiDeps } from '../deps.ts';
import { tooMany } from '../mount.ts';
import { refusal } from '../problem.ts';
import { bodyOf } from './shapes.ts';

const LookupBody = Type.Object(
  { caseNo: Type.String({ maxLength: 200 }), queryCode: Type.String({ maxLength: 200 }) },
  { additionalProperties: false },
);
/** No case has it: asked for what cannot be a number, so that every look-up takes one question to the store. */
const NO_CASE = '00000000000000';

export function lookupRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/lookup',
      access: 'public',
      body: 'json',
      summary: 'A citizen looks up a case by number and query code',
      tags: ['citizens'],
      schema: { body: LookupBody, answers: { 200: CitizenAnswer } },
      handle: async ({ body, address }) => {
        const { caseNo, queryCode } = bodyOf(LookupBody, body);
        const no = parseCaseNo(caseNo);
        const counted = no ?? caseNo;
        const may = deps.limits.lookup(address, counted);
        if (!may.ok) throw tooMany(may.retryAfter);
        const found = await answered(
          deps.store.lookup(no ?? NO_CASE, parseQueryCode(queryCode) ?? queryCode.slice(0, 40)),
          () => deps.limits.giveLookupBack(address, counted),
        );
        if (found) return { status: 200, body: await citizenView(found, deps) };
        throw refusal(404, 'not_found', 'number and query code do not belong to a case', {
          advice: 'Check both against your receipt.',
        });
      },
    },
  ];
}

/** Calls `giveBack` unless the answer is no: only a wrong guess is to cost something. */
async function answered<T>(asked: Promise<T | undefined>, giveBack: () => void): Promise<T | undefined> {
  let wrong = false;
  try {
    const found = await asked;
    wrong = found === undefined;
    return found;
  } finally {
    if (!wrong) giveBack();
  }
}

async function citizenView(c: Case, { store }: ApiDeps) {
  const trail = await store.auditTrail({ subject: c.no, limit: 200 });
  return {
    caseNo: c.no,
    display: formatCaseNo(c.no),
    status: c.status,
    kind: c.kind,
    category: { name: c.category[0]?.name ?? '' },
    urgency: c.urgency,
    ...(c.unit ? { unit: { name: c.unit.name } } : {}),
    openedAt: c.openedAt,
    updatedAt: c.updatedAt,
    ...(c.dueAt === undefined ? {} : { dueAt: c.dueAt }),
    ...(c.answer ? { answer: await answerOf(c, c.answer, store) } : {}),
    ...(c.divert ? { divert: c.divert } : {}),
    replies: repliesIn(await store.messagesOf(c.no)),
    timeline: timeline(c, trail),
  };
}

/** What was said on the line lies in the seal, which opens for whoever has number and code. */
async function answerOf(c: Case, answer: Answer, store: ApiDeps['store']): Promise<Answer> {
  if (!c.flags.some((flag) => flag.startsWith('answered_on_line'))) return answer;
  const said = (await store.findCase(c.no, { said: true }))?.said;
  return said?.answer ? { ...answer, text: said.answer.text } : answer;
}

/** Steps a citizen is told of, by the action that took them; who took them and why is the house's own. */
const PUBLIC_STEPS = [
  'assign',
  'signed',
  'contacted',
  'progressed',
  'extension',
  'extended',
  'answered',
  'resolved',
  'reopened',
  'closed',
];

/** The trail is newest first; steps of one moment keep their order. */
function timeline(c: Case, trail: readonly AuditEntry[]): { step: string; at: string }[] {
  const steps = trail.flatMap(({ action, at, detail }) => {
    const granted = detail?.type === 'extension' && detail.decision === 'accepted';
    const step = granted ? 'extended' : (action.split('.').at(-1) ?? '');
    return action.startsWith('case.') && PUBLIC_STEPS.includes(step)
      ? [{ step: step === 'assign' ? 'dispatched' : step, at }]
      : [];
  });
  return [{ step: 'received', at: c.openedAt }, ...steps.reverse().sort((a, b) => Date.parse(a.at) - Date.parse(b.at))];
}
