#!/usr/bin/env node
// The feed alone, over SQLite: how soon it sends after a restart with a long queue, how fast it drains, and what a hundred
// endpoints that do not work cost the others: those are received in a process of their own, so that what is measured is
// the gateway and not the receiver they would share. `--only beside` measures that alone. Beside it the plain control: the same signed requests with no log behind them.
import { createHmac } from 'node:crypto';
import { Agent, request } from 'undici';
import { commit, endpoint, openLog, openPost, SECRET } from './lib/feeds.mjs';
import { median, options, quantile } from './lib/figures.mjs';
import { KINDS, startReceivers } from './lib/receivers.mjs';
import { remove, throwAway } from './lib/servers.mjs';

const { n, endpoints, seconds, rounds, only } = options({
  n: 100_000,
  endpoints: 200,
  seconds: 30,
  rounds: 3,
  only: 'all',
});
const pause = (ms) => new Promise((r) => setTimeout(r, ms));
const mb = () => process.memoryUsage().rss / 1e6;
const receivers = await startReceivers();
const troubles = await startReceivers();
const at = (rest) => `http://127.0.0.1:${receivers.port}/${rest}`;

async function until(distinct, idleMs = 20_000) {
  let seen = await receivers.ask();
  for (let last = Date.now(), peak = mb(); seen.distinct < distinct; ) {
    await pause(50);
    const now = await receivers.ask();
    peak = Math.max(peak, mb());
    if (now.distinct > seen.distinct) last = Date.now();
    seen = { ...now, peak };
    if (Date.now() - last > idleMs) break;
  }
  return seen;
}

async function drain() {
  const dataDir = throwAway();
  let store = await openLog(dataDir);
  await store.putEndpoint(endpoint('ep_good', at('good/ep_good'), { concurrency: 64 }));
  await commit(store, n, 10_000);
  await store.close();
  await receivers.reset();
  const before = mb();
  const begun = Date.now();
  store = await openLog(dataDir);
  const feed = await openPost(store);
  const seen = await until(n);
  const took = (Date.now() - begun) / 1_000;
  console.log(`drain: ${seen.distinct} of ${n} events to one endpoint, ${Math.round(seen.distinct / took)} a second`);
  console.log(
    `       first delivery ${seen.first - begun} ms after the restart; memory ${before.toFixed(0)} → ${seen.peak?.toFixed(0)} MB`,
  );
  console.log(
    `       out of order or changed: ${seen.faulty} ${seen.faults.join(', ')}; sent twice: ${seen.arrivals - seen.distinct}`,
  );
  await feed.close();
  await store.close();
  remove(dataDir);
}

/** The same number of signed requests, 64 at once, from memory: no log, no rows, no order. */
async function control() {
  await receivers.reset();
  const agent = new Agent({ connections: 64 });
  const key = Buffer.from(SECRET.slice(6), 'base64');
  const count = Math.min(n, 20_000);
  const begun = Date.now();
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const id = `evt_${next++}`;
      const body = JSON.stringify({ id, type: 'case.progressed', subject: `c${id}`, data: { status: 'in_progress' } });
      const time = Math.floor(Date.now() / 1_000);
      const signature = `v1,${createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')}`;
      const headers = { 'webhook-id': id, 'webhook-timestamp': String(time), 'webhook-signature': signature };
      const answer = await request(at('good/control'), { method: 'POST', body, headers, dispatcher: agent });
      await answer.body.dump();
    }
  };
  await Promise.all(Array.from({ length: 64 }, worker));
  const took = (Date.now() - begun) / 1_000;
  console.log(`control: ${count} signed requests without a log, ${Math.round(count / took)} a second`);
  await agent.close();
}

/** Until what runs is compiled and connections are open: each run begins with this, unmeasured. */
const WARM_MS = 5_000;

/** Two events every half second for a while; answers how many. */
async function flow(store, feed, from, ms) {
  let sent = 0;
  for (const end = Date.now() + ms; Date.now() < end; await pause(500)) {
    await commit(store, 2, 1_000, from + sent);
    sent += 2;
    feed.nudge();
  }
  return sent;
}

const urlOf = (kind, k) =>
  kind === 'dead' ? `https://nobody-${k}.invalid/` : `http://127.0.0.1:${troubles.port}/${kind}/${kind}_${k}`;

/**
 * `good` endpoints that work, then beside them `bad` that do not: slow, hanging, 500, reset, redirecting, pouring, unknown to
 * DNS, in turn. Measured from the moment these are added, so with every first failure of theirs.
 */
async function beside(good, bad) {
  const dataDir = throwAway();
  const store = await openLog(dataDir);
  for (let k = 0; k < good; k++) await store.putEndpoint(endpoint(`ep_${k}`, at(`good/ep_${k}`)));
  await receivers.reset();
  await troubles.reset();
  const feed = await openPost(store, { concurrency: 16 });
  const before = await flow(store, feed, 0, WARM_MS);
  const early = (await receivers.ask()).times.length;
  const kinds = [...KINDS, 'dead'];
  const cursor = await store.head();
  for (let k = 0; k < bad; k++)
    await feed.roster.add({ ...endpoint(`ep_bad_${k}`, urlOf(kinds[k % kinds.length], k)), cursor });
  const cpu = process.cpuUsage();
  const sent = before + (await flow(store, feed, before, seconds * 1_000));
  await pause(3_000);
  const { user, system } = process.cpuUsage(cpu);
  const { distinct, times } = await receivers.ask();
  const waits = times.map(([, ms]) => ms).sort((a, b) => a - b);
  const { shares } = await troubles.ask();
  await feed.close();
  await store.close();
  remove(dataDir);
  const p99 = quantile(waits, 0.99);
  const arrived = `${distinct} of ${sent * good} events arrived at ${good} that work`;
  const spent = `${((user + system) / 1_000 / (seconds + 3)).toFixed(0)} ms of CPU a second`;
  console.log(`beside ${bad} that do not: ${arrived}, p50 ${quantile(waits, 0.5)} ms, p99 ${p99} ms, ${spent}`);
  return { p99, shares, whole: distinct === sent * good && early + waits.length >= distinct };
}

/** What each kind of trouble was given: how often one of them was asked at most, and how often at once. */
function tellShares(shares) {
  for (const kind of KINDS) {
    const of = shares.filter(([endpoint]) => endpoint.startsWith(`${kind}_`)).map(([, share]) => share);
    const most = (name) => Math.max(0, ...of.map((share) => share[name]));
    console.log(
      `        ${kind}: ${of.length} endpoints, asked ${most('asked')} times at most, ${most('atOnce')} at once`,
    );
  }
}

if (only === 'all') {
  await control();
  await drain();
}
const half = Math.floor(endpoints / 2);
const ratios = [];
let whole = true;
for (let round = 0; round < rounds; round++) {
  const alone = await beside(half, 0);
  const among = await beside(half, endpoints - half);
  ratios.push(among.p99 / alone.p99);
  whole &&= alone.whole && among.whole;
  if (round === rounds - 1) tellShares(among.shares);
}
const each = ratios.map((ratio) => ratio.toFixed(2)).join(', ');
console.log(`        p99 is ${median(ratios).toFixed(2)} times that of the same ${half} alone (median of ${each})`);
receivers.close();
troubles.close();
// A ratio of two moments of a busy machine fails nothing; a lost event does.
process.exit(whole ? 0 : 1);
