// Rating gauges: how results of the last 30 days were rated, for /metrics.
import { ratingFigures } from '../core/satisfaction.ts';
import type { Store } from '../core/store.ts';
import type { Figure } from './metrics.ts';

const PERIOD = 30 * 86_400_000;

/** A house in which nobody has rated yet shows nothing of it. */
export async function ratingGauges(store: Pick<Store, 'ratingCells'>, now: number): Promise<Figure[]> {
  const cells = await store.ratingCells({ from: now - PERIOD, to: now + 1, by: 'unit', utcOffsetMinutes: 0 });
  const { scores, rate } = ratingFigures(cells);
  if (rate === null) return [];
  const help = 'Results rated in the last 30 days, by score: 5 is 非常满意';
  return [
    ...Object.entries(scores).map(
      ([score, value]): Figure => ({ name: 'civicline_ratings', help, type: 'gauge', value, labels: { score } }),
    ),
    {
      ...{ name: 'civicline_satisfaction_ratio', type: 'gauge', value: rate },
      help: '满意率: scores of 3 and more among the rated results of the last 30 days',
    },
  ];
}
