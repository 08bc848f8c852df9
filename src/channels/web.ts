// Web: the form and JSON mouth at `POST /in/<account>`. Nobody proves who they are here, so every sender key is merely stated.
import { createHash } from 'node:crypto';
import Type, { type Static, type TSchema } from 'typebox';
import Value from 'typebox/value';
import { badFields } from '../core/block.ts';
import { type AccountBlock, type Channel, type Door, defineChannel } from '../core/channel.ts';
import { GatewayError, Unreadable } from '../core/errors.ts';
import { type AttachmentLimits, keepAttachment, tooMany } from '../core/media/attachment.ts';
import { type Incoming, Part, Thread } from '../core/message.ts';
import { Receipt } from '../core/receipt.ts';
import type { RouteAnswer, RouteRequest } from '../core/route.ts';
import { normalisePhone } from '../core/text/phone.ts';
import { parseTime, toRfc3339 } from '../core/time.ts';
import { type Callback, openCallbacks } from './common/callback.ts';

export interface WebSettings {
  readonly attachments: AttachmentLimits;
}

/** What `read` translates: the outward body beside what the transport told. */
export interface WebPayload {
  /** `{content, title?, name?, phone?, email?, address?, occurredAt?, anonymous?, secret?}`, nothing else. */
  readonly body: unknown;
  readonly idempotencyKey?: string;
  /** Files already kept by `Door.blob`. */
  readonly parts?: readonly Part[];
  /** Set by the status page, whose visitor showed number and code. */
  readonly thread?: Thread;
  /** When it was first said, for imports; a naive time is China's. */
  readonly sentAt?: string;
  /** A key with scope `intake` came with it. */
  readonly keyed?: boolean;
}

export const MAX_CONTENT = 20_000;
const TEXT_FIELDS: Readonly<Record<string, number>> = {
  content: MAX_CONTENT,
  title: 500,
  name: 100,
  phone: 50,
  email: 254,
  address: 500,
  occurredAt: 100,
};
const FLAG_FIELDS = ['anonymous', 'secret'] as const;
const KNOWN = [...Object.keys(TEXT_FIELDS), ...FLAG_FIELDS];
const CHINA_MINUTES = 480;
/** For the document only: `readFields` says of each field in its own words what is wrong with it. */
const READS = Type.Object(
  {
    ...Type.Partial(
      Type.Object(
        Object.fromEntries([
          ...Object.entries(TEXT_FIELDS).map(([field, maxLength]) => [field, Type.String({ maxLength })]),
          ...FLAG_FIELDS.map((field) => [field, Type.Boolean()]),
        ]),
      ),
    ).properties,
    content: Type.String({ minLength: 1, maxLength: MAX_CONTENT, description: "in the citizen's own words" }),
  },
  { additionalProperties: false },
);

const DEFAULT_ATTACHMENTS: AttachmentLimits = {
  maxFiles: 9,
  maxBytes: 20 * 1_048_576,
  mediaTypes: [
    'image/jpeg',
    'image/png',
    'image/webp',
    'image/heic',
    'video/mp4',
    'video/quicktime',
    'application/pdf',
  ],
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const BLOCK = ['channel', 'tenant', 'apiBase', 'maxSkewSeconds', 'attachments'];

function settings(block: AccountBlock): WebSettings {
  const given = block.attachments ?? {};
  const { maxFiles, maxBytes, mediaTypes, ...rest } = { ...DEFAULT_ATTACHMENTS, ...(isRecord(given) ? given : {}) };
  const stray = [
    ...Object.keys(block).filter((field) => !BLOCK.includes(field)),
    ...Object.keys(rest).map((field) => `attachments.${field}`),
  ];
  const problems = stray.map((field): [string, string] => [field, 'is not known here']);
  const need = (isRight: boolean, field: string, says: string): void => {
    if (!isRight) problems.push([field, says]);
  };
  need(isRecord(given), 'attachments', 'must be a block with maxFiles, maxBytes and mediaTypes');
  need(Number.isInteger(maxFiles) && maxFiles >= 0 && maxFiles <= 50, 'attachments.maxFiles', 'must be 0 to 50');
  need(Number.isInteger(maxBytes) && maxBytes >= 1, 'attachments.maxBytes', 'must be a number of bytes');
  const isList = Array.isArray(mediaTypes) && mediaTypes.every((type) => typeof type === 'string');
  need(isList, 'attachments.mediaTypes', 'must be a list such as [image/jpeg, application/pdf]');
  if (problems.length > 0) throw badFields(problems);
  return { attachments: { maxFiles, maxBytes, mediaTypes } };
}

interface Fields {
  readonly text: Readonly<Record<string, string>>;
  readonly anonymous: boolean;
  readonly secret: boolean;
}

function readFields(body: unknown): Fields {
  if (!isRecord(body)) throw new Unreadable('the body must be an object with `content`', 'content');
  const text: Record<string, string> = {};
  for (const [field, value] of Object.entries(body)) {
    if (!KNOWN.includes(field))
      throw new Unreadable(`unknown field; known are ${KNOWN.join(', ')}`, field.slice(0, 100));
    const max = TEXT_FIELDS[field];
    if (max === undefined || value === undefined) continue;
    if (typeof value !== 'string') throw new Unreadable(`${field} must be text`, field);
    if (isLonger(value, max)) throw new Unreadable(`${field} is over ${max} characters`, field);
    const trimmed = value.trim();
    if (trimmed !== '') text[field] = trimmed;
  }
  const [anonymous, secret] = FLAG_FIELDS.map((field) => readFlag(body[field], field));
  return { text, anonymous: anonymous === true, secret: secret === true };
}

/** In characters as people count them; an emoji is two UTF-16 units. */
const isLonger = (text: string, max: number): boolean =>
  text.length > 2 * max || (text.length > max && [...text].length > max);

function readFlag(value: unknown, field: string): boolean {
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw new Unreadable(`${field} must be true or false`, field);
  return value;
}

/** 无 in a box that may not be empty. */
const NO_PHONE = /^(?:无|没有|暂无|不详|匿名|\/|[-—]+|n\/?a)$/i;

/** The first of several counts; a number that is none would be kept as if somebody could call it. */
function readPhone(phone: string): string | undefined {
  if (NO_PHONE.test(phone)) return undefined;
  const digits = normalisePhone(phone.split(/[、,，;；/\n]/)[0] ?? '');
  if (digits === undefined)
    throw new Unreadable('phone holds no telephone number; leave it out if there is none', 'phone');
  return digits;
}

const DATE = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{1,2}))?/;

