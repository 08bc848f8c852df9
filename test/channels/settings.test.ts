// What is wrong with an account's block is told all at once, each with its place, in words of who wrote it.
import { describe, expect, it } from 'vitest';
import { CHANNELS, loadAccounts } from '../../src/channels/index.ts';

const KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const WORK = { corpId: 'ww0123456789abcdef', secret: 's', token: 't', encodingAesKey: KEY };
const SOUND: Readonly<Record<string, object>> = {
  'wechat-official': { appId: 'wx0123456789abcdef', appSecret: 's', token: 't', encodingAesKey: KEY },
  'wechat-kf': { ...WORK, openKfId: 'wkAJ2GCAAA' },
  wecom: { ...WORK, agentId: 1000002 },
  qq: { appId: '102000001', secret: 's' },
  onebot: { accessToken: 't' },
  telegram: { botToken: '123456:simulated', secretToken: 's' },
  weibo: { appSecret: 's' },
  email: { smtp: { listen: '127.0.0.1:2525' }, outgoing: { host: 'smtp.example.gov.cn', port: 465, from: 'a@b.cn' } },
  phone: { sources: [{ name: 'speech', token: 'speech-token-0001' }] },
  letter: { minConfidence: 0.85 },
  web: { attachments: { maxFiles: 3 } },
  open311: {},
};

const problemsOf = async (channel: string, block: object): Promise<string> => {
  try {
    await loadAccounts({ acc: { channel, ...block } });
    return '';
  } catch (error) {
    return error instanceof Error ? error.message.replace('channels.yaml /accounts/acc: ', '') : String(error);
  }
};

/** Words of schemas and of machines. */
const MACHINE = /schema|pattern|properties|undefined|\[object|must be (?:object|string|integer|boolean)/;

describe('a block that is wrong', () => {
  it('is of a channel that is listed here; wechaty, which is not installed, has a test of its own', () => {
    expect(Object.keys(SOUND).sort()).toEqual(
      Object.keys(CHANNELS)
        .filter((name) => name !== 'wechaty')
        .sort(),
    );
  });

  it.each(Object.entries(SOUND))(
    'of %s names each field that is missing, mistyped or not known',
    async (channel, block) => {
      expect(await problemsOf(channel, block)).toBe('');
      expect(await problemsOf(channel, { ...block, strayKey: 1 })).toBe('strayKey is not known here');
      for (const field of Object.keys(block)) {
        for (const value of ['', '空 格', [5]]) {
          const problem = await problemsOf(channel, { ...block, [field]: value });
          expect(problem).toContain(field);
          expect(problem).not.toMatch(MACHINE);
        }
      }
    },
  );

  it.each([
    [
      'email',
      { imap: { port: 70_000, user: 'u' } },
      'imap.host is missing; it must be the name or address of a server; imap.password is missing; imap.port must be a port, 1 to 65535',
    ],
    [
      'email',
      { imap: 5, smtp: { listen: 'abc', stray: 1 } },
      'imap must be a block of settings; smtp.stray is not known here; smtp.listen must be a port, or an address and a port such as 0.0.0.0:2525',
    ],
    [
      'email',
      { outgoing: { host: 'h', port: 25, from: 'nobody' } },
      'outgoing.from must be one mail address, 12345@example.gov.cn',
    ],
    [
      'phone',
      { sources: [{ token: 'short' }] },
      'sources[0].name is missing; sources[0].token must be 16 to 512 visible ASCII characters',
    ],
    [
      'web',
      { stray: 1, attachments: { maxFiles: 'x', foo: 1 } },
      'stray is not known here; attachments.foo is not known here; attachments.maxFiles must be 0 to 50',
    ],
    [
      'wechat-official',
      { mode: 'plain' },
      'appId is missing; it must be the AppID of 基本配置, wx…; appSecret is missing; it must be 1 to 512 visible ASCII characters; token is missing; it must be 1 to 512 visible ASCII characters',
    ],
  ])('of %s %j tells it all', async (channel, block, problems) => {
    expect(await problemsOf(channel, block)).toBe(problems);
  });
});
