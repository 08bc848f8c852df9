// Several: tells whether one message asks for several things, so that a person may split it; it never splits by itself.
import type { CategoryRule } from '../city.ts';
import { scored } from './catalogue.ts';

/** One request inside a message: where it stands in the words (characters), and what it is about. */
export interface Request {
  readonly from: number;
  readonly to: number;
  readonly category: string;
}

/** Numbered points are mostly details of one matter, and laws are quoted by number: a new request is begun in words. */
const BEGINS =
  /(?<=^|[。！？!?;；\n\s,，])(?:第[二三四五六](?:个|件)(?:事|问题)|(?:另外|此外|还|顺便)(?:想|要|再|还)*(?:反映|投诉|咨询|请问|问)|还有一(?:个|件)(?:事|问题)|另一(?:个|件)(?:事|问题)|另外一(?:个|件)(?:事|问题)|再(?:反映|投诉|咨询)一)/g;
const ASKS = /请|希望|要求|建议|咨询|能否|能不能|什么时候|何时|怎么|投诉|举报|反映|恳请|盼|没人管|没有人/;
/** A part shorter than this is no request of its own. */
const SHORTEST = 12;
/** Words that speak this clearly for a category make a part a request about it. */
const CLEAR = 2;
const MOST = 8;

/** At least two requests about things that different people deal with; else none. */
export function requestsIn(text: string, categories: readonly CategoryRule[]): Request[] {
  const starts = [0, ...[...text.matchAll(BEGINS)].map((match) => match.index)];
  if (starts.length < 2) return [];
  const parts = starts.flatMap((from, i) => {
    const to = starts[i + 1] ?? text.length;
    if (to - from < SHORTEST) return [];
    const [best] = scored(text.slice(from, to), 0, categories);
    const asks = ASKS.test(text.slice(from, to));
    return asks && best && best.score >= CLEAR ? [{ from, to, category: best.rule.code }] : [];
  });
  const topics = new Set(parts.map(({ category }) => category.slice(0, 2)));
  return topics.size < 2 ? [] : parts.slice(0, MOST);
}
