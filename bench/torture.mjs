#!/usr/bin/env node
// `npm run torture`: kills the gateway at random moments under load, starts it again on the same data, and at the end looks
// for every message it ever acknowledged. With --control the same is done to a front that acknowledges before anything is
// committed: then losses must be found, or this harness is blind.
import path from 'node:path';
import { options } from './lib/figures.mjs';
import { openedByKey } from './lib/ledger.mjs';
import { load, post } from './lib/load.mjs';
import { keyOf, message, seeded } from './lib/messages.mjs';
import { api, freePort, gatewayHome, intakeHeaders, remove, root, start, startGateway } from './lib/servers.mjs';
import { collect, startSink } from './lib/sink.mjs';

const { rounds, seed, connections, control } = options({
  rounds: 200,
  seed: Date.now() % 1e6,
  connections: 16,
  control: false,
});
const random = seeded(seed);
const upTo = (ms) => random() * ms;
const pause = (ms) => new Promise((r) => setTimeout(r, ms));

const sink = await startSink(await freePort());
const home = gatewayHome();
const port = await freePort();
const frontPort = await freePort();
const front = control ? `http://127.0.0.1:${frontPort}/in/web` : `http://127.0.0.1:${port}/in/web`;
const direct = `http://127.0.0.1:${port}/in/web`;
const run = `t${seed.toString(36)}`;

/** Key → the case number it was promised (undefined where the front promised none). */
const acknowledged = new Map();
const sentAndUnanswered = new Set();
const differing = new Set();
let nextMessage = 0;
let highestSent = -1;
let killedEarly = 0;
const requestFor = (url, i) => {
  const key = keyOf(run, i);
  return { key, i, bytes: post(url, JSON.stringify(message(i)), intakeHeaders(key)) };
};

function note(key, status, body) {
  if (status < 200 || status > 299) return;
  const { caseNo } = JSON.parse(body.toString());
  if (acknowledged.has(key) && acknowledged.get(key) !== caseNo) differing.add(key);
  acknowledged.set(key, caseNo);
  sentAndUnanswered.delete(key);
}

const indexOf = (key) => Number(key.slice(-7));
/** First what was cut off in the last round, as platforms do; then new messages with now and then an old one. */
function nextRequests(count) {
  const again = [...sentAndUnanswered].map(indexOf);
  const fresh = Array.from({ length: count }, () =>
    random() < 0.05 && nextMessage > 0 ? Math.floor(random() * nextMessage) : nextMessage++,
  );
  return [...again, ...fresh].map((i) => requestFor(front, i));
}

async function round(first) {
  const server = startGateway(home, port);
  // One in ten dies while it starts, in the middle of migrations or recovery.
  if (!first && random() < 0.1) {
    await pause(upTo(600));
    killedEarly += 1;
    await server.kill('SIGKILL');
    return;
  }
  await server.ready();
  if (first) await api(server.url, 'POST', '/v1/endpoints', { url: sink.url });
  const early = control
    ? start([path.join(root, 'bench', 'ack-early.mjs')], { PORT: String(frontPort), UPSTREAM: server.url })
    : undefined;
  if (early) await pause(250);
  let killed = false;
  const requests = nextRequests(5_000);
  const loading = load({ url: front, requests, connections, until: () => killed, onAnswer: note, capMs: 30_000 });
  await pause(50 + upTo(900));
  killed = true;
  await Promise.all([server.kill('SIGKILL'), early?.kill('SIGKILL')]);
  const ran = await loading;
  for (const key of ran.sentAt.keys()) if (!acknowledged.has(key)) sentAndUnanswered.add(key);
  // What was prepared and not sent is prepared again next time.
  for (const key of ran.sentAt.keys()) highestSent = Math.max(highestSent, indexOf(key));
  nextMessage = highestSent + 1;
}

console.error(`torture: seed ${seed}, ${rounds} rounds${control ? ', control: acknowledging before commit' : ''}`);
const arrivals = [];
for (let i = 0; i < rounds; i += 1) {
  await round(i === 0);
  for (const arrival of await sink.poll()) arrivals.push(arrival);
  if ((i + 1) % 10 === 0) console.error(`torture: ${i + 1} rounds, ${acknowledged.size} messages acknowledged`);
}

const server = startGateway(home, port);
await server.ready();
const { first: delivered, missing } = await collect(sink, control ? [] : acknowledged.keys(), {
  idleMs: 20_000,
  from: arrivals,
});
const opened = await openedByKey(server.url);
// Every promise is called in: the same key again must be a repeat with the same number.
const recalled = new Map();
await load({
  ...{ url: direct, connections },
  requests: [...acknowledged.keys()].map((key) => requestFor(direct, indexOf(key))),
  onAnswer: (key, status, body) =>
    recalled.set(key, { status, receipt: status < 300 ? JSON.parse(body.toString()) : {} }),
});
await server.kill('SIGTERM');
remove(home);
await sink.close();

const kept = ([key, caseNo]) => {
  const { receipt } = recalled.get(key) ?? {};
  return receipt?.outcome === 'repeated' && (caseNo === undefined || receipt.caseNo === caseNo);
};
const report = {
  ...{ seed, rounds, killedWhileStarting: killedEarly, acknowledged: acknowledged.size },
  lost: [...acknowledged].filter((one) => !kept(one)).length,
  notInLog: [...acknowledged.keys()].filter((key) => !opened.has(key)).length,
  notDelivered: missing.length,
  deliveredUnderAnotherNumber: [...delivered].filter(
    ([key, a]) => acknowledged.get(key) && a.caseNo !== acknowledged.get(key),
  ).length,
  doubled: [...opened.values()].filter((numbers) => numbers.size > 1).length,
  answeredDifferently: differing.size,
};
console.log(JSON.stringify(report, null, 2));
if (control) {
  const seen = report.lost > 0 && report.notInLog > 0;
  console.log(
    seen
      ? 'torture control: the losses were found, as they must be'
      : 'torture control: FAILED: no loss found, the harness is blind',
  );
  process.exit(seen ? 0 : 1);
}
const wrong = [
  'lost',
  'notInLog',
  'notDelivered',
  'deliveredUnderAnotherNumber',
  'doubled',
  'answeredDifferently',
].filter((k) => report[k] > 0);
if (acknowledged.size === 0) wrong.push('nothing was acknowledged');
console.log(wrong.length === 0 ? 'torture: every promise was kept' : `torture: FAILED: ${wrong.join(', ')}`);
process.exit(wrong.length === 0 ? 0 : 1);
