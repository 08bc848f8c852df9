// Starts another process at a store and hears what it says.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./child.ts', import.meta.url));
const command = (args: readonly string[]): string[] => ['--import', import.meta.resolve('tsx'), script, ...args];

/** Runs to its end. */
export function ran(...args: string[]): { readonly said: string; readonly exit: number | null } {
  const { stdout, stderr, status } = spawnSync(process.execPath, command(args), { encoding: 'utf8' });
  return { said: (stdout + (status === null ? stderr : '')).trim(), exit: status };
}

/** Resolves when it has said `word`; kill it, and wait until it is gone, with `kill`. */
export async function until(word: string, ...args: string[]): Promise<{ kill(): Promise<void> }> {
  const child = spawn(process.execPath, command(args), { stdio: ['pipe', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === word) return { kill: () => killed(child) };
    throw new Error(`it said ${line}`);
  }
  throw new Error('it ended without a word');
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** What a process does to the system: one line a call. Undefined when strace is not here or may not look. */
export function traced(calls: string, out: string, ...args: string[]): { readonly exit: number | null } | undefined {
  const able = spawnSync('strace', ['-qq', '-o', '/dev/null', process.execPath, '--version']);
  if (able.status !== 0) return undefined;
  const trace = ['-f', '-qq', '-s', '40', '-e', `trace=${calls}`, '-o', out, process.execPath];
  return { exit: spawnSync('strace', [...trace, ...command(args)]).status };
}
