// Times as the outside reads them: RFC 3339 with the city's offset.

/** The latest answers for one offset: a message asks for its moment many times, and hundreds of messages are due at the same one. */
const written = new Map<number, string>();
const MOST_WRITTEN = 64;
let writtenFor = Number.NaN;

/** `1790000000000, 480` → `2026-09-21T22:13:20.000+08:00` */
export function toRfc3339(epochMs: number, offsetMinutes: number): string {
  if (writtenFor !== offsetMinutes || written.size >= MOST_WRITTEN) {
    written.clear();
    writtenFor = offsetMinutes;
  }
  const known = written.get(epochMs);
  if (known !== undefined) return known;
  const text = write(epochMs, offsetMinutes);
  written.set(epochMs, text);
  return text;
}

function write(epochMs: number, offsetMinutes: number): string {
  const local = new Date(epochMs + offsetMinutes * 60_000).toISOString();
  if (offsetMinutes === 0) return local;
  const abs = Math.abs(offsetMinutes);
  const hours = String(Math.floor(abs / 60)).padStart(2, '0');
  const minutes = String(abs % 60).padStart(2, '0');
  return `${local.slice(0, -1)}${offsetMinutes < 0 ? '-' : '+'}${hours}:${minutes}`;
}

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Epoch ms of an ISO-like time; naive times are the city's. Undefined when it is no time, or a day that no month has. */
export function parseTime(text: string, offsetMinutes: number): number | undefined {
  const match = ISO.exec(text.trim());
  if (!match?.[1] || !isDay(match[1])) return undefined;
  const zone = match[3]?.toUpperCase();
  const base = Date.parse(`${match[1]}T${match[2] ?? '00:00'}${zone ?? 'Z'}`);
  if (Number.isNaN(base)) return undefined;
  return zone ? base : base - offsetMinutes * 60_000;
}

/** JavaScript takes 2026-02-30 for the second of March. */
function isDay(date: string): boolean {
  const day = Number(date.slice(8));
  return day <= 28 || new Date(`${date}T00:00Z`).getUTCDate() === day;
}
