// civicline tail: the log on standard output, one event a line, byte for byte.
import { Command } from 'commander';
import { type Asked, openGateway } from './gateway.ts';
import { ending, tell, withAsked } from './options.ts';

interface Options extends Asked {
  readonly once?: boolean;
}

export function tailCommand(): Command {
  return withAsked(new Command('tail'))
    .description('print events as they happen, one a line')
    .option('--once', 'print what there is (from the earliest on, unless --after says otherwise) and end')
    .action(tail);
}

async function tail(options: Options): Promise<void> {
  const gateway = openGateway(options, process.env, tell);
  const events = options.once ? gateway.pull(options) : gateway.stream(options, ending());
  for await (const { body } of events) process.stdout.write(`${body}\n`);
}
