// Notes: recognises what is no matter (a greeting, thanks, a menu word, a sticker, a photo without words) as a whole message.
import type { NoteRule } from '../city.ts';
import { bare } from './normalise.ts';

/** Words in a note rule that stand for a kind of message rather than for words. */
export const ONLY_ATTACHMENTS = '〔仅附件〕';
export const ONLY_SIGNS = '〔仅表情〕';

const LONGEST = 30;
/** Stickers and media as chat transcripts write them: [微笑], [图片]. */
const BRACKETED = /[[〔【][\p{L}\p{N} ]{1,12}[\]〕】]/gu;

/** The reply to a message that needs no case, or nothing when it may be a matter. */
export function noteFor(text: string, hasParts: boolean, notes: readonly NoteRule[]): string | undefined {
  if (text.length > LONGEST * 4) return undefined;
  const words = bare(text.replace(BRACKETED, ''));
  if (words === '') return replyOf(hasParts ? ONLY_ATTACHMENTS : ONLY_SIGNS, notes);
  if (words.length > LONGEST) return undefined;
  const whole = replyOf(words, notes);
  return whole ?? chain(words, notes);
}

function replyOf(word: string, notes: readonly NoteRule[]): string | undefined {
  return notes.find((rule) => rule.words.some((known) => known === word || bare(known) === word))?.reply;
}

/** 你好在吗, 好的谢谢: several notes in a row are one; the last one is answered. Menu digits only count alone (110). */
function chain(words: string, notes: readonly NoteRule[]): string | undefined {
  const ends: (string | undefined)[] = [];
  for (let end = 1; end <= words.length; end++) {
    for (const rule of notes) {
      for (const known of rule.words) {
        const from = end - known.length;
        if (from < 0 || /^[\x20-\x7f]*$/.test(known) || !words.startsWith(known, from)) continue;
        if (from === 0 || ends[from] !== undefined) ends[end] = rule.reply;
      }
    }
  }
  return ends[words.length];
}
