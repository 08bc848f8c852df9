// When: dates and times as a citizen reads them, in the city's own time.
import type { Lang } from './text.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const local = (epochMs: number, offsetMinutes: number): Date => new Date(epochMs + offsetMinutes * 60_000);

/** `11 月 24 日` · `24 Nov` */
export function day(epochMs: number, offsetMinutes: number, lang: Lang): string {
  const at = local(epochMs, offsetMinutes);
  if (lang === 'zh') return `${at.getUTCMonth() + 1} 月 ${at.getUTCDate()} 日`;
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
}

/** `11 月 24 日 15:42` · `24 Nov, 15:42` */
export function moment(epochMs: number, offsetMinutes: number, lang: Lang): string {
  const clock = local(epochMs, offsetMinutes).toISOString().slice(11, 16);
  return `${day(epochMs, offsetMinutes, lang)}${lang === 'zh' ? ' ' : ', '}${clock}`;
}
