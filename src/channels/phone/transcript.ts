// Transcript: the one neutral shape every vendor's result becomes: who said what from when to when, in seconds.
import { type Fields, fieldsOf, isFields, textOf } from '../../core/payload.ts';

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

/** The words of one speaker in a row, joined: Latin words with a space between, Chinese ones without. */
export function joined(words: readonly string[]): string {
  let text = '';
  for (const word of words) {
    const gap = /[\p{L}\p{N},.?!;:)'"]$/u.test(text) && /^[A-Za-z0-9('"]/.test(word) && !/\p{Script=Han}$/u.test(text);
    text += gap ? ` ${word}` : word;
  }
  return text;
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
