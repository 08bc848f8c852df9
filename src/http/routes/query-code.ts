// POST …/query-code: the code that a caller was given no receipt for, so that the desk can read it out; never by GET, never without a trace.
import Type from 'typebox';
import type { Case } from '../../core/case.ts';
import { formatCaseNo, formatQueryCode } from '../../core/case-no.ts';
import type { Route, RouteRequest } from '../../core/route.ts';
import { maskReason } from '../../core/text/mask.ts';
import type { ApiDeps } from '../deps.ts';
import { refusal } from '../problem.ts';
import { caseFor, keyOf, noSuchCase, standingOf } from '../rights.ts';
import { CaseNo, Reason } from './lists.ts';
import { bodyOf, timeOf } from './shapes.ts';

const CodeBody = Type.Object({ reason: Reason }, { additionalProperties: false });
const CodeAnswer = Type.Object({
  caseNo: CaseNo,
  display: Type.String({ description: 'the number as it is read out' }),
  queryCode: Type.String(),
});

export function queryCodeRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/cases/:no/query-code',
      access: ['operator'],
      body: 'json',
      summary: 'The query code of a case, to be read out to a caller who has no receipt; recorded with the reason',
      tags: ['cases'],
      schema: { params: Type.Object({ no: CaseNo }), body: CodeBody, answers: { 200: CodeAnswer } },
      handle: (request) => tell(request, deps),
    },
  ];
}

/** As with names, the line of the trail stands before the code is shown. */
async function tell(request: RouteRequest, deps: ApiDeps) {
  const key = keyOf(request);
  if (standingOf(key) !== 'desk') throw refusal(403, 'forbidden', 'only the desk may read out a query code');
  const { no } = await caseFor(request, deps);
  const { reason } = bodyOf(CodeBody, request.body);
  const entry = { at: timeOf(deps), actor: key.id, action: 'case.query_code', subject: no };
  await deps.store.audit({ ...entry, reason: maskReason(reason) });
  const queryCode = await codeOf(no, deps);
  if (queryCode === undefined) throw noSuchCase();
  return { status: 200, body: { caseNo: no, display: formatCaseNo(no), queryCode: formatQueryCode(queryCode) } };
}

/** It lies sealed with the receipt of the message that opened the case. */
async function codeOf(no: Case['no'], { store }: ApiDeps): Promise<string | undefined> {
  for (const { account, externalId, contentHash, tenant, direction } of await store.messagesOf(no)) {
    if (direction !== 'in') continue;
    const ask = { account, externalId, contentHash, tenant, proved: [], stated: [], since: 0 };
    const receipt = (await store.recall([ask])).known[0]?.first;
    if (receipt?.caseNo === no && receipt.queryCode !== undefined) return receipt.queryCode;
  }
  return undefined;
}
