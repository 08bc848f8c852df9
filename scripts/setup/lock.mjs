// One set-up at a time: two commands started at once must not both install. The holder shows that it lives.
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const BEAT_MS = 2_000;
const DEAD_AFTER_MS = 30_000;

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Left behind by a killed command: its process is gone, or it has not shown itself for half a minute. */
export function abandoned(file, now = Date.now()) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    const age = now - statSync(file).mtimeMs;
    // Just made and not yet written: give its owner a moment.
    if (!Number.isInteger(pid) || pid <= 0) return age > BEAT_MS;
    return age > DEAD_AFTER_MS || !alive(pid);
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function tryTake(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

/** Resolves to the function that gives the lock back. `onWait` is called once when somebody else holds it. */
export async function takeLock(file, onWait) {
  mkdirSync(path.dirname(file), { recursive: true });
  for (let waited = false; !tryTake(file); ) {
    if (abandoned(file)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!waited) onWait();
    waited = true;
    await sleep(200);
  }
  const beat = setInterval(() => utimesSync(file, new Date(), new Date()), BEAT_MS);
  beat.unref();
  const release = () => {
    clearInterval(beat);
    rmSync(file, { force: true });
  };
  process.once('exit', release);
  return release;
}
