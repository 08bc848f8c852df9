// The petition office: a register imported twice, a scanner at the door, a letter nobody could read, and the answer that goes on paper.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ADMIN, BUILT, type Gateway, newHome, run, serve, until, wholeLog } from './house.ts';

interface Scanner {
  say(settings: Readonly<Record<string, string>>, words: string, fields?: Record<string, string>): Promise<string>;
}

const REGISTER = [
  '登记编号,信访形式,信访人,联系电话,人数,概况,登记时间',
  'XF-1,来信,张某,13800000000,1,海曙区人民路12号门前的路灯三天不亮了，请派人来修,2026年11月20日',
  'XF-2,来访,李某,,12,鄞州区某小区停水三天，十二户居民一起来反映,2026年11月20日 上午9时',
  'XF-3,来信,王某,,1,,2026年11月20日',
  'XF-4,来信,赵某,,1,公交站没有灯,2026年2月30日',
].join('\n');

describe.skipIf(!BUILT)('the petition office', () => {
  let home: string;
  let gateway: Gateway;
  beforeAll(async () => {
    home = newHome();
    writeFileSync(join(home, 'config', 'channels.yaml'), stringify({ accounts: { letter: { channel: 'letter' } } }));
    gateway = await serve(home);
  });
  afterAll(() => gateway.end('SIGTERM'));

  const operator = (path: string) => gateway.ask('GET', path, { token: ADMIN });
  const caseOf = async (no: string) => (await operator(`/v1/cases/${no}`)).json;
  const noIn = (receipt: string): string => /\d{14}/.exec(receipt)?.[0] ?? '';

  it('imports a register: right rows become cases once, wrong ones are told, and a visit is marked as one', async () => {
    const file = join(home, '十一月登记表.csv');
    writeFileSync(file, REGISTER);
    const first = await run(home, ['import', '--channel', 'letter', '--json', file]);
    expect(first.lines).toMatchObject([
      { row: 2, outcome: 'accepted' },
      { row: 3, outcome: 'accepted' },
      { row: 4, outcome: 'refused', reason: '概况 is empty' },
      { row: 5, outcome: 'refused', reason: expect.stringContaining('2026年2月30日') },
    ]);
    const again = await run(home, ['import', '--channel', 'letter', '--json', file]);
    expect(again.lines.map((line) => [line.outcome, line.caseNo])).toEqual([
      ['repeated', first.lines[0].caseNo],
      ['repeated', first.lines[1].caseNo],
      ['refused', undefined],
      ['refused', undefined],
    ]);
    expect((await caseOf(first.lines[1].caseNo)).flags).toEqual(expect.arrayContaining(['visit', 'people:12']));
    expect((await operator('/v1/cases')).json.data).toHaveLength(2);
  });

  it('scans a letter with a key alone; what was read badly waits for a person and joins nothing', async () => {
    const { say } = (await import(String(new URL('../../simulators/letter.mjs', import.meta.url)))) as Scanner;
    const scanner = { gateway: gateway.url, account: 'letter', key: ADMIN };
    await expect(say({ ...scanner, key: 'guessed' }, '路灯不亮')).rejects.toThrow('401');
    const sure = await caseOf(noIn(await say(scanner, '江北区大庆南路9号门前的路灯三天不亮了，请派人来修')));
    expect(sure.status).toBe('dispatched');
    const unsure = await caseOf(
      noIn(await say({ ...scanner, confidence: '0.5' }, '镇海区庄市大道8号门前的路灯三天不亮了，请派人来修')),
    );
    expect(unsure).toMatchObject({ status: 'triage', matter: { role: 'first' } });
    const reviewed = { type: 'review', value: { doubts: expect.arrayContaining(['ocr_uncertain']) } };
    expect(unsure.proposals).toContainEqual(expect.objectContaining(reviewed));
    const blank = [await say(scanner, ''), await say(scanner, '')].map(noIn);
    for (const no of blank) expect(await caseOf(no)).toMatchObject({ status: 'triage', matter: { role: 'first' } });
  });

  it('answers on paper: the case shows that the letter is still to be written, and what it says', async () => {
    const { say } = (await import(String(new URL('../../simulators/letter.mjs', import.meta.url)))) as Scanner;
    const scanner = { gateway: gateway.url, account: 'letter', key: ADMIN };
    const no = noIn(await say(scanner, '海曙区中山路8号门口的树枝挡住了红绿灯，请修剪'));
    const { unit } = await caseOf(no);
    for (const body of [{ type: 'signed' }, { type: 'answered', public: '树枝已修剪。' }]) {
      const report = { token: ADMIN, body: { ...body, unit: unit.code } };
      expect((await gateway.ask('POST', `/v1/cases/${no}/reports`, report)).status).toBeLessThan(300);
    }
    await until(
      async () => (await caseOf(no)).outgoing.length > 0 && (await caseOf(no)).outgoing[0].state === 'waiting',
    );
    expect((await caseOf(no)).outgoing).toMatchObject([
      { purpose: 'answer', state: 'waiting', why: 'letter_to_be_written' },
    ]);
    const { json } = await operator(`/v1/cases/${no}/messages`);
    expect(json.data.map((m: { text: string }) => m.text)).toContain('树枝已修剪。');

    const [{ messageId }] = (await caseOf(no)).outgoing;
    const written = (id: string) =>
      gateway.ask('POST', `/v1/cases/${no}/outgoing/${id}/written`, { token: ADMIN, body: { reason: '挂号信已寄出' } });
    expect((await written('msg_none')).status).toBe(404);
    expect((await written(messageId)).json).toMatchObject({ state: 'sent', why: 'by_hand' });
    expect((await written(messageId)).status).toBe(409);
    expect((await caseOf(no)).outgoing).toMatchObject([{ state: 'sent', why: 'by_hand' }]);
    const log = await wholeLog(gateway.url);
    expect(log.filter(({ type, subject }) => type === 'message.sent' && subject === no)).toHaveLength(1);
    const trail = (await operator(`/v1/audit?subject=${no}`)).json.data;
    expect(trail.map((line: { action: string }) => line.action)).toContain('outgoing.written');
  });
});
