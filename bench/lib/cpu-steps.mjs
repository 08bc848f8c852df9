// CPU by step: which part of a message's way takes how much, from the profiler of node and the times of the threads.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { seeded } from './messages.mjs';
import { api, freePort, gatewayHome, remove, startGateway, threadTimes } from './servers.mjs';
import { requestsFor, trial } from './trial.mjs';

const PRELOAD = fileURLToPath(new URL('./profile.cjs', import.meta.url));
const OWN_STEPS = /dist\/core\/steps\/(?:relate-.*|([a-z-]+))\.js/;
const HTTP_IN = 'HTTP in: sockets, fastify, JSON';
const COLLECTING = 'garbage, on the thread itself';
export const HELPERS = 'garbage and compiling, helper threads';

/** The innermost file of these on the stack owns a sample; what is common to many (texts, node, packages) falls to who asked. */
const OWNERS = [
  [/dist\/core\/relate\//, 'step relate'],
  [
    /dist\/core\/(?:conclude|tell|overlay|pipeline|intake|group-commit|case-no|replies)|dist\/mint/,
    'deciding, case and events',
  ],
  [/dist\/core\/take-in|dist\/channels\/|dist\/door/, 'reading the message'],
  [/dist\/store\/(?:vault|sqlite\/(?:seals|blinds))/, 'sealing and blind indexes'],
  [/dist\/store\/(?:direct|sqlite\/(?:client|worker|wire))/, 'between the threads'],
  [/dist\/store\/(?:recalling|candidates|sqlite\/(?:recall|lately|known|grams))/, 'recall'],
  [/dist\/store\//, 'rows and commit'],
  [/dist\/feed\//, 'feed: lanes, signing, marks'],
  [/node_modules\/undici\//, 'HTTP out: undici, sockets'],
  [/dist\/http\/|dist\/tracing|node_modules\/(?:@?fastify|find-my-way|avvio)/, HTTP_IN],
];

function ownerOf(url) {
  const step = OWN_STEPS.exec(url);
  if (step) return `step ${step[1] ?? 'relate'}`;
  return OWNERS.find(([pattern]) => pattern.test(url))?.[1];
}

/** Microseconds by step of one thread's profile. */
function timesOf({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const above = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const steps = new Map();
  const stepOf = (id) => {
    if (steps.has(id)) return steps.get(id);
    const { functionName, url } = byId.get(id).callFrame;
    const parent = above.get(id);
    const own = functionName === '(garbage collector)' ? COLLECTING : ownerOf(url);
    const step = own ?? (parent === undefined ? undefined : stepOf(parent));
    steps.set(id, step);
    return step;
  };
  const times = new Map();
  samples.forEach((id, i) => {
    const { functionName, url } = byId.get(id).callFrame;
    if (['(idle)', '(root)'].includes(functionName)) return;
    // What node does by itself between two callbacks of ours is mostly taking requests in.
    const step = stepOf(id) ?? (url.startsWith('node:') ? HTTP_IN : 'everything else');
    times.set(step, (times.get(step) ?? 0) + timeDeltas[i]);
  });
  return times;
}

const total = (times) => [...times.values()].reduce((sum, us) => sum + us, 0);

/** Profiles are wall time: each thread's is brought to the CPU time it took, so that waiting for the disk does not count. */
function byStep(folder, spent, n) {
  const all = new Map();
  const add = (step, us) => all.set(step, (all.get(step) ?? 0) + us / n);
  let helping = total(spent);
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
    const times = timesOf(JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
    const cpu = spent.get(path.basename(file, '.cpuprofile')) ?? 0;
    const share = cpu / (total(times) || 1);
    for (const [step, us] of times) add(step, us * share);
    helping -= cpu;
  }
  add(HELPERS, helping);
  return all;
}

async function whenThere(file) {
  for (let i = 0; i < 200 && !existsSync(file); i += 1) await new Promise((r) => setTimeout(r, 50));
}

/** CPU microseconds a message by step, of a gateway with `settings` that has taken `warm` messages already. */
export async function cpuBySteps({ settings, sink, n, warm, connections }) {
  const home = gatewayHome(settings);
  const folder = path.join(home, 'profiles');
  mkdirSync(folder);
  process.env.PROFILE_DIR = folder;
  const server = startGateway(home, await freePort(), ['-r', PRELOAD]);
  try {
    await server.ready();
    await api(server.url, 'POST', '/v1/endpoints', { url: sink.url });
    const url = `${server.url}/in/web`;
    const run = (tag, count) => requestsFor(url, tag, count, 0.05, seeded(count));
    await trial({ server: { ...server, url }, sink, requests: run('w', warm), connections });
    writeFileSync(path.join(folder, 'on'), '');
    await new Promise((r) => setTimeout(r, 300));
    const before = threadTimes(server.pid);
    await trial({ server: { ...server, url }, sink, requests: run('s', n), connections });
    const after = threadTimes(server.pid);
    rmSync(path.join(folder, 'on'));
    await whenThere(path.join(folder, `${server.pid}.cpuprofile`));
    await new Promise((r) => setTimeout(r, 1_000)); // the other threads' are smaller
    const spent = new Map([...after].map(([thread, us]) => [thread, us - (before.get(thread) ?? 0)]));
    return byStep(folder, spent, n);
  } finally {
    await server.kill('SIGTERM');
    remove(home);
  }
}

/** One table of several gateways, the dearest step of the first on top. */
export function stepTable(columns) {
  const names = Object.keys(columns);
  const steps = [...new Set(names.flatMap((name) => [...columns[name].keys()]))];
  const of = (name, step) => columns[name].get(step) ?? 0;
  steps.sort((a, b) => of(names[0], b) - of(names[0], a));
  const line = (step, cells) => `| ${[step, ...cells].join(' | ')} |`;
  return [
    line('CPU µs/message', names),
    line(
      '---',
      names.map(() => '---:'),
    ),
    ...steps.map((step) =>
      line(
        step,
        names.map((name) => of(name, step).toFixed(0)),
      ),
    ),
    line(
      'all',
      names.map((name) => total(columns[name]).toFixed(0)),
    ),
  ].join('\n');
}
