// The store as the house sees it: in a writer thread, so that no fsync stops the event loop, or in this very thread.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { GatewayError } from '../../core/errors.ts';
import type { Store } from '../../core/store.ts';
import { type Call, type Direct, storeOver } from '../direct.ts';
import { gone } from '../refusals.ts';
import { explain } from './errors.ts';
import { openSqlite, type SqliteOptions } from './store.ts';
import { type Answered, type Asked, errorOf, type Said, type WorkerStart } from './wire.ts';

/** The same synchronous store without a thread: for tools, tests and tiny machines. */
export const openInThread = (options: SqliteOptions): Store => inThread(openSqlite(options), options.file);

export function inThread(direct: Direct, file: string): Store {
  let closed = false;
  async function run(call: Call, args: readonly unknown[]): Promise<unknown> {
    if (closed && call !== 'close') throw gone('the store is closed');
    closed ||= call === 'close';
    try {
      return await Reflect.apply(direct[call], direct, args);
    } catch (error) {
      throw explain(error, file);
    }
  }
  return storeOver(direct.kind, direct.epoch, run);
}

/** What a batch leaves behind is dead after its commit: a small nursery holds it, and the default would grow to 48 MB. */
const YOUNG_MB = 24;
/** The thread lives on a tenth of it; told of a limit, V8 tidies sooner instead of growing with the machine's memory. */
const OLD_MB = 256;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Rejects as `openSqlite` throws. `onFatal` hears when the thread has died or must not write any more, but only once it
 * was open: who is refused at the door learns it from the refusal alone.
 */
export function openInWorker(options: Omit<SqliteOptions, 'now'>): Promise<Store> {
  const { file, masterKey, instance } = options;
  const start: WorkerStart = { file, masterKey, instance, readOnly: options.readOnly === true };
  const worker = new Worker(workerFile(), {
    workerData: start,
    name: 'civicline store',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
  });
  const waiting = new Map<number, Waiting>();
  let queue: Asked[] = [];
  let last = 0;
  let lost: GatewayError | undefined;
  let opened = false;
  let closing = false;
  /** Somebody asked for its end: asking again is no fault, also when the thread has ended meanwhile. */
  let dismissed = false;

  /** Everything asked in one turn of the event loop travels together. */
  function flush(): void {
    const batch = queue;
    queue = [];
    try {
      if (!lost) worker.postMessage(batch);
    } catch (error) {
      // One call holds something that cannot travel (a function): only its own caller shall hear of it.
      for (const asked of batch) sendAlone(asked, batch.length === 1 ? error : undefined);
    }
  }

  function sendAlone(asked: Asked, known: unknown): void {
    try {
      if (known !== undefined) throw known;
      worker.postMessage([asked]);
    } catch (error) {
      waiting.get(asked.id)?.reject(error);
      waiting.delete(asked.id);
    }
  }

  function ask(call: Call, args: readonly unknown[]): Promise<unknown> {
    if (call === 'close' && dismissed) return Promise.resolve();
    if (lost) return Promise.reject(lost);
    if (closing) return Promise.reject(gone('the store is closed'));
    if (call === 'close') closing = dismissed = true;
    return new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      queue.push({ id: last, call, args });
      if (queue.length === 1) queueMicrotask(flush);
    });
  }

  function lose(why: string, cause?: unknown): void {
    lost ??= gone(why, cause);
    for (const { reject } of waiting.values()) reject(lost);
    waiting.clear();
    if (opened && !closing) options.onFatal?.(lost);
    closing = true;
  }

  function settle(answers: readonly Answered[]): void {
    for (const answer of answers) {
      const caller = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (answer.ok) caller?.resolve(answer.value);
      else caller?.reject(errorOf(answer.fault));
    }
  }

  return new Promise((resolve, reject) => {
    worker.on('message', (said: Said) => {
      if ('answers' in said) settle(said.answers);
      else if ('fatal' in said) {
        if (opened) options.onFatal?.(errorOf(said.fatal));
      } else if (!said.ready) reject(errorOf(said.fault));
      else {
        opened = true;
        resolve(storeOver('sqlite', said.epoch, ask));
      }
    });
    worker.on('error', (error) => {
      reject(gone('the store could not be started', error));
      lose('the store thread has died', error);
    });
    worker.on('exit', () => {
      reject(gone('the store could not be started'));
      lose('the store thread has ended');
    });
  });
}

/** Under a TypeScript runner this file is .ts, which a worker cannot load: then the built one is taken. */
function workerFile(): URL {
  const here = import.meta.url;
  if (!here.endsWith('.ts')) return new URL('./worker.js', here);
  const built = new URL('../../../dist/store/sqlite/worker.js', here);
  if (existsSync(fileURLToPath(built))) return built;
  throw new GatewayError({
    code: 'not_built',
    message: 'the store thread is not built',
    retryable: false,
    status: 500,
    advice: 'Run `npm run build` first.',
  });
}
