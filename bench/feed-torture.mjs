#!/usr/bin/env node
// `npm run torture:feed`: kills the feed before and after each step of its deliveries (commit, send, settle) in turn, starts it
// again on the same data, and at the end looks whether every event arrived, in order per case, a repeat with the same id and
// bytes. With --control the feed forgets what was under way, and losses must be found, or this harness is blind.
import { fork } from 'node:child_process';
import path from 'node:path';
import { options } from './lib/figures.mjs';
import { seeded } from './lib/messages.mjs';
import { startReceivers } from './lib/receivers.mjs';
import { remove, root, throwAway } from './lib/servers.mjs';

const { rounds, seed, control } = options({ rounds: 500, seed: Date.now() % 1e6, control: false });
const STEPS = ['commit', 'send', 'settle'].flatMap((step) => [`${step} before`, `${step} after`]);
/** A round that never comes to its step is killed from outside: it is a kill all the same, and the loop is bounded. */
const LONGEST_ROUND = 5_000;
/** Children that have loaded everything and wait: most of a round was the start of node. */
const BOOTED = 2;
const random = seeded(seed);
const pause = (ms) => new Promise((r) => setTimeout(r, ms));
const receivers = await startReceivers();
const url = `http://127.0.0.1:${receivers.port}`;
const dataDir = throwAway();
const begun = Date.now();
console.log(`feed torture: ${rounds} kills, seed ${seed}`);

function boot() {
  const file = path.join(root, 'bench/lib/feed-child.mjs');
  const child = fork(file, [dataDir, url, control ? 'forgetful' : 'sound'], { stdio: 'inherit' });
  const state = { head: 0 };
  const gone = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const booted = new Promise((resolve) => child.once('message', resolve));
  let up;
  const opened = new Promise((resolve) => {
    up = resolve;
  });
  child.on('message', ({ head }) => {
    if (head === undefined) return;
    state.head = head;
    up();
  });
  const begin = async (told) => {
    await booted;
    child.send(told);
  };
  return { state, gone, opened, begin, kill: () => child.kill('SIGKILL') };
}

const waiting = Array.from({ length: BOOTED }, boot);
const next = () => {
  waiting.push(boot());
  return waiting.shift();
};

let head = 0;
let outside = 0;
for (let round = 1; round <= rounds; round++) {
  const one = next();
  await one.begin({ step: STEPS[round % STEPS.length], count: 1 + Math.floor(random() * 12) });
  const late = setTimeout(() => {
    outside++;
    one.kill();
  }, LONGEST_ROUND);
  const { code } = await one.gone;
  clearTimeout(late);
  if (code !== null) throw new Error(`a round ended by itself with ${code}: the feed did not come up`);
  if (one.state.head > 0 && one.state.head < head)
    throw new Error(`the log went back from ${head} to ${one.state.head}`);
  head = Math.max(head, one.state.head);
  if (round % 25 !== 0) continue;
  const each = Math.round((Date.now() - begun) / round);
  console.log(`  ${round} kills (${outside} from outside), ${head} entries committed, ${each} ms a round`);
}
const last = next();
for (const one of waiting) one.kill();
await last.begin({});
await last.opened;
head = last.state.head;
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
