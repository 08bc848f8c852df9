// Lately: cases recalled a short while ago, so that forty reports of one thing do not read its row forty times.
import type { KnownCase } from '../../core/draft.ts';

interface Kept {
  readonly tenant: string;
  readonly known: Omit<KnownCase, 'matter'>;
  readonly matter: string;
}

export interface Recalled {
  readonly tenant: string;
  readonly known: KnownCase;
}

const ROOM = 4_096;

/** Whoever changes a case or the size of a matter must say so here; a failed transaction forgets everything. */
export class Lately {
  readonly #cases = new Map<number, Kept>();
  readonly #sizes = new Map<string, number>();

  find(id: number): Recalled | undefined {
    const kept = this.#cases.get(id);
    const size = kept && this.#sizes.get(kept.matter);
    if (!kept || size === undefined) return undefined;
    const { barred, unit, coUnits } = kept.known; // copied: what is given away may be changed by whoever got it
    const own = {
      ...(barred ? { barred: [...barred] } : {}),
      ...(unit ? { unit: { ...unit } } : {}),
      ...(coUnits ? { coUnits: coUnits.map((one) => ({ ...one })) } : {}),
    };
    return { tenant: kept.tenant, known: { ...kept.known, ...own, matter: { id: kept.matter, size } } };
  }

  keep(id: number, { tenant, known }: Recalled): void {
    if (this.#cases.size >= ROOM) this.clear();
    this.#cases.set(id, { tenant, known, matter: known.matter.id });
    this.#sizes.set(known.matter.id, known.matter.size);
  }

  changed(id: number): void {
    this.#cases.delete(id);
  }

  resized(matter: string): void {
    this.#sizes.delete(matter);
  }

  clear(): void {
    this.#cases.clear();
    this.#sizes.clear();
  }
}
