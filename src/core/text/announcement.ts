// Announcement: 我要投诉, and nothing of what it is about: the sender is asked, and what they say next is of that kind.

import type { Kind } from '../case.ts';
import type { KindRule } from '../city.ts';
import { once } from './lexicon.ts';
import { bare } from './normalise.ts';

const WANTS = '(?:我要|我想要?|我来|我得|想要?|要)';
const VAGUE = '(?:一下)?(?:(?:一?[个件些点])?(?:问题|事情?|情况))?';
const LONGEST = 20;

/** Words a city's table names no kind by. */
const TELL = ['反映', '反应', '反馈', '报修'];

const patterns = once((kinds: readonly KindRule[]) => {
  const like = (names: readonly string[], wants: string): RegExp =>
    new RegExp(`^(?:您好|你好)?${wants}(${names.join('|')})${VAGUE}$`, 'u');
  const named = kinds.map(({ name }) => name.replace(/[^\p{L}]/gu, '')).filter((name) => name !== '');
  // 求助 alone may be a cry; that somebody looks at.
  const calm = kinds.filter(({ code }) => code !== 'help').map(({ name }) => name.replace(/[^\p{L}]/gu, ''));
  return [like([...named, ...TELL], WANTS), like([...calm.filter((name) => name !== ''), ...TELL], '')];
});

export interface Announcement {
  /** Absent where the word names none: 我要反映. */
  readonly kind?: Kind;
}

/** `text` is normalised; undefined as soon as it says anything of the matter. */
export function announcementOf(text: string, kinds: readonly KindRule[]): Announcement | undefined {
  if (text.length > LONGEST * 2) return undefined;
  const words = bare(text);
  if (words.length > LONGEST) return undefined;
  const name = patterns(kinds)
    .map((pattern) => pattern.exec(words)?.[1])
    .find((one) => one !== undefined);
  if (name === undefined) return undefined;
  const kind = kinds.find((rule) => rule.name === name)?.code;
  return kind === undefined ? {} : { kind };
}
