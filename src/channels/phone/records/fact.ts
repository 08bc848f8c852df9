// Fact: what all readers of call records share: names in any spelling, times, numbers, and who of two is the citizen.
import type { CallFact } from '../../../core/call-record.ts';
import { Unreadable } from '../../../core/errors.ts';
import { type Fields, textOf } from '../../../core/payload.ts';
import { numberOf, timeOf } from '../told.ts';

/** What a reader needs to know besides the record. `now` stands in where an event tells no time. */
export interface Known {
  readonly lines: readonly string[];
  readonly offsetMinutes: number;
  readonly now: number;
}

/** A record under lower-case names, without spaces around its values. */
export function lower(record: Fields): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name.trim().toLowerCase(), textOf(value).trim()]),
  );
}

/** Undefined where there is none; throws Unreadable for what stands there and is no time. */
export function time(value: string | undefined, name: string, known: Known): number | undefined {
  if (value === undefined || value === '' || /^[0:. -]*$/.test(value)) return undefined;
  const found = timeOf(value, known.offsetMinutes);
  if (found === undefined) throw new Unreadable(`${name} is no time: ${value.slice(0, 40)}`, name);
  return past(found, name, known);
}

/** Clocks and zones may be a little wrong. A call of next year would outlive every retention and spoil the figures of a day to come. */
const GRACE_MS = 24 * 3_600_000;

/** Throws Unreadable for what has not come yet. */
export function past(at: number, name: string, { now }: Pick<Known, 'now'>): number {
  if (now > 0 && at > now + GRACE_MS)
    throw new Unreadable(`${name} has not come yet: see to the clock of the exchange`, name);
  return at;
}

/** No call and no wait lasts longer. What claims to is a slip, and one alone would spoil the averages of a month. */
const LONGEST_S = 24 * 3600;

/** `93`, `93.5`, `00:01:33`, `1分33秒` in ms. Undefined for what is no length of a call. */
export function length(value: string | undefined): number | undefined {
  const seconds = secondsIn(value ?? '');
  return seconds >= 0 && seconds <= LONGEST_S ? Math.round(seconds * 1000) : undefined;
}

function secondsIn(text: string): number {
  if (text === '') return Number.NaN;
  const chinese = /^(?:(\d+)\s*(?:小时|时))?(?:(\d+)\s*分钟?)?(?:(\d+(?:\.\d+)?)\s*秒)?$/.exec(text);
  if (chinese) return Number(chinese[1] ?? 0) * 3600 + Number(chinese[2] ?? 0) * 60 + Number(chinese[3] ?? 0);
  if (/^\d+(?::\d{1,2}){1,2}$/.test(text)) return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(text);
}

/** Extensions of the house are short; a citizen's number is not. */
const LONGEST_EXTENSION = 5;
const isInside = (number: string | undefined, { lines }: Known): boolean =>
  number !== undefined && (number.length <= LONGEST_EXTENSION || lines.includes(number));

/** Who called whom. Undefined between two of the house: that is no call of a citizen. */
export function between(from: string, to: string, known: Known): Pick<CallFact, 'direction' | 'party'> | undefined {
  const [caller, called] = [numberOf(from), numberOf(to)];
  if (!isInside(caller, known)) return { direction: 'in', ...(caller === undefined ? {} : { party: caller }) };
  if (called === undefined || isInside(called, known)) return undefined;
  return { direction: 'out', party: called };
}

/** Without what is not known. */
export const fact = (one: { readonly [K in keyof CallFact]: CallFact[K] | undefined }): CallFact =>
  // Only undefined values are left out, and those no fact may hold.
  Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)) as unknown as CallFact;
