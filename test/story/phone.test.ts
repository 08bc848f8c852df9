// The hotline's telephone over real sockets: calls in, cases, an answer on the line, the unit's answer by a proved mailbox or waiting, and the figures.
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadSettings } from '../../src/config.ts';
import { type House, openHouse } from '../../src/main.ts';
import { mailOf, payloadOf } from '../channels/mails.ts';
import { quiet } from '../feed/house.ts';
import { ADMIN, ask, envOf, newHome, until } from './house.ts';

type Settings = Readonly<Record<string, string | boolean>>;
interface Simulator {
  say(settings: Settings, words: string, call?: object): Promise<string>;
  post(settings: Settings, body: unknown, type?: string): Promise<Record<string, unknown>>;
}

const TOKEN = 'simulated-token-0001';

describe('the telephone', () => {
  const mails: string[] = [];
  let house: House;
  let simulator: Simulator;
  let smtp: SMTPServer;

  beforeAll(async () => {
    simulator = (await import(String(new URL('../../simulators/phone.mjs', import.meta.url)))) as Simulator;
    smtp = new SMTPServer({
      ...{ authOptional: true, disabledCommands: ['STARTTLS'] },
      onData(stream, _session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          mails.push(Buffer.concat(chunks).toString());
          done();
        });
      },
    });
    await new Promise<void>((ready) => smtp.listen(0, '127.0.0.1', ready));
    const { port } = smtp.server.address() as AddressInfo;
    const home = newHome();
    const accounts = {
      line: { channel: 'phone', sources: [{ name: 'pbx', token: TOKEN }] },
      post: { channel: 'email', outgoing: { host: '127.0.0.1', port, secure: false, from: 'hotline@city.example' } },
    };
    writeFileSync(join(home, 'config', 'channels.yaml'), stringify({ accounts }));
    const env = { PORT: '0', CIVICLINE_ADMIN_KEY: ADMIN, DATABASE_URL: 'memory:' };
    house = await openHouse(loadSettings(envOf(home, env)), quiet, (error) => {
      throw error;
    });
  });
  afterAll(async () => {
    await house?.close();
    await new Promise<void>((done) => smtp.close(() => done()));
  });

  const settings = (more: Settings = {}): Settings => ({ gateway: house.url, account: 'line', token: TOKEN, ...more });
  const say = (words: string, more: Settings = {}, call: object = {}) => simulator.say(settings(more), words, call);
  const api = (path: string) => ask(house.url, 'GET', path, { token: ADMIN });
  const numberIn = (said: string): string => /\d{14}/.exec(said)?.[0] ?? expect.fail(said);
  const caseOf = async (no: string) => (await api(`/v1/cases/${no}`)).json;
  /** As the operator reads it out to the caller. */
  const codeOf = async (no: string) => {
    const path = `/v1/cases/${no}/query-code`;
    return (await ask(house.url, 'POST', path, { token: ADMIN, body: { reason: '市民来电' } })).json.queryCode;
  };
  const report = async (no: string, body: object) => {
    const { unit } = await caseOf(no);
    const path = `/v1/cases/${no}/reports`;
    expect(
      (await ask(house.url, 'POST', path, { token: ADMIN, body: { ...body, unit: unit.code } })).status,
    ).toBeLessThan(300);
  };

  it('a call becomes a case of the citizen’s words; the exchange’s repeat changes nothing', async () => {
    const words = '海曙区人民路12号门前的路灯三天不亮了，请派人来修';
    const first = await say(words, {}, { id: 'call-1', start: '2026-11-24T09:00:00+08:00' });
    const no = numberIn(first);
    expect(await say(words, {}, { id: 'call-1', start: '2026-11-24T09:00:00+08:00' })).toContain('repeated');
    const shown = await caseOf(no);
    expect(shown).toMatchObject({ channel: 'phone', said: { text: words, phone: '138****0001' }, call: { waitS: 8 } });
    const { json, text } = await api(`/v1/cases/${no}/messages`);
    expect(json.data[0].call.turns.map((turn: { speaker: string }) => turn.speaker)).toEqual(['agent', 'citizen']);
    expect(text).not.toContain('13800000001');
  });

  it('a caller, who gets no receipt, is read the query code and sees by it how things stand', async () => {
    const no = numberIn(await say('慈溪市浒山街道广场的路灯不亮', { caller: '13800000008' }));
    const body = { caseNo: no, queryCode: await codeOf(no) };
    expect(await ask(house.url, 'POST', '/v1/lookup', { body })).toMatchObject({ status: 200, json: { caseNo: no } });
    const { text } = await api(`/v1/audit?subject=${no}`);
    expect([text.includes('case.query_code'), text.includes(body.queryCode)]).toEqual([true, false]);
  });

  it('their next call about it is a follow-up, since the exchange proves the number; a stranger’s is not', async () => {
    const words = '海曙区人民路12号门前的路灯三天不亮了，请派人来修，快一点';
    expect(await say(words)).toContain('followed_up');
    expect(await say(words, { caller: '13800000009' })).not.toContain('followed_up');
  });

  it('what a department answered on the line is not dispatched, and its words stay in the seal', async () => {
    const unit = house.rooms.settings.city.units[1];
    const answer = '主管道检修，今天下午六点前恢复供水，请您放心。';
    const no = numberIn(
      await say('中山路小区从昨天晚上开始停水', { caller: '13800000002', unit: unit?.name ?? '', answer }),
    );
    const shown = await caseOf(no);
    expect(shown).toMatchObject({
      ...{ status: 'answered', unit: { code: unit?.code } },
      call: { transfers: [{ kind: 'three_way', unit: { code: unit?.code }, outcome: 'joined' }] },
      said: { answer: { text: answer } },
    });
    expect(shown.dueAt).toBeUndefined();
    const log = await api('/v1/events?after=earliest&limit=1000');
    expect(log.text).toContain('case.answered');
    expect(log.text).not.toContain('主管道');
  });

  it('the unit’s answer goes to no mailbox that was only told on the phone, until its owner shows the case’s code', async () => {
    const call = { id: 'call-mail', caller: '13800000003', email: 'citizen@mail.example' };
    const turns = [{ speaker: 'citizen', text: '镇海区庄市公园的健身器材坏了没人修', at: 3 }];
    const { caseNo } = await simulator.post(settings(), { call, transcript: { turns } });
    const no = String(caseNo);
    await report(no, { type: 'signed' });
    await report(no, { type: 'answered', public: '器材已经修好，请您看看。' });
    const row = async () =>
      (await caseOf(no)).outgoing.find(({ purpose }: { purpose: string }) => purpose === 'answer') ?? {};
    await until(async () => (await row()).why === 'call_to_be_made');
    expect(mails).toEqual([]);
    const written = mailOf({
      from: '<citizen@mail.example>',
      subject: `绑定 ${no} ${await codeOf(no)}`,
      text: '请绑定',
    });
    const auth = { spf: 'pass', dkim: 'pass', dmarc: 'pass', aligned: true };
    await house.rooms.doors.get('post')?.accept({ ...payloadOf(written), auth });
    await until(async () => (await row()).state === 'sent');
    expect(await row()).toMatchObject({ account: 'post', why: 'other_channel' });
    const isAnswer = (mail: string) => ['citizen@mail.example', 'auto-generated'].every((part) => mail.includes(part));
    expect(mails.filter(isAnswer)).toHaveLength(1);
  });

  it('without any it waits, and the case shows it', async () => {
    const no = numberIn(await say('北仑区新碶街道小区垃圾堆了三天没人清运', { caller: '13800000004' }));
    await report(no, { type: 'signed' });
    await report(no, { type: 'answered', public: '垃圾已经清运。' });
    await until(async () =>
      (await caseOf(no)).outgoing.some(
        (row: { purpose: string; why?: string }) => row.purpose === 'answer' && row.why === 'call_to_be_made',
      ),
    );
  });

  it('who gave up opens no case, counts, and is to be called back', async () => {
    const before = (await api('/v1/cases?limit=200')).json.data.length;
    await say('', { caller: '13800000005', abandon: true });
    expect((await api('/v1/cases?limit=200')).json.data).toHaveLength(before);
    const owed = (await api('/v1/calls?owed=true')).json.data;
    expect(owed).toMatchObject([{ outcome: 'abandoned', waitS: 40, party: '138****0005' }]);
    const { total } = (await api('/v1/calls/figures')).json;
    expect(total).toMatchObject({ abandoned: 1, wait: { averageS: 8 }, abandonedAfterS: 40, talk: { averageS: 80 } });
    expect(total.answered).toBe(total.offered - 1);
    expect(total.answeredWithin15s).toBe(total.answered);
    expect((await api('/metrics')).text).toContain('civicline_calls{outcome="abandoned"} 1');
  });

  it('bad input is refused with its reason, and nothing of it is stored', async () => {
    const before = (await api('/v1/cases?limit=200')).json.data.length;
    const refused = async (body: unknown, more: Settings = {}) =>
      simulator.post(settings(more), body).then(
        () => expect.fail('it was taken'),
        (error: Error) => error.message,
      );
    expect(await refused('{"call": {')).toContain('400');
    expect(await refused({ call: { start: 'soon' }, text: '市民：停水' })).toContain('call.start is no time');
    expect(await refused({ turns: [] })).toContain('400');
    expect(await refused({ text: '市民：停水' }, { token: 'a-wrong-token-of-somebody' })).toContain('403');
    expect((await api('/v1/cases?limit=200')).json.data).toHaveLength(before);
    expect((await api('/metrics')).text).toContain(
      'civicline_channel_refused_total{account="line",code="bad_signature"} 1',
    );
  });

  it('a transcript of five megabytes is taken in, and kept whole', async () => {
    const line = '市民：鄞州区东部新城小区楼下餐馆油烟太大，已经一个月了，没有人来管\n';
    const long = line.repeat(Math.ceil(5_000_000 / Buffer.byteLength(line)));
    const { caseNo } = await simulator.post(settings(), long, 'text/plain');
    expect(await caseOf(String(caseNo))).toMatchObject({ flags: expect.arrayContaining(['call_shortened']) });
  });
});
