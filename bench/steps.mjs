#!/usr/bin/env node
// CPU by step: where the gateway spends its time for a message, from the profiler of node itself. The profiler costs some time
// of its own: read the shares; the total is `npm run bench`'s.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { options } from './lib/figures.mjs';
import { seeded } from './lib/messages.mjs';
import { api, freePort, gatewayHome, remove, root, startGateway } from './lib/servers.mjs';
import { startSink } from './lib/sink.mjs';
import { requestsFor, trial } from './lib/trial.mjs';

const { n, connections, top } = options({ n: 5_000, connections: 64, top: 25 });
const IDLE = new Set(['(idle)', '(root)']);

/** The part of the house a profiled function belongs to: a file of ours, a package, or node itself. */
function placeOf({ functionName, url }) {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(program)') return 'node: native code (sockets, hashing, SQLite)';
  const file = url.replace('file://', '');
  if (file.startsWith('node:') || file === '') return 'node: its own JavaScript';
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
  if (name) return `package ${name}`;
  return path.relative(path.join(root, 'dist'), file).replace(/\.js$/, '');
}

/** Microseconds by place of one profile. */
function timesOf({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const times = new Map();
  samples.forEach((id, i) => {
    const frame = byId.get(id);
    if (!frame || IDLE.has(frame.functionName)) return;
    const place = placeOf(frame);
    times.set(place, (times.get(place) ?? 0) + timeDeltas[i]);
  });
  return times;
}

const sink = await startSink(await freePort());
const home = gatewayHome();
const profiles = path.join(home, 'profiles');
mkdirSync(profiles);
const server = startGateway(home, await freePort(), ['--cpu-prof', `--cpu-prof-dir=${profiles}`]);
await server.ready();
await api(server.url, 'POST', '/v1/endpoints', { url: sink.url });
const url = `${server.url}/in/web`;
await trial({ server: { ...server, url }, sink, requests: requestsFor(url, 's', n, 0.05, seeded(1)), connections });
await server.kill('SIGTERM');
await sink.close();

const total = new Map();
for (const file of readdirSync(profiles)) {
  const profile = JSON.parse(readFileSync(path.join(profiles, file), 'utf8'));
  for (const [place, us] of timesOf(profile)) total.set(place, (total.get(place) ?? 0) + us);
}
remove(home);
const all = [...total.values()].reduce((sum, us) => sum + us, 0);
const rows = [...total].sort((a, b) => b[1] - a[1]);
console.log(`| where | µs/message | share |\n| --- | --- | --- |`);
const row = (place, us) => console.log(`| ${place} | ${(us / n).toFixed(1)} | ${((us / all) * 100).toFixed(1)} % |`);
for (const [place, us] of rows.slice(0, top)) row(place, us);
row(
  'everything else',
  rows.slice(top).reduce((sum, [, us]) => sum + us, 0),
);
row('all, start included', all);
