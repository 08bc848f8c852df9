// The wechaty channel keeps every channel's promises against a bot with wechaty's interface; test/story/wechaty.test.ts has the package itself.
import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { type Bot, type BotMessage, type Installed, installed } from '../../src/channels/wechaty/bot.ts';
import type { WechatyPayload } from '../../src/channels/wechaty/read.ts';
import { wechaty, wechatyWith } from '../../src/channels/wechaty/wechaty.ts';
import type { Outgoing } from '../../src/core/channel.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { channelContract, type TestDoor, testDoor } from '../contract/channel.ts';

const block = { channel: 'wechaty', puppet: 'wechaty-puppet-mock' };

/** A bot that hears what a test says and remembers what it was told to say. */
function standIn() {
  const said: string[] = [];
  const state = { loggedIn: true, built: 0, stopped: 0, saying: async () => {} };
  let events = new EventEmitter();
  const speaker = (id: string) => ({
    id,
    name: () => id,
    async say(text: string) {
      await state.saying();
      said.push(`${id}: ${text}`);
    },
  });
  const build = async (): Promise<Bot> => {
    const own = new EventEmitter();
    events = own;
    state.built += 1;
    state.loggedIn = true;
    return {
      on: (event: string, listener: (detail: never) => void) => own.on(event, listener as (detail: unknown) => void),
      start: () => new Promise(() => {}),
      async stop() {
        state.stopped += 1;
      },
      get isLoggedIn() {
        return state.loggedIn;
      },
      Contact: { find: async ({ id }) => (id === '' ? undefined : speaker(id)) },
      Room: { find: async ({ id }) => speaker(id) },
    };
  };
  const found: Installed = { missing: () => undefined, build };
  const tell = (event: string, detail?: unknown) => events.emit(event, detail);
  return { said, state, found, tell, say: (message: BotMessage) => tell('message', message) };
}

const messageOf = ({ heard }: WechatyPayload): BotMessage => ({
  id: heard.id,
  type: () => heard.type,
  text: () => heard.text,
  date: () => new Date(heard.at),
  self: () => heard.self,
  talker: () => ({ id: heard.from, name: () => heard.name, say: async () => {} }),
  room: () => (heard.room === undefined ? undefined : { id: heard.room, say: async () => {} }),
  mentionSelf: async () => heard.named,
  toFileBox: async () => ({ name: 'a.amr', toBuffer: async () => Buffer.from('#!AMR\n....') }),
});

const shared = standIn();
channelContract(wechatyWith(shared.found), {
  settings: block,
  badSettings: { block: { channel: 'wechaty' }, names: 'puppet' },
  async arrive(door: TestDoor, payload) {
    const before = door.payloads.length;
    const refused = vi.spyOn(door.log, 'error');
    shared.say(messageOf(payload as WechatyPayload));
    await vi.waitFor(() => expect(door.payloads.length + refused.mock.calls.length).toBeGreaterThan(before));
    const error: unknown = refused.mock.calls[0]?.[0] && Reflect.get(refused.mock.calls[0][0], 'err');
    if (error) throw error;
  },
});

