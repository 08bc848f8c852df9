// civicline import: the command around src/cli/import.ts, with its progress line and its summary.
import { Command } from 'commander';
import { type Account, CHANNELS, loadAccounts } from '../channels/index.ts';
import type { Door } from '../core/channel.ts';
import { GatewayError } from '../core/errors.ts';
import { doorOf } from '../door.ts';
import type { Rooms } from '../rooms.ts';
import { usage } from './fail.ts';
import { importFiles } from './import.ts';
import { listFiles, sourceFile } from './source-files.ts';
import { printLine, withRooms } from './workshop.ts';

interface Options {
  readonly channel: string;
  readonly account?: string;
  readonly json?: boolean;
}

export function importCommand(): Command {
  return new Command('import')
    .description('read files through a channel into the store; safe to run twice')
    .requiredOption('--channel <id>', `one of ${Object.keys(CHANNELS).join(', ')}`)
    .option('--account <name>', 'account the messages belong to; by default the channel itself')
    .option('--json', 'one line an item: {file, row, outcome, caseNo?, reason?}')
    .argument(
      '<file...>',
      'files of the channel: mails, transcripts, letters, pushes of a platform one a line; else one JSON object a line: text, title?, id?, time?',
    )
    .action((files: string[], options: Options) => run(files, options));
}

async function run(files: readonly string[], options: Options): Promise<void> {
  if (!Object.hasOwn(CHANNELS, options.channel))
    throw usage(`there is no channel ${options.channel}`, `Known channels: ${Object.keys(CHANNELS).join(', ')}.`);
  const channel = await CHANNELS[options.channel]?.();
  const listed = listFiles(files, channel?.files !== undefined);
  const summary = await withRooms(async (rooms) => {
    const { account, door } = await importAccount(rooms, options);
    const { channel, settings } = account;
    const progress = process.stderr.isTTY ? progressLine() : () => {};
    return importFiles(listed, {
      accept: (payload) => door.accept(payload),
      tally: (facts) => door.tally(facts),
      ...(channel.files ? { items: (file) => channel.files?.(sourceFile(file), settings, door) } : {}),
      answer: options.json ? printLine : () => {},
      progress,
    });
  });
  if (process.stderr.isTTY) process.stderr.write('\n');
  if (!options.json) printLine(summary);
  else process.stderr.write(`${JSON.stringify(summary)}\n`);
  if (summary.counts.refused > 0) process.exitCode = 1;
}

/** Imports need no configured account where the channel's own defaults serve; an openid, say, is one of an account. */
async function importAccount(rooms: Rooms, options: Options): Promise<{ account: Account; door: Door }> {
  const name = options.account ?? options.channel;
  const known = rooms.accounts.find((one) => one.name === name);
  const open = rooms.doors.get(name);
  if (known && open) return { account: known, door: open };
  const [account] = await loadAccounts({ [name]: { channel: options.channel } }).catch((error: unknown) => {
    if (!(error instanceof GatewayError) || error.code !== 'bad_settings') throw error;
    const others = rooms.accounts.filter(({ channel }) => channel.name === options.channel).map((one) => one.name);
    throw usage(
      `${options.channel} is imported into an account of channels.yaml, and ${name} is none`,
      others.length > 0 ? `Name one with --account: ${others.join(', ')}.` : 'Write its block first.',
    );
  });
  if (!account) throw usage(`account ${name} cannot be opened`);
  return { account, door: importDoor(account, rooms) };
}

function importDoor(account: Account, { intake, store, mint, guard, log, disk, settings }: Rooms): Door {
  return doorOf(account, {
    ...{ intake, store, mint, guard, log },
    city: () => settings.city,
    now: () => Date.now(),
    room: disk.room,
    admit: () => ({ ok: true }),
    mount: () => {},
    mountSocket: () => {},
    apiGuard: guard,
    refused: () => {},
    heard: () => {},
    quiet: true,
    signal: new AbortController().signal,
  });
}

const STEP = 100;

function progressLine(): (done: number) => void {
  return (done) => {
    if (done % STEP === 0) process.stderr.write(`\r${done} read`);
  };
}
