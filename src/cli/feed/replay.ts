// civicline replay: has the gateway send a stretch of the log to an endpoint again, and watches until it is done.
import { Command } from 'commander';
import { usage } from '../fail.ts';
import { printLine } from '../workshop.ts';
import { type Asked, type Gateway, openGateway } from './gateway.ts';
import { tell } from './options.ts';

interface Options extends Asked {
  readonly before?: string;
  readonly states?: string;
  readonly rate?: string;
  readonly dryRun?: boolean;
  readonly detach?: boolean;
}

const LOOK_MS = 500;

export function replayCommand(): Command {
  return new Command('replay')
    .description(
      'send a stretch of the log to an endpoint again; the dead and the missing unless --states says otherwise',
    )
    .argument('<endpoint>', 'id of the endpoint, ep_…')
    .option('--gateway <url>', 'address of the gateway; http://127.0.0.1:8345 by default')
    .option('--after <place>', 'earliest (default), a time or a cursor')
    .option('--before <place>', 'now (default), a time or a cursor')
    .option('--types <list>', 'event types, separated by commas; case.* stands for a group')
    .option('--filter <filter>', 'a CESQL expression, or a filter as JSON')
    .option('--states <list>', 'dead, delivered, skipped, missing, separated by commas')
    .option('--rate <n>', 'events a second')
    .option('--dry-run', 'only count what would be sent')
    .option('--detach', 'do not wait for the end')
    .addHelpText('after', '\nThe key is read from CIVICLINE_FEED_KEY.')
    .action(replay);
}

async function replay(endpoint: string, options: Options): Promise<void> {
  if (!/^ep_\w+$/.test(endpoint)) throw usage(`${endpoint} is no id of an endpoint`, 'GET /v1/endpoints lists them.');
  const { after, before, types, states, dryRun } = options;
  const asked = {
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
    ...(types === undefined ? {} : { types: types.split(',') }),
    ...(options.filter === undefined ? {} : { filter: filterOf(options.filter) }),
    ...(states === undefined ? {} : { states: states.split(',') }),
    ...(options.rate === undefined ? {} : { rate: rateOf(options.rate) }),
    ...(dryRun ? { dryRun } : {}),
  };
  const gateway = openGateway(options, process.env, tell);
  const begun = await gateway.call('POST', `/v1/endpoints/${endpoint}/replay`, asked);
  printLine(begun);
  if (!dryRun && !options.detach) await watched(gateway, `/v1/endpoints/${endpoint}/replays/${begun.id}`);
}

/** One line when it is over; it goes on at the gateway, whoever stops watching. */
async function watched(gateway: Gateway, path: string): Promise<void> {
  for (;;) {
    const now = await gateway.call('GET', path);
    if (now.state !== 'running') return printLine(now);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** As the query of the feed takes it: JSON, or an expression alone. */
function filterOf(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return { sql: text };
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usage(`--filter is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function rateOf(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw usage(`--rate ${text} is no number of events a second`);
}
