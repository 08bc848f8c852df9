// Grams: under which numbers the words of each case are found. One row a case on disk, appended; the index over them lies in memory and is made anew from the rows.
import type { Database } from 'better-sqlite3';

/** Entries in memory: a number of one case each. Beyond them the oldest is forgotten: a million cases of thirty and more. */
const MOST = 2 ** 25;
const CHUNK = 2 ** 20;
const FEWEST_SLOTS = 2 ** 18;
const MOST_SLOTS = 2 ** 24;
/** So many entries a slot, and the index is made anew with more slots: numbers that share one are taken for each other. */
const CROWDED = 4;
const SPREAD = 0x9e3779b1;

export interface Posted {
  readonly id: number;
  readonly hashes: readonly number[];
}

/** A chain for each slot, newest first: the slot holds the place of its last entry, an entry that of the one before. Places count from 1. */
export class Grams {
  readonly #db: Database;
  #slots: Uint32Array | undefined;
  #shift = 0;
  #last = 0;
  readonly #cases: Uint32Array[] = [];
  readonly #before: Uint32Array[] = [];

  constructor(db: Database) {
    this.#db = db;
  }

  /** Reads all rows, once; seconds for a million. Until then nothing need be told to it. */
  load(): void {
    if (this.#slots) return;
    const { cases } = this.#db.prepare<[], { cases: number }>('SELECT count(*) AS cases FROM grams').get() ?? {
      cases: 0,
    };
    let slots = FEWEST_SLOTS;
    while (slots < MOST_SLOTS && slots < cases * 32) slots *= 2;
    this.#slots = new Uint32Array(slots);
    this.#shift = 32 - Math.log2(slots);
    this.#last = 0;
    const rows = this.#db.prepare<[], { id: number; hashes: Buffer | string }>(
      'SELECT id, hashes FROM grams ORDER BY id',
    );
    for (const { id, hashes } of rows.iterate()) this.#put(id, read(hashes));
  }

  /** Cases that have been committed. */
  add(cases: readonly Posted[]): void {
    if (!this.#slots) return; // they will be read with the others
    for (const { id, hashes } of cases) this.#put(id, hashes);
    if (this.#last > CROWDED * this.#slots.length && this.#slots.length < MOST_SLOTS) {
      this.#slots = undefined;
      this.load();
    }
  }

  /** Ids of cases under a number, newest first. Another number's may be among them. */
  posted(hash: number, most: number): number[] {
    this.load();
    const found: number[] = [];
    const oldest = Math.max(0, this.#last - MOST);
    for (let at = this.#slots?.[this.#slotOf(hash)] ?? 0; at > oldest && found.length < most; ) {
      const place = (at - 1) % MOST;
      const id = this.#cases[Math.floor(place / CHUNK)]?.[place % CHUNK] ?? 0;
      // Two numbers of one case may share a slot: they stand one behind the other.
      if (found.at(-1) !== id) found.push(id);
      at = this.#before[Math.floor(place / CHUNK)]?.[place % CHUNK] ?? 0;
    }
    return found;
  }

  #slotOf(hash: number): number {
    return (Math.imul(hash, SPREAD) >>> 0) >>> this.#shift;
  }

  #put(id: number, hashes: readonly number[]): void {
    const slots = this.#slots;
    if (!slots) return;
    for (const hash of hashes) {
      const place = this.#last % MOST;
      const chunk = Math.floor(place / CHUNK);
      const cases = chunkOf(this.#cases, chunk);
      const before = chunkOf(this.#before, chunk);
      const slot = this.#slotOf(hash);
      cases[place % CHUNK] = id;
      before[place % CHUNK] = slots[slot] ?? 0;
      this.#last += 1;
      slots[slot] = this.#last;
    }
  }
}

/** Room is taken as it is needed: a small city pays for its own cases alone. */
function chunkOf(chunks: Uint32Array[], n: number): Uint32Array {
  const known = chunks[n];
  if (known) return known;
  const made = new Uint32Array(CHUNK);
  chunks[n] = made;
  return made;
}

export const packed = (hashes: readonly number[]): Buffer => {
  const words = Uint32Array.from(hashes);
  return Buffer.from(words.buffer, words.byteOffset, words.byteLength);
};

/** Rows of before this table was there hold the JSON of all numbers of a case, its exact one among them. */
function read(hashes: Buffer | string): readonly number[] {
  if (typeof hashes === 'string') {
    const all: number[] = JSON.parse(hashes);
    return all.filter((hash) => hash < 2 ** 32);
  }
  const numbers: number[] = [];
  for (let at = 0; at + 4 <= hashes.length; at += 4) numbers.push(hashes.readUInt32LE(at));
  return numbers;
}
