// Parser: mails are parsed and verified in a thread of their own: a mail that breaks its limits is told, the next one goes on.
import { Unreadable } from '../../core/errors.ts';
import { asShared } from '../common/shared-bytes.ts';
import { LIMITS, openThread, type ThreadLimits } from '../common/thread.ts';
import { type Envelope, NO_VERDICT, type Resolver, type Verdict } from './auth.ts';
import type { Parsed } from './mail.ts';
import type { Question, Reply } from './parser-thread.ts';

export interface Parser {
  /** Rejects with Unreadable when the mail cannot be read within the limits. */
  parse(bytes: Uint8Array): Promise<Parsed>;
  /** None of all where it cannot be found out in time. */
  verify(bytes: Uint8Array, envelope: Envelope, resolver: Resolver): Promise<Verdict>;
}

export function openParser(limits: ThreadLimits = LIMITS): Parser {
  const about = { from: import.meta.url, file: 'parser-thread', limits, refuse: unreadable };
  const thread = openThread<Question, Reply>(about);
  return {
    async parse(bytes) {
      const reply = await thread.ask({ parse: await asShared(bytes) });
      if ('parsed' in reply) return reply.parsed;
      throw unreadable('failed' in reply ? reply.failed : 'its thread answered something else');
    },
    async verify(bytes, envelope, resolver) {
      try {
        const meanwhile = (reply: Reply) => ('dns' in reply ? lookUp(reply, resolver) : undefined);
        const reply = await thread.ask({ verify: await asShared(bytes), envelope }, meanwhile);
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

async function lookUp(asked: Extract<Reply, { dns: number }>, resolver: Resolver): Promise<Question> {
  const { dns } = asked;
  try {
    return { dns, found: (await resolver(asked.name, asked.type)) ?? [] };
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    return { dns, code: typeof code === 'string' ? code : 'ESERVFAIL' };
  }
}
