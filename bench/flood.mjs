#!/usr/bin/env node
// The flood: 20,000 messages, one in twenty sent twice, over 64 connections. None lost, none doubled, exactly one case each.
import { options } from './lib/figures.mjs';
import { openedByKey } from './lib/ledger.mjs';
import { load } from './lib/load.mjs';
import { seeded } from './lib/messages.mjs';
import { api, freePort, gatewayHome, remove, startGateway } from './lib/servers.mjs';
import { collect, startSink } from './lib/sink.mjs';
import { requestsFor } from './lib/trial.mjs';

const { n, connections, repeats, seed } = options({ n: 20_000, connections: 64, repeats: 0.05, seed: 1 });
const sink = await startSink(await freePort());
const home = gatewayHome();
const server = startGateway(home, await freePort());
await server.ready();
await api(server.url, 'POST', '/v1/endpoints', { url: sink.url });

const requests = requestsFor(`${server.url}/in/web`, 'flood', n, repeats, seeded(seed));
const answered = new Map();
const onAnswer = (key, status, body) => {
  if (status < 200 || status > 299) return;
  answered.set(key, (answered.get(key) ?? new Set()).add(JSON.parse(body.toString()).caseNo));
};
const ran = await load({ url: `${server.url}/in/web`, requests, connections, onAnswer });
const { arrivals, missing } = await collect(sink, ran.accepted, { idleMs: 15_000 });
const opened = await openedByKey(server.url);
await server.kill('SIGTERM');
remove(home);
await sink.close();

const seen = new Map();
for (const { id } of arrivals) if (id) seen.set(id, (seen.get(id) ?? 0) + 1);
const keys = new Set(requests.map(({ key }) => key));
const report = {
  ...{ sent: requests.length, messages: keys.size, answers: ran.codes, accepted: ran.accepted.size },
  acceptedPerSecond: Math.round((ran.waits.length / (ran.ended - ran.began)) * 1000),
  notAccepted: [...keys].filter((key) => !ran.accepted.has(key)).length,
  notDelivered: missing.length,
  withoutCase: [...keys].filter((key) => !opened.has(key)).length,
  withSeveralCases: [...opened.values()].filter((numbers) => numbers.size > 1).length,
  answeredDifferently: [...answered].filter(
    ([key, numbers]) => numbers.size > 1 || !opened.get(key)?.has([...numbers][0]),
  ).length,
  deliveredAgain: [...seen.values()].filter((times) => times > 1).length,
};
console.log(JSON.stringify(report, null, 2));
const wrong = ['notAccepted', 'notDelivered', 'withoutCase', 'withSeveralCases', 'answeredDifferently'].filter(
  (k) => report[k] > 0,
);
console.log(
  wrong.length === 0 ? 'flood: none lost, none doubled, one case each' : `flood: FAILED: ${wrong.join(', ')}`,
);
process.exit(wrong.length === 0 ? 0 : 1);
