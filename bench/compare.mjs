#!/usr/bin/env node
// `npm run bench`: the control and the gateway, one after the other under the same load, and what the gateway is worth in ratios.
import { cpus } from 'node:os';
import path from 'node:path';
import { cpuBySteps, stepTable } from './lib/cpu-steps.mjs';
import { median, options } from './lib/figures.mjs';
import { seeded } from './lib/messages.mjs';
import {
  api,
  freePort,
  gatewayHome,
  RULES_ONLY,
  ready,
  remove,
  root,
  start,
  startGateway,
  throwAway,
} from './lib/servers.mjs';
import { startSink } from './lib/sink.mjs';
import { requestsFor, trial } from './lib/trial.mjs';

const { n, warm, rounds, connections, repeats, rate, seconds, seed } = options({
  ...{ n: 5_000, warm: 5_000, rounds: 3, connections: 64, repeats: 0.05, rate: 500, seconds: 6, seed: 1 },
});
const sink = await startSink(await freePort());

async function openControl() {
  const home = throwAway();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { PORT: String(port), DB_FILE: path.join(home, 'control.db'), SINK_URL: sink.url };
  const server = start([path.join(root, 'bench', 'control.mjs')], env);
  await ready(server, `${url}/readyz`);
  return { ...server, url: `${url}/in/web`, home };
}

async function openGateway(settings) {
  const home = gatewayHome(settings);
  const server = startGateway(home, await freePort());
  await server.ready();
  await api(server.url, 'POST', '/v1/endpoints', { url: sink.url });
  return { ...server, url: `${server.url}/in/web`, home };
}

const SUBJECTS = [
  ['control', openControl],
  ['gateway, rules only', () => openGateway(RULES_ONLY)],
  ['gateway, everything on', () => openGateway({})],
];

/** Closed loop, then open loop, against a fresh server. */
async function measure(name, open, round) {
  const server = await open();
  try {
    const random = seeded(seed * 1_000 + round);
    const run = (tag) => `${tag}${round}${SUBJECTS.findIndex(([s]) => s === name)}`;
    const requests = (tag, count) => requestsFor(server.url, run(tag), count, repeats, random);
    // A gateway runs for months: what compiling its code costs in the first minute is no message's. The control is warmed alike.
    await trial({ server, sink, requests: requests('w', warm), connections });
    const closed = await trial({ server, sink, requests: requests('c', n), connections });
    const opened = await trial({
      server,
      sink,
      requests: requests('o', Math.round(rate * seconds)),
      connections,
      rate,
    });
    return { closed, open: opened };
  } finally {
    await server.kill('SIGTERM');
    remove(server.home);
  }
}

const results = new Map(SUBJECTS.map(([name]) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  // Each round begins with another one, so that nobody always runs on a warm or a tired machine.
  const order = SUBJECTS.map((_, i) => SUBJECTS[(i + round) % SUBJECTS.length]);
  for (const [name, open] of order) {
    console.error(`bench: round ${round + 1} of ${rounds}, ${name}`);
    results.get(name).push(await measure(name, open, round));
  }
}
const steps = {};
for (const [name, settings] of [
  ['rules only', RULES_ONLY],
  ['everything on', {}],
]) {
  console.error(`bench: CPU by step, ${name}`);
  steps[name] = await cpuBySteps({ settings, sink, n, warm, connections });
}
await sink.close();

const COLUMNS = [
  ...[
    ['accepted/s', 'accepted', 0],
    ['delivered/s', 'delivered', 0],
    ['accept p50 ms', 'acceptP50', 1],
  ],
  ...[
    ['accept p99 ms', 'acceptP99', 1],
    ['delivery p50 ms', 'deliverP50', 1],
    ['delivery p99 ms', 'deliverP99', 1],
  ],
  ...[
    ['server CPU µs/message', 'cpu', 0],
    ['peak RSS MB', 'memory', 0],
    ['lost', 'lost', 0],
    ['doubled', 'doubled', 0],
  ],
];
const RATIOS = [
  ['delivered/s', 'delivered'],
  ['server CPU', 'cpu'],
  ['delivery p99', 'deliverP99'],
];
const values = (name, loop, field) => results.get(name).map((r) => r[loop][field]);
const total = (numbers) => numbers.reduce((sum, one) => sum + one, 0);

function table(loop, title) {
  const cell = (name, field, digits) => {
    const all = values(name, loop, field);
    return field === 'lost' || field === 'doubled' ? total(all) : median(all).toFixed(digits);
  };
  // A ratio of one round's figures each, then the median of these: the machine's mood cancels out.
  const ratio = (name, field) => {
    const control = values('control', loop, field);
    return median(values(name, loop, field).map((v, i) => v / control[i])).toFixed(2);
  };
  const head = [title, ...COLUMNS.map(([label]) => label), ...RATIOS.map(([label]) => `${label} ÷ control`)];
  const rows = SUBJECTS.map(([name]) => [
    ...[name, ...COLUMNS.map(([, field, digits]) => cell(name, field, digits))],
    ...RATIOS.map(([, field]) => ratio(name, field)),
  ]);
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

console.log(`Node ${process.versions.node}, ${cpus().length} cores shared by server, load and sink; ${rounds} rounds, ${connections} connections, ${repeats * 100} % repeats. Medians; lost and doubled are sums.
`);
console.log(`${table('closed', `as fast as answers come, ${n} messages`)}\n`);
console.log(`${table('open', `${rate} messages a second for ${seconds} s`)}\n`);
console.log(stepTable(steps));

const all = [...results.values()].flat().flatMap(({ closed, open }) => [closed, open]);
const refused = all.flatMap(({ codes }) => Object.entries(codes).filter(([code]) => !/^2\d\d$/.test(code)));
if (refused.length > 0)
  console.log(`\nanswers other than 2xx: ${refused.map(([code, count]) => `${code}: ${count}`).join(', ')}`);
process.exit(total(all.map((t) => t.lost + t.doubled)) === 0 ? 0 : 1);
