// The commands of civicline, put together; runs one command line and answers its exit code.
import { Command, CommanderError } from 'commander';
import { version } from '../version.ts';
import { classifyCommand } from './classify.ts';
import { dataCommands } from './data.ts';
import { doctorCommand } from './doctor.ts';
import { fail } from './fail.ts';
import { listenCommand } from './feed/listen.ts';
import { replayCommand } from './feed/replay.ts';
import { tailCommand } from './feed/tail.ts';
import { verifyCommand } from './feed/verify.ts';
import { importCommand } from './import-command.ts';
import { keyCommand } from './key.ts';
import { relateCommand } from './relate.ts';
import { serveCommand } from './serve.ts';
import { evaluateCommand, trainCommand } from './train.ts';

/** `args` without node and script. 0 well, 1 not done or something found wanting, 2 bad usage. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const program = new Command('civicline')
    .description('一号通: one door for everything a city says to its 12345 hotline')
    .version(version)
    .exitOverride();
  const understanding = [classifyCommand(), relateCommand(), trainCommand(), evaluateCommand()];
  const integrating = [listenCommand(), tailCommand(), replayCommand(), verifyCommand()];
  const running = [serveCommand(), importCommand(), keyCommand(), ...dataCommands(), doctorCommand()];
  for (const command of [...running, ...understanding, ...integrating]) {
    command.exitOverride();
    for (const sub of command.commands) sub.exitOverride();
    program.addCommand(command);
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return fail(error);
  }
}
