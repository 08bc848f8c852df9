// Workshop: opens the rooms for one command and closes them again, whatever happens.

import { pino } from 'pino';
import { loadSettings } from '../config.ts';
import { openLog } from '../http/log.ts';
import { openRooms, type Rooms } from '../rooms.ts';

/** Beside a running gateway its store is borrowed. Rejects with what opening or `work` rejects with. */
export async function withRooms<T>(work: (rooms: Rooms) => Promise<T>): Promise<T> {
  const settings = loadSettings(process.env);
  const log = openLog({ level: 'warn', stream: pino.destination({ dest: 2, sync: true }) });
  const rooms = await openRooms(settings, {
    quiet: true,
    log,
    beside: true,
    fatal(error) {
      log.error({ err: error }, 'the store stopped working');
      process.exit(1);
    },
  });
  try {
    return await work(rooms);
  } finally {
    await rooms.close();
  }
}

export const printLine = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};
