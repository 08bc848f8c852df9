// One trial: a load against one server until everything it accepted was delivered, and what that cost.
import { median, quantile } from './figures.mjs';
import { load, post } from './load.mjs';
import { keyOf, message, withRepeats } from './messages.mjs';
import { intakeHeaders, usage } from './servers.mjs';
import { collect } from './sink.mjs';

/** `n` requests to `url`, a share of them sent again; keys carry the run's name. */
export function requestsFor(url, run, n, share, random) {
  return withRepeats(n, share, random).map((i) => {
    const key = keyOf(run, i);
    return { key, bytes: post(url, JSON.stringify(message(i)), intakeHeaders(key)) };
  });
}

/** Figures of one load. `lost`: accepted, never delivered. `doubled`: keys delivered under two case numbers. */
export async function trial({ server, sink, requests, connections, rate }) {
  const before = usage(server.pid);
  const ran = await load({ url: server.url, requests, connections, rate });
  const { first, arrivals, missing } = await collect(sink, ran.accepted);
  // What follows a delivery (its mark in the store) belongs to its cost.
  await new Promise((r) => setTimeout(r, 300));
  const after = usage(server.pid);

  const delivered = [...ran.accepted].filter((key) => first.has(key));
  const lastAt = Math.max(...delivered.map((key) => first.get(key).at));
  const waits = delivered.map((key) => first.get(key).at - ran.sentAt.get(key));
  const numbers = new Map();
  for (const { key, caseNo } of arrivals)
    if (key && caseNo) numbers.set(key, (numbers.get(key) ?? new Set()).add(caseNo));
  return {
    accepted: (ran.waits.length / (ran.ended - ran.began)) * 1000,
    delivered: (delivered.length / (lastAt - ran.began)) * 1000,
    acceptP50: median(ran.waits),
    acceptP99: quantile(ran.waits, 0.99),
    deliverP50: median(waits),
    deliverP99: quantile(waits, 0.99),
    cpu: ((after.cpuMs - before.cpuMs) * 1000) / requests.length,
    memory: after.peakMb,
    lost: missing.length,
    doubled: [...numbers.values()].filter((seen) => seen.size > 1).length,
    codes: ran.codes,
  };
}
