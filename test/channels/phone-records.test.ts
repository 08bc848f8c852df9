// What exchanges tell of calls becomes the same calls, whoever tells it: answered, given up, how long waited, by whom.
import { describe, expect, it } from 'vitest';
import { readPayload } from '../../src/channels/phone/body.ts';
import { phone } from '../../src/channels/phone/phone.ts';
import { twilioSignature } from '../../src/channels/phone/proof.ts';
import { length } from '../../src/channels/phone/records/fact.ts';
import { callReport } from '../../src/core/call-figures.ts';
import { type CallFact, foldCall, mergeFacts } from '../../src/core/call-record.ts';
import type { Incoming } from '../../src/core/message.ts';
import { testDoor } from '../contract/channel.ts';
import { call, statusOf } from './call.ts';
import { vectors } from './vectors.ts';

const TOKEN = 'a-token-for-tests-only';
const read = (payload: unknown): Incoming[] => phone.read(payload, own) as Incoming[];
const own = phone.settings({
  ...{ channel: 'phone', lines: ['12345', '057412345'] },
  sources: [
    { name: 'pbx', token: TOKEN, columns: { start: '打进来的时候' } },
    { name: 'twilio', twilio: { authToken: 'twilio-token-for-tests' } },
  ],
});
const AT = Date.parse('2026-11-24T09:00:00+08:00');
const rowsOf = (body: unknown, mediaType?: string) =>
  readPayload(
    {
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...{ source: 'pbx', at: AT },
      ...(mediaType ? { mediaType } : {}),
    },
    own,
  ).rows ?? [];
const facts = (...bodies: unknown[]): CallFact[] =>
  bodies.flatMap((body) => rowsOf(body)).flatMap((row) => row.facts ?? []);
/** The calls that all of it comes to, in order of their ids. */
const calls = (told: readonly CallFact[]) =>
  [...new Set(told.map((one) => one.call))].sort().map((id) => {
    const own = mergeFacts(
      [],
      told.filter((one) => one.call === id),
    );
    return { id, ...foldCall(own, AT), party: own.find((one) => one.party)?.party };
  });

const cdr = (more: object) => ({
  ...{ src: '013800000001', dst: '600', dcontext: 'from-trunk', channel: 'PJSIP/trunk-1', lastapp: 'Queue' },
  ...{ start: '2026-11-24 09:00:00', end: '2026-11-24 09:02:00', duration: '120', uniqueid: '1795482000.1' },
  ...more,
});

