// Fingerprint: an exact hash and a small sketch by which a store finds the same and nearly the same words.
import { createHash } from 'node:crypto';
import type { Fingerprint } from '../draft.ts';
import { bare } from './normalise.ts';

const GRAM = 4;
const SKETCH = 5;

/**
 * Of masked words. `exact`: sha256, first 32 hex characters. `sketch`: the 5 smallest distinct hashes of character
 * 4-grams, unsigned 32-bit, ascending. `stand` is hashed instead when no letter or digit is left, so that two
 * messages of mere punctuation are not the same matter.
 */
export function fingerprint(masked: string, stand: string): Fingerprint {
  const words = bare(masked);
  const exact = createHash('sha256')
    .update(words === '' ? `\u0000${stand}` : words)
    .digest('hex')
    .slice(0, 32);
  return { exact, sketch: words === '' ? [] : sketch(words) };
}

function sketch(words: string): number[] {
  const smallest: number[] = [];
  const last = Math.max(1, words.length - GRAM + 1);
  for (let at = 0; at < last; at++) {
    const hash = hashGram(words, at, Math.min(words.length, at + GRAM));
    if (smallest.length === SKETCH && hash >= (smallest[SKETCH - 1] ?? 0)) continue;
    let slot = smallest.length;
    while (slot > 0 && (smallest[slot - 1] ?? 0) > hash) slot--;
    if (slot > 0 && smallest[slot - 1] === hash) continue;
    smallest.splice(slot, 0, hash);
    if (smallest.length > SKETCH) smallest.pop();
  }
  return smallest;
}

/** FNV-1a over UTF-16 units with a final mix: FNV alone leaves near grams near, and the smallest would not be random. */
function hashGram(words: string, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ words.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
