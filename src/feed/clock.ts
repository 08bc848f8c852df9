// Clock: time, timers and chance as arguments, so that a test can run three days of retries in a millisecond.

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Runs `task` once after `ms` milliseconds; the answer cancels it. A long wait may fire early: callers look at `now` again. */
  after(ms: number, task: () => void): () => void;
}

/** Longest delay a Node timer takes without wrapping round to 1 ms. */
const LONGEST_MS = 2 ** 31 - 1;

export const realClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  after(ms, task) {
    const timer = setTimeout(task, Math.min(Math.max(0, ms), LONGEST_MS));
    return () => clearTimeout(timer);
  },
};
