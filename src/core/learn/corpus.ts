// Corpus: labelled messages read once into numbered grams, so that every fold counts them without reading text again.
import { gramsOf } from '../understand/grams.ts';

/** One labelled message. `group` holds near duplicates together: they never stand on both sides of a fold. */
export interface Labelled {
  readonly title: string;
  readonly text: string;
  readonly label: string;
  readonly group?: string;
}

/** Numbers of distinct grams with how often each occurs. */
export interface Counted {
  readonly grams: Uint32Array;
  readonly times: Uint16Array;
}

export interface Line {
  /** Title and text together, and the title alone. */
  readonly all: Counted;
  readonly title: Counted;
  readonly label: number;
}

export interface Corpus {
  readonly labels: readonly string[];
  readonly lines: readonly Line[];
  /** The gram of each number. */
  readonly keys: Uint32Array;
}

export function corpusOf(labelled: readonly Labelled[]): Corpus {
  const labels = [...new Set(labelled.map((one) => one.label))].sort();
  const numberOf = new Map(labels.map((label, index) => [label, index]));
  const numbers = new Map<number, number>();
  const read = reader(numbers);
  const lines = labelled.map(({ title, text, label }) => ({
    all: read(title, text),
    title: read(title),
    label: numberOf.get(label) ?? 0,
  }));
  return { labels, lines, keys: Uint32Array.from(numbers.keys()) };
}

function reader(numbers: Map<number, number>): (...texts: string[]) => Counted {
  const buffer = new Uint32Array(40_000);
  return (...texts) => {
    const counts = new Map<number, number>();
    for (const text of texts) {
      const found = gramsOf(text, buffer);
      for (let i = 0; i < found; i++) {
        const gram = buffer[i] ?? 0;
        let number = numbers.get(gram);
        if (number === undefined) {
          number = numbers.size;
          numbers.set(gram, number);
        }
        counts.set(number, (counts.get(number) ?? 0) + 1);
      }
    }
    return { grams: Uint32Array.from(counts.keys()), times: Uint16Array.from(counts.values()) };
  };
}
