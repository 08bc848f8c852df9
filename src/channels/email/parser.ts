// Parser: mails are parsed in a thread with a time and memory limit; the one that breaks them is told, the next one goes on.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { GatewayError, Unreadable } from '../../core/errors.ts';
import type { Parsed } from './mail.ts';
import type { Question, Reply } from './parser-thread.ts';

export interface Parser {
  /** Rejects with Unreadable when the mail cannot be read within the limits. */
  parse(bytes: Uint8Array): Promise<Parsed>;
  close(): Promise<void>;
}

export interface ParserLimits {
  readonly milliseconds: number;
  readonly megabytes: number;
}

const LIMITS: ParserLimits = { milliseconds: 10_000, megabytes: 256 };
/** A thread nobody asks ends, so that a command need not close anything and idle memory is given back. */
const IDLE_MS = 5_000;

export function openParser(limits: ParserLimits = LIMITS): Parser {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;

  const end = async (): Promise<void> => {
    clearTimeout(idle);
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  };

  function one(bytes: Uint8Array): Promise<Parsed> {
    clearTimeout(idle);
    worker ??= start(limits);
    const thread = worker;
    thread.ref();
    return ask(thread, bytes, limits.milliseconds).then(
      (reply) => {
        thread.unref();
        idle = setTimeout(() => void end(), IDLE_MS).unref();
        if (!reply.ok) throw new Unreadable(`the mail cannot be read: ${reply.why}`);
        return reply.parsed;
      },
      async (error: unknown) => {
        await end();
        throw error;
      },
    );
  }

  return {
    parse(bytes) {
      const turn = last.then(() => one(bytes));
      last = turn.catch(() => {}); // heard by whoever asked
      return turn;
    },
    async close() {
      await last;
      await end();
    },
  };
}

function start({ megabytes }: ParserLimits): Worker {
  return new Worker(threadFile(), {
    name: 'civicline mail',
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 16 },
  });
}

/** The bytes are copied over: the caller may still need them when the thread has died of them. */
function ask(thread: Worker, bytes: Uint8Array, milliseconds: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const over = (settle: () => void) => {
      clearTimeout(timer);
      thread.removeAllListeners();
      settle();
    };
    const fail = (why: string, cause?: unknown) =>
      over(() => reject(new Unreadable(`the mail cannot be read: ${why}`, undefined, cause)));
    const timer = setTimeout(() => fail(`not done after ${milliseconds} ms`), milliseconds);
    thread.once('message', (reply: Reply) => over(() => resolve(reply)));
    thread.once('error', (error: Error) => fail('its thread broke', error));
    thread.once('exit', () => fail('its thread ended'));
    thread.postMessage({ bytes } satisfies Question);
  });
}

/** Threads run from JavaScript only: seen from a source file, the built one beside it is started. */
function threadFile(): URL {
  const here = import.meta.url;
  if (!here.endsWith('.ts')) return new URL('./parser-thread.js', here);
  const built = new URL('../../../dist/channels/email/parser-thread.js', here);
  if (existsSync(fileURLToPath(built))) return built;
  const advice = 'Run `npm run build` first.';
  throw new GatewayError({
    code: 'not_built',
    message: 'the mail thread is not built',
    retryable: false,
    status: 500,
    advice,
  });
}
