// The street over real sockets: on every chat channel a citizen's words become a case, and the unit's answer comes back to them there.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadSettings } from '../../src/config.ts';
import { type House, openHouse } from '../../src/main.ts';
import { quiet } from '../feed/house.ts';
import { ADMIN, ask, envOf, newHome, until } from './house.ts';

interface Simulator {
  platform(options: { told: (line: string) => void }): Promise<{ readonly url: string; close(): Promise<void> }>;
  say(settings: Readonly<Record<string, string>>, words: string, ...more: unknown[]): Promise<string>;
}

const AES = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const SECRET = 'simulated-secret';
const WORK = { corpId: 'ww0123456789abcdef', secret: 's', token: 'simulated-token', encodingAesKey: AES };
const BLOCKS: Readonly<Record<string, object>> = {
  qq: { appId: '102000001', secret: SECRET },
  onebot: { secret: SECRET },
  telegram: { botToken: '123456:simulated', secretToken: SECRET },
  weibo: { appSecret: SECRET, accessToken: 'simulated' },
  wecom: { ...WORK, agentId: 1000002 },
  'wechat-kf': { ...WORK, openKfId: 'wkSimulated1' },
};
const SAID: Readonly<Record<string, string>> = {
  qq: '海曙区人民路12号门前的路灯三天不亮了，请派人来修',
  onebot: '江北区大庆南路的路灯坏了三天了，晚上很黑',
  telegram: '鄞州区东部新城小区楼下餐馆油烟太大，已经一个月了',
  weibo: '镇海区庄市公园的健身器材坏了好几个月没人修',
  wecom: '北仑区新碶街道小区垃圾堆了三天没人清运',
  'wechat-kf': '奉化区岳林路上窨井盖没有了，晚上很危险',
};

describe('on the street', () => {
  const out: Record<string, string[]> = {};
  const closing: (() => Promise<void>)[] = [];
  const simulators: Record<string, Simulator> = {};
  let house: House;

  beforeAll(async () => {
    const accounts: Record<string, object> = {};
    for (const [channel, block] of Object.entries(BLOCKS)) {
      const simulator = (await import(
        String(new URL(`../../simulators/${channel}.mjs`, import.meta.url))
      )) as Simulator;
      const lines: string[] = [];
      const platform = await simulator.platform({ told: (line) => void lines.push(line) });
      closing.push(() => platform.close());
      simulators[channel] = simulator;
      out[channel] = lines;
      accounts[channel] = { channel, ...block, apiBase: platform.url };
    }
    const home = newHome();
    writeFileSync(join(home, 'config', 'channels.yaml'), stringify({ accounts }));
    const env = { PORT: '0', CIVICLINE_ADMIN_KEY: ADMIN, DATABASE_URL: 'memory:' };
    house = await openHouse(loadSettings(envOf(home, env)), quiet, (error) => {
      throw error;
    });
    closing.unshift(() => house.close());
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  const settings = (channel: string, more: Record<string, string> = {}) => ({
    ...{ gateway: house.url, account: channel, secret: SECRET, token: WORK.token },
    ...{ 'aes-key': AES, 'corp-id': WORK.corpId, ...more },
  });
  const say = (channel: string, words: string, more: Record<string, string> = {}, ...rest: unknown[]) =>
    (simulators[channel] ?? expect.fail(channel)).say(settings(channel, more), words, ...rest);
  const heard = (channel: string): string => out[channel]?.join('\n') ?? '';
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  const cases = async (): Promise<any[]> =>
    (await ask(house.url, 'GET', '/v1/cases?limit=200', { token: ADMIN })).json.data;
  const caseOf = async (channel: string) => (await cases()).find((one) => one.channel === channel);

  it.each(Object.keys(BLOCKS))('a citizen of %s gets number and code, and later the unit’s answer', async (channel) => {
    const inAnswer = await say(channel, SAID[channel] ?? '');
    await until(async () => (await caseOf(channel)) !== undefined);
    const { caseNo, unit } = await caseOf(channel);
    const receipt = () => (inAnswer.startsWith('(taken') ? heard(channel) : inAnswer);
    await until(() => receipt().includes('查询码'));
    expect(receipt().replace(/\D/g, '')).toContain(caseNo);

    const report = (body: object) =>
      ask(house.url, 'POST', `/v1/cases/${caseNo}/reports`, { token: ADMIN, body: { ...body, unit: unit.code } });
    expect((await report({ type: 'signed' })).status).toBeLessThan(300);
    const words = `${channel} 的事情已经办好，请您看看。`;
    expect((await report({ type: 'answered', public: words })).status).toBeLessThan(300);
    await until(() => heard(channel).includes(words));
    expect(heard(channel).split(words)).toHaveLength(2);
  });

  it('an edited message in Telegram follows up the first one', async () => {
    const before = (await cases()).length;
    const edited = `${SAID.telegram}，请尽快处理`;
    await say('telegram', edited, {}, { edit_date: Math.floor(Date.now() / 1000) + 1 }, 'edited_message');
    const log = async () =>
      (await ask(house.url, 'GET', '/v1/events?after=earliest&limit=1000', { token: ADMIN })).text;
    await until(async () => (await log()).includes('case.followed_up'));
    expect(await cases()).toHaveLength(before);
  });

  it.each(['qq', 'onebot'])('in a group of %s nobody is told a number, a code or a state', async (channel) => {
    const length = heard(channel).length;
    const inGroup = { group: '200', user: '10000009', openid: 'MEMBER9' };
    const answer = await say(channel, '鄞州区百丈东路地铁口的电梯坏了没人管', inGroup);
    const words = () => (answer.startsWith('(taken') ? heard(channel).slice(length) : answer);
    await until(() => words() !== '');
    expect(words()).not.toMatch(/\d{4}|查询码|[A-Z0-9]{4}-[A-Z0-9]{4}/);
  });

  it('a greeting is answered kindly and opens no case', async () => {
    const before = (await cases()).length;
    const length = heard('qq').length;
    await say('qq', '你好');
    await until(() => heard('qq').length > length);
    expect(await cases()).toHaveLength(before);
  });
});
