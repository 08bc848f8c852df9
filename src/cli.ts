#!/usr/bin/env node
// civicline: the same core from a command line. JSON Lines on standard output, problems on standard error, exit 2 on bad usage.
import { Command, CommanderError } from 'commander';
import { dataCommands } from './cli/data.ts';
import { doctorCommand } from './cli/doctor.ts';
import { fail } from './cli/fail.ts';
import { importCommand } from './cli/import-command.ts';
import { keyCommand } from './cli/key.ts';
import { serveCommand } from './cli/serve.ts';
import { version } from './version.ts';

const program = new Command('civicline')
  .description('一号通: one door for everything a city says to its 12345 hotline')
  .version(version)
  .exitOverride()
  .configureOutput({ writeOut: (text) => process.stdout.write(text) });

for (const command of [serveCommand(), importCommand(), keyCommand(), ...dataCommands(), doctorCommand()]) {
  command.exitOverride();
  for (const sub of command.commands) sub.exitOverride();
  program.addCommand(command);
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else process.exitCode = fail(error);
}
