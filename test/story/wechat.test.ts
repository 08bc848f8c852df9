// A citizen of WeChat, over real sockets: words in, a case, the unit's answer, and the answer out to the citizen's phone.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadSettings } from '../../src/config.ts';
import { type House, openHouse } from '../../src/main.ts';
import { quiet } from '../feed/house.ts';
import { ADMIN, ask, envOf, newHome } from './house.ts';

interface Platform {
  readonly url: string;
  close(): Promise<void>;
}
interface Simulator {
  platform(options: { told: (line: string) => void }): Promise<Platform>;
  say(settings: Readonly<Record<string, string>>, words: string, fields?: Record<string, string>): Promise<string>;
}

const AES = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const CITIZEN = { account: 'oa', token: 'tok', 'app-id': 'wx1', 'aes-key': AES };

async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let i = 0; i < 400; i += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error('it did not happen');
}

describe('a citizen of WeChat', () => {
  let house: House | undefined;
  let platform: Platform | undefined;
  afterEach(async () => {
    await house?.close();
    await platform?.close();
  });

  it('writes, gets a receipt at once and the answer later; a stranger’s push is refused and counted', async () => {
    const simulator = (await import(
      String(new URL('../../simulators/wechat-official.mjs', import.meta.url))
    )) as Simulator;
    const out: string[] = [];
    platform = await simulator.platform({ told: (line) => void out.push(line) });
    const home = newHome();
    const oa = { channel: 'wechat-official', appId: 'wx1', appSecret: 's', token: 'tok', encodingAesKey: AES };
    const accounts = { oa: { ...oa, mode: 'safe', apiBase: platform.url } };
    writeFileSync(join(home, 'config', 'channels.yaml'), stringify({ accounts }));
    const env = { PORT: '0', CIVICLINE_ADMIN_KEY: ADMIN, DATABASE_URL: 'memory:' };
    house = await openHouse(loadSettings(envOf(home, env)), quiet, (error) => {
      throw error;
    });
    const { url } = house;
    const settings = { ...CITIZEN, gateway: url };

    const receipt = await simulator.say(settings, '海曙区人民路12号门前的路灯三天不亮了，请派人来修', { MsgId: '1' });
    expect(receipt).toMatch(/工单号：\d{6}-\d{4}-\d{4}/);
    expect(await simulator.say(settings, '海曙区人民路12号门前的路灯三天不亮了，请派人来修', { MsgId: '1' })).toBe(
      receipt,
    );
    expect(await simulator.say(settings, '谢谢')).toContain('不客气');
    const list = await ask(url, 'GET', '/v1/cases', { token: ADMIN });
    expect(list.json.data).toHaveLength(1);
    const [{ caseNo, unit }] = list.json.data;

    for (const body of [{ type: 'signed' }, { type: 'answered', public: '路灯已换好，请您看看。' }])
      expect(
        (await ask(url, 'POST', `/v1/cases/${caseNo}/reports`, { token: ADMIN, body: { ...body, unit: unit.code } }))
          .status,
      ).toBeLessThan(300);
    const [message] = await until(() => (out.length > 0 ? out : undefined));
    expect(message).toContain('oSimulated_1');
    expect(message).toContain('路灯已换好');
    const shown = await until(async () => {
      const { json } = await ask(url, 'GET', `/v1/cases/${caseNo}`, { token: ADMIN });
      return json.outgoing.find((row: { state: string }) => row.state === 'sent');
    });
    expect(shown).toMatchObject({ purpose: 'answer', account: 'oa' });

    const forged = { ...settings, token: 'guessed' };
    await expect(simulator.say(forged, '假的')).rejects.toThrow('403');
    const metrics = await ask(url, 'GET', '/metrics', { token: ADMIN });
    expect(metrics.text).toContain('civicline_channel_refused_total{account="oa",code="bad_signature"} 1');
    expect(metrics.text).toContain('civicline_outgoing_total{state="sent"} 1');
  });
});
