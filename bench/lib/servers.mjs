// The servers under load: started on ports and folders of their own, measured by /proc, ended by their process id.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const ADMIN_KEY = `bench-${randomBytes(16).toString('hex')}`;

export const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

export const throwAway = () => mkdtempSync(path.join(tmpdir(), 'civicline-bench-'));
export const remove = (folder) => rmSync(folder, { recursive: true, force: true });

const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

/** A child process of ours: `{pid, output(), exited, kill(signal)}`. */
export function start(args, env) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-20_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  children.add(child);
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  exited.then(() => children.delete(child));
  const kill = (signal) => {
    child.kill(signal);
    return exited;
  };
  return {
    pid: child.pid,
    output: () => output,
    exited,
    kill,
    gone: () => child.exitCode !== null || child.signalCode !== null,
  };
}

/** Resolves when `url` answers 2xx. Rejects with the end of the server's words when it ends first or takes too long. */
export async function ready(server, url, capMs = 30_000) {
  for (const began = Date.now(); ; ) {
    try {
      const answer = await fetch(url);
      await answer.body?.cancel();
      if (answer.ok) return Date.now() - began;
    } catch {
      // Nobody listens yet.
    }
    if (server.gone() || Date.now() - began > capMs)
      throw new Error(`no answer from ${url}:\n${server.output().slice(-2_000)}`);
    await new Promise((r) => setTimeout(r, 20));
  }
}

/** Settings of a gateway that neither relates nor asks a model. */
export const RULES_ONLY = { relate: { enabled: false }, understanding: { enabled: false } };

/** A home for a gateway: the example configuration with `settings` laid over civicline.yaml, and room for data. */
export function gatewayHome(settings = {}) {
  const home = throwAway();
  cpSync(path.join(root, 'config'), path.join(home, 'config'), { recursive: true });
  const file = path.join(home, 'config', 'civicline.yaml');
  const house = parse(readFileSync(file, 'utf8'));
  for (const [name, part] of Object.entries(settings)) house[name] = { ...house[name], ...part };
  writeFileSync(file, stringify(house));
  return home;
}

/** Starts the built gateway without waiting; `nodeArgs` stand before the script. */
export function startGateway(home, port, nodeArgs = []) {
  const cli = path.join(root, 'dist', 'cli.js');
  if (!existsSync(cli)) throw new Error('the gateway is not built: run npm start once, or node scripts/setup.mjs');
  const server = start(['--max-old-space-size=512', '--max-semi-space-size=8', ...nodeArgs, cli, 'serve'], {
    PORT: String(port),
    HOST: '127.0.0.1',
    CIVICLINE_DATA: path.join(home, 'data'),
    CIVICLINE_CONFIG: path.join(home, 'config'),
    CIVICLINE_ADMIN_KEY: ADMIN_KEY,
    CIVICLINE_ALLOWED_NETWORKS: '127.0.0.0/8',
  });
  const url = `http://127.0.0.1:${port}`;
  return { ...server, url, ready: () => ready(server, `${url}/readyz`) };
}

/** One call of the gateway's API with the administrator's key. Throws unless it answers 2xx. */
export async function api(url, method, route, body) {
  const headers = { authorization: `Bearer ${ADMIN_KEY}`, ...(body ? { 'content-type': 'application/json' } : {}) };
  const answer = await fetch(url + route, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${text.slice(0, 300)}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** Headers of a message handed in as JSON under a key of its own. */
export const intakeHeaders = (key) => ({
  'content-type': 'application/json',
  authorization: `Bearer ${ADMIN_KEY}`,
  'idempotency-key': key,
});

const TICK_MS = 10; // USER_HZ is 100 on Linux
const fieldsOf = (pid) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/** CPU so far of each thread of a process, in microseconds by its number; without the profiler's own. */
export function threadTimes(pid) {
  const times = new Map();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const task = `${pid}/task/${thread}`;
    if (readFileSync(`/proc/${task}/comm`, 'utf8').startsWith('v8:Prof')) continue;
    const fields = fieldsOf(task);
    times.set(thread, (Number(fields[11]) + Number(fields[12])) * TICK_MS * 1_000);
  }
  return times;
}

function tree(pid) {
  const parents = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      parents.set(Number(entry), Number(fieldsOf(entry)[1]));
    } catch {
      // It ended between listing and reading.
    }
  }
  const within = (one) => one === pid || (parents.has(one) && parents.get(one) > 1 && within(parents.get(one)));
  return [...parents.keys()].filter(within);
}

/** CPU so far (ms, user and system) and peak resident memory (MB) of a process and its children. */
export function usage(pid) {
  let cpuMs = 0;
  let peakMb = 0;
  for (const one of tree(pid)) {
    const fields = fieldsOf(one);
    cpuMs += (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    peakMb += Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${one}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  }
  return { cpuMs, peakMb };
}
