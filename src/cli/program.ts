// The commands of civicline, put together; runs one command line and answers its exit code.
import { Command, CommanderError } from 'commander';
import { version } from '../version.ts';
import { fail } from './fail.ts';

/** Each reads its part of the house only when it is wanted: a short command need not wait for the whole gateway. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand(),
  import: async () => (await import('./import-command.ts')).importCommand(),
  key: async () => (await import('./key.ts')).keyCommand(),
  erase: async () => (await import('./data.ts')).eraseCommand(),
  backup: async () => (await import('./data.ts')).backupCommand(),
  restore: async () => (await import('./data.ts')).restoreCommand(),
  rotate: async () => (await import('./data.ts')).rotateCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  classify: async () => (await import('./classify.ts')).classifyCommand(),
  relate: async () => (await import('./relate.ts')).relateCommand(),
  train: async () => (await import('./train.ts')).trainCommand(),
  evaluate: async () => (await import('./train.ts')).evaluateCommand(),
  listen: async () => (await import('./feed/listen.ts')).listenCommand(),
  tail: async () => (await import('./feed/tail.ts')).tailCommand(),
  replay: async () => (await import('./feed/replay.ts')).replayCommand(),
  verify: async () => (await import('./feed/verify.ts')).verifyCommand(),
};

/** The one command named first; all of them for help, and where none has that name. */
async function wanted(first: string | undefined): Promise<readonly Command[]> {
  const one = first !== undefined && Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  return one ? [await one()] : Promise.all(Object.values(COMMANDS).map((make) => make()));
}

/** `args` without node and script. 0 well, 1 not done or something found wanting, 2 bad usage. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const program = new Command('civicline')
    .description('一号通: one door for everything a city says to its 12345 hotline')
    .version(version)
    .exitOverride();
  for (const command of await wanted(args[0])) {
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
