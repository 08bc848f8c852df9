// Attachment: a file of a citizen on its way to a desk: to be saved, never opened by a browser as one of our pages.
import type { Part } from '../core/message.ts';
import type { RouteAnswer } from '../core/route.ts';
import { refusal } from './problem.ts';

const TYPE = /^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,100}$/;
/** What a browser would run if somebody made it show it. */
const ACTIVE = /html|svg|script|xml$/;
const ENDINGS: Readonly<Record<string, string>> = { jpeg: 'jpg', quicktime: 'mov', plain: 'txt' };

/** The part with this hash (`sha256:` + hex, or the hex alone). Throws 404. */
export function partOf(parts: readonly Part[], hash: string): Part {
  const wanted = hash.startsWith('sha256:') ? hash : `sha256:${hash}`;
  const found = parts.find((part) => part.hash === wanted && part.blob !== '');
  if (found) return found;
  throw noSuchFile();
}

export const noSuchFile = () => refusal(404, 'not_found', 'there is no such attachment', { field: 'hash' });

/** What a list shows of it. `named` false: a file name can tell who somebody is. */
export function partView({ kind, mediaType, name, size, hash }: Part, named: boolean) {
  return { kind, mediaType, size, hash, ...(named && name !== undefined ? { name } : {}) };
}

export function fileAnswer(part: Part, bytes: Uint8Array, named: boolean): RouteAnswer {
  const mediaType =
    TYPE.test(part.mediaType) && !ACTIVE.test(part.mediaType) ? part.mediaType : 'application/octet-stream';
  const headers = {
    'content-type': mediaType,
    'content-disposition': disposition(part, named),
    'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  };
  return { status: 200, headers, body: bytes };
}

function disposition({ name, mediaType }: Part, named: boolean): string {
  const kind = mediaType.split('/')[1] ?? '';
  const plain = /^[a-z0-9]+$/.test(kind) ? `attachment.${ENDINGS[kind] ?? kind}` : 'attachment';
  const own = named ? (name ?? '').replace(/\p{Cs}/gu, '') : '';
  if (own === '') return `attachment; filename="${plain}"`;
  const coded = encodeURIComponent(own).replace(/['()*!]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${coded}`;
}
