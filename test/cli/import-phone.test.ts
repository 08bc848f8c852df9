// civicline import --channel phone: a line's archive of transcripts and lists of calls, a line an item, safe to run twice.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImportAnswer } from '../../src/cli/import.ts';
import { BUILT, newFolder, newHome } from '../story/house.ts';
import { command } from './command.ts';

const LIST = `通话编号,主叫号码,呼入时间,接听时间,结束时间,状态
c-1,13800000001,2026-11-24 09:00:00,2026-11-24 09:00:08,2026-11-24 09:01:08,已接听
c-2,13800000002,2026-11-24 09:05:00,,2026-11-24 09:05:40,放弃
c-3,13800000003,不知道,,,已接听
c-4,8001,2026-11-24 09:06:00,,,未接
`;
const CAPTIONS =
  'WEBVTT\n\n00:00.000 --> 00:02.000\n<v 坐席>您好\n\n00:02.500 --> 00:07.000\n<v 市民>海曙区人民路18号门口的路灯坏了三天\n';
const ENVELOPE = {
  call: { id: 'c-1', caller: '13800000001', start: '2026-11-24T09:00:00+08:00' },
  transcript: { turns: [{ speaker: 'citizen', text: '鄞州区钟公庙街道的幼儿园门口天天堵车' }] },
};

describe.skipIf(!BUILT)('importing the archive of a telephone line', () => {
  it('takes in transcripts and calls, refuses what is neither by name, and does nothing new at the second run', async () => {
    const home = newHome();
    const folder = newFolder();
    const file = (name: string, content: string | Buffer): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const files = [
      file('1.vtt', CAPTIONS),
      file('2.json', JSON.stringify(ENVELOPE)),
      file('3.csv', LIST),
      file('4.json', '{"hello": "world"}'),
      file('5.vcon', '{"ciphertext": "x", "protected": "e", "recipients": []}'),
      file('6.wav', Buffer.from('RIFF\0\0\0\0WAVE')),
    ];
    const importing = () => command(home, ['import', '--channel', 'phone', '--json', ...files]);
    const first = await importing();
    expect(first.exit).toBe(1);
    expect(first.lines.map(({ row, outcome }: ImportAnswer) => [row, outcome])).toEqual([
      [undefined, 'accepted'],
      [undefined, 'accepted'],
      [2, 'accepted'],
      [3, 'accepted'],
      [4, 'refused'],
      [5, 'automatic'],
      [undefined, 'refused'],
      [undefined, 'refused'],
      [undefined, 'refused'],
    ]);
    expect(first.lines.filter((one: ImportAnswer) => one.caseNo)).toHaveLength(2);
    expect(first.lines.map((one: ImportAnswer) => one.reason).join('\n')).toMatch(
      /start is no time[\s\S]*encrypted[\s\S]*bytes/,
    );
    const second = await importing();
    expect(second.lines.filter((one: ImportAnswer) => one.outcome === 'accepted')).toEqual([]);
    expect(second.lines.filter((one: ImportAnswer) => one.outcome === 'repeated')).toHaveLength(4);
  }, 60_000);
});
