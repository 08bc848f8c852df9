// Conversation: does a new message of the same person go on about the case they opened, or turn to something else?
import type { Draft, KnownCase } from '../draft.ts';

export const URGING =
  /催|还没|仍未|仍然没|迟迟|什么时候(?:能|才|可以|解决|处理|修)|多久才|没人管|没人处理|无人处理|没有?(?:人)?回复|再次反映|又来反映|进展如何|处理得怎么样|怎么样了/;
/** What was called done is not, or not any more. */
const AGAIN =
  /(?:还是|依然|依旧|仍然?|根本|并)(?:没|未|不)|没有?(?:解决|修好|处理好?|弄好|搞定|改善|落实|变化)|又(?:坏|漏|堵|停|断|塌|裂|破|黑|响|吵|臭|来|开始|出现|这样|不)|不满意|不认可|重新(?:办|处理|修|派)|再次(?:出现|发生|坏|反映|投诉)|反弹|死灰复燃|敷衍|糊弄/;
export const saysAgain = (text: string): boolean => AGAIN.test(text);
/** It turns to something else. */
export const ANOTHER = /另外|另一件|还有一(?:个|件)|顺便(?:再)?(?:问|反映|咨询)|再反映|别的问题|第二(?:个|件)/;
/** Places that differ within one conversation are two matters; numbers and dates that differ are more detail. */
const PLACES: ReadonlySet<string> = new Set(['division', 'kind', 'road', 'community', 'house', 'line']);
const NEARLY_SAME = 0.5;
/** A rival less likely than this is no topic of the message. */
const LIKELY = 0.1;

/** Within the minutes of one conversation: `score` and `against` compare the words with the case's first message; `unknown` is the category of what tells none. */
export function continues(
  draft: Draft,
  other: KnownCase,
  score: number,
  against: readonly string[],
  unknown: string,
): boolean {
  if (against.some((reason) => PLACES.has(reason))) return false;
  if (score >= NEARLY_SAME) return true;
  if (ANOTHER.test(draft.words.full)) return false;
  // What told of nothing (从早上到现在都没有人来) came before its own beginning: platforms do not keep the order.
  return sameTopic(draft, other) || other.category === unknown;
}

/** The same category or none at all: 从早上到现在都没有来人 needs the message before it to mean anything. */
export function sameTopic(draft: Draft, other: KnownCase): boolean {
  const [first] = draft.categories;
  if (first === undefined || first.confidence === 0) return true;
  const likely = draft.categories.filter((rival, rank) => rank === 0 || rival.confidence >= LIKELY);
  return likely.some(({ code }) => code.startsWith(other.category) || other.category.startsWith(code));
}
