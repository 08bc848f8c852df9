// One account's bot, kept: wechaty tries for a minute to reach its puppet again and then never more, so another bot takes its place.
import { setTimeout as pause } from 'node:timers/promises';
import type { Door } from '../../core/channel.ts';
import type { Bot, BotMessage } from './bot.ts';

export interface Patience {
  readonly checkMs: number;
  /** Checks in a row without anybody logged in, after which the bot is given up. */
  readonly checks: number;
  /** The same where the line broke: what is said meanwhile is lost. */
  readonly brokenChecks: number;
  /** As many more while a QR code waits for a person. */
  readonly scanChecks: number;
}

/** A minute; ten seconds after a break; ten minutes for who must find a telephone. */
export const PATIENCE: Patience = { checkMs: 5_000, checks: 12, brokenChecks: 2, scanChecks: 120 };

/** gRPC's CANCELLED, UNAVAILABLE and UNAUTHENTICATED: no more is heard on this line, though wechaty still calls itself logged in. */
const BROKEN = /^(?:1|14|16) [A-Z]+:/;

export interface Kept {
  /** The bot while its account is logged in. */
  readonly bot: Bot | undefined;
  close(): Promise<void>;
}

export interface Keeping {
  readonly build: () => Promise<Bot>;
  readonly heard: (message: BotMessage) => void;
  /** Told of what wechaty complains about. */
  readonly told: (error: Error) => void;
  readonly patience: Patience;
}

interface State {
  broken: boolean;
  missed: number;
}

function begin(bot: Bot, { heard, told, patience }: Keeping, { account, log }: Door): State {
  const state: State = { broken: false, missed: 0 };
  bot.on('message', heard);
  bot.on('error', (error) => {
    state.broken ||= BROKEN.test(error.message);
    told(error);
  });
  bot.on('login', () => {
    state.broken = false;
    log.info({ account }, 'the account of wechaty is logged in');
  });
  bot.on('logout', () => log.warn({ account }, 'the account of wechaty is logged out'));
  bot.on('scan', () => {
    state.missed = -patience.scanChecks;
    log.warn({ account }, 'wechaty waits for its QR code to be scanned');
  });
  bot.start().catch(told);
  return state;
}

/** Rejects when no bot can be built at all; whether its puppet is reached shows later, and nobody waits for it. */
export async function keepBot(keeping: Keeping, door: Door): Promise<Kept> {
  const { build, told, patience } = keeping;
  const ending = new AbortController();
  let bot = await build();
  let state = begin(bot, keeping, door);
  const isThere = (): boolean => bot.isLoggedIn && !state.broken;
  const givenUp = async (): Promise<void> => {
    while (state.missed < (state.broken ? patience.brokenChecks : patience.checks)) {
      await pause(patience.checkMs, undefined, { signal: ending.signal });
      state.missed = isThere() ? 0 : state.missed + 1;
    }
  };
  const keep = async (): Promise<void> => {
    for (;;) {
      await givenUp();
      door.log.warn({ account: door.account }, 'nobody is logged in: wechaty is started anew');
      await bot.stop().catch(told);
      ending.signal.throwIfAborted();
      bot = await build();
      state = begin(bot, keeping, door);
    }
  };
  const over = keep().catch((error) => {
    if (!ending.signal.aborted) told(error);
  });
  return {
    get bot() {
      return isThere() ? bot : undefined;
    },
    async close() {
      ending.abort();
      await over;
      await bot.stop();
    },
  };
}
