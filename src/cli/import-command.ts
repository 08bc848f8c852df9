// civicline import: the command around src/cli/import.ts, with its progress line and its summary.
import { accessSync, constants, statSync } from 'node:fs';
import { Command } from 'commander';
import { CHANNELS, loadAccounts } from '../channels/index.ts';
import type { Door } from '../core/channel.ts';
import { doorOf } from '../door.ts';
import type { Rooms } from '../rooms.ts';
import { usage } from './fail.ts';
import { importFiles } from './import.ts';
import { printLine, withRooms } from './workshop.ts';

interface Options {
  readonly channel: string;
  readonly account?: string;
  readonly json?: boolean;
}

export function importCommand(): Command {
  return new Command('import')
    .description('read JSON Lines files through a channel into the store; safe to run twice')
    .requiredOption('--channel <id>', `one of ${Object.keys(CHANNELS).join(', ')}`)
    .option('--account <name>', 'account the messages belong to; by default the channel itself')
    .option('--json', 'one line an item: {file, row, outcome, caseNo?, reason?}')
    .argument('<file...>', 'files of one JSON object a line: text, title?, id?, time?')
    .action((files: string[], options: Options) => run(files, options));
}

async function run(files: readonly string[], options: Options): Promise<void> {
  if (!Object.hasOwn(CHANNELS, options.channel))
    throw usage(`there is no channel ${options.channel}`, `Known channels: ${Object.keys(CHANNELS).join(', ')}.`);
  for (const file of files) refuseUnreadable(file);
  const summary = await withRooms(async (rooms) => {
    const door = await importDoor(rooms, options);
    const progress = process.stderr.isTTY ? progressLine() : () => {};
    return importFiles(files, {
      accept: (payload) => door.accept(payload),
      answer: options.json ? printLine : () => {},
      progress,
    });
  });
  if (process.stderr.isTTY) process.stderr.write('\n');
  if (!options.json) printLine(summary);
  else process.stderr.write(`${JSON.stringify(summary)}\n`);
  if (summary.counts.refused > 0) process.exitCode = 1;
}

/** Before anything is taken in: a run over ten files does not stop at a mistyped ninth. */
function refuseUnreadable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
    if (statSync(file).isDirectory()) throw new Error('it is a folder');
  } catch (cause) {
    throw usage(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** Imports need no configured account: the channel's own defaults serve. */
async function importDoor(rooms: Rooms, { channel, account }: Options): Promise<Door> {
  const name = account ?? channel;
  const configured = rooms.doors.get(name);
  if (configured) return configured;
  const [loaded] = await loadAccounts({ [name]: { channel } });
  if (!loaded) throw usage(`account ${name} cannot be opened`);
  const { intake, store, mint, guard, log, disk, settings } = rooms;
  return doorOf(loaded, {
    ...{ intake, store, mint, guard, log },
    city: () => settings.city,
    now: () => Date.now(),
    room: disk.room,
    admit: () => ({ ok: true }),
    mount: () => {},
    signal: new AbortController().signal,
  });
}

const STEP = 100;

function progressLine(): (done: number) => void {
  return (done) => {
    if (done % STEP === 0) process.stderr.write(`\r${done} read`);
  };
}
