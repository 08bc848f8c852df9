// One person, WeChat and mail: a code sent to the mailbox proves both are theirs, then a word by mail goes on with the case from WeChat.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseMail } from '../../src/channels/email/parse.ts';
import { loadSettings } from '../../src/config.ts';
import { type House, openHouse } from '../../src/main.ts';
import { mailOf, payloadOf } from '../channels/mails.ts';
import { quiet } from '../feed/house.ts';
import { ADMIN, ask, envOf, newHome, until } from './house.ts';

interface Simulator {
  platform(options: { told: (line: string) => void }): Promise<{ readonly url: string; close(): Promise<void> }>;
  say(settings: Readonly<Record<string, string>>, words: string, fields?: Record<string, string>): Promise<string>;
}

/** A mail server of the city: what the gateway sends lands here. */
async function openSink() {
  const mails: string[] = [];
  const sink = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    async onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      const { mail } = await parseMail(Buffer.concat(chunks));
      mails.push(mail.text);
      done();
    },
  });
  const listening = sink.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const address = listening.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { mails, port, close: () => new Promise<void>((resolve) => sink.close(() => resolve())) };
}

const ALIGNED = { spf: 'pass', dkim: 'pass', dmarc: 'pass', aligned: true };

describe('a citizen who writes from WeChat and by mail', () => {
  let house: House | undefined;
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await house?.close();
    for (const close of closing.splice(0)) await close();
  });

  it('is one person once they typed in the code from their mailbox, and two again when the desk says so', async () => {
    const simulator = (await import(
      String(new URL('../../simulators/wechat-official.mjs', import.meta.url))
    )) as Simulator;
    const platform = await simulator.platform({ told: () => {} });
    const sink = await openSink();
    closing.push(platform.close, sink.close);
    const home = newHome();
    const oa = { channel: 'wechat-official', appId: 'wx1', appSecret: 's', token: 'tok', mode: 'plain' };
    const outgoing = { host: '127.0.0.1', port: sink.port, from: 'hotline@city.example.cn' };
    const accounts = { oa: { ...oa, apiBase: platform.url }, mail: { channel: 'email', outgoing } };
    writeFileSync(join(home, 'config', 'channels.yaml'), stringify({ accounts }));
    const env = { PORT: '0', CIVICLINE_ADMIN_KEY: ADMIN, DATABASE_URL: 'memory:' };
    house = await openHouse(loadSettings(envOf(home, env)), quiet, (error) => {
      throw error;
    });
    const { url, rooms } = house;
    const chat = (words: string) =>
      simulator.say({ account: 'oa', token: 'tok', 'app-id': 'wx1', gateway: url }, words);
    const mail = (id: string, text: string) =>
      rooms.doors.get('mail')?.accept({ ...payloadOf(mailOf({ id, subject: '路灯', text })), auth: ALIGNED });
    const token = ADMIN;

    await chat('海曙区人民路12号门前的路灯三天不亮了，请派人来修');
    const { data } = (await ask(url, 'GET', '/v1/cases', { token })).json;
    const [{ caseNo }] = data;
    expect(await chat('我的邮箱是 zhang@example.com')).toContain('验证码已寄往');
    const before = await ask(url, 'GET', `/v1/cases/${caseNo}/party`, { token });
    expect(before.json).toMatchObject({ cases: [], stated: [{ kind: 'email' }] });
    expect(JSON.stringify(before.json)).not.toContain('zhang@example.com');

    await until(() => sink.mails.length > 0);
    const [words] = sink.mails;
    const code = /绑定 (\w{4}-\w{4})/.exec(words ?? '')?.[1] ?? '';
    expect(await chat(`绑定 ${code[0] === 'A' ? 'C' : 'A'}${code.slice(1)}`)).toContain('没有绑定成功');
    expect(await chat(`绑定 ${code}`)).toContain('绑定好了');

    const [followed] = (await mail('<two@example.com>', '海曙区人民路12号门前的路灯还是不亮，请尽快修')) ?? [];
    expect(followed?.receipt).toMatchObject({ outcome: 'followed_up', caseNo });
    const [told] = (await mail('<three@example.com>', `查询 ${caseNo}`)) ?? [];
    expect(told?.receipt.note).toContain('工单');
    const { party, cases } = (await ask(url, 'GET', `/v1/cases/${caseNo}/party`, { token })).json;
    expect([party.keys.map((key: { kind: string }) => key.kind).sort(), cases]).toEqual([
      ['email', 'openid'],
      [caseNo],
    ]);

    const wrong = party.keys.find((key: { kind: string }) => key.kind === 'email').id;
    const body = { keys: [wrong], reason: '市民来电说邮箱不是他的' };
    expect((await ask(url, 'POST', `/v1/parties/${party.id}/split`, { token, body })).status).toBe(200);
    expect((await ask(url, 'POST', `/v1/parties/${party.id}/split`, { token, body })).status).toBe(404);
    const [now] = (await mail('<four@example.com>', '江北区大庆南路路口的红绿灯坏了，车都乱走')) ?? [];
    expect(now?.receipt).toMatchObject({ outcome: 'opened' });
    const { party: after } = (await ask(url, 'GET', `/v1/cases/${caseNo}/party`, { token })).json;
    expect(after).toBeUndefined();
    const trail = (await ask(url, 'GET', '/v1/audit?limit=50', { token })).json.data;
    const actions = trail.map((line: { action: string }) => line.action);
    expect(actions).toEqual(expect.arrayContaining(['party.join', 'party.view', 'party.split']));
  });
});
