// Transcript: the one neutral shape every vendor's result becomes: who said what from when to when, in seconds.
import { MOST_TURNS } from '../../core/call.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../../core/payload.ts';

/** `label` is the speaker as the vendor tells them apart (a number, a channel, a name); '' where it does not. */
export interface Said {
  readonly label: string;
  readonly text: string;
  readonly at?: number;
  readonly to?: number;
  readonly confidence?: number;
}

export interface Transcript {
  readonly said: readonly Said[];
  readonly durationS?: number;
}

/** A number, or text that is one; undefined for anything else, and for what lies before the beginning. */
export function seconds(value: unknown, divisor = 1): number | undefined {
  const text = textOf(value).trim();
  const number = text === '' ? Number.NaN : Number(text) / divisor;
  return Number.isFinite(number) && number >= 0 ? Math.round(number * 1000) / 1000 : undefined;
}

/** Between 0 and 1; vendors that count to a hundred are brought down. */
function share(value: unknown): number | undefined {
  const number = seconds(value);
  if (number === undefined || number > 100) return undefined;
  return number > 1 ? number / 100 : number;
}

export interface Piece {
  readonly label?: unknown;
  readonly text: unknown;
  readonly at?: unknown;
  readonly to?: unknown;
  readonly confidence?: unknown;
  /** 1000 where times are milliseconds. */
  readonly per?: number;
}

/** Undefined when nothing was said in it. */
export function piece({ label, text, at, to, confidence, per = 1 }: Piece): Said | undefined {
  const words = textOf(text).replace(/\s+/g, ' ').trim();
  if (words === '') return undefined;
  const from = seconds(at, per);
  const until = seconds(to, per);
  const sure = share(confidence);
  return {
    label: labelOf(label),
    text: words,
    ...(from === undefined ? {} : { at: from }),
    ...(until === undefined ? {} : { to: until }),
    ...(sure === undefined ? {} : { confidence: sure }),
  };
}

/** A number, a name, or an object that has one. */
export const labelOf = (value: unknown): string =>
  (isFields(value) ? textOf(value.label) || textOf(value.name) || textOf(value.id) : textOf(value))
    .trim()
    .slice(0, 100);

export const pieces = (found: readonly (Said | undefined)[]): Said[] => found.filter((one) => one !== undefined);

/** The sayings of a vendor's list: one more than a call may have turns, so that it is told that there were more. */
export const rowsOf = (value: unknown): readonly Fields[] =>
  listOf(Array.isArray(value) ? value.slice(0, MOST_TURNS + 1) : value);

/** The words of one speaker in a row, joined: Latin words with a space between, Chinese ones without. */
export function joined(words: readonly string[]): string {
  let last = '';
  const parts: string[] = [];
  for (const word of words) {
    // The end of the word before alone: to look through all of the text for its end takes the square of its length.
    const end = last.slice(-2);
    const gap = /[\p{L}\p{N},.?!;:)'"]$/u.test(end) && /^[A-Za-z0-9('"]/.test(word) && !/\p{Script=Han}$/u.test(end);
    parts.push(gap ? ` ${word}` : word);
    last = word || last;
  }
  return parts.join('');
}

/** Words of several speakers one by one become sayings: as long as one speaks, it is one. */
export function sayings(words: readonly Said[]): Said[] {
  const out: { first: Said; last: Said; words: string[] }[] = [];
  for (const word of words) {
    const current = out.at(-1);
    if (current && current.first.label === word.label) {
      current.words.push(word.text);
      current.last = word;
    } else out.push({ first: word, last: word, words: [word.text] });
  }
  return out.map(({ first, last, words: said }) => {
    const { confidence: _one, to: _to, ...begun } = first;
    return { ...begun, text: joined(said), ...(last.to === undefined ? {} : { to: last.to }) };
  });
}

/** JSON that lies in a text of JSON, as some vendors write it; undefined when it is none. */
export function inner(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

export const innerFields = (value: unknown): Fields => fieldsOf(inner(value));

/** `01:02:03,450` or `02:03.450` in seconds. */
export function clock(text: string): number {
  const parts = text.replace(',', '.').split(':').map(Number);
  return parts.reduce((sum, part) => sum * 60 + part, 0);
}

/** Of all turns together; the original is kept whole beside them. */
export const MOST_CALL = 1_000_000;
export const LONGEST_TURN = 20_000;

/** As much as a call keeps, and a little more, by which it is seen to have been shortened. */
export function bounded(transcript: Transcript): Transcript {
  const { said } = transcript;
  let end = 0;
  for (let room = MOST_CALL; end < said.length && end < MOST_TURNS && room > 0; end += 1)
    room -= Math.min(LONGEST_TURN, said[end]?.text.length ?? 0);
  const kept = said.slice(0, end + 1);
  return { ...transcript, said: kept.map((one) => ({ ...one, text: one.text.slice(0, LONGEST_TURN + 1) })) };
}
