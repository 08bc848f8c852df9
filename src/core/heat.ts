// Heat 热度: how much a matter moves people right now, from who reports it, how fast, from where and how urgently. docs/matters.md has the formula.
import type { Case } from './case.ts';
import type { Matter } from './matter.ts';

/** One case of a matter, as far as heat asks. */
export interface Reported {
  /** Epoch ms when it was said. */
  readonly at: number;
  readonly channel: string;
  readonly division?: string;
  readonly urgency: Case['urgency'];
  /** Secret, or an informant's: counts for nothing that others may see. */
  readonly hidden: boolean;
  /** The same number for the same person within this matter; absent where nobody said who it is. */
  readonly person?: number;
  readonly barred: readonly string[];
}

export interface MatterFacts {
  readonly matter: Omit<Matter, 'cases'>;
  /** The newest, at most 2,000. */
  readonly reported: readonly Reported[];
  /** Masked words of the newest that are not hidden, at most 40. */
  readonly words: readonly string[];
}

export interface HotSettings {
  /** Heat from which a matter is hot. */
  readonly from: number;
  /** Reporters below which nothing is hot, whatever else. */
  readonly least: number;
  /** Share of all cases of an hour from which one matter is a storm. */
  readonly stormShare: number;
}

export interface Heat {
  readonly heat: number;
  /** Cases that are not hidden. */
  readonly seen: number;
  readonly reporters: number;
  readonly lastHour: number;
  readonly lastDay: number;
  readonly divisions: readonly string[];
  readonly channels: readonly string[];
  readonly firstAt: number;
  readonly lastAt: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MOST_SPREAD = 6;
const RANK: Readonly<Record<Case['urgency'], number>> = { normal: 0, urgent: 1, emergency: 2 };

/** Undefined when all of its cases are hidden. Counts by the time people spoke, so an archive read in today warms nothing. */
export function heatOf({ reported }: MatterFacts, now: number): Heat | undefined {
  const seen = reported.filter((one) => !one.hidden);
  if (seen.length === 0) return undefined;
  const times = seen.map((one) => one.at);
  const [firstAt, lastAt] = [Math.min(...times), Math.max(...times)];
  const since = (ms: number): number => people(seen.filter((one) => one.at > now - ms && one.at <= now + HOUR));
  const [reporters, lastHour, lastDay] = [people(seen), since(HOUR), since(DAY)];
  const divisions = mostOften(seen.flatMap((one) => one.division ?? []));
  const channels = mostOften(seen.map((one) => one.channel));
  const spread = (of: readonly string[]): number => Math.min(MOST_SPREAD, Math.max(0, of.length - 1)) / 2;
  const urgency = Math.max(...seen.map((one) => RANK[one.urgency]));
  const sum =
    Math.log2(1 + reporters) +
    2 * Math.log2(1 + lastHour) +
    Math.log2(1 + lastDay) +
    spread(divisions) +
    spread(channels) +
    2 * urgency;
  const cooled = sum * 0.5 ** (Math.max(0, now - lastAt) / DAY);
  const round = (n: number): number => Math.round(n * 10) / 10;
  return {
    ...{
      heat: round(cooled),
      seen: seen.length,
      reporters: round(reporters),
      lastHour: round(lastHour),
      lastDay: round(lastDay),
    },
    ...{ divisions, channels, firstAt, lastAt },
  };
}

/** Persons, once each; those of whom nothing is known cannot be told from one another, so they count as the root of their number. */
export function people(reported: readonly Pick<Reported, 'person'>[]): number {
  const known = new Set(reported.flatMap(({ person }) => (person === undefined ? [] : [person])));
  return known.size + Math.sqrt(reported.filter(({ person }) => person === undefined).length);
}

function mostOften(all: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([one]) => one);
}

const SHOWN = 5;
const READ = 100;
const MOST_TEXTS = 20;
/** What every message to a hotline says, whatever it is about. */
const EVERYDAY =
  /请|您好|你好|谢谢|感谢|反映|希望|要求|处理|部门|相关|尽快|解决|来电|市民|我们|一个|没有|什么|已经|这个|今天|昨天|有人|人员|问题|情况|时候|现在|家里|晚上/;
const words = new Intl.Segmenter('zh', { granularity: 'word' });

/** The words of two characters or more that at least half of the texts hold, those of most texts first. */
export function typicalWords(texts: readonly string[]): string[] {
  const some = texts.slice(0, MOST_TEXTS);
  const counts = new Map<string, number>();
  for (const text of some) for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const enough = Math.max(2, some.length / 2);
  const often = [...counts].filter(([, count]) => count >= enough);
  often.sort((a, b) => b[1] - a[1] || b[0].length - a[0].length || (a[0] < b[0] ? -1 : 1));
  return often.slice(0, SHOWN).map(([word]) => word);
}

function wordsOf(text: string): Set<string> {
  // A mask (〔电话〕) is nobody's word.
  const plain = text.slice(0, READ).replace(/〔[^〕]*〕/g, ' ');
  const found = new Set<string>();
  for (const { segment } of words.segment(plain))
    if (/^\p{Script=Han}{2,}$/u.test(segment) && !EVERYDAY.test(segment)) found.add(segment);
  return found;
}
