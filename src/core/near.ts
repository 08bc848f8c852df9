// Near: of the cases opened earlier in a batch those whose words share most numbers with a later message's, as the store finds its own.
import type { Fingerprint } from './draft.ts';

/** As many as the store gives: a batch of 256 alike must not cost each of them a comparison with all. */
const MOST = 8;
/** As in the store: a single shared number of thirty says nothing. */
const LEAST_SHARED = 2;
const SAME = 100;

export class Near {
  readonly #nos: string[] = [];
  /** By number, or by the exact words: places in `#nos`. */
  readonly #posted = new Map<string | number, number[]>();

  add({ exact, sketch }: Fingerprint, no: string): void {
    const place = this.#nos.push(no) - 1;
    for (const number of [exact, ...sketch]) {
      const list = this.#posted.get(number);
      if (!list) this.#posted.set(number, [place]);
      else if (list.at(-1) !== place) list.push(place);
    }
  }

  /** Numbers of cases: who says the very same first, then who shares most, the newer before the older. */
  find({ exact, sketch }: Fingerprint): string[] {
    const shared = new Uint16Array(this.#nos.length);
    const numbers = new Set(sketch);
    for (const number of numbers)
      for (const place of this.#posted.get(number) ?? []) shared[place] = (shared[place] ?? 0) + 1;
    for (const place of this.#posted.get(exact) ?? []) shared[place] = (shared[place] ?? 0) + SAME;
    const least = Math.min(LEAST_SHARED, Math.max(1, numbers.size - 1));
    const enough: number[] = [];
    for (let place = shared.length - 1; place >= 0; place--) if ((shared[place] ?? 0) >= least) enough.push(place);
    const ranked = enough.sort((a, b) => (shared[b] ?? 0) - (shared[a] ?? 0));
    return ranked.slice(0, MOST).map((place) => this.#nos[place] ?? '');
  }
}
