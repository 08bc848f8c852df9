// A house that receives mail by SMTP, in a process of its own, and tells over IPC how long its event loop stood still at worst since it was asked, and how much of that was its own work.
import { readFileSync } from 'node:fs';
import { loadSettings } from '../../dist/config.js';
import { openHouse } from '../../dist/main.js';

const EVERY_MS = 2;
let port = 0;
const log = {
  ...{ debug() {}, warn() {}, error: console.error },
  info(detail) {
    port = detail.port ?? port;
  },
};
const house = await openHouse(loadSettings(process.env), log, (error) => {
  throw error;
});

/** CPU time of the thread of the event loop, ms; where the system tells it. On a crowded machine a turn lasts longer than it works. */
function worked() {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}

/** A timer that should ring every few ms: what lies between two rings was one stretch of work, or of waiting for a core. */
function watch() {
  let [at, cpu] = [performance.now(), worked()];
  const worst = { stall: 0, work: 0 };
  const timer = setInterval(() => {
    const [now, used] = [performance.now(), worked()];
    worst.stall = Math.max(worst.stall, now - at - EVERY_MS);
    worst.work = Math.max(worst.work, used - cpu);
    [at, cpu] = [now, used];
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    const peak = Math.round(process.resourceUsage().maxRSS / 1_024);
    return { stall: Math.round(worst.stall), work: Math.round(worst.work), peak };
  };
}

let stop;
process.on('message', async (question) => {
  if (question === 'end') {
    await house.close();
    process.disconnect();
  } else if (question === 'begin') {
    stop = watch();
    process.send({ begun: true });
  } else process.send(stop());
});
process.send({ port });
