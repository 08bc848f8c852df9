// Thread: heavy reading in a thread with limits of time and memory: what breaks them is told, the next one goes on.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { GatewayError } from '../../core/errors.ts';

export interface ThreadLimits {
  readonly milliseconds: number;
  readonly megabytes: number;
}

export interface ThreadOf {
  /** Where its code lies: the file beside `from` with this name, without its ending. */
  readonly from: string;
  readonly file: string;
  readonly limits: ThreadLimits;
  /** What whoever asked is told when it could not be done within the limits. */
  readonly refuse: (why: string, cause?: unknown) => Error;
}

/** A thread nobody asks ends, so that idle memory is given back; asked for nothing, it keeps no process alive. */
const IDLE_MS = 5_000;

export const LIMITS: ThreadLimits = { milliseconds: 10_000, megabytes: 256 };

export interface Thread<Question, Reply> {
  /** One question after the other. `meanwhile` deals with what the thread needs for this one; undefined for its last word. */
  ask(question: Question, meanwhile?: Meanwhile<Question, Reply>): Promise<Reply>;
}

export function openThread<Question, Reply>(about: ThreadOf): Thread<Question, Reply> {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;

  const end = async (): Promise<void> => {
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  };

  function begin(): Worker {
    const { megabytes } = about.limits;
    const resourceLimits = { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 16 };
    const thread = new Worker(threadFile(about), { name: `civicline ${about.file}`, resourceLimits });
    // Whoever waits hears of it; one that breaks while nobody waits is replaced at the next question.
    thread.on('error', () => {});
    thread.once('exit', () => {
      if (worker === thread) worker = undefined;
    });
    return thread;
  }

  async function one(question: Question, meanwhile?: Meanwhile<Question, Reply>): Promise<Reply> {
    clearTimeout(idle);
    worker ??= begin();
    const thread = worker;
    thread.ref();
    try {
      return await put(thread, question, about, meanwhile);
    } catch (error) {
      await end();
      throw error;
    } finally {
      thread.unref();
      idle = setTimeout(() => void end(), IDLE_MS).unref();
    }
  }

  return {
    ask(question, meanwhile) {
      const turn = last.then(() => one(question, meanwhile));
      last = turn.catch(() => {}); // heard by whoever asked
      return turn;
    },
  };
}

type Meanwhile<Question, Reply> = (reply: Reply) => Promise<Question> | undefined;

/** Bytes are copied over, or shared: the caller may still need them when the thread has died of them. */
function put<Question, Reply>(
  thread: Worker,
  question: Question,
  { limits: { milliseconds }, refuse }: ThreadOf,
  meanwhile?: Meanwhile<Question, Reply>,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const over = (settle: () => void) => {
      clearTimeout(timer);
      thread.off('message', heard);
      thread.off('error', broke);
      thread.off('exit', ended);
      settle();
    };
    const fail = (why: string, cause?: unknown) => over(() => reject(refuse(why, cause)));
    const heard = (reply: Reply) => {
      const more = meanwhile?.(reply);
      if (more) void more.then((next) => thread.postMessage(next));
      else over(() => resolve(reply));
    };
    const broke = (error: Error) => fail('its thread broke', error);
    const ended = () => fail('its thread ended');
    const timer = setTimeout(() => fail(`not done after ${milliseconds} ms`), milliseconds);
    thread.on('message', heard);
    thread.on('error', broke);
    thread.on('exit', ended);
    thread.postMessage(question);
  });
}

/** Threads run from JavaScript only: seen from a source file, the built one is started. */
function threadFile({ from, file }: ThreadOf): URL {
  if (!from.endsWith('.ts')) return new URL(`./${file}.js`, from);
  const built = new URL(new URL(`./${file}.js`, from).href.replace('/src/channels/', '/dist/channels/'));
  if (existsSync(fileURLToPath(built))) return built;
  throw new GatewayError({
    code: 'not_built',
    message: `the thread ${file} is not built`,
    retryable: false,
    status: 500,
    advice: 'Run `npm run build` first.',
  });
}
