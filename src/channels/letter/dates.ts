// Dates: when a letter came, as registers write it: ISO, 2024年3月1日 上午9时, 二〇二四年三月一日, or a sheet's day number.
import { figures } from '../../core/text/numerals.ts';
import { toRfc3339 } from '../../core/time.ts';

const CHINA_MINUTES = 480;
const DAY_MS = 86_400_000;
/** Day numbers of 1954 to 2119: less is a count of something, more is no date of ours. */
const [FIRST_SERIAL, LAST_SERIAL] = [20_000, 80_000];
/** Day 0 of a sheet's calendar; it believes that 1900 was a leap year, which is past for all our days. */
const EPOCH = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);

/** A day number as local time of the city, to the second: a fraction of a day is never exact. */
export function fromSerial(serial: number, since1904 = false): string | undefined {
  if (!(serial >= FIRST_SERIAL && serial <= LAST_SERIAL)) return undefined;
  const local = (since1904 ? EPOCH_1904 : EPOCH) + Math.round(serial * 86_400) * 1_000;
  return toRfc3339(local - CHINA_MINUTES * 60_000, CHINA_MINUTES);
}

const SPOKEN = /[〇零一二三四五六七八九十]+(?=[年月日号时点分秒])/g;
const DAY = /^(\d{4})(?:\s*[-/.年]\s*)(\d{1,2})(?:\s*[-/.月]\s*)(\d{1,2})\s*[日号]?(?![\d])/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$/;
const CLOCK =
  /^[T\s,]*(凌晨|早上|早晨|清晨|上午|中午|下午|傍晚|晚上|晚|夜间|am|pm)?\s*(?:(\d{1,2})\s*[:时点]\s*(?:(半)|(\d{1,2})?)\s*分?(?:\s*[:]?\s*(\d{1,2})(?:\.\d{1,9})?\s*秒?)?)?\s*(am|pm)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** RFC 3339 with an offset; a naive time is China's. Undefined when it is no time anybody can tell. */
export function readDate(written: string): string | undefined {
  const text = written
    .normalize('NFKC')
    .replace(/[(（]?(?:星期|周)[一二三四五六日天][)）]?/g, ' ')
    .replace(/整$/, '')
    .replace(SPOKEN, figures)
    .trim();
  const compact = COMPACT.exec(text);
  if (compact) return at(compact.slice(1, 4), [compact[4], compact[5], compact[6]].map(Number0));
  if (/^\d{5}(?:\.\d+)?$/.test(text)) return fromSerial(Number(text));
  const day = DAY.exec(text);
  const clock = day && CLOCK.exec(text.slice(day[0].length));
  if (!day || !clock) return undefined;
  const [, before, hour, half, minute, second, after, zone] = clock;
  const hours = hourOf(Number0(hour), (before ?? after ?? '').toLowerCase());
  return at(day.slice(1, 4), [hours, half ? 30 : Number0(minute), Number0(second)], zone);
}

const Number0 = (text: string | undefined): number => Number(text ?? 0);

function hourOf(hour: number, part: string): number {
  if (/下午|傍晚|晚|夜间|pm/.test(part) && hour < 12) return hour + 12;
  if (part === '中午' && hour > 0 && hour < 4) return hour + 12;
  if (/凌晨|am/.test(part) && hour === 12) return 0;
  return hour;
}

function at(day: readonly (string | undefined)[], clock: readonly number[], zone?: string): string | undefined {
  const [year = 0, month = 0, date = 0] = day.map(Number0);
  const [hour = 0, minute = 0, second = 0] = clock;
  if (year < 1949 || year > 2119 || hour > 23 || minute > 59 || second > 59) return undefined;
  const local = Date.UTC(year, month - 1, date, hour, minute, second);
  const there = new Date(local);
  if (there.getUTCMonth() !== month - 1 || there.getUTCDate() !== date) return undefined; // 2月30日
  return toRfc3339(local - offsetOf(zone) * 60_000, CHINA_MINUTES);
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined) return CHINA_MINUTES;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number0(hours) * 60 + Number0(minutes));
}

/** A register cannot know of tomorrow; a day's grace for clocks and zones. */
export const isFuture = (rfc3339: string, now: number): boolean => Date.parse(rfc3339) > now + DAY_MS;
