// Known: takes what a sender gave in a field of their own (a name, an address) out of words, however it is written there.
import { NAME_MASK } from './names.ts';
import { remembered } from './remembered.ts';

/** What people write into the field of a name when they give none: 匿名 taken out would tear holes into the words. */
const NOBODY =
  /^(?:匿名.{0,2}|无名?|保密|不详|(?:热心)?[市居村]民|业主|群众|网友|用户|游客|访客|先生|女士|本人|某某?|anonymous|none|null|n\/a|user|test)$/i;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]/gu;
const LATIN = /[A-Za-z]/;
const HAN = /\p{Unified_Ideograph}/gu;
/** Between two characters of a name: spaces, dots and what is invisible. */
const GAP = '[\\s·.\\u200b-\\u200f\\u2060\\ufeff]{0,3}';

/** `known` taken out wherever it stands: in capitals or not, 王小明 and 王 小 明. */
export function withoutKnown(text: string, known: readonly string[]): string {
  let words = text;
  for (const name of known) {
    if (!mayHold(words, name)) continue;
    const pattern = patternOf(name);
    if (pattern) words = words.replace(pattern, NAME_MASK);
  }
  return words;
}

/** The ideographs of the name stand in the text, in order: without them no pattern need be built. They have no other case. */
function mayHold(text: string, name: string): boolean {
  let at = 0;
  for (const [part] of name.matchAll(HAN)) {
    at = text.indexOf(part, at) + part.length;
    if (at < part.length) return false;
  }
  return true;
}

/** The same name is looked for in the title, the words and the masked copy of one message. */
const patternOf = remembered(256, anywhere);

function anywhere(name: string): RegExp | undefined {
  // What the gap may hold must not stand in the pattern, too: two ways to match each are endless ways together.
  const spaced = name
    .replace(/[\s·.]+/g, ' ')
    .replace(INVISIBLE, '')
    .replace(/ +/g, ' ');
  const parts = [...spaced.trim()];
  if (parts.length < 2 || NOBODY.test(parts.join(''))) return undefined;
  let pattern = '';
  parts.forEach((part, i) => {
    const before = parts[i - 1];
    const within = before === undefined || (LATIN.test(before) && LATIN.test(part));
    if (part === ' ') pattern += GAP;
    else pattern += (within || before === ' ' ? '' : GAP) + part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  // Li is a name, but not in police.
  const start = LATIN.test(parts[0] ?? '') ? '(?<![A-Za-z])' : '';
  const end = LATIN.test(parts[parts.length - 1] ?? '') ? '(?![A-Za-z])' : '';
  return new RegExp(`${start}${pattern}${end}`, 'giu');
}
