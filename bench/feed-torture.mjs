#!/usr/bin/env node
// `npm run torture:feed`: kills the feed at random moments between the steps of its deliveries, starts it again on the same
// data, and at the end looks whether every event arrived, in order per case, a repeat with the same id and bytes. With
// --control the feed forgets what was under way, and losses must be found, or this harness is blind.
import { fork } from 'node:child_process';
import path from 'node:path';
import { options } from './lib/figures.mjs';
import { seeded } from './lib/messages.mjs';
import { startReceivers } from './lib/receivers.mjs';
import { remove, root, throwAway } from './lib/servers.mjs';

const { rounds, seed, control } = options({ rounds: 500, seed: Date.now() % 1e6, control: false });
const random = seeded(seed);
const pause = (ms) => new Promise((r) => setTimeout(r, ms));
const receivers = await startReceivers();
const url = `http://127.0.0.1:${receivers.port}`;
const dataDir = throwAway();
console.log(`feed torture: ${rounds} kills, seed ${seed}`);

function child(...more) {
  const process = fork(
    path.join(root, 'bench/lib/feed-child.mjs'),
    [dataDir, url, control ? 'forgetful' : 'sound', ...more],
    { stdio: 'inherit' },
  );
  const state = { head: 0 };
  const up = new Promise((resolve) =>
    process.on('message', ({ head }) => {
      state.head = head;
      resolve(head);
    }),
  );
  const gone = new Promise((resolve) => process.once('exit', resolve));
  return { state, up, gone, kill: () => process.kill('SIGKILL') };
}

let head = 0;
for (let round = 1; round <= rounds; round++) {
  const one = child();
  await Promise.race([one.up, one.gone]);
  await pause(random() * 400);
  one.kill();
  await one.gone;
  if (one.state.head < head) throw new Error(`the log went back from ${head} to ${one.state.head}`);
  head = one.state.head;
  if (round % 50 === 0) console.log(`  ${round} kills, ${head} entries committed`);
}
const last = child('drain');
head = await last.up;
let seen = await receivers.ask();
for (let idle = Date.now(); Date.now() - idle < 5_000; await pause(100)) {
  const now = await receivers.ask();
  if (now.distinct > seen.distinct) idle = Date.now();
  seen = now;
}
last.kill();
await last.gone;
const { openLog } = await import('./lib/feeds.mjs');
const store = await openLog(dataDir);
let cases = 0;
for (let after = 0; after < head; after += 10_000)
  cases += (await store.readLog({ after, upTo: after + 10_000, limit: 10_000 })).filter((e) =>
    e.type.startsWith('case.'),
  ).length;
await store.close();
receivers.close();
remove(dataDir);
const lost = cases - seen.distinct;
console.log(
  `${cases} events committed, ${seen.distinct} arrived, ${lost} lost, ${seen.arrivals - seen.distinct} repeats`,
);
console.log(`out of order or changed bytes: ${seen.faulty} ${seen.faults.join(', ')}`);
const sound = lost === 0 && seen.faulty === 0;
process.exit(sound !== control ? 0 : 1);