describe('Asterisk', () => {
  it('one answered leg makes an answered call, however many operators rang in vain', () => {
    const told = facts(
      cdr({ dstchannel: 'PJSIP/8001-1', disposition: 'NO ANSWER', billsec: '0' }),
      cdr({ dstchannel: 'PJSIP/8002-1', disposition: 'ANSWERED', billsec: '90', answer: '2026-11-24 09:00:30' }),
    );
    expect(calls(told)).toMatchObject([
      { outcome: 'answered', waitMs: 30_000, talkMs: 90_000, party: '13800000001', direction: 'in' },
    ]);
  });

  it('a line that only a menu or a queue answered was answered by nobody', () => {
    expect(calls(facts(cdr({ dstchannel: '', disposition: 'ANSWERED', billsec: '120' })))).toMatchObject([
      { outcome: 'abandoned' },
    ]);
    expect(calls(facts(cdr({ dstchannel: '', disposition: 'ANSWERED', lastapp: 'Playback' })))).toMatchObject([
      { outcome: 'menu' },
    ]);
    expect(calls(facts(cdr({ dstchannel: '', disposition: 'CONGESTION' })))).toMatchObject([{ outcome: 'failed' }]);
  });

  it('the events of the queue outrank the record of the line, in whatever order they come', () => {
    const event = (Event: string, more: object) => ({
      Event,
      Uniqueid: '1795482000.1',
      CallerIDNum: '13800000001',
      ...more,
    });
    const record = cdr({
      dstchannel: 'PJSIP/8002-1',
      disposition: 'ANSWERED',
      billsec: '120',
      answer: '2026-11-24 09:00:00',
    });
    const told = facts(
      record,
      event('AgentConnect', { HoldTime: '42', Timestamp: '1795482042.5' }),
      event('AgentComplete', { TalkTime: '70', Timestamp: '1795482112.5' }),
      event('QueueCallerJoin', { Timestamp: '1795482000.5' }),
    );
    for (const order of [told, [...told].reverse()])
      expect(calls(order)).toMatchObject([{ outcome: 'answered', waitMs: 42_000, talkMs: 70_000 }]);
    // The record alone does not know the wait: the queue took the line at once.
    expect(calls(facts(record))[0]).not.toHaveProperty('waitMs');
    const left = facts(event('QueueCallerJoin', {}), event('QueueCallerAbandon', { HoldTime: '17' }));
    expect(calls(left)).toMatchObject([{ outcome: 'abandoned', waitMs: 17_000 }]);
  });

  it('is read as events in lines, as Master.csv and as CSV with a header alike', () => {
    const lines =
      'Event: Cdr\r\nSource: 13800000001\r\nDestination: 600\r\nDestinationChannel: PJSIP/8001\r\nStartTime: 2026-11-24 09:00:00\r\nAnswerTime: 2026-11-24 09:00:10\r\nEndTime: 2026-11-24 09:01:00\r\nDuration: 60\r\nBillableSeconds: 50\r\nDisposition: ANSWERED\r\nUniqueID: 1.1\r\n\r\nEvent: PeerStatus\r\nPrivilege: system,all\r\n\r\n';
    const master =
      '"","13800000001","600","from-trunk","""A"" <13800000001>","PJSIP/t","PJSIP/8001","Dial","x","2026-11-24 09:00:00","2026-11-24 09:00:10","2026-11-24 09:01:00",60,50,"ANSWERED","DOCUMENTATION","1.1",""\n';
    const header =
      'calldate,src,dst,dstchannel,duration,billsec,disposition,uniqueid\n2026-11-24 09:00:00,13800000001,600,PJSIP/8001,60,50,ANSWERED,1.1\n';
    for (const body of [lines, master, header])
      expect(calls(facts(body))).toMatchObject([
        { id: '1.1', at: AT, outcome: 'answered', waitMs: 10_000, talkMs: 50_000, party: '13800000001' },
      ]);
  });

  it('calls of the house among itself are no calls of citizens; calls out are calls out', () => {
    expect(facts(cdr({ src: '8001', dst: '8002', disposition: 'ANSWERED', dstchannel: 'x' }))).toEqual([]);
    expect(
      calls(facts(cdr({ src: '8001', dst: '13800000001', disposition: 'ANSWERED', dstchannel: 'x' }))),
    ).toMatchObject([{ direction: 'out', party: '13800000001' }]);
  });
});

describe('FreeSWITCH', () => {
  const json = (variables: object) => ({
    'core-uuid': 'x',
    variables: { uuid: 'f-1', direction: 'inbound', start_epoch: '1795482000', end_epoch: '1795482100', ...variables },
    callflow: [{ caller_profile: { caller_id_number: '%2B8613800000001', destination_number: '12345' } }],
  });
  it('values are decoded, and the queue says whether a person answered', () => {
    const answered = json({
      answer_epoch: '1795482001',
      cc_queue: 'hotline%40default',
      cc_queue_joined_epoch: '1795482005',
      cc_queue_answered_epoch: '1795482017',
      billsec: '99',
    });
    expect(calls(facts(answered))).toMatchObject([
      { id: 'f-1', outcome: 'answered', waitMs: 12_000, party: '13800000001' },
    ]);
    const left = json({
      answer_epoch: '1795482001',
      cc_queue: 'hotline',
      cc_queue_joined_epoch: '1795482005',
      cc_queue_canceled_epoch: '1795482030',
    });
    expect(calls(facts(left))).toMatchObject([{ outcome: 'abandoned', waitMs: 25_000 }]);
    expect(calls(facts(json({ answer_epoch: '0', hangup_cause: 'USER_BUSY' })))).toMatchObject([{ outcome: 'failed' }]);
  });

  it('comes as a form, plain or in base64, and the operator’s leg is not a second call', () => {
    const text = JSON.stringify(json({ answer_epoch: '1795482010', billsec: '90' }));
    const plain = rowsOf(`cdr=${encodeURIComponent(text)}`, 'application/x-www-form-urlencoded');
    const coded = rowsOf(`cdr=${Buffer.from(text).toString('base64')}`, 'application/x-www-form-base64-encoded');
    for (const rows of [plain, coded])
      expect(calls(rows.flatMap((row) => row.facts ?? []))).toMatchObject([{ waitMs: 10_000 }]);
    expect(facts(json({ direction: 'outbound', originating_leg_uuid: 'f-0' }))).toEqual([]);
  });
});

