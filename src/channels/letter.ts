// Letter: letters and visits (信、访): registers and scans by `import`, and a scanning system at `POST /in/<account>`.
import { type Channel, type Door, defineChannel } from '../core/channel.ts';
import { GatewayError, Unreadable } from '../core/errors.ts';
import { keepAttachment, tooMany } from '../core/media/attachment.ts';
import type { Part } from '../core/message.ts';
import { isFields } from '../core/payload.ts';
import { Receipt } from '../core/receipt.ts';
import type { Route, RouteAnswer, RouteRequest } from '../core/route.ts';
import { type Callback, openCallbacks } from './common/callback.ts';
import { FIELDS, type Names, namesOf, plainName } from './letter/columns.ts';
import { isFuture, readDate } from './letter/dates.ts';
import { files } from './letter/files.ts';
import { LetterFields, type LetterPayload } from './letter/payload.ts';
import { read } from './letter/read.ts';
import { LIMITS } from './letter/scans.ts';
import { type LetterSettings, settings } from './letter/settings.ts';

/** Fields by our names or by those of the columns; whatever else is there is kept with the original. */
function fieldsFrom(entries: readonly (readonly [string, unknown])[], names: Names): LetterPayload {
  const fields: Record<string, string> = {};
  const original: Record<string, string> = {};
  const called: Record<string, string> = {};
  for (const [key, given] of entries) {
    if (given === null || given === undefined) continue;
    if (!['string', 'number', 'boolean'].includes(typeof given))
      throw new Unreadable(`${key.slice(0, 40)} must be text, a number, or true or false`, key.slice(0, 100));
    const value = given === true ? '是' : given === false ? '否' : String(given);
    const field = FIELDS.find((one) => one === key) ?? names.get(plainName(key));
    if (field && field !== 'files') {
      fields[field] ??= value;
      called[field] ??= key.slice(0, 180);
    }
    original[key.slice(0, 180)] = value.slice(0, 200_000);
  }
  return { fields, original, called };
}

async function payloadOf(request: RouteRequest, names: Names, door: Door): Promise<LetterPayload> {
  if (!isForm(request)) {
    if (!isFields(request.body)) throw new Unreadable('a letter comes as one JSON object of its fields, or as a form');
    return fieldsFrom(Object.entries(request.body), names);
  }
  const entries: [string, unknown][] = [];
  const parts: Part[] = [];
  for await (const part of request.parts()) {
    if (part.value !== undefined) {
      entries.push([part.name, part.value]);
      continue;
    }
    const offered = { bytes: await part.bytes(), mediaType: part.mediaType, name: part.filename };
    if (offered.bytes.length === 0) continue;
    if (parts.length >= LIMITS.maxFiles) throw tooMany(LIMITS);
    parts.push(await keepAttachment(offered, LIMITS, (kept, info) => door.blob(kept, info)));
  }
  return { ...fieldsFrom(entries, names), ...(parts.length > 0 ? { parts } : {}) };
}

const isForm = ({ headers }: RouteRequest): boolean =>
  /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(headers['content-type'] ?? '');

async function take(request: RouteRequest, names: Names, door: Door): Promise<RouteAnswer> {
  const payload = await payloadOf(request, names, door);
  const at = readDate(payload.fields.receivedAt ?? '');
  if (at !== undefined && isFuture(at, door.now()))
    throw new Unreadable(`${payload.called?.receivedAt ?? '登记时间'} has not come yet`, 'receivedAt');
  const [accepted] = await door.accept({ ...payload, keyed: true } satisfies LetterPayload);
  if (!accepted) throw new GatewayError({ code: 'unreadable', message: 'nothing was said', retryable: false });
  const isNew = accepted.receipt.outcome !== 'repeated' && accepted.receipt.outcome !== 'noted';
  return { status: isNew ? 201 : 200, headers: { 'cache-control': 'no-store' }, body: accepted.receipt };
}

export const letter: Channel<LetterSettings> = defineChannel({
  name: 'letter',
  settings,
  read,
  files,
  open(account, door) {
    const names = namesOf(account.columns);
    const summary =
      'Hand in one letter or visit, with its scans as a multipart form; answers its receipt once it is durable';
    const callback: Callback & Pick<Route, 'handle'> = {
      ...{ method: 'POST', access: ['intake'], body: 'json-or-form', files: LIMITS, summary },
      bodyLimit: LIMITS.maxFiles * LIMITS.maxBytes + 1_048_576,
      schema: { reads: LetterFields, answers: { 200: Receipt, 201: Receipt } },
      handle: (request) => take(request, names, door),
    };
    return {
      ...openCallbacks(door, [callback]),
      // Whoever gave no mail address is answered on paper, by a person.
      outward: { receipts: 'channel', byHand: 'letter_to_be_written' },
    };
  },
});
