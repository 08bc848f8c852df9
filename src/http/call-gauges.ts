// Call gauges: the last 24 hours of the book of calls for /metrics, so that somebody is woken before the standard is missed.
import { callFigures } from '../core/call-figures.ts';
import type { Store } from '../core/store.ts';
import type { Figure } from './metrics.ts';

const DAY = 86_400_000;

/** A house without telephone calls shows nothing of them. */
export async function callGauges(store: Pick<Store, 'callHours'>, now: number): Promise<Figure[]> {
  const hours = await store.callHours({ from: now - DAY, to: now });
  if (hours.length === 0) return [];
  const { answered, abandoned, failed, menu, open, rate, rateWithin15s, wait } = callFigures(hours);
  const outcomes = Object.entries({ answered, abandoned, failed, menu, open });
  const gauge = (name: string, help: string, value: number | null): Figure[] =>
    value === null ? [] : [{ name, help, type: 'gauge', value }];
  return [
    ...outcomes.map(
      ([outcome, value]): Figure => ({
        ...{ name: 'civicline_calls', type: 'gauge', value, labels: { outcome } },
        help: 'Incoming calls of the last 24 hours by how they ended',
      }),
    ),
    ...gauge('civicline_calls_connection_ratio', 'Answered of the calls that asked for a person, last 24 hours', rate),
    ...gauge('civicline_calls_within_15s_ratio', 'Of the same, those answered within 15 s', rateWithin15s),
    ...gauge('civicline_calls_wait_seconds', 'Average wait of the answered calls of the last 24 hours', wait.averageS),
  ];
}
