// civicline serve: what `npm start` runs. Says where it listens and how to try it; ends gracefully on SIGTERM and SIGINT.
import { Command } from 'commander';
import { pino } from 'pino';
import { loadSettings } from '../config.ts';
import { openLog } from '../http/log.ts';
import { type House, openHouse } from '../main.ts';
import type { Settings } from '../settings.ts';

/** The platform's patience: a graceful stop that takes longer is cut short, nothing committed is lost by it. */
const STOP_MS = 9_000;

export function serveCommand(): Command {
  return new Command('serve').description('run the gateway').action(serve);
}

async function serve(): Promise<void> {
  const settings = loadSettings(process.env);
  const level = process.env.CIVICLINE_LOG || 'info';
  const log = openLog({ level, stream: pino.destination({ dest: 2, sync: false }) });
  const fatal = (error: Error): void => {
    log.fatal({ err: error }, 'the store stopped working; start the gateway again');
    process.exit(1);
  };
  let house: House | undefined;
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'closing: answering what is under way');
    setTimeout(() => {
      log.error({}, 'closing took too long; what was acknowledged is safe');
      process.exit(1);
    }, STOP_MS).unref();
    void Promise.resolve(house?.close()).then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'closing failed');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  try {
    house = await openHouse(settings, log, fatal);
  } catch (error) {
    process.off('SIGTERM', stop).off('SIGINT', stop);
    throw error;
  }
  if (stopping) await house.close();
  else welcome(house, settings);
}

function welcome(house: House, settings: Settings): void {
  const { url, adminToken, master } = house;
  const lines = [
    `civicline 一号通 · ${settings.city.name}`,
    `  address        ${url}`,
    `  citizens' page ${url}/`,
    `  documents      ${url}/docs`,
    `  data           ${settings.store.dataDir}`,
  ];
  if (master.created)
    lines.push(`  master key     made in ${master.path ?? ''}: keep a copy elsewhere; without it nothing can be read`);
  if (adminToken) lines.push(`  admin key      ${adminToken}   (shown once; it is kept as a hash only)`);
  lines.push(
    '  try it:',
    `    curl -s ${url}/in/web -H 'content-type: application/json' -d '{"content":"人民路18号门口的路灯坏了三天，晚上很黑，请派人修。"}'`,
    '',
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}
