// civicline relate: the door's own steps over a throw-away store, line by line, in the order things happened.
import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { newHome } from '../story/house.ts';
import { command } from './command.ts';

const PIT = '海曙区丽园北路120号门口的路面塌了一个大坑，三天没人来修。';

async function relate(lines: readonly unknown[], args: readonly string[] = []) {
  const input = Readable.from([lines.map((line) => JSON.stringify(line)).join('\n')]);
  const stdin = vi.spyOn(process, 'stdin', 'get').mockReturnValue(input as typeof process.stdin);
  try {
    const { exit, out } = await command(newHome(), ['relate', ...args]);
    const answers = out.split('\n').filter(Boolean);
    return { exit, answers: answers.map((line) => JSON.parse(line)) };
  } finally {
    stdin.mockRestore();
  }
}

describe('relate', () => {
  it('answers each line in its place and relates them in the order of their times', async () => {
    const { answers } = await relate([
      { id: 'late', text: PIT.replace('没人', '没有人'), time: '2026-11-20T10:00:00+08:00' },
      { id: 'other', text: '鄞州区钱湖北路公交站台的顶棚漏雨。', time: '2026-11-20T11:00:00+08:00' },
      { id: 'early', text: PIT, time: '2026-11-20T09:00:00+08:00' },
    ]);
    expect(answers.map(({ id, band }) => [id, band])).toEqual([
      ['late', 'sure'],
      ['other', 'new'],
      ['early', 'new'],
    ]);
    const [late, other, early] = answers;
    expect(late).toMatchObject({ relation: 'joined', candidates: [{ id: 'early' }] });
    expect(late.cluster).toBe(early.cluster);
    expect(late.suggested).toBe(early.cluster);
    expect(other.cluster).not.toBe(early.cluster);
  });

  it('refuses a model that is not there', async () => {
    expect((await relate([{ id: 'a', text: PIT }], ['--model', 'nowhere'])).exit).not.toBe(0);
  });
});
