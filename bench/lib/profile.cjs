// Preloaded into every thread of a server: profiles it while the file `on` lies in PROFILE_DIR, so that start and warming up do not count.
const fs = require('node:fs');
const inspector = require('node:inspector');
const path = require('node:path');

const folder = process.env.PROFILE_DIR;
/** The thread's number in /proc, by which its CPU time is found. */
const thread = path.basename(fs.readlinkSync('/proc/thread-self'));
const EVERY_US = 250;
let session;

function begin() {
  session = new inspector.Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: EVERY_US });
  session.post('Profiler.start');
}

function end() {
  session.post('Profiler.stop', (error, result) => {
    if (error) throw new Error(`the profile of thread ${thread} was not made: ${error.message}`);
    const file = path.join(folder, thread);
    fs.writeFileSync(`${file}.part`, JSON.stringify(result.profile));
    fs.renameSync(`${file}.part`, `${file}.cpuprofile`);
  });
  session = undefined;
}

setInterval(() => {
  const on = fs.existsSync(path.join(folder, 'on'));
  if (on && !session) begin();
  else if (!on && session) end();
}, 100).unref();