describe('services in the cloud', () => {
  it('Twilio: the leg to a person and the queue say more than the line', () => {
    const twilio = (more: object) => ({
      CallSid: 'CA1',
      From: '+8613800000001',
      To: '+8657412345',
      Direction: 'inbound',
      ...more,
    });
    const told = facts(
      twilio({ CallStatus: 'ringing', Timestamp: 'Tue, 24 Nov 2026 01:00:00 +0000' }),
      twilio({ CallStatus: 'in-progress', Timestamp: 'Tue, 24 Nov 2026 01:00:01 +0000' }),
      twilio({
        QueueResult: 'hangup',
        QueueTime: '33',
        CallStatus: 'completed',
        Timestamp: 'Tue, 24 Nov 2026 01:00:35 +0000',
      }),
    );
    expect(calls(told)).toMatchObject([{ outcome: 'abandoned', waitMs: 33_000, party: '13800000001', at: AT }]);
    const leg = {
      CallSid: 'CA2',
      ParentCallSid: 'CA1',
      CallStatus: 'completed',
      CallDuration: '30',
      Timestamp: 'Tue, 24 Nov 2026 01:00:40 +0000',
    };
    expect(calls([...told.filter(({ part }) => part !== 'queue'), ...facts(leg)])).toMatchObject([
      { outcome: 'answered', waitMs: 10_000, talkMs: 30_000 },
    ]);
  });

  it('Twilio is answered in its own words once its signature is right, and a recording alone is no call', async () => {
    const door = testDoor(phone, own);
    await phone.open(own, door);
    const send = (form: string) =>
      call(door, form, {
        headers: {
          'x-twilio-signature': twilioSignature(
            'twilio-token-for-tests',
            'https://localhost/in/phone',
            new URLSearchParams(form),
          ),
          ...{ host: 'localhost', 'content-type': 'application/x-www-form-urlencoded' },
        },
      });
    expect((await send('CallSid=CA1&CallStatus=ringing&From=%2B8613800000001')).body).toBe('<Response/>');
    expect(await statusOf(send('RecordingSid=RE1&RecordingStatus=completed&From=1&To=2'))).toBe(200);
    expect(door.calls.map(({ call: id }) => id)).toEqual(['CA1']);
    expect(
      await statusOf(send('CallSid=CA1&TranscriptionText=%E5%81%9C%E6%B0%B4%E4%BA%86&From=%2B8613800000001')),
    ).toBe(200);
    expect(door.payloads.flatMap(read).map(({ text }) => text)).toContain('停水了');
  });

  it('Telnyx and Bandwidth tell of begin, answer and end', () => {
    const telnyx = (event_type: string, occurred_at: string) => ({
      data: {
        event_type,
        occurred_at,
        payload: { call_session_id: 's', from: '+8613800000001', to: '+8657412345', direction: 'incoming' },
      },
    });
    const told = facts(
      telnyx('call.initiated', '2026-11-24T01:00:00Z'),
      telnyx('call.bridged', '2026-11-24T01:00:09Z'),
      telnyx('call.hangup', '2026-11-24T01:01:09Z'),
    );
    expect(calls(told)).toMatchObject([{ outcome: 'answered', waitMs: 9_000, talkMs: 60_000, at: AT }]);
    const gone = {
      eventType: 'disconnect',
      callId: 'c',
      from: '+8613800000001',
      to: '+1',
      direction: 'inbound',
      startTime: '2026-11-24T01:00:00Z',
      endTime: '2026-11-24T01:00:20Z',
    };
    expect(calls(facts(gone))).toMatchObject([{ outcome: 'abandoned', waitMs: 20_000 }]);
  });

  it.each([
    ...vectors('phone')
      .filter(
        (one) =>
          /asterisk|bandwidth|freeswitch|telnyx|twilio/.test(String(Reflect.get(one, 'vendor'))) &&
          !/signature/.test(one.name),
      )
      .map((one) => [`${String(Reflect.get(one, 'vendor'))} ${one.name}`, one.input] as const),
  ])('the peer’s %s is taken and breaks nothing', (_, input) => {
    for (const row of rowsOf(input)) expect(row.refused).toBeUndefined();
  });
});

