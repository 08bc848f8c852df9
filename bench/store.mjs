#!/usr/bin/env node
import path from 'node:path';
// Where the SQLite writer should live: the same messages through the same door, with the store in a thread of its own and in the
// thread that also answers callers. A timer beside it shows how long callers who want nothing of the store would have waited.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { median, options, quantile } from './lib/figures.mjs';
import { message } from './lib/messages.mjs';
import { remove, root, throwAway } from './lib/servers.mjs';

const { n, rounds, callers } = options({ n: 6_000, rounds: 3, callers: 64 });
const built = (file) => import(path.join(root, 'dist', file));
const { openStore } = await built('store/index.js');
const { openIntake } = await built('core/intake.js');
const { takeIn } = await built('core/take-in.js');
const { openMint } = await built('mint.js');
const { loadSettings } = await built('config.js');
const { city } = loadSettings({}, { configDir: path.join(root, 'config') });
const mouth = { channel: 'web', account: 'web', tenant: city.tenant, level: city.level, utcOffsetMinutes: 480 };

const said = (i) => {
  const { title, content, name, phone, address } = message(i);
  const sender = { keys: [], name, phone, anonymous: false, secret: false };
  return { externalId: `b${i}`, sender, title, text: content, address, verified: false };
};

/** The readers of the log are part of the load: one reads on after every commit and marks what it read, as the feed does. */
function follower(store) {
  let at = 0;
  let running;
  const follow = async () => {
    for (let entries = await store.readLog({ after: at, limit: 256 }); entries.length > 0; ) {
      at = entries.at(-1).seq;
      await store.settle([], [{ endpoint: 'ep_bench', cursor: at }]);
      entries = await store.readLog({ after: at, limit: 256 });
    }
    running = undefined;
  };
  return {
    nudge() {
      running ??= follow();
    },
    ended: () => running,
  };
}

async function run(inThread) {
  const dataDir = throwAway();
  const store = await openStore({
    ...{ url: 'sqlite:', dataDir, masterKey: new Uint8Array(32).fill(7), instance: 'bench', inThread },
    onFatal: (error) => {
      throw error;
    },
  });
  const mint = openMint(480);
  const log = { debug() {}, info() {}, warn() {}, error: console.error };
  const reader = follower(store);
  const intake = openIntake({ store, city: () => city, mint, now: Date.now, log, committed: reader.nudge });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const waits = [];
  const cpu = process.cpuUsage();
  delay.enable();
  const began = performance.now();
  let next = 0;
  const caller = async () => {
    while (next < n) {
      const i = next++;
      const from = performance.now();
      await intake.accept(takeIn(said(i), mouth, mint, Date.now()));
      waits.push(performance.now() - from);
      await new Promise((r) => setImmediate(r)); // a caller comes over a socket, not out of a loop
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - began) / 1000;
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  await intake.drain();
  await reader.ended();
  await store.close();
  remove(dataDir);
  return {
    rate: n / seconds,
    p50: median(waits),
    p99: quantile(waits, 0.99),
    cpu: (user + system) / n,
    stallP99: delay.percentile(99) / 1e6,
    stallMax: delay.max / 1e6,
  };
}

const results = { 'own thread': [], 'same thread': [] };
await run(false); // warms both alike: the code is compiled once
for (let round = 0; round < rounds; round += 1)
  for (const name of Object.keys(results)) results[name].push(await run(name === 'same thread'));
console.log(
  `${n} messages, ${callers} callers, ${rounds} rounds in turn; medians, and the worst stall of all rounds.\n`,
);
console.log(
  '| the writer lives in | accepted/s | accept p50 ms | p99 ms | CPU µs/message | callers stalled p99 ms | worst ms |',
);
console.log('|---|---|---|---|---|---|---|');
for (const [name, all] of Object.entries(results)) {
  const of = (key) => median(all.map((one) => one[key]));
  const worst = Math.max(...all.map((one) => one.stallMax));
  const cells = [
    of('rate').toFixed(0),
    of('p50').toFixed(1),
    of('p99').toFixed(1),
    of('cpu').toFixed(0),
    of('stallP99').toFixed(1),
    worst.toFixed(0),
  ];
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
