// Drift: how sure the model has been since the start, and how often people put it right; counted, never quoted.
import type { Draft } from './core/draft.ts';
import type { Figure } from './http/metrics.ts';

export interface Drift {
  /** Of every message that is a matter. */
  understood(draft: Draft): void;
  /** Fields a person corrected in one case. */
  corrected(fields: readonly string[]): void;
  figures(): Figure[];
}

/** Below this confidence the machine counts as unsure. */
const UNSURE = 0.6;

export function openDrift(): Drift {
  let [messages, confidence, unsure] = [0, 0, 0];
  const corrections = new Map<string, number>(['category', 'kind', 'urgency', 'place'].map((field) => [field, 0]));
  const counter = (name: string, help: string, value: number): Figure => ({ name, help, type: 'counter', value });
  return {
    understood(draft) {
      if (draft.noted !== undefined) return;
      const sure = draft.label?.confidence ?? draft.categories[0]?.confidence ?? 0;
      messages += 1;
      confidence += sure;
      if (sure < UNSURE) unsure += 1;
    },
    corrected(fields) {
      for (const field of fields) if (corrections.has(field)) corrections.set(field, (corrections.get(field) ?? 0) + 1);
    },
    figures: () => [
      counter('civicline_understood_total', 'Messages whose category was judged, since start', messages),
      counter('civicline_understood_confidence_sum', 'Sum of their confidences: divide for the mean', confidence),
      counter('civicline_understood_unsure_total', 'Those with a confidence below 0.6', unsure),
      ...[...corrections].map(
        ([field, value]): Figure => ({
          ...counter('civicline_corrections_total', 'Corrections by people, by field, since start', value),
          labels: { field },
        }),
      ),
    ],
  };
}
