// CQ codes: OneBot v11's one-line spelling of a message, read into the segments of its other spelling.
// Source: OneBot 11, message/string.md: in text `&` `[` `]` are escaped, in values the comma too; `&amp;` is undone last.
import { type Fields, fieldsOf, isFields, textOf } from '../../core/payload.ts';

export interface Segment {
  readonly type: string;
  readonly data: Fields;
}

/** A value may hold anything but the four marks, which stand escaped. JSON in it keeps its braces and colons. */
const CODE = /\[CQ:([A-Za-z0-9_.-]{1,64})((?:,[^,[\]=]{1,64}=[^,[\]]*)*)\]/g;

export const unescapeCq = (text: string): string =>
  text.replaceAll('&#91;', '[').replaceAll('&#93;', ']').replaceAll('&#44;', ',').replaceAll('&amp;', '&');

/** Four times what a message may hold once its codes are read; the original is kept whole beside it. */
const MOST_READ = 400_000;

/** What is no well-formed code stays text: a citizen may well type a bracket into another client. */
export function readCq(whole: string): Segment[] {
  const message = whole.slice(0, MOST_READ);
  const segments: Segment[] = [];
  let from = 0;
  const say = (text: string): void => {
    if (text !== '') segments.push({ type: 'text', data: { text: unescapeCq(text) } });
  };
  for (const match of message.matchAll(CODE)) {
    say(message.slice(from, match.index));
    segments.push({ type: match[1] ?? '', data: valuesOf(match[2] ?? '') });
    from = match.index + match[0].length;
  }
  say(message.slice(from));
  return segments;
}

function valuesOf(list: string): Fields {
  const pairs = list
    .split(',')
    .slice(1)
    .map((pair) => [pair.slice(0, pair.indexOf('=')), unescapeCq(pair.slice(pair.indexOf('=') + 1))] as const);
  return Object.fromEntries(pairs);
}

/** Both spellings of v11, the list of v12, and a single segment. */
export function segmentsOf(message: unknown): Segment[] {
  if (typeof message === 'string') return readCq(message);
  const list = Array.isArray(message) ? message : [message];
  return list.filter(isFields).map(({ type, data }) => ({ type: textOf(type), data: fieldsOf(data) }));
}
