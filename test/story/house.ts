// The built gateway for tales of the whole house: a home of its own, a process on a free port, and the commands beside it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Compile } from 'typebox/compile';
import { expect } from 'vitest';
import { parse, stringify } from 'yaml';
import type { EventType } from '../../src/core/event.ts';
import { TYPE_DATA } from '../../src/feed/type-data.ts';
import { afterEveryFile } from '../leave.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const CLI = join(root, 'dist', 'cli.js');
export const ADMIN = 'admin-key-of-a-tale-0001';

/** `npm test` builds first; who calls vitest by hand may have nothing to start. */
export const BUILT = existsSync(CLI);
if (!BUILT) console.warn('SKIPPED: dist/ is missing, so no gateway can be started; run node scripts/setup.mjs');

const homes: string[] = [];
const running = new Set<Running>();
afterEveryFile(async () => {
  for (const one of running) await one.end('SIGKILL');
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'civicline-story-'));
  homes.push(folder);
  return folder;
};

/** A folder with the example configuration and, from the first start on, its data. */
export function newHome(house: Readonly<Record<string, object>> = {}): string {
  const home = newFolder();
  cpSync(join(root, 'config'), join(home, 'config'), { recursive: true });
  if (Object.keys(house).length > 0) furnish(home, house);
  return home;
}

/** Lays settings over civicline.yaml of a home. */
export function furnish(home: string, house: Readonly<Record<string, object>>): void {
  const file = join(home, 'config', 'civicline.yaml');
  const now: Record<string, object> = parse(readFileSync(file, 'utf8'));
  for (const [name, part] of Object.entries(house)) now[name] = { ...now[name], ...part };
  writeFileSync(file, stringify(now));
}

export type Env = Readonly<Record<string, string>>;

/** Nothing of the developer's own environment reaches a gateway. */
export const envOf = (home: string, more: Env = {}): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  CIVICLINE_CONFIG: join(home, 'config'),
  CIVICLINE_DATA: join(home, 'data'),
  ...more,
});

export interface Running {
  readonly said: { readonly out: string; readonly err: string };
  readonly over: () => boolean;
  /** Sends the signal, if any; resolves with the exit code once the process is over and all it said was heard. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** A process of ours; it is gone at the latest when the file's tests are. */
export function start(args: readonly string[], env: Env): Running {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  const closed = once(child, 'close');
  const one: Running = {
    said,
    over: () => child.exitCode !== null || child.signalCode !== null,
    async end(signal) {
      if (signal) child.kill(signal);
      await closed;
      running.delete(one);
      return child.exitCode;
    },
  };
  running.add(one);
  return one;
}

export interface Ran {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
  /** The JSON lines of standard output. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly lines: any[];
}

/** One command in a process of its own, to its end. */
export async function run(home: string, args: readonly string[], env: Env = {}): Promise<Ran> {
  const { said, end } = start([CLI, ...args], envOf(home, env));
  return ranAs(await end(), said);
}

export function ranAs(exit: number | null, { out, err }: Running['said']): Ran {
  const lines = out.startsWith('{') ? out.trim().split('\n') : [];
  return { exit, out, err, lines: lines.map((line) => JSON.parse(line)) };
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
  readonly headers: Headers;
}

export interface Question {
  readonly token?: string;
  readonly body?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function ask(url: string, method: string, path: string, question: Question = {}): Promise<Answer> {
  const { token, body, form, headers } = question;
  const answer = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
  const text = await answer.text();
  const json = answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined;
  return { status: answer.status, text, json, headers: answer.headers };
}

export interface Gateway {
  readonly url: string;
  readonly said: { readonly out: string; readonly err: string };
  ask(method: string, path: string, question?: Question): Promise<Answer>;
  /** A message in JSON at /in/web. */
  say(body: Readonly<Record<string, unknown>>, key?: string): Promise<Answer>;
  /** Sends the signal; resolves with the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts the built gateway on a free port, without waiting for it. */
export function startServing(home: string, env: Env = {}): Running {
  const own = { PORT: '0', CIVICLINE_ADMIN_KEY: ADMIN, CIVICLINE_ALLOWED_NETWORKS: '127.0.0.0/8', ...env };
  return start([CLI, 'serve'], envOf(home, own));
}

/** As `startServing`, and waits until it says where it listens. */
export async function serve(home: string, env: Env = {}): Promise<Gateway> {
  const { said, over, end } = startServing(home, env);
  const address = () => /^ {2}address +(http\S+)$/m.exec(said.out)?.[1];
  await until(() => over() || address() !== undefined);
  const url = address();
  if (url === undefined) throw new Error(`the gateway ended: ${said.err}`);
  return {
    url,
    said,
    ask: (method, path, question) => ask(url, method, path, question),
    say: (body, key) => say(url, body, key),
    end,
  };
}

export const say = (url: string, body: Readonly<Record<string, unknown>>, key?: string): Promise<Answer> =>
  ask(url, 'POST', '/in/web', { body, headers: key ? { 'idempotency-key': key } : {} });

// biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape
type AnyEvent = any;

/** What an event says that the catalogue does not, or says otherwise. */
function untold({ type, data }: AnyEvent): unknown[] {
  const schema = TYPE_DATA[type as EventType];
  const named: object = Reflect.get(schema, 'properties');
  const stray = Object.keys(data).filter((field) => !Object.hasOwn(named, field));
  return [...stray.map((field) => `${type}: ${field}`), ...Compile(schema).Errors(data)];
}

/** The whole log as the administrator reads it; every event is held against the catalogue. */
export async function wholeLog(url: string, token = ADMIN): Promise<AnyEvent[]> {
  const events: AnyEvent[] = [];
  for (let after = 'earliest'; ; ) {
    const { json } = await ask(url, 'GET', `/v1/events?limit=1000&after=${after}`, { token });
    events.push(...json.data);
    for (const event of json.data) expect(untold(event)).toEqual([]);
    if (!json.has_more) return events;
    after = json.next_cursor;
  }
}

export const typesOf = (events: readonly AnyEvent[]): string[] => events.map((event) => event.type);

/** Waits for what another process does; the test's own time limit ends it. */
export async function until(happened: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await happened())) await new Promise((resolve) => setTimeout(resolve, 10));
}
