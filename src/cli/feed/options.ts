// Options: what the integrators' commands share: which gateway, from where, which events, and how they end.
import type { Command } from 'commander';

export const withAsked = (command: Command): Command =>
  command
    .option('--gateway <url>', 'address of the gateway; http://127.0.0.1:8345 by default')
    .option('--after <place>', 'earliest, now, a time or a cursor; now by default')
    .option('--types <list>', 'event types, separated by commas; case.* stands for a group')
    .option('--filter <filter>', 'a CESQL expression, or a filter as JSON')
    .addHelpText('after', '\nThe key is read from CIVICLINE_FEED_KEY.');

/** Aborted at Ctrl-C, so that a line is not cut in half. */
export function ending(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

export const tell = (problem: string): void => {
  process.stderr.write(`civicline: ${problem}\n`);
};
