// /v1/quarantine…: messages no transaction would take: which they are, what they say, their files, and another try.
import Type from 'typebox';
import type { Route, RouteRequest } from '../../core/route.ts';
import type { Quarantined } from '../../core/store.ts';
import { maskReason } from '../../core/text/mask.ts';
import { QuarantineAnswer, QuarantineRow, RetakenAnswer } from '../answers.ts';
import { fileAnswer, noSuchFile, partOf, partView } from '../attachment.ts';
import type { ApiDeps } from '../deps.ts';
import { refusal } from '../problem.ts';
import { keyOf, refuseBound } from '../rights.ts';
import { scrubText } from '../scrub.ts';
import { FileHash } from './attachments.ts';
import { Limit, limitOf, listAnswer, listOf, Reason } from './lists.ts';
import { bodyOf, timeOf } from './shapes.ts';

const Id = Type.String({ minLength: 1, maxLength: 80 });
const params = Type.Object({ id: Id });
const After = Type.Optional(Type.String({ maxLength: 400, description: 'next_cursor of an earlier answer' }));
const ReasonBody = Type.Object({ reason: Reason }, { additionalProperties: false });

/** Of the whole house: whose unit or tenant a message is for is not settled before it is taken in. */
export function quarantineRoutes(deps: ApiDeps): Route[] {
  return routes(deps).map((route) => ({
    ...route,
    handle: (request) => {
      refuseBound(keyOf(request));
      return route.handle(request);
    },
  }));
}

function routes(deps: ApiDeps): Route[] {
  const common = { access: ['operator'], tags: ['operations'] } as const;
  return [
    {
      method: 'GET',
      path: '/v1/quarantine',
      ...common,
      summary: 'Messages no transaction would take, without their words',
      schema: { query: Type.Object({ after: After, limit: Limit }), answers: { 200: listOf(QuarantineRow) } },
      handle: (request) => list(request, deps),
    },
    {
      method: 'POST',
      path: '/v1/quarantine/:id/reveal',
      ...common,
      body: 'json',
      summary: 'What such a message says and who it is from, in the clear; recorded with the reason',
      schema: { params, body: ReasonBody, answers: { 200: QuarantineAnswer } },
      handle: (request) => reveal(request, deps),
    },
    {
      method: 'POST',
      path: '/v1/quarantine/:id/retry',
      ...common,
      body: 'json',
      summary: 'Takes it in once more; out of quarantine when it works, 409 `refused_again` when not',
      schema: { params, body: ReasonBody, answers: { 200: RetakenAnswer } },
      handle: (request) => retry(request, deps),
    },
    {
      method: 'GET',
      path: '/v1/quarantine/:id/attachments/:hash',
      ...common,
      summary: 'One file of such a message, to be saved; recorded in the audit trail',
      schema: { params: Type.Object({ id: Id, hash: FileHash }) },
      handle: (request) => file(request, deps),
    },
  ];
}

async function list({ query }: RouteRequest, { store }: ApiDeps) {
  const limit = limitOf(query);
  const after = query.after === undefined ? undefined : placeOf(query.after);
  const kept = (await store.quarantined(limit + 1, after)).map(({ id, account, receivedAt, error, message }) => ({
    ...{ id, account, receivedAt },
    // An error may quote what it stumbled over.
    error: scrubText(error),
    ...{ channel: message.channel, messageId: message.id, contentHash: message.contentHash },
  }));
  return listAnswer(kept, limit, ({ receivedAt, id }) => Buffer.from(`${receivedAt} ${id}`).toString('base64url'));
}

function placeOf(cursor: string): Pick<Quarantined, 'receivedAt' | 'id'> {
  const bytes = Buffer.from(cursor, 'base64url');
  const [receivedAt, id, ...rest] = bytes.toString('utf8').split(' ');
  if (bytes.toString('base64url') === cursor && receivedAt && id && rest.length === 0) return { receivedAt, id };
  throw refusal(422, 'invalid_field', 'after is no cursor of this list', { field: 'after' });
}

async function itemOf(request: RouteRequest, { store }: ApiDeps): Promise<Quarantined> {
  const found = await store.findQuarantined(request.params.id ?? '');
  if (found) return found;
  throw refusal(404, 'not_found', 'there is no such message in quarantine', { field: 'id' });
}

/** The line of the trail stands before anything is shown or done. */
async function witness(request: RouteRequest, deps: ApiDeps, action: string, more: object): Promise<void> {
  const subject = request.params.id ?? '';
  await deps.store.audit({ at: timeOf(deps), actor: keyOf(request).id, action, subject, ...more });
}

const why = (request: RouteRequest) => ({ reason: maskReason(bodyOf(ReasonBody, request.body).reason) });

async function reveal(request: RouteRequest, deps: ApiDeps) {
  const { id, account, receivedAt, error, message } = await itemOf(request, deps);
  await witness(request, deps, 'quarantine.reveal', why(request));
  const { title, text, address, occurredAt, sentAt, thread, channel } = message;
  const { name, phone, email, anonymous, secret } = message.sender;
  const said = Object.entries({ title, text, address, occurredAt, name, phone, email, caseNo: thread?.caseNo });
  return {
    status: 200,
    body: {
      ...{ id, account, channel, receivedAt, sentAt, error, messageId: message.id, anonymous, secret },
      said: Object.fromEntries(said.filter(([, value]) => value !== undefined)),
      attachments: message.parts.map((part) => partView(part, true)),
    },
  };
}

/** Who comes between the commit and the release finds it again, and the next try ends as a repeat: nothing is doubled. */
async function retry(request: RouteRequest, deps: ApiDeps) {
  const { id, message } = await itemOf(request, deps);
  await witness(request, deps, 'quarantine.retry', why(request));
  const { messageId, receipt } = await deps.retake(message);
  await deps.store.releaseQuarantined(id);
  const { outcome, caseNo, status } = receipt;
  // Without the query code: it is the citizen's alone.
  return {
    status: 200,
    body: {
      id,
      messageId,
      outcome,
      ...(caseNo ? { caseNo, href: `/v1/cases/${caseNo}` } : {}),
      ...(status ? { status } : {}),
    },
  };
}

async function file(request: RouteRequest, deps: ApiDeps) {
  const { message } = await itemOf(request, deps);
  const part = partOf(message.parts, request.params.hash ?? '');
  const kept = await deps.store.getBlob(part.blob);
  if (!kept) throw noSuchFile();
  await witness(request, deps, 'quarantine.attachment', { detail: { hash: part.hash } });
  return fileAnswer(part, kept.bytes, true);
}
