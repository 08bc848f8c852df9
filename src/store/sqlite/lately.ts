// Lately: cases recalled a short while ago, so that forty reports of one thing do not read its row forty times.
import type { KnownCase, KnownMatter } from '../../core/draft.ts';

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

/** Whoever changes a case or a matter must say so here; a failed transaction forgets everything. */
export class Lately {
  readonly #cases = new Map<number, Kept>();
  readonly #matters = new Map<string, KnownMatter>();

  find(id: number): Recalled | undefined {
    const kept = this.#cases.get(id);
    const matter = kept && this.#matters.get(kept.matter);
    if (!kept || !matter) return undefined;
    const { barred, unit, coUnits } = kept.known; // copied: what is given away may be changed by whoever got it
    const own = {
      ...(barred ? { barred: [...barred] } : {}),
      ...(unit ? { unit: { ...unit } } : {}),
      ...(coUnits ? { coUnits: coUnits.map((one) => ({ ...one })) } : {}),
    };
    return { tenant: kept.tenant, known: { ...kept.known, ...own, matter } };
  }

  keep(id: number, { tenant, known }: Recalled): void {
    if (this.#cases.size >= ROOM) this.clear();
    this.#cases.set(id, { tenant, known, matter: known.matter.id });
    this.#matters.set(known.matter.id, known.matter);
  }

  changed(id: number): void {
    this.#cases.delete(id);
  }

  altered(matter: string): void {
    this.#matters.delete(matter);
  }

  clear(): void {
    this.#cases.clear();
    this.#matters.clear();
  }
}
