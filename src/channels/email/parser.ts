// Parser: mails are parsed in a thread with limits of time and memory; the one that breaks them is told, the next one goes on.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { GatewayError, Unreadable } from '../../core/errors.ts';
import { type Envelope, NO_VERDICT, type Resolver, type Verdict } from './auth.ts';
import type { Parsed } from './mail.ts';
import type { Question, Reply } from './parser-thread.ts';

export interface Parser {
  /** Rejects with Unreadable when the mail cannot be read within the limits. */
  parse(bytes: Uint8Array): Promise<Parsed>;
  /** None of all where it cannot be found out in time. */
  verify(bytes: Uint8Array, envelope: Envelope, resolver: Resolver): Promise<Verdict>;
}

export interface ParserLimits {
  readonly milliseconds: number;
  readonly megabytes: number;
}

const LIMITS: ParserLimits = { milliseconds: 10_000, megabytes: 256 };
/** A thread nobody asks ends, so that idle memory is given back; asked for nothing, it keeps no process alive. */
const IDLE_MS = 5_000;

export function openParser(limits: ParserLimits = LIMITS): Parser {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;

  const end = async (): Promise<void> => {
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  };

  function begin(): Worker {
    const thread = start(limits);
    thread.once('exit', () => {
      if (worker === thread) worker = undefined;
    });
    return thread;
  }

  async function one(question: Question, resolver?: Resolver): Promise<Reply> {
    clearTimeout(idle);
    worker ??= begin();
    const thread = worker;
    thread.ref();
    try {
      return await ask(thread, question, limits.milliseconds, resolver);
    } catch (error) {
      await end();
      throw error;
    } finally {
      thread.unref();
      idle = setTimeout(() => void end(), IDLE_MS).unref();
    }
  }

  function inTurn(question: Question, resolver?: Resolver): Promise<Reply> {
    const turn = last.then(() => one(question, resolver));
    last = turn.catch(() => {}); // heard by whoever asked
    return turn;
  }

  return {
    async parse(bytes) {
      const reply = await inTurn({ parse: bytes });
      if ('parsed' in reply) return reply.parsed;
      throw unreadable('failed' in reply ? reply.failed : 'its thread answered something else');
    },
    async verify(bytes, envelope, resolver) {
      try {
        const reply = await inTurn({ verify: bytes, envelope }, resolver);
        return 'verdict' in reply ? reply.verdict : NO_VERDICT;
      } catch (error) {
        // Unproved is the safe answer: the mail is taken in all the same.
        if (error instanceof Unreadable) return NO_VERDICT;
        throw error;
      }
    },
  };
}

const unreadable = (why: string, cause?: unknown): Unreadable =>
  new Unreadable(`the mail cannot be read: ${why}`, undefined, cause);

function start({ megabytes }: ParserLimits): Worker {
  const worker = new Worker(threadFile(), {
    name: 'civicline mail',
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 16 },
  });
  // Whoever waits hears of it; one that breaks while nobody waits is replaced at the next question.
  worker.on('error', () => {});
  return worker;
}

/** The bytes are copied over: the caller may still need them when the thread has died of them. */
function ask(thread: Worker, question: Question, milliseconds: number, resolver?: Resolver): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const over = (settle: () => void) => {
      clearTimeout(timer);
      thread.off('message', heard);
      thread.off('error', broke);
      thread.off('exit', ended);
      settle();
    };
    const fail = (why: string, cause?: unknown) => over(() => reject(unreadable(why, cause)));
    const heard = (reply: Reply) => {
      if ('dns' in reply) void lookUp(reply, resolver).then((found) => thread.postMessage(found));
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

async function lookUp(asked: Extract<Reply, { dns: number }>, resolver: Resolver | undefined): Promise<Question> {
  const { dns } = asked;
  try {
    return { dns, found: (await resolver?.(asked.name, asked.type)) ?? [] };
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    return { dns, code: typeof code === 'string' ? code : 'ESERVFAIL' };
  }
}

/** Threads run from JavaScript only: seen from a source file, the built one is started. */
function threadFile(): URL {
  const here = import.meta.url;
  if (!here.endsWith('.ts')) return new URL('./parser-thread.js', here);
  const built = new URL('../../../dist/channels/email/parser-thread.js', here);
  if (existsSync(fileURLToPath(built))) return built;
  throw new GatewayError({
    code: 'not_built',
    message: 'the mail thread is not built',
    retryable: false,
    status: 500,
    advice: 'Run `npm run build` first.',
  });
}
