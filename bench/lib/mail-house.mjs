// A house that receives mail by SMTP, in a process of its own, and tells over IPC how long its event loop stood still at worst since it was asked.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loadSettings } from '../../dist/config.js';
import { openHouse } from '../../dist/main.js';

const RESOLUTION_MS = 2;
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
let delay;
process.on('message', async (question) => {
  if (question === 'end') {
    await house.close();
    process.disconnect();
  } else if (question === 'begin') {
    delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delay.enable();
    process.send({ begun: true });
  } else {
    delay.disable();
    process.send({ stall: Math.max(0, Math.round(delay.max / 1e6 - RESOLUTION_MS)) });
  }
});
process.send({ port });
