// GET /v1/cases/:no/attachments…: the files of a case, for whoever may see its words. Every file that goes out is in the audit trail.
import Type from 'typebox';
import type { Case } from '../../core/case.ts';
import type { Route, RouteRequest } from '../../core/route.ts';
import { AttachmentAnswer } from '../answers.ts';
import { fileAnswer, noSuchFile, partOf, partView } from '../attachment.ts';
import type { ApiDeps } from '../deps.ts';
import { caseFor, keyOf } from '../rights.ts';
import { CaseNo, listAnswer, listOf } from './lists.ts';
import { timeOf } from './shapes.ts';

export const FileHash = Type.String({
  minLength: 1,
  maxLength: 80,
  description: '`sha256:` and hex, as in the list',
});

/** Of a hidden sender even the name of a file is not told: people name files after themselves. */
const isNamed = (c: Case): boolean => !c.secret && !c.anonymous;

export function attachmentRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/cases/:no/attachments',
      access: ['operator', 'unit'],
      summary: 'The files that came with a case, oldest first; without file names for secret and anonymous cases',
      tags: ['cases'],
      schema: { params: Type.Object({ no: CaseNo }), answers: { 200: listOf(AttachmentAnswer) } },
      handle: async (request) => {
        const { found, messages } = await heard(request, deps);
        const files = messages.flatMap(({ id, receivedAt, parts }) =>
          parts.map((part) => ({ ...partView(part, isNamed(found)), messageId: id, receivedAt })),
        );
        return listAnswer(files, files.length, () => null);
      },
    },
    {
      method: 'GET',
      path: '/v1/cases/:no/attachments/:hash',
      access: ['operator', 'unit'],
      summary: 'One file of a case, to be saved; recorded in the audit trail',
      tags: ['cases'],
      schema: { params: Type.Object({ no: CaseNo, hash: FileHash }) },
      handle: (request) => file(request, deps),
    },
  ];
}

async function heard(request: RouteRequest, deps: ApiDeps) {
  const found = await caseFor(request, deps);
  return { found, messages: await deps.store.messagesOf(found.no) };
}

/** The line of the trail stands before the file goes out. */
async function file(request: RouteRequest, deps: ApiDeps) {
  const { found, messages } = await heard(request, deps);
  const part = partOf(
    messages.flatMap((m) => m.parts),
    request.params.hash ?? '',
  );
  const kept = await deps.store.getBlob(part.blob);
  if (!kept) throw noSuchFile();
  await deps.store.audit({
    at: timeOf(deps),
    actor: keyOf(request).id,
    action: 'case.attachment',
    subject: found.no,
    detail: { hash: part.hash },
  });
  return fileAnswer(part, kept.bytes, isNamed(found));
}
