// POST …/written: a person has written the answer that no channel could carry (a letter on paper), and the case stops showing it as owed.
import Type from 'typebox';
import type { AuditEntry } from '../../core/access.ts';
import type { OutgoingRow } from '../../core/delivery.ts';
import { audience, type NewEvent } from '../../core/event.ts';
import type { Route, RouteRequest } from '../../core/route.ts';
import { maskReason } from '../../core/text/mask.ts';
import { OutgoingAnswer } from '../answers.ts';
import type { ApiDeps } from '../deps.ts';
import { refusal } from '../problem.ts';
import { caseFor, keyOf, standingOf } from '../rights.ts';
import { outgoingView } from '../views.ts';
import { CaseNo, Reason } from './lists.ts';
import { bodyOf, timeOf } from './shapes.ts';

const WrittenBody = Type.Object({ reason: Reason }, { additionalProperties: false });

export function writtenRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/cases/:no/outgoing/:messageId/written',
      access: ['operator'],
      body: 'json',
      summary: 'A waiting message to the citizen was written by hand; recorded with the reason',
      tags: ['cases'],
      schema: {
        params: Type.Object({ no: CaseNo, messageId: Type.String({ maxLength: 40 }) }),
        body: WrittenBody,
        answers: { 200: OutgoingAnswer },
      },
      handle: (request) => written(request, deps),
    },
  ];
}

async function written(request: RouteRequest, deps: ApiDeps) {
  const key = keyOf(request);
  if (standingOf(key) !== 'desk') throw refusal(403, 'forbidden', 'only the desk writes by hand');
  const found = await caseFor(request, deps);
  const { reason } = bodyOf(WrittenBody, request.body);
  const rows = (await deps.store.outgoingOf(found.no)).filter((row) => row.messageId === request.params.messageId);
  if (rows.length === 0) throw refusal(404, 'not_found', 'no such message goes out of this case');
  const waiting = rows.find((row) => row.state === 'waiting');
  if (!waiting) throw refusal(409, 'not_waiting', 'this message waits for nobody: it went out, or will by itself');
  const { why: _why, nextAt: _nextAt, ...rest } = waiting;
  const row: OutgoingRow = {
    ...rest,
    state: 'sent',
    why: 'by_hand',
    attempts: waiting.attempts + 1,
    lastAt: deps.now(),
  };
  const at = timeOf(deps);
  const line: AuditEntry = {
    at,
    actor: key.id,
    action: 'outgoing.written',
    subject: found.no,
    reason: maskReason(reason),
  };
  const event: NewEvent = {
    ...{ id: `evt_${deps.mint.ulid()}`, type: 'message.sent', subject: found.no, caseversion: found.version, time: at },
    data: {
      ...{
        caseNo: found.no,
        status: found.status,
        messageId: row.messageId,
        purpose: row.purpose,
        account: row.account,
      },
      ...{ why: 'by_hand', href: `/v1/cases/${found.no}` },
    },
    tenant: found.tenant,
    ...audience(found),
  };
  await deps.store.settleOutgoing(row, [event], undefined, line);
  deps.committed?.();
  return { status: 200, body: outgoingView(row, deps.settings.city.utcOffsetMinutes) };
}
