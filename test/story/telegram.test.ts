// A citizen of Telegram over real sockets: words in, a case, a unit that asks for more, the answer to that, the result, and how they rate it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadSettings } from '../../src/config.ts';
import { type House, openHouse } from '../../src/main.ts';
import { quiet } from '../feed/house.ts';
import { ADMIN, ask, envOf, newHome, until } from './house.ts';

interface Simulator {
  platform(options: { told: (line: string) => void }): Promise<{ readonly url: string; close(): Promise<void> }>;
  say(settings: Readonly<Record<string, string>>, words: string): Promise<string>;
}

describe('a citizen of Telegram', () => {
  let house: House | undefined;
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await house?.close();
    for (const close of closing.splice(0)) await close();
  });

  it('is asked for more, answers, is told the result, and says that they are not satisfied', async () => {
    const simulator = (await import(String(new URL('../../simulators/telegram.mjs', import.meta.url)))) as Simulator;
    const out: string[] = [];
    const platform = await simulator.platform({ told: (line) => void out.push(line) });
    closing.push(platform.close);
    const home = newHome();
    const bot = { channel: 'telegram', botToken: '42:abc', secretToken: 'simulated-secret', apiBase: platform.url };
    writeFileSync(join(home, 'config', 'channels.yaml'), stringify({ accounts: { bot, web: { channel: 'web' } } }));
    const env = { PORT: '0', CIVICLINE_ADMIN_KEY: ADMIN, DATABASE_URL: 'memory:' };
    house = await openHouse(loadSettings(envOf(home, env)), quiet, (error) => {
      throw error;
    });
    const { url } = house;
    const token = ADMIN;
    const say = (words: string, user = '1111111') =>
      simulator.say({ gateway: url, account: 'bot', secret: 'simulated-secret', user }, words);
    const heard = async (words: string) => {
      await until(() => out.some((line) => line.includes(words)));
      return out.find((line) => line.includes(words)) ?? '';
    };
    const report = async (body: object) => {
      const answer = await ask(url, 'POST', `/v1/cases/${caseNo}/reports`, {
        token,
        body: { ...body, unit: unit.code },
      });
      expect(answer.status).toBeLessThan(300);
    };

    await say('海曙区人民路12号门前的路灯三天不亮了，请派人来修');
    const receipt = await heard('查询码：');
    const queryCode = /查询码：(\w{4}-\w{4})/.exec(receipt)?.[1] ?? '';
    const [{ caseNo, unit }] = (await ask(url, 'GET', '/v1/cases', { token })).json.data;

    await report({ type: 'signed' });
    await report({ type: 'contacted', reached: true, needs: '请告诉我们是几号灯杆，杆上有编号。' });
    expect(await heard('几号灯杆')).toMatch(/1111111: 办理您的工单 [\d-]+ 还需要了解一些情况/);
    await say('灯杆号是 A-107');
    await heard('已记入工单');
    const { json } = await ask(url, 'GET', `/v1/cases/${caseNo}/messages`, { token });
    expect(json.data.map((m: { direction: string; text: string }) => `${m.direction} ${m.text}`)).toEqual([
      'in 海曙区人民路12号门前的路灯三天不亮了，请派人来修',
      'out 请告诉我们是几号灯杆，杆上有编号。',
      'in 灯杆号是 A-107',
    ]);
    const types = async () =>
      (await ask(url, 'GET', `/v1/events?after=earliest&limit=200`, { token })).json.data.map(
        (event: { type: string }) => event.type,
      );
    expect((await types()).filter((type: string) => type === 'case.followed_up')).toHaveLength(1);

    await say('满意');
    await heard('还没有办完');
    await report({ type: 'answered', public: '路灯已经换好。' });
    await report({ type: 'resolved', resolved: true });
    expect(await heard('已经办结')).toContain('您对结果满意吗');
    await say('满意', '2222222');
    await heard('没有查到可以评价的工单');
    await say('不太满意');
    await heard('很抱歉没有让您满意');
    const shown = (await ask(url, 'GET', `/v1/cases/${caseNo}`, { token })).json;
    expect(shown).toMatchObject({ status: 'follow_up', rating: { score: 2, round: 0 } });

    const page = await ask(url, 'POST', '/case', { form: { caseNo, queryCode } });
    expect(page.text).toMatch(/id="rate-2" value="2" checked/);
    const [, claim = ''] = /action="\/case\/rate"[\s\S]*?name="claim" value="([^"]+)"/.exec(page.text) ?? [];
    const form = { claim, score: '4', words: '后来修好了，谢谢' };
    const rated = await ask(url, 'POST', '/case/rate', { form });
    expect([rated.status, rated.text.includes('已经按您这次说的改过来了')]).toEqual([200, true]);
    expect(rated.text).toMatch(/id="rate-4" value="4" checked/);
    await ask(url, 'POST', '/case/rate', { form });
    expect((await types()).filter((type: string) => type === 'case.rated')).toHaveLength(2);

    const figures = (await ask(url, 'GET', '/v1/ratings/figures?by=unit', { token })).json;
    expect(figures).toMatchObject({
      total: { rated: 1, rate: 1, average: 4 },
      groups: [{ name: unit.code, rated: 1 }],
    });
    const month = (await ask(url, 'GET', '/v1/ratings/figures?by=month', { token })).json;
    expect(month.groups).toMatchObject([{ name: month.to.slice(0, 7), rated: 1 }]);
    expect((await ask(url, 'GET', '/v1/ratings/figures?from=x', { token })).status).toBe(422);
    expect((await ask(url, 'GET', '/v1/ratings/figures')).status).toBe(401);
    const metrics = (await ask(url, 'GET', '/metrics', { token })).text;
    expect(metrics).toContain('civicline_ratings{score="4"} 1');
    expect(metrics).toContain('civicline_satisfaction_ratio 1');
    const log = (await ask(url, 'GET', '/v1/events?after=earliest&limit=200&types=case.rated', { token })).text;
    expect(log).not.toContain('后来修好了');
  });
});
