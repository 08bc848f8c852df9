// One command line run in this very process, with its settings and all it writes kept apart from the tests' own.
import { vi } from 'vitest';
import { runCommand } from '../../src/cli/program.ts';
import { type Env, envOf, type Ran, ranAs } from '../story/house.ts';

/** What a developer may have set; an empty variable counts as none. */
const OURS = [
  'PORT',
  'HOST',
  'DATABASE_URL',
  'REDIS_URL',
  'CIVICLINE_KEY',
  'CIVICLINE_ADMIN_KEY',
  'CIVICLINE_INSTANCE',
];

export async function command(home: string, args: readonly string[], env: Env = {}): Promise<Ran> {
  const said = { out: '', err: '' };
  const hear = (to: 'out' | 'err') => (text: unknown) => {
    said[to] += String(text);
    return true;
  };
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(hear('out'));
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(hear('err'));
  for (const name of OURS) vi.stubEnv(name, '');
  for (const [name, value] of Object.entries(envOf(home, env))) vi.stubEnv(name, value);
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    return ranAs(await runCommand(args), said);
  } finally {
    process.exitCode = before;
    vi.unstubAllEnvs();
    stdout.mockRestore();
    stderr.mockRestore();
  }
}
