// Table: how many texts of a reference corpus hold a character gram; numbers only, by hashed slot.

export interface GramTable {
  /** Texts of the corpus. */
  readonly texts: number;
  /** A slot for each of 2^SLOT_BITS gram hashes: three times the square root of the count, at most 255. */
  readonly slots: Uint8Array;
}

export const SLOT_BITS = 20;
/** A gram in so many of 5,000 texts is vocabulary; a rarer one is likely a name. */
const ORDINARY = 8 / 5_000;

export const slotOf = (gram: number): number => gram >>> (32 - SLOT_BITS);

function frequency(gram: number, table: GramTable): number {
  const root = (table.slots[slotOf(gram)] ?? 0) / 3;
  return root * root;
}

export const idfOf = (gram: number, table: GramTable): number =>
  Math.log((table.texts + 1) / (frequency(gram, table) + 1));

export const ordinary = (gram: number, table: GramTable): boolean =>
  frequency(gram, table) >= Math.max(2, ORDINARY * table.texts);

/** From the distinct grams of each text. */
export function tableOf(texts: Iterable<Iterable<number>>): GramTable {
  const counts = new Uint32Array(2 ** SLOT_BITS);
  let total = 0;
  for (const grams of texts) {
    total++;
    for (const gram of grams) {
      const slot = slotOf(gram);
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
  }
  return { texts: total, slots: Uint8Array.from(counts, (one) => Math.min(255, Math.round(3 * Math.sqrt(one)))) };
}
