// civicline import: lines of JSON through the real channel; answers in input order, broken lines refused by row, safe to run twice.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ImportAnswer, importFiles } from '../../src/cli/import.ts';
import type { Accepted } from '../../src/core/channel.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { BUILT, newFolder, newHome } from '../story/house.ts';
import { command } from './command.ts';

const jsonl = (lines: readonly unknown[]): string =>
  `${lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')}\n`;

function fileOf(name: string, lines: readonly unknown[]): string {
  const file = join(newFolder(), name);
  writeFileSync(file, jsonl(lines));
  return file;
}

const LINES = [
  { id: 'a-1', title: '路灯', text: '海曙区段塘街道的路灯不亮，请修。', time: '2026-11-20 08:30:00', star: 3 },
  { id: 'a-2', text: '江北区庄桥街道的公交站台没有灯。', time: '2026-11-20T09:00:00+08:00', user: null, star: 1 },
  '{"id": "a-3", "text": "镇海区招宝山街道',
  '',
  '[1, 2]',
  { id: 'a-4', text: '谢谢' },
  { id: 'a-5', text: '   ' },
  { id: 'a-6', text: '北仑区新碶街道的小区停水了。', time: '上个月' },
  { text: '鄞州区钟公庙街道的幼儿园门口天天堵车。', reply: '已转办' },
  { id: 'a-7', text: 42 },
];

describe.skipIf(!BUILT)('importing what a platform pushed', () => {
  const home = newHome();
  const push = {
    op: 0,
    t: 'C2C_MESSAGE_CREATE',
    d: { id: 'q1', content: '海曙区段塘街道的路灯不亮', author: { user_openid: 'U' } },
  };
  const file = fileOf('pushes.jsonl', [push, push, { op: 0, t: 'FRIEND_ADD', d: {} }, '{"op":']);
  const importing = (...more: string[]) => command(home, ['import', '--channel', 'qq', '--json', ...more, file]);

  it('goes into the account that heard it, which must be named', async () => {
    writeFileSync(join(home, 'config', 'channels.yaml'), 'accounts:\n  bot: {channel: qq, appId: "1", secret: s}\n');
    const { exit, err } = await importing();
    expect([exit, err]).toEqual([2, expect.stringContaining('--account: bot')]);
    const { lines } = await importing('--account', 'bot');
    expect(lines.map(({ row, outcome }: ImportAnswer) => [row, outcome])).toEqual([
      [1, 'accepted'],
      [2, 'repeated'],
      [3, 'automatic'],
      [4, 'refused'],
    ]);
  });
});

describe.skipIf(!BUILT)('importing a file of JSON Lines', () => {
  const home = newHome();
  const file = fileOf('old.jsonl', LINES);
  const importing = (...more: string[]) => command(home, ['import', '--channel', 'web', ...more, file]);

  it('answers one line an item, in input order, with the row of each and the reason of each refusal', async () => {
    const { exit, out, err, lines } = await importing('--json');
    expect(lines.map(({ row, outcome }: ImportAnswer) => [row, outcome])).toEqual([
      [1, 'accepted'],
      [2, 'accepted'],
      [3, 'refused'],
      [5, 'refused'],
      [6, 'accepted'],
      [7, 'refused'],
      [8, 'refused'],
      [9, 'accepted'],
      [10, 'refused'],
    ]);
    expect(lines.every((line) => line.file === file)).toBe(true);
    const accepted = lines.filter(({ row, outcome }: ImportAnswer) => outcome === 'accepted' && row !== 6);
    expect(accepted.map(({ caseNo }: ImportAnswer) => caseNo)).toEqual(
      Array(3).fill(expect.stringMatching(/^\d{14}$/)),
    );
    expect(lines.find(({ row }: ImportAnswer) => row === 6)).not.toHaveProperty('caseNo');
    const reason = (row: number): string => lines.find((line) => line.row === row).reason;
    expect(reason(5)).toBe('not a JSON object');
    expect(reason(7)).toContain('content');
    expect(reason(8)).toContain('sentAt');
    expect(reason(10)).toContain('content must be text');
    expect(out.split('\n')).toHaveLength(10);
    const summary = JSON.parse(err.trim().split('\n').at(-1) ?? '');
    expect(summary).toEqual({
      counts: { accepted: 4, repeated: 0, automatic: 0, refused: 5 },
      ignored: { star: 2, reply: 1 },
    });
    expect(exit).toBe(1);
  });

  it('does nothing new at the second run, also for lines that have no id, and says so', async () => {
    const { exit, lines, err } = await importing();
    expect(lines).toEqual([
      { counts: { accepted: 0, repeated: 4, automatic: 0, refused: 5 }, ignored: { star: 2, reply: 1 } },
    ]);
    expect([exit, err]).toEqual([1, '']);
  });

  it('refuses the whole run, and takes in nothing, when one of the files cannot be read', async () => {
    const other = newHome();
    const { exit, out, err } = await command(other, ['import', '--channel', 'web', file, join(other, 'missing.jsonl')]);
    expect([exit, out]).toEqual([2, '']);
    expect(err).toMatch(/^civicline: .*missing\.jsonl cannot be read/);
  });
});

