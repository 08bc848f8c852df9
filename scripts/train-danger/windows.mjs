// Windows: how the danger model cuts a text: 24 Chinese characters at a time, in steps of four, the end included.
export const WINDOW = 24;
const STRIDE = 4;

export const hanzi = (text) => text.replace(/[^\u4e00-\u9fff]/g, '');

export function starts(words) {
  const last = Math.max(0, words.length - WINDOW);
  const parts = [];
  for (let from = 0; from < last; from += STRIDE) parts.push(words.slice(from, from + WINDOW));
  parts.push(words.slice(last));
  return parts;
}

export function gramsOf(words) {
  const grams = [];
  for (let at = 0; at < words.length; at++) {
    grams.push(words[at]);
    if (at > 0) grams.push(words.slice(at - 1, at + 1));
  }
  return grams;
}

/** Which fifth a line belongs to; near duplicates of a group stay together. */
export const fold = (text) => [...text].reduce((h, c) => (Math.imul(h, 31) + c.charCodeAt(0)) >>> 0, 7) % 5;
export const foldOf = ({ group, text }) => fold(String(group ?? text));
