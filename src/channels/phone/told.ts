// Told: what the exchange, the vCon or the handing-in program says about a call besides its words.
import type { Speaker, Transfer } from '../../core/call.ts';
import type { Part } from '../../core/message.ts';
import { parseTime, toRfc3339 } from '../../core/time.ts';
import type { Transcript } from './transcript.ts';

export interface Role {
  readonly speaker: Speaker;
  /** How they are known in the call: a name, a staff number. */
  readonly who?: string;
  readonly unit?: string;
}

/** Whether the call was answered on the line: said outright, or left to be seen from the words. */
export interface SaidAnswered {
  readonly by?: 'operator' | 'department';
  readonly unit?: string;
  readonly speaker?: string;
  readonly text?: string;
}

export interface Told {
  readonly id?: string;
  /** RFC 3339 with offset. */
  readonly start?: string;
  readonly durationS?: number;
  readonly waitS?: number;
  /** The number the exchange reports, digits. */
  readonly caller?: string;
  readonly name?: string;
  readonly email?: string;
  readonly address?: string;
  readonly title?: string;
  /** By the label of the transcript. */
  readonly roles: ReadonlyMap<string, Role>;
  readonly transfers: readonly Transfer[];
  readonly answered?: boolean | SaidAnswered;
  readonly secret?: boolean;
}

export const NOTHING_TOLD: Told = { roles: new Map(), transfers: [] };

/** A call as it was read: its words, and what is told about it. `heard` is false where there is a recording and no words. */
export interface Talk {
  readonly told: Told;
  readonly transcript: Transcript;
  readonly heard: boolean;
  /** Beside its words there is a recording nobody has written down. */
  readonly untranscribed?: boolean;
  readonly parts?: readonly Part[];
  /** The signature of a trusted sender was on the words themselves. */
  readonly signed?: boolean;
}

const CHINA_MINUTES = 480;

/** Epoch ms of a time: ISO-like (naive ones are China's), epoch seconds, ms or µs, or as mail and HTTP write it. */
export function timeOf(value: unknown, offsetMinutes = CHINA_MINUTES): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).trim();
  if (/^\d{9,17}(?:\.\d+)?$/.test(text) && !COMPACT.test(text)) return epoch(Number(text));
  const iso = parseTime(text.replace(COMPACT, '$1-$2-$3T$4:$5:$6').replace(LOOSE, strict), offsetMinutes);
  if (iso !== undefined) return within(iso);
  if (!/^[A-Z][a-z]{2},? .*\d{4}.*(?:GMT|UTC|[+-]\d{4})$/.test(text)) return undefined;
  return within(Date.parse(text));
}

/** 20261124090500, as exchanges write it; no epoch has fourteen digits in our days. */
const COMPACT = /^((?:19|20)\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/;

/** `2026/11/24 9:05`, `2026-1-2 09:05:00` and `2026年1月2日 9:05` as tables write them. */
const LOOSE = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]+(\d{1,2})(?=:))?/;
const strict = (_: string, year: string, month: string, day: string, hour?: string): string =>
  [
    `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`,
    ...(hour === undefined ? [] : [hour.padStart(2, '0')]),
  ].join('T');

const epoch = (number: number): number | undefined =>
  within(number > 1e14 ? number / 1000 : number > 1e11 ? number : number * 1000);

/** Between 1990 and 2100: an exchange that writes 0 or the year 1970 tells no time. */
const within = (ms: number): number | undefined =>
  ms > 631_152_000_000 && ms < 4_102_444_800_000 ? Math.round(ms) : undefined;

export const rfc3339 = (ms: number): string => toRfc3339(ms, CHINA_MINUTES);

/** What people dial, as digits: without +86, 0086 and the 0 before a mobile; undefined when the caller hid it. */
export function numberOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).trim();
  const user =
    /(?:sips?|tel):\+?([\d() .-]+)/i.exec(text)?.[1] ?? /<\s*\+?([\d() .-]+)\s*>\s*$/.exec(text)?.[1] ?? text;
  if (!/^\+?[\d() .-]+$/.test(user)) return undefined;
  const digits = user
    .replace(/\D/g, '')
    .replace(/^(?:00)?86(?=1[3-9]\d{9}$)/, '')
    .replace(/^(?:00)?86(?=[1-9]\d{8,10}$)/, '0')
    .replace(/^0(?=1[3-9]\d{9}$)/, '');
  return digits.length >= 3 && digits.length <= 20 && !/^(\d)\1+$/.test(digits) ? digits : undefined;
}
