#!/usr/bin/env node
// civicline: the same core from a command line. JSON Lines on standard output, problems on standard error, exit 2 on bad usage.
import { takenBy } from './cli/early.ts';

// Whatever is written (store, key, socket, backup) is for the gateway's own user.
process.umask(0o077);

const args = process.argv.slice(2);
const taken = args[0] === 'serve' ? takenBy(process.env) : undefined;
if (taken === undefined) {
  const { runCommand } = await import('./cli/program.ts');
  process.exitCode = await runCommand(args);
} else {
  console.error(taken);
  process.exitCode = 1;
}
