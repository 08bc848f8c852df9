// The directory of channels: a wrong name in the configuration is told at once and in words.
import { describe, expect, it } from 'vitest';
import { CHANNELS, loadAccounts, openChannels, withWeb } from '../../src/channels/index.ts';
import { testDoor } from '../contract/channel.ts';

describe('the directory of channels', () => {
  it('has an account web without any configuration', async () => {
    const [account] = await loadAccounts(withWeb({}));
    expect(account).toMatchObject({ name: 'web', channel: { name: 'web' } });
  });

  it('tells every unknown channel and every bad block at once, with the names it knows', async () => {
    const accounts = { pigeon: { channel: 'pigeon' }, form: { channel: 'web', attachments: 3 } };
    const failed = loadAccounts(accounts);
    await expect(failed).rejects.toThrow(/channels.yaml \/accounts\/pigeon: unknown channel "pigeon"; known are .*web/);
    await expect(failed).rejects.toThrow(/form: attachments/);
  });

  it('tells the line of the setting that is wrong, or of the block where it is missing', async () => {
    const accounts = { tg: { channel: 'telegram', botToken: 'x', secretToken: 'ok' }, bot: { channel: 'qq' } };
    const lines = { tg: 4, 'tg/botToken': 6, bot: 9, 'bot/channel': 10 };
    const failed = loadAccounts(accounts, undefined, lines);
    await expect(failed).rejects.toThrow(/^channels\.yaml:6 \/accounts\/tg: botToken/m);
    await expect(failed).rejects.toThrow(/^channels\.yaml:9 \/accounts\/bot: appId/m);
  });

  it('does not take the names every object has for channels', async () => {
    await expect(loadAccounts({ a: { channel: 'constructor' } })).rejects.toThrow(/unknown channel/);
  });

  it('names every channel as the directory does', async () => {
    for (const [name, load] of Object.entries(CHANNELS)) expect((await load()).name).toBe(name);
  });

  it('closes what was open when a later one does not open', async () => {
    const closed: string[] = [];
    const channel = (name: string, fails: boolean) => async () => ({
      name,
      settings: () => ({}),
      read: () => [],
      open() {
        if (fails) throw new Error('no line');
        return { close: async () => void closed.push(name) };
      },
    });
    const accounts = await loadAccounts(
      { a: { channel: 'a' }, b: { channel: 'b' } },
      { a: channel('a', false), b: channel('b', true) },
    );
    await expect(openChannels(accounts, ({ channel: c, settings }) => testDoor(c, settings))).rejects.toThrow(
      'no line',
    );
    expect(closed).toEqual(['a']);
  });
});
