// The wechaty channel keeps every channel's promises against a bot with wechaty's interface; the package itself is installed nowhere.
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
  const hear: ((message: BotMessage) => void)[] = [];
  const speaker = (id: string) => ({
    id,
    name: () => id,
    say: async (text: string) => void said.push(`${id}: ${text}`),
  });
  const bot: Bot = {
    on(event: string, listener: unknown) {
      if (event === 'message') hear.push(listener as (message: BotMessage) => void);
    },
    start: () => new Promise(() => {}),
    stop: async () => {},
    Contact: { find: async ({ id }) => (id === '' ? undefined : speaker(id)) },
    Room: { find: async ({ id }) => speaker(id) },
  };
  const found: Installed = { missing: () => undefined, build: async () => bot };
  return { said, found, say: (message: BotMessage) => hear.at(-1)?.(message) };
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
  it('says how to install what is missing, before anything is opened', () => {
    expect(installed.missing(['wechaty'])).toBe('wechaty');
    expect(() => wechaty.settings(block)).toThrow(/npm install --no-save wechaty wechaty-puppet-mock/);
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
  const opened = async () => {
    const bot = standIn();
    const channel = wechatyWith(bot.found);
    const door = testDoor(channel, channel.settings(block));
    return { bot, door, channel: await channel.open(channel.settings(block), door) };
  };

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
    const to = { keys: [{ kind: 'wechaty_contact', scope: block.puppet, value: 'c-1', proved: true }] };
    const out = (text: string, inReply: object) => ({ to, inReply, caseNo: '26112400382715', message: { text } });
    await channel.send?.(out('已修好', {}) as unknown as Outgoing);
    const raw = { mediaType: 'application/json', content: JSON.stringify({ ...heard, room: 'r-1' }) };
    await channel.send?.(out('请私下查询', { group: true, raw }) as unknown as Outgoing);
    expect(bot.said).toEqual(['c-1: 已修好', 'r-1: 请私下查询']);
    const told = channel.send?.(out('件 261124-0038-2715', { group: true, raw }) as unknown as Outgoing);
    await expect(told).rejects.toMatchObject({ code: 'not_in_a_group' });
  });
});
