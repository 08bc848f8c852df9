// Read: one letter or visit as a citizen's message. No key of it is ever proved: a name on paper is only a name.
import { createHash } from 'node:crypto';
import Value from 'typebox/value';
import { Unreadable } from '../../core/errors.ts';
import type { Incoming } from '../../core/message.ts';
import { normalisePhone } from '../../core/text/phone.ts';
import { ALIASES, type Field } from './columns.ts';
import { readDate } from './dates.ts';
import { type LetterFields, LetterPayload } from './payload.ts';
import type { LetterSettings } from './settings.ts';

const MOST_WORDS = 100_000;
const MOST_RAW = 300_000;
/** How an empty cell is written by people who may leave none empty. */
const NOTHING = /^(?:无|没有|不详|未知|未填|空|\/|-+|—+|n\/?a|null)$/i;
const NOBODY = /^(?:匿名.{0,3}|佚名|无名氏?|不具名|未署名)$/;
const YES = /^(?:是|1|y|yes|true|√|要求.*|保密|匿名|需要)$/i;
const INFORMS = /举报|揭发|控告|检举/;

type Wrong = (field: Field, problem: string) => never;

/** Says which field is wrong, by the name it has in the file, or else the one people know it by. Throws Unreadable. */
const wrongIn =
  ({ called }: LetterPayload): Wrong =>
  (field, problem) => {
    throw new Unreadable(`${called?.[field] ?? ALIASES[field][0]} ${problem}`, field);
  };

/** Throws Unreadable for a letter without words or with a field that cannot be what it should be. */
export function read(payload: unknown, settings: LetterSettings): Incoming[] {
  if (!Value.Check(LetterPayload, payload)) {
    const [first] = Value.Errors(LetterPayload, payload);
    const field = first?.instancePath.split('/').pop() || 'fields';
    throw new Unreadable(`a letter comes as its fields; ${field} ${first?.message ?? 'is wrong'}`, field);
  }
  const { fields, parts = [], keyed } = payload;
  const wrong: Wrong = wrongIn(payload);
  const said = (field: Field): string => {
    const value = (fields[field] ?? '').replace(/\r\n?/g, '\n').replaceAll('\0', '').trim();
    return NOTHING.test(value) ? '' : value;
  };
  const text = said('text');
  if (text === '' && parts.length === 0) wrong('text', 'is empty');
  if (text.length > MOST_WORDS) wrong('text', `is over ${MOST_WORDS} characters`);
  const sentAt = said('receivedAt') === '' ? undefined : readDate(said('receivedAt'));
  if (said('receivedAt') !== '' && sentAt === undefined)
    wrong('receivedAt', `"${said('receivedAt').slice(0, 40)}" is no date`);
  const sender = senderOf(said);
  const doubts = [...doubtsOf(said, text, sender, isUncertain(said, settings, wrong)), ...(payload.doubts ?? [])];
  const title = said('title').slice(0, 500);
  const address = (said('place') || said('address')).slice(0, 500);
  const occurredAt = said('occurredAt').slice(0, 100);
  return [
    {
      externalId: idOf(fields, said, parts),
      sender,
      ...(sentAt ? { sentAt } : {}),
      ...(title ? { title } : {}),
      text: text === '' ? '（扫描件尚无文字，原件在附件中。）' : text,
      ...(address ? { address } : {}),
      ...(occurredAt ? { occurredAt } : {}),
      ...(parts.length > 0 ? { parts: [...parts] } : {}),
      ...(doubts.length > 0 ? { doubts: doubts.slice(0, 8) } : {}),
      raw: { mediaType: 'application/json', content: originalOf(payload, sender.anonymous) },
      verified: keyed === true ? 'token' : 'none',
    },
  ];
}

/** The row as it stood; of who wants to be nobody only what was said. */
function originalOf({ fields, original }: LetterPayload, anonymous: boolean): string {
  const { number, form, purpose, place, title, text, receivedAt } = fields;
  const kept = anonymous ? { number, form, purpose, place, title, text, receivedAt } : (original ?? fields);
  return JSON.stringify(kept).slice(0, MOST_RAW);
}

type Said = (field: Field) => string;

/** The register's own number, else what the letter says; what offices write beside it later (unit, handling) counts for nothing. */
function idOf(fields: LetterFields, said: Said, parts: readonly { readonly hash: string }[]): string {
  const number = said('number').normalize('NFKC').replace(/\s+/g, ' ');
  if (number !== '') return number.slice(0, 200);
  const words: readonly Field[] = ['form', 'name', 'phone', 'email', 'address', 'place', 'title', 'text', 'receivedAt'];
  const content = JSON.stringify([
    ...words.map(said),
    ...(fields.text ? [] : parts.map(({ hash }) => hash)), // a scan without words is known by its bytes
  ]);
  return `letter-${createHash('sha256').update(content).digest('hex').slice(0, 40)}`;
}

/** Whoever informs on somebody has their name kept from the units, asked for or not. */
function senderOf(said: Said): Incoming['sender'] {
  const name = said('name').slice(0, 100);
  const anonymous = NOBODY.test(name) || YES.test(said('anonymous'));
  const secret = YES.test(said('secret')) || INFORMS.test(said('purpose'));
  if (anonymous) return { keys: [], anonymous, secret };
  const phone = /\d/.test(said('phone')) ? said('phone').slice(0, 50) : '';
  const digits = normalisePhone(phone.split(/[、,，;；/\n]|\s{2,}/)[0] ?? '');
  const address = said('email').normalize('NFKC').toLowerCase();
  const email = /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/.test(address) && address.length <= 254 ? address : '';
  return {
    keys: digits ? [{ kind: 'phone', scope: '', value: digits, proved: false }] : [],
    ...(name ? { name } : {}),
    ...(phone ? { phone } : {}),
    ...(email ? { email } : {}),
    anonymous,
    secret,
  };
}

/** What a person should know of it (flags of the case). */
function doubtsOf(said: Said, text: string, { anonymous }: Incoming['sender'], isUncertain: boolean): string[] {
  const people = Number(/\d{1,5}/.exec(said('people'))?.[0] ?? 1);
  return [
    ...(/访/.test(said('form')) && !/来信|信函|^信/.test(said('form')) ? ['visit'] : []),
    ...(people > 1 ? [`people:${people}`] : []),
    ...(text === '' ? ['ocr_missing'] : []),
    ...(text !== '' && isUncertain ? ['ocr_uncertain'] : []),
    ...(anonymous ? [] : ['reply_by_letter']),
  ];
}

function isUncertain(said: Said, { minConfidence }: LetterSettings, wrong: Wrong): boolean {
  const written = said('confidence');
  if (written === '') return false;
  const value = Number(written.normalize('NFKC').replace(/%$/, ''));
  const share = /%/.test(written) || value > 1 ? value / 100 : value;
  if (!(share >= 0 && share <= 1)) wrong('confidence', `"${written}" is neither 0 to 1 nor 0 to 100`);
  return share < minConfidence;
}
