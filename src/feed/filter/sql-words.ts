// Words of CESQL: cuts an expression into tokens, each with its place, so that a refusal can point at it.
import { refuseFilter } from './refuse.ts';

export type Token =
  | { readonly is: 'name' | 'string' | 'sign'; readonly text: string; readonly at: number }
  | { readonly is: 'integer'; readonly value: number; readonly at: number }
  | { readonly is: 'end'; readonly at: number };

/** A name, or a path into the data: `data.category.code`; the parts of a path keep their case. */
const NAME = /[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*/y;
const INTEGER = /\d+/y;
const SPACE = /\s+/y;
const SIGN = /!=|<>|<=|>=|[=<>(),*/%+-]/y;
const STRING = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/sy;

/** Throws `filter_syntax` at the first character that begins no token. */
export function wordsOf(text: string, path: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  while (at < text.length) {
    const space = take(SPACE);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const found = tokenAt(take, at + 1);
    if (!found) throw unreadable(text, at, path);
    tokens.push(found.token);
    at += found.length;
  }
  tokens.push({ is: 'end', at: text.length + 1 });
  return tokens;
}

function tokenAt(take: (pattern: RegExp) => string | undefined, at: number) {
  const string = take(STRING);
  if (string !== undefined)
    return { token: { is: 'string', text: unquoted(string), at } as const, length: string.length };
  const name = take(NAME);
  if (name !== undefined) return { token: { is: 'name', text: name, at } as const, length: name.length };
  const integer = take(INTEGER);
  if (integer !== undefined)
    return { token: { is: 'integer', value: Number(integer), at } as const, length: integer.length };
  const sign = take(SIGN);
  return sign === undefined ? undefined : { token: { is: 'sign', text: sign, at } as const, length: sign.length };
}

/** Only the quote itself is escaped; every other backslash stands for itself (LIKE reads `\%` and `\_`). */
function unquoted(literal: string): string {
  const quote = literal.charAt(0);
  return literal.slice(1, -1).replaceAll(`\\${quote}`, quote);
}

function unreadable(text: string, at: number, path: string) {
  const first = text.charAt(at);
  const open = first === "'" || first === '"';
  return refuseFilter(
    'filter_syntax',
    open ? 'a string does not end' : `${JSON.stringify(first)} does not belong here`,
    { path, character: at + 1 },
    open ? `Close it with ${first}; write ${first} inside it as \\${first}.` : 'Put text into quotes.',
  );
}
