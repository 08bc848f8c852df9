#!/usr/bin/env node
// civicline: the same core from a command line. JSON Lines on standard output, problems on standard error, exit 2 on bad usage.
import { refuseSecond } from './cli/early.ts';

const args = process.argv.slice(2);
try {
  if (args[0] === 'serve') refuseSecond(process.env);
  const { runCommand } = await import('./cli/program.ts');
  process.exitCode = await runCommand(args);
} catch (error) {
  const { fail } = await import('./cli/fail.ts');
  process.exitCode = fail(error);
}
