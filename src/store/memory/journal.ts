// Journal: makes several changes to maps and lists one deed: all of it stays, or nothing.

type Undo = () => void;

export class Journal {
  #undo: Undo[] | undefined;

  /** What `work` throws leaves everything as it was. */
  commit<T>(work: () => T): T {
    if (this.#undo) throw new Error('a deed within a deed');
    const undo: Undo[] = [];
    this.#undo = undo;
    try {
      return work();
    } catch (error) {
      for (const back of undo.reverse()) back();
      throw error;
    } finally {
      this.#undo = undefined;
    }
  }

  /** Says how the change about to be made is taken back. Outside a deed nothing may change. */
  note(back: Undo): void {
    if (!this.#undo) throw new Error('a change outside a deed');
    this.#undo.push(back);
  }

  push<T>(list: T[], value: T): void {
    const { length } = list;
    this.note(() => {
      list.length = length;
    });
    list.push(value);
  }
}

/** A map whose changes can be taken back. Its order means nothing: who needs one sorts. */
export class Shelf<K, V> {
  readonly #journal: Journal;
  readonly #map = new Map<K, V>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get size(): number {
    return this.#map.size;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  entries(): [K, V][] {
    return [...this.#map.entries()];
  }

  values(): V[] {
    return [...this.#map.values()];
  }

  set(key: K, value: V): void {
    this.#remember(key);
    this.#map.set(key, value);
  }

  delete(key: K): void {
    this.#remember(key);
    this.#map.delete(key);
  }

  #remember(key: K): void {
    const before = this.#map.get(key);
    const known = this.#map.has(key);
    this.#journal.note(() => {
      if (known && before !== undefined) this.#map.set(key, before);
      else this.#map.delete(key);
    });
  }
}

const NONE: readonly number[] = [];

/** Numbers under a key, ascending, each once: which cases stand under a sender or a word. */
export class Index<K> {
  readonly #journal: Journal;
  readonly #lists = new Map<K, number[]>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  of(key: K): readonly number[] {
    return this.#lists.get(key) ?? NONE;
  }

  has(key: K, value: number): boolean {
    const list = this.of(key);
    return list[place(list, value)] === value;
  }

  add(key: K, value: number): void {
    if (this.has(key, value)) return;
    const list = this.#lists.get(key) ?? [];
    this.#lists.set(key, list);
    this.#journal.note(() => this.#drop(key, value));
    list.splice(place(list, value), 0, value);
  }

  remove(key: K, value: number): void {
    if (!this.has(key, value)) return;
    this.#journal.note(() => {
      const list = this.#lists.get(key) ?? [];
      this.#lists.set(key, list);
      list.splice(place(list, value), 0, value);
    });
    this.#drop(key, value);
  }

  #drop(key: K, value: number): void {
    const list = this.#lists.get(key);
    if (!list) return;
    list.splice(place(list, value), 1);
    if (list.length === 0) this.#lists.delete(key);
  }
}

/** Where `value` stands, or would stand, in an ascending list. Newcomers are greater than all: looked at first. */
function place(list: readonly number[], value: number): number {
  if ((list.at(-1) ?? -1) < value) return list.length;
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
