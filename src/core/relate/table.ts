// Table: how many texts of a reference corpus hold a character gram; numbers only, by hashed slot.

export interface GramTable {
  /** Texts of the corpus. */
  readonly texts: number;
  /** A slot for each of 2^SLOT_BITS gram hashes: three times the square root of the count, at most 255. */
  readonly slots: Uint8Array;
  /** Rarity by the value of a slot. */
  readonly idf: Float64Array;
  /** A gram whose slot has this value or more is vocabulary; a rarer one is likely a name. */
  readonly ordinary: number;
  /** By the value of a slot: its place among all values, the rarest first, where a gram stands in a title (and counts twice) or not. */
  readonly titled: Uint16Array;
  readonly ranked: Uint16Array;
}

export const SLOT_BITS = 20;
const ORDINARY = 8 / 5_000;
const VALUES = 256;

const frequency = (slot: number): number => (slot / 3) ** 2;

export function tableFrom(texts: number, slots: Uint8Array): GramTable {
  const idf = Float64Array.from({ length: VALUES }, (_, slot) => Math.log((texts + 1) / (frequency(slot) + 1)));
  const least = Math.max(2, ORDINARY * texts);
  const found = idf.findIndex((_, slot) => frequency(slot) >= least);
  return { texts, slots, idf, ordinary: found < 0 ? VALUES : found, ...placesOf(idf) };
}

const TITLED = 2;

function placesOf(idf: Float64Array): Pick<GramTable, 'titled' | 'ranked'> {
  const worths = Float64Array.from([...idf, ...idf.map((one) => TITLED * one)]);
  const distinct = [...new Set(worths)].sort((a, b) => b - a);
  const placeOf = new Map(distinct.map((worth, place) => [worth, place]));
  const places = (worthOf: (one: number) => number) => Uint16Array.from(idf, (one) => placeOf.get(worthOf(one)) ?? 0);
  return { titled: places((one) => TITLED * one), ranked: places((one) => one) };
}

export const slotOf = (gram: number, { slots }: GramTable): number => slots[gram >>> (32 - SLOT_BITS)] ?? 0;

export const idfOf = (gram: number, table: GramTable): number => table.idf[slotOf(gram, table)] ?? 0;

export const ordinary = (gram: number, table: GramTable): boolean => slotOf(gram, table) >= table.ordinary;

/** From the distinct grams of each text. */
export function tableOf(texts: Iterable<Iterable<number>>): GramTable {
  const counts = new Uint32Array(2 ** SLOT_BITS);
  let total = 0;
  for (const grams of texts) {
    total++;
    for (const gram of grams) {
      const slot = gram >>> (32 - SLOT_BITS);
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
  }
  return tableFrom(
    total,
    Uint8Array.from(counts, (one) => Math.min(VALUES - 1, Math.round(3 * Math.sqrt(one)))),
  );
}