describe('events that tell nothing of a call', () => {
  it.each([
    ['Bandwidth', { eventType: 'transferDisconnect', callId: 'c-1', eventTime: '2026-11-24T01:00:00Z' }],
    ['Telnyx', { data: { event_type: 'conference.ended', payload: { conference_id: 'x' } } }],
    ['ARI', { type: 'ChannelDtmfReceived', asterisk_id: 'a', application: 'x', channel: { id: '1.1' } }],
  ])('of %s are acknowledged, counted as nothing, and open no case', async (_, event) => {
    const door = testDoor(phone, own);
    await phone.open(own, door);
    expect(await statusOf(call(door, JSON.stringify(event), { headers: { authorization: `Bearer ${TOKEN}` } }))).toBe(
      200,
    );
    expect(facts(event)).toEqual([]);
    expect(read({ body: JSON.stringify(event) })).toEqual([]);
  });
});

describe('lists of calls', () => {
  const list =
    '通话编号,主叫号码,呼入时间,接听时间,结束时间,等待时长(秒),通话时长,状态,坐席\n' +
    'a,13800000001,2026/11/24 9:00:00,2026-11-24 09:00:08,2026-11-24 09:01:08,8,1分0秒,已接听,张三\n' +
    'b,057487654321,2026-11-24 09:05:00,,2026-11-24 09:05:40,40,00:00:00,放弃,\n' +
    'c,13800000003,不知道,,,,,已接听,\n' +
    'd,13800000004,2026-11-24 09:06:00,,,,,挂了,\n';
  it('with Chinese headers are read row by row; wrong rows are told with the reason, right ones taken', () => {
    const rows = rowsOf(list);
    expect(rows.flatMap(({ row, refused }) => (refused ? [[row, refused]] : []))).toEqual([
      [4, 'start is no time: 不知道'],
      [5, 'how the call ended is not known here: 挂了'],
    ]);
    expect(calls(rows.flatMap((row) => row.facts ?? []))).toMatchObject([
      { id: 'a', at: AT, outcome: 'answered', waitMs: 8_000, talkMs: 60_000 },
      { id: 'b', outcome: 'abandoned', waitMs: 40_000, party: '057487654321' },
    ]);
  });

  it('answer what was counted and what was not, and refuse a list of which nothing can be read', async () => {
    const door = testDoor(phone, own);
    await phone.open(own, door);
    const bearer = { headers: { authorization: `Bearer ${TOKEN}` } };
    expect((await call(door, list, bearer)).body).toMatchObject({
      calls: { told: 2, changed: 2 },
      refused: [{ row: 4 }, { row: 5 }],
    });
    const [head = ''] = list.split('\n');
    expect(await statusOf(call(door, `${head}\nx,1,never,,,,,,\n`, bearer))).toBe(400);
    expect(door.calls).toHaveLength(2);
  });

  it('longer than an exchange sends at once are refused before they are read', async () => {
    const door = testDoor(phone, own);
    await phone.open(own, door);
    const [head = '', row = ''] = list.split('\n');
    const many = (count: number) =>
      call(door, `${head}\n${`${row}\n`.repeat(count)}`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(await statusOf(many(5_001))).toBe(400);
    expect(door.calls).toEqual([]);
    expect(await statusOf(many(50))).toBe(200);
  });

  it('take the account’s own name of a column, records in JSON, and know a call without an id again', () => {
    const csv = '打进来的时候,来电号码,状态\n2026-11-24 09:00:00,13800000001,未接\n';
    const json = { calls: [{ start: '2026-11-24 09:00:00', caller: '13800000001', status: 'missed' }] };
    expect(calls(facts(csv, csv, json))).toMatchObject([{ outcome: 'abandoned', at: AT }]);
  });

  it.each([
    ['93', 93_000],
    ['00:01:33', 93_000],
    ['1分33秒', 93_000],
    ['2小时', 7_200_000],
    ['', undefined],
    ['long', undefined],
    ['-5', undefined],
    ['99999999999', undefined],
    ['1e308', undefined],
  ])('a length of %s is %s ms', (given, ms) => {
    expect(length(given)).toBe(ms);
  });
});

describe('a time that has not come yet', () => {
  const NEXT_YEAR = '2027-11-24 09:00:00';
  it('is refused with its reason, row by row, in every kind of record', () => {
    const list = `主叫号码,来电时间,状态\n13800000001,2026-11-24 09:00:00,已接\n13800000001,${NEXT_YEAR},已接\n`;
    expect(rowsOf(list)).toMatchObject([{ facts: [{}] }, { row: 3, refused: expect.stringContaining('not come yet') }]);
    const bodies = [
      [cdr({ start: NEXT_YEAR, disposition: 'ANSWERED', dstchannel: 'PJSIP/8' })],
      { CallSid: 'CA1', CallStatus: 'ringing', Timestamp: 'Wed, 24 Nov 2027 09:00:00 +0800' },
      { variables: { uuid: 'u1', caller_id_number: '13800000001', start_epoch: '1827018000' }, callflow: [] },
    ];
    for (const body of bodies) {
      let told = '';
      try {
        told = rowsOf(body)[0]?.refused ?? '';
      } catch (error) {
        told = String(error);
      }
      expect(told).toContain('not come yet');
    }
    const vcon = {
      ...{ vcon: '0.0.2', uuid: '01928e10-193e-8231-b9a2-279e0d16bc46', created_at: '2026-11-24T09:00:00+08:00' },
      parties: [{ tel: '+8613800000001' }],
      dialog: [{ type: 'recording', start: '2027-11-24T09:00:00+08:00', parties: [0] }],
    };
    expect(() => rowsOf(vcon)).toThrow('not come yet');
  });
});

describe('vCons', () => {
  const vcon = (dialog: object) => ({
    ...{ uuid: '019f2b00-0000-8000-8000-000000000009', parties: [{ tel: '+8613800000001' }, { tel: '12345' }] },
    ...{
      dialog: [{ start: '2026-11-24T09:00:00+08:00', duration: 20, parties: [0, 1], ...dialog }],
      analysis: [],
      attachments: [],
    },
  });
  it('count as calls, answered or given up, unless the source says that others count them', () => {
    expect(calls(facts(vcon({ type: 'recording', url: 'https://x.example/1' })))).toMatchObject([
      { outcome: 'answered', talkMs: 20_000 },
    ]);
    expect(calls(facts(vcon({ type: 'incomplete', disposition: 'hung-up' })))).toMatchObject([
      { outcome: 'abandoned', waitMs: 20_000 },
    ]);
    expect(calls(facts(vcon({ type: 'incomplete', disposition: 'busy' })))).toMatchObject([{ outcome: 'failed' }]);
    const silent = phone.settings({ channel: 'phone', sources: [{ name: 'pbx', token: TOKEN, counts: false }] });
    expect(
      readPayload({ body: JSON.stringify(vcon({ type: 'incomplete' })), source: 'pbx' }, silent).rows,
    ).toBeUndefined();
  });
});

describe('the figures', () => {
  const hour = (at: number, answered: number, abandoned: number) => ({
    ...{ at: at * 3_600_000, answered, abandoned, failed: 0, menu: 0, open: 0, soon: answered, waited: answered },
    ...{ waitMs: 5_000 * answered, longestMs: 9_000, gaveUp: 0, gaveUpMs: 0, talked: 0, talkMs: 0 },
  });
  it('reach the standard only when every 24 hours do', () => {
    // 97 % in all, but the worst day lies across midnight.
    const report = callReport([hour(10, 900, 0), hour(40, 50, 10), hour(50, 30, 20), hour(70, 900, 20)]);
    expect(report.total).toMatchObject({ offered: 1930, answered: 1880, rate: 0.9741, rateWithin15s: 0.9741 });
    expect(report.lowest24h).toEqual({ from: 27 * 3_600_000, to: 51 * 3_600_000, rate: 0.7273, offered: 110 });
    expect(report.meets).toBe(false);
    expect(callReport([hour(1, 95, 5)]).meets).toBe(true);
    expect(callReport([])).toMatchObject({ total: { offered: 0, rate: null, rateWithin15s: null }, meets: null });
  });
});
