// Figures: what the house counts, for /metrics.
import type { Assistant } from './assistant/assistant.ts';
import type { Drift } from './drift.ts';
import type { Feed } from './feed/feed.ts';
import type { Standing } from './feed/health.ts';
import { callGauges } from './http/call-gauges.ts';
import type { Figure } from './http/metrics.ts';
import { ratingGauges } from './http/rating-gauges.ts';
import type { Outward } from './outward/queue.ts';
import type { Rooms } from './rooms.ts';

/** What the house counts, for /metrics: what lies in the store, what waits, and how far the feed is behind. */
export async function figures(
  { store, intake, disk, refusals }: Rooms,
  feed: Feed | undefined,
  drift: Drift,
  outward?: Outward,
): Promise<Figure[]> {
  const { messages, cases, matters, events, quarantined, bytes } = await store.stats();
  const gauge = (name: string, help: string, value: number): Figure => ({ name, help, type: 'gauge', value });
  const total = (name: string, help: string, value: number): Figure => ({ name, help, type: 'counter', value });
  const stored = [
    gauge('civicline_messages', 'Messages in the store', messages),
    gauge('civicline_cases', 'Cases in the store', cases),
    gauge('civicline_matters', 'Matters in the store', matters),
    gauge('civicline_events', 'Entries of the log', events),
    gauge('civicline_quarantined', 'Messages no transaction took, waiting for a person', quarantined),
    gauge('civicline_store_bytes', 'Size of the store', bytes),
    gauge('civicline_disk_free_bytes', 'Room left under the data folder', await disk.free()),
    gauge('civicline_intake_waiting', 'Messages waiting for a commit', intake.waiting),
    ...(await callGauges(store, Date.now())),
    ...(await ratingGauges(store, Date.now())),
    ...drift.figures(),
    ...[...refusals].map(([name, value]): Figure => {
      const [account = '', code = ''] = name.split(' ');
      const help = 'Callers turned away by a channel (wrong signature, old time), since start';
      return { name: 'civicline_channel_refused_total', help, type: 'counter', value, labels: { account, code } };
    }),
  ];
  for (const [state, value] of Object.entries(outward?.counts ?? {}))
    stored.push({
      ...{ name: 'civicline_outgoing_total', type: 'counter', value, labels: { state } },
      help: 'Messages to citizens by what became of them, since start',
    });
  if (!feed) return stored;
  const { delivered, failed, dead, inflight, lagSeq } = await feed.metrics();
  return [
    ...stored,
    total('civicline_deliveries_delivered_total', 'Deliveries an endpoint took, since start', delivered),
    total('civicline_deliveries_failed_total', 'Attempts that failed, since start', failed),
    total('civicline_deliveries_dead_total', 'Deliveries given up, since start', dead),
    gauge('civicline_deliveries_inflight', 'Attempts under way', inflight),
    gauge('civicline_feed_lag_events', 'Entries of the log the slowest endpoint has not seen', lagSeq),
    ...endpointFigures(await feed.standing()),
  ];
}

export function assisted(assistant: Assistant | undefined): Figure[] {
  const help = 'Cases a language model was asked about, by what became of them, and calls made, since start';
  return Object.entries(assistant?.counts ?? {}).map(
    ([what, value]): Figure => ({
      ...{ name: 'civicline_assistant_total', help, type: 'counter', value },
      labels: { what },
    }),
  );
}

/** The same for each endpoint: whose receiver is behind, and why. */
function endpointFigures(standing: readonly Standing[]): Figure[] {
  return standing.flatMap((one) => {
    const of = (type: Figure['type']) => (name: string, help: string, value: number) => ({
      ...{ name: `civicline_endpoint_${name}`, help, type, value },
      labels: { endpoint: one.endpoint },
    });
    const gauge = of('gauge');
    const total = of('counter');
    return [
      gauge('lag_events', 'Entries of the log this endpoint has not settled', one.lag),
      gauge('held', 'Events held in memory for this endpoint', one.held),
      gauge('inflight', 'Attempts under way to this endpoint', one.inflight),
      gauge('parked_cases', 'Cases that stand still behind a dead letter of this endpoint', one.parkedCases),
      gauge('circuit_open', '1 while this endpoint is left alone but for a probe', one.open),
      total('successes_total', 'Attempts this endpoint took, since start', one.successes),
      total('failures_total', 'Attempts this endpoint did not take, since start', one.failures),
    ];
  });
}
