// OCR: what a recognition program wrote beside a scan, as text or as JSON with how sure it is of each page or line.
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { Unreadable } from '../../core/errors.ts';
import { FIELDS, type Names, plainName } from './columns.ts';
import { decodeWords } from './decode.ts';
import type { LetterFields } from './payload.ts';

const Sure = Type.Optional(Type.Union([Type.Number(), Type.String({ maxLength: 20 })]));
const Line = Type.Object({ text: Type.String({ maxLength: 10_000 }), confidence: Sure });
const Page = Type.Object({
  text: Type.Optional(Type.String({ maxLength: 200_000 })),
  confidence: Sure,
  lines: Type.Optional(Type.Array(Line, { maxItems: 2_000 })),
});
const Recognised = Type.Object({
  ...Page.properties,
  pages: Type.Optional(Type.Array(Page, { maxItems: 200 })),
});
type Page = Static<typeof Page>;

const MOST_BYTES = 8 * 1_048_576;

/** Throws Unreadable for what is neither text nor JSON of this shape. */
export function ocrFields(bytes: Uint8Array, name: string, names: Names): LetterFields {
  if (bytes.length > MOST_BYTES) throw new Unreadable(`${name} is over ${MOST_BYTES / 1_048_576} MB`);
  const words = decodeWords(bytes);
  if (!/\.json$/i.test(name)) return { text: words.slice(0, 200_000) };
  const value = parsed(words, name);
  if (!Value.Check(Recognised, value)) {
    const [first] = Value.Errors(Recognised, value);
    throw new Unreadable(`${name}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not in its shape'}`);
  }
  const pages = value.pages ?? [value];
  const sure = [value.confidence, ...pages.flatMap(sureOf)].flatMap((one) => (one === undefined ? [] : [share(one)]));
  return {
    ...besides(value, names),
    text: pages.map(wordsOf).filter(Boolean).join('\n').slice(0, 200_000),
    // As sure as the page it is least sure of: one unread line may be the address.
    ...(sure.length > 0 ? { confidence: String(Math.min(...sure)) } : {}),
  };
}

function parsed(words: string, name: string): unknown {
  try {
    return JSON.parse(words);
  } catch (cause) {
    throw new Unreadable(`${name} is no JSON`, undefined, cause);
  }
}

const wordsOf = ({ text, lines }: Page): string => text ?? (lines ?? []).map((line) => line.text).join('\n');

/** Of lines their mean, weighed by length: a smudged stamp does not spoil a page. */
function sureOf({ confidence, lines }: Page): (number | string | undefined)[] {
  if (confidence !== undefined) return [confidence];
  const told = (lines ?? []).filter((line) => line.confidence !== undefined);
  const length = told.reduce((sum, { text }) => sum + text.length, 0);
  if (length === 0) return [];
  return [told.reduce((sum, { text, confidence = 0 }) => sum + share(confidence) * text.length, 0) / length];
}

/** 0.93, 93 and "93%" are the same; what is no number is left for `read` to refuse. */
function share(given: number | string): number {
  const value = typeof given === 'number' ? given : Number(given.replace(/%$/, ''));
  return value > 1 || /%$/.test(String(given)) ? value / 100 : value;
}

/** Number, name, date: whatever else the file says of the letter, under our names or those of the columns. */
function besides(value: object, names: Names): LetterFields {
  const fields: Record<string, string> = {};
  for (const [key, given] of Object.entries(value)) {
    const field = names.get(plainName(key)) ?? FIELDS.find((one) => one === key);
    if (!field || field === 'text' || field === 'confidence' || field === 'files') continue;
    if (typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean')
      fields[field] ??= given === true ? '是' : given === false ? '否' : String(given).slice(0, 200);
  }
  return fields;
}