describe('the import itself', () => {
  it('reads a channel’s own kind of files as the channel does, an item by item', async () => {
    const answers: ImportAnswer[] = [];
    const summary = await importFiles(['a.box'], {
      accept: async (payload) => (payload === 'nobody' ? [] : [{ messageId: 'msg_1', receipt: { outcome: 'noted' } }]),
      tally: async (facts) => facts.map(({ part }) => part !== 'known'),
      async *items() {
        yield { row: 1, payload: 'somebody' };
        yield { row: 2, payload: 'nobody' };
        yield { row: 3, automatic: 'a delivery report' };
        yield { row: 4, refused: 'not a mail' };
      },
      answer: (answer) => void answers.push(answer),
      progress: () => {},
    });
    expect(answers).toEqual([
      { file: 'a.box', row: 1, outcome: 'accepted' },
      { file: 'a.box', row: 2, outcome: 'automatic', reason: 'no message of a citizen' },
      { file: 'a.box', row: 3, outcome: 'automatic', reason: 'a delivery report' },
      { file: 'a.box', row: 4, outcome: 'refused', reason: 'not a mail' },
    ]);
    expect(summary.counts).toEqual({ accepted: 1, repeated: 0, automatic: 2, refused: 1 });
  });

  interface Payload {
    readonly body: { readonly content: string };
    readonly idempotencyKey: string;
    readonly sentAt?: string;
  }

  /** A door that keeps what it is handed, and answers later the earlier it was asked. */
  function slowDoor(refuse: (n: number) => unknown = () => undefined) {
    const handed: Payload[] = [];
    const accept = async (payload: unknown): Promise<Accepted[]> => {
      const n = handed.push(payload as Payload);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 20 - n / 50)));
      const error = refuse(n);
      if (error) throw error;
      return [{ messageId: `msg_${n}`, receipt: { outcome: 'opened', caseNo: String(n) } }];
    };
    return { handed, accept };
  }

  async function importing(file: string, door: ReturnType<typeof slowDoor>) {
    const answers: ImportAnswer[] = [];
    const done: number[] = [];
    const summary = await importFiles([file], {
      accept: door.accept,
      tally: async () => [],
      answer: (answer) => void answers.push(answer),
      progress: (count) => void done.push(count),
    });
    return { answers, done, summary };
  }

  it('hands over text, id and time in the channel’s words, and leaves what it does not know', async () => {
    const door = slowDoor();
    const line = { id: 7, text: '路灯坏了', time: '2026-11-20 08:30', phone: '13800000000', title: null, cluster: 'x' };
    const { summary } = await importing(fileOf('one.jsonl', [line]), door);
    const body = { content: '路灯坏了', phone: '13800000000' };
    expect(door.handed).toEqual([{ body, idempotencyKey: '7', sentAt: '2026-11-20 08:30' }]);
    expect(summary.ignored).toEqual({ cluster: 1 });
  });

  it('keeps the order of the input over many more lines than are under way at once', async () => {
    const lines = Array.from({ length: 900 }, (_, n) => ({ id: String(n), text: `第${n}件` }));
    const { answers, done } = await importing(fileOf('many.jsonl', lines), slowDoor());
    expect(answers.map(({ row }) => row)).toEqual(lines.map((_, n) => n + 1));
    expect(answers.map(({ caseNo }) => caseNo)).toEqual(lines.map((_, n) => String(n + 1)));
    expect(done.at(-1)).toBe(900);
  });

  it('knows a line without an id again at the next run, and the same line twice in a file as two', async () => {
    const lines = [{ text: '停电了' }, { text: '停水了' }, { text: '停电了' }];
    const [first, second] = [slowDoor(), slowDoor()];
    await importing(fileOf('a.jsonl', lines), first);
    await importing(fileOf('b.jsonl', [{ text: '新的一行' }, ...lines]), second);
    const keys = first.handed.map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(3);
    expect(second.handed.slice(1).map(({ idempotencyKey }) => idempotencyKey)).toEqual(keys);
  });

  it('stops when the store is in trouble, so that the run can be repeated, and goes on over what is merely wrong', async () => {
    const trouble = new GatewayError({ code: 'disk_full', message: 'the disk is full', retryable: true });
    const file = fileOf(
      'trouble.jsonl',
      Array.from({ length: 30 }, (_, n) => ({ id: String(n), text: `第${n}件` })),
    );
    await expect(
      importing(
        file,
        slowDoor((n) => (n > 10 ? trouble : undefined)),
      ),
    ).rejects.toBe(trouble);
    const { summary } = await importing(
      file,
      slowDoor((n) => (n > 10 ? new Error('nobody reads this') : undefined)),
    );
    expect(summary.counts).toEqual({ accepted: 10, repeated: 0, automatic: 0, refused: 20 });
  });
});