/** As vague as people are (每天早上), but no day that is in no calendar and no signs alone. */
function checkWhen(text: string): void {
  const [, year, month, day, hour = '0', minute = '0'] = DATE.exec(text) ?? [];
  const isDay = Number(day) >= 1 && Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const isTime = Number(month) >= 1 && Number(month) <= 12 && isDay && Number(hour) <= 24 && Number(minute) <= 59;
  if (year === undefined ? /[\p{L}\p{N}]/u.test(text) : isTime) return;
  throw new Unreadable('occurredAt is no time; write 2026-11-24 15:42, or in words when it was', 'occurredAt');
}

/** Spaces and invisible characters alone are no words: the first character that is neither tells. */
const isBlank = (text: string): boolean => !/[^\s\p{Cc}\p{Cf}\u115f\u3164\uffa0]/u.test(text);

function read(payload: unknown): Incoming[] {
  if (!isRecord(payload)) throw new Unreadable('the body must be an object with `content`', 'content');
  const { text, anonymous, secret } = readFields(payload.body);
  const { content, title, address, occurredAt } = text;
  if (content === undefined || isBlank(content)) throw new Unreadable('content must say something', 'content');
  const { name, phone, email } = anonymous ? NOBODY : text;
  const digits = phone === undefined ? undefined : readPhone(phone);
  if (occurredAt !== undefined) checkWhen(occurredAt);
  const { idempotencyKey, sentAt } = payload;
  const parts = ours(PARTS, payload.parts, 'parts');
  const thread = ours(Thread, payload.thread, 'thread');
  return [
    {
      ...(idempotencyKey === undefined ? {} : { externalId: readKey(idempotencyKey) }),
      sender: {
        keys: digits ? [{ kind: 'phone', scope: '', value: digits, proved: false }] : [],
        ...(name ? { name } : {}),
        ...(phone && digits ? { phone } : {}),
        ...(email ? { email } : {}),
        anonymous,
        secret,
      },
      ...(sentAt === undefined ? {} : { sentAt: readTime(sentAt) }),
      ...(title ? { title } : {}),
      text: content,
      ...(address ? { address } : {}),
      ...(occurredAt ? { occurredAt } : {}),
      ...(parts && parts.length > 0 ? { parts: [...parts] } : {}),
      ...(thread ? { thread } : {}),
      verified: payload.keyed === true ? 'token' : 'none',
    },
  ];
}

const NOBODY: Readonly<Record<string, string>> = {};
const PARTS = Type.Array(Part, { maxItems: 50 });

/** What our own pages and importers add beside the body; checked all the same, since a payload is never trusted. */
function ours<T extends TSchema>(schema: T, value: unknown, field: string): Static<T> | undefined {
  if (value === undefined) return undefined;
  if (!Value.Check(schema, value)) throw new Unreadable(`${field} is not in its shape`, field);
  return value;
}

