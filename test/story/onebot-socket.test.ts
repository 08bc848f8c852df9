// OneBot over its own socket: a citizen's words come in, become a case, and receipt and the unit's answer go out the same way.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadSettings } from '../../src/config.ts';
import { type House, openHouse } from '../../src/main.ts';
import { quiet } from '../feed/house.ts';
import { ADMIN, ask, envOf, newHome, until } from './house.ts';

interface Platform {
  close(): Promise<void>;
}
interface Simulator {
  platform(options: Readonly<Record<string, unknown>>): Promise<Platform>;
  say(settings: Readonly<Record<string, string>>, words: string, fields?: object): Promise<string>;
}

const TOKEN = 'a-token-of-a-tale';

describe('a OneBot implementation that connects to us', () => {
  const open: Platform[] = [];
  const out: string[] = [];
  let house: House;
  let simulator: Simulator;

  beforeAll(async () => {
    simulator = (await import(String(new URL('../../simulators/onebot.mjs', import.meta.url)))) as Simulator;
    const home = newHome();
    const accounts = { pilot: { channel: 'onebot', mode: 'reverse-ws', accessToken: TOKEN } };
    writeFileSync(join(home, 'config', 'channels.yaml'), stringify({ accounts }));
    const env = { PORT: '0', CIVICLINE_ADMIN_KEY: ADMIN, DATABASE_URL: 'memory:' };
    house = await openHouse(loadSettings(envOf(home, env)), quiet, (error) => {
      throw error;
    });
  });
  afterAll(async () => {
    for (const one of open) await one.close();
    await house.close();
  });

  const where = () => ({ gateway: house.url, account: 'pilot', mode: 'reverse-ws', token: TOKEN });
  const connect = async (told: (line: string) => void, more: object = {}) => {
    const platform = await simulator.platform({ ...where(), told, ...more });
    open.push(platform);
    return platform;
  };
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  const cases = async (): Promise<any[]> =>
    (await ask(house.url, 'GET', '/v1/cases?limit=200', { token: ADMIN })).json.data;
  const report = (no: string, body: object) =>
    ask(house.url, 'POST', `/v1/cases/${no}/reports`, { token: ADMIN, body });

  it('is not let in with a wrong token, and the refusal is counted', async () => {
    await expect(connect(() => {}, { token: 'guessed' })).rejects.toThrow('no socket could be opened');
    const metrics = await fetch(`${house.url}/metrics`, { headers: { authorization: `Bearer ${ADMIN}` } });
    expect(await metrics.text()).toContain('civicline_channel_refused_total{account="pilot",code="bad_signature"} 1');
    expect(await cases()).toEqual([]);
  });

  it('brings a citizen’s words in once, and takes number, code and the unit’s answer out', async () => {
    const first = await connect((line) => void out.push(line));
    const told = { message_id: 4711, time: Math.floor(Date.now() / 1000) };
    await simulator.say(where(), '江北区大庆南路的路灯坏了三天了，晚上很黑', told);
    await simulator.say(where(), '江北区大庆南路的路灯坏了三天了，晚上很黑', told);
    await until(() => out.join('').includes('查询码'));
    expect(await cases()).toHaveLength(1);
    const [{ caseNo, unit }] = await cases();
    expect(out.join('').replace(/\D/g, '')).toContain(caseNo);

    await report(caseNo, { type: 'signed', unit: unit.code });
    await first.close();
    const later: string[] = [];
    await connect((line) => void later.push(line));
    await report(caseNo, { type: 'answered', public: '路灯已经修好，请您看看。', unit: unit.code });
    await until(() => later.join('').includes('路灯已经修好'));
    expect(out.join('')).not.toContain('路灯已经修好');
  });
});