describe('wechaty', () => {
  it.runIf(installed.missing(['wechaty']))('says how to install what is missing, before anything is opened', () => {
    expect(() => wechaty.settings(block)).toThrow(/npm install --no-save --ignore-scripts wechaty wechaty-puppet-mock/);
  });

  const heard = {
    id: 'm',
    type: 7,
    text: '路灯不亮',
    at: 1795440000000,
    self: false,
    from: 'c-1',
    name: '',
    named: false,
  };
  const opened = async (options = {}) => {
    const bot = standIn();
    const channel = wechatyWith(bot.found, { checkMs: 5, checks: 3, brokenChecks: 1, scanChecks: 1_000_000 });
    const set = channel.settings({ ...block, options });
    const door = testDoor(channel, set);
    return { bot, door, channel: await channel.open(set, door) };
  };
  const to = { keys: [{ kind: 'wechaty_contact', scope: block.puppet, value: 'c-1', proved: true }] };
  const out = (text: string, inReply: object = {}) =>
    ({ to, inReply, caseNo: '26112400382715', message: { text } }) as unknown as Outgoing;

  it('keeps a voice as a file', async () => {
    const { bot, door } = await opened();
    bot.say(messageOf({ heard: { ...heard, type: 2 } }));
    await vi.waitFor(() => expect(door.payloads).toMatchObject([{ part: { mediaType: 'audio/amr' } }]));
  });

  it('tries again what the house had no room for: nobody sends it a second time', async () => {
    const { bot, door, channel } = await opened();
    const { accept } = door;
    let full = true;
    door.accept = async (payload) => {
      if (!full) return accept(payload);
      full = false;
      throw new GatewayError({ code: 'no_room', message: 'full', retryable: true });
    };
    bot.say(messageOf({ heard }));
    await vi.waitFor(() => expect(door.payloads).toHaveLength(1), { timeout: 10_000 });
    await channel.close();
  });

  it('replies to the person, or to the group without a number', async () => {
    const { bot, channel } = await opened();
    await channel.send?.(out('已修好'));
    const raw = { mediaType: 'application/json', content: JSON.stringify({ ...heard, room: 'r-1' }) };
    await channel.send?.(out('请私下查询', { group: true, raw }));
    expect(bot.said).toEqual(['c-1: 已修好', 'r-1: 请私下查询']);
    const told = channel.send?.(out('件 261124-0038-2715', { group: true, raw }));
    await expect(told).rejects.toMatchObject({ code: 'not_in_a_group' });
  });

  it.each([
    ['nobody logs in', { loggedIn: false }, []],
    ['the line broke', {}, ['14 UNAVAILABLE: Connection dropped']],
  ])('puts another bot in the place of one where %s: wechaty gives up after a minute', async (_why, state, errors) => {
    const { bot, channel } = await opened();
    Object.assign(bot.state, state);
    for (const error of errors) bot.tell('error', new Error(error));
    await vi.waitFor(() => expect(bot.state).toMatchObject({ built: 2, stopped: 1 }));
    await channel.send?.(out('已修好'));
    expect(bot.said).toEqual(['c-1: 已修好']);
    await channel.close();
  });

  it('leaves a bot alone that is well, or whose code waits for a telephone', async () => {
    const { bot, channel } = await opened();
    bot.tell('error', new Error('message not found'));
    await pause(100);
    bot.tell('scan');
    bot.state.loggedIn = false;
    await pause(100);
    expect(bot.state.built).toBe(1);
    await channel.close();
  });

  it('keeps a reply for later while nothing can be said, and does not repeat one whose result is unknown', async () => {
    const { bot, channel } = await opened();
    const fails = (why: string) => async () => {
      throw new Error(why);
    };
    bot.state.saying = fails('14 UNAVAILABLE: No connection established. Last error: …');
    await expect(channel.send?.(out('已修好'))).rejects.toMatchObject({ code: 'unreachable', retryable: true });
    bot.state.saying = fails('14 UNAVAILABLE: Connection dropped');
    await expect(channel.send?.(out('已修好'))).rejects.toMatchObject({ code: 'unknown_result', retryable: false });
    bot.state.loggedIn = false;
    await expect(channel.send?.(out('已修好'))).rejects.toMatchObject({ code: 'unreachable', retryable: true });
    await channel.close();
  });

  it('tells what wechaty complains about once, without the token', async () => {
    const { bot, door, channel } = await opened({ token: 'insecure_abc123' });
    const logged = vi.spyOn(door.log, 'error');
    for (let i = 0; i < 3; i += 1) bot.tell('error', new Error('Invalid Wechaty TOKEN "insecure_abc123"'));
    expect(logged.mock.calls.map(([detail]) => detail)).toEqual([
      { account: 'wechaty', why: 'Invalid Wechaty TOKEN "(token)"' },
    ]);
    await channel.close();
  });
});