function readKey(key: unknown): string {
  if (typeof key === 'string' && /^[\x21-\x7e]{1,256}$/.test(key)) return key;
  throw new Unreadable('Idempotency-Key must be 1 to 256 visible ASCII characters', 'Idempotency-Key');
}

function readTime(sentAt: unknown): string {
  const at = typeof sentAt === 'string' ? parseTime(sentAt, CHINA_MINUTES) : undefined;
  if (at === undefined) throw new Unreadable('sentAt must be a time such as 2026-11-24T15:42:00+08:00', 'sentAt');
  return toRfc3339(at, CHINA_MINUTES);
}

const mediaTypeOf = (request: RouteRequest): string =>
  (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

const isForm = (request: RouteRequest): boolean =>
  ['application/x-www-form-urlencoded', 'multipart/form-data'].includes(mediaTypeOf(request));

/** A person's browser prefers HTML to anything else; programs say JSON or do not care. */
const isBrowser = (request: RouteRequest): boolean => /^\s*text\/html/i.test(request.headers.accept ?? '');

const TRUE = ['1', 'on', 'true', 'yes'];
const FALSE = ['', '0', 'off', 'false', 'no'];

function formValue(name: string, value: string): unknown {
  if (name !== 'anonymous' && name !== 'secret') return value;
  if (TRUE.includes(value)) return true;
  return FALSE.includes(value) ? false : value;
}

/** Fields and files of a form; a file is kept as soon as it has come, a refused one refuses the whole. */
async function readForm(request: RouteRequest, limits: AttachmentLimits, door: Door): Promise<WebPayload> {
  const body: Record<string, unknown> = {};
  const parts: Part[] = [];
  for await (const part of request.parts()) {
    if (part.value !== undefined) {
      if (Object.hasOwn(body, part.name)) throw new Unreadable(`${part.name} stands twice in the form`, part.name);
      body[part.name] = formValue(part.name, part.value);
      continue;
    }
    const bytes = await part.bytes();
    if (bytes.length === 0) continue;
    if (parts.length >= limits.maxFiles) throw tooMany(limits);
    if (parts.length === 0) admit(request, door, bytes);
    const offered = { bytes, mediaType: part.mediaType, name: part.filename };
    parts.push(await keepAttachment(offered, limits, (kept, info) => door.blob(kept, info)));
  }
  return { body, parts };
}

/** Somebody with an intake key answers for their own traffic; anybody else is slowed when one address floods. */
function admit(request: RouteRequest, door: Door, content: string | Uint8Array): void {
  if (mayPour(request)) return;
  const hash = createHash('sha256').update(content).digest('hex');
  const verdict = door.admit?.(request.address, hash) ?? { ok: true };
  if (verdict.ok) return;
  throw new GatewayError({
    code: 'too_many_requests',
    message: 'too many messages from this address for now',
    retryable: true,
    status: 429,
    retryAfter: verdict.retryAfter,
    advice: 'Wait and send again, or use a key with scope intake.',
  });
}

const mayPour = (request: RouteRequest): boolean =>
  request.key?.scopes.some((scope) => scope === 'intake' || scope === 'admin') ?? false;

async function take(request: RouteRequest, { attachments }: WebSettings, door: Door): Promise<RouteAnswer> {
  if (isForm(request) && isBrowser(request)) return { status: 307, headers: { location: '/check' } };
  const key = request.headers['idempotency-key'];
  const idempotencyKey = key === undefined ? undefined : readKey(key);
  const payload = isForm(request) ? await readForm(request, attachments, door) : { body: request.body };
  admit(request, door, isRecord(payload.body) ? String(payload.body.content) : '');
  const [accepted] = await door.accept({
    ...payload,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(mayPour(request) ? { keyed: true } : {}),
  } satisfies WebPayload);
  if (!accepted) throw new Unreadable('nothing was said', 'content');
  const { receipt } = accepted;
  const nothingNew = receipt.outcome === 'repeated' || receipt.outcome === 'noted';
  return { status: nothingNew ? 200 : 201, headers: { 'cache-control': 'no-store' }, body: receipt };
}

export const web: Channel<WebSettings> = defineChannel({
  name: 'web',
  settings,
  read,
  open(settings, door) {
    const { attachments } = settings;
    const { maxFiles, maxBytes } = attachments;
    const form: Callback = {
      method: 'POST',
      body: 'json-or-form',
      bodyLimit: maxFiles * maxBytes + 1_048_576,
      files: attachments,
      summary: 'Hand in a message; answers its receipt once it is durable',
      schema: { reads: READS, answers: { 200: Receipt, 201: Receipt } },
    };
    return openCallbacks(door, [{ ...form, handle: (request) => take(request, settings, door) }]);
  },
});
