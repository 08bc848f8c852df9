// civicline train, evaluate, classify: from labelled lines to a model, its figures, and the door's own answers line by line.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { newHome } from '../story/house.ts';
import { command } from './command.ts';

const WORDS = { 城乡建设: ['路灯', '电梯', '物业'], 教育文体: ['学校', '补课', '学费'] };
const LINES = Object.entries(WORDS).flatMap(([label, words]) =>
  Array.from({ length: 15 }, (_, n) => ({
    label,
    title: null,
    text: `${words[n % 3]}的问题反映多次${words[(n + 1) % 3]}`,
  })),
);

function labelled(home: string, lines: readonly unknown[]): string {
  const file = path.join(home, 'labelled.jsonl');
  writeFileSync(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return file;
}

async function classify(home: string, lines: readonly unknown[], args: readonly string[] = []) {
  const input = Readable.from([
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  ]);
  const stdin = vi.spyOn(process, 'stdin', 'get').mockReturnValue(input as typeof process.stdin);
  try {
    const ran = await command(home, ['classify', ...args]);
    return {
      ...ran,
      answers: ran.out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    };
  } finally {
    stdin.mockRestore();
  }
}

describe('train and evaluate', () => {
  it('make a model whose figures are of lines held out, and measure it on others', async () => {
    const home = newHome();
    const file = labelled(home, LINES);
    const model = path.join(home, 'm.bin');
    const trained = await command(home, ['train', '--labelled', file, '--out', model, '--folds', '3']);
    expect(trained.exit).toBe(0);
    expect(JSON.parse(trained.out)).toMatchObject({ lines: 30, crossValidated: { accuracy: 1, macroF1: 1 } });
    const measured = await command(home, ['evaluate', '--labelled', file, '--model', model]);
    expect(JSON.parse(measured.out)).toMatchObject({
      accuracy: 1,
      topTwo: 1,
      confusion: [
        [15, 0],
        [0, 15],
      ],
    });
    const { answers } = await classify(home, [{ id: 7, text: '学校违规补课收学费，家长意见很大' }], ['--model', model]);
    expect(answers).toMatchObject([{ id: 7, label: '教育文体' }]);
    expect(answers[0].category[0]).toMatchObject({ code: '140202', level1: '教育文体' });
  });

  it.each<[string, unknown[], RegExp]>([
    ['a line that is no JSON', [...LINES, '{"text":'], /line 31/],
    ['a line without a label', [{ text: '路灯' }, ...LINES], /line 1: has no label/],
    ['too few lines', LINES.slice(0, 3), /has 3 lines/],
    ['one label only', LINES.slice(0, 15).concat(LINES.slice(0, 15)), /one label only/],
  ])('%s is told, and no model is written', async (_what, lines, told) => {
    const home = newHome();
    const out = path.join(home, 'm.bin');
    const { exit, err } = await command(home, ['train', '--labelled', labelled(home, lines), '--out', out]);
    expect([exit, existsSync(out)]).toEqual([2, false]);
    expect(err).toMatch(told);
  });

  it('a file that is no model is refused with what to do', async () => {
    const home = newHome();
    const file = labelled(home, LINES);
    const { exit, err } = await command(home, ['evaluate', '--labelled', file, '--model', file]);
    expect(exit).toBe(1);
    expect(err).toMatch(/not a model.*\n {2}Make it again/);
    expect(readFileSync(file, 'utf8')).toContain('城乡建设');
  });
});

describe('classify', () => {
  it('answers every line in its place, also those it cannot read', async () => {
    const lines = [{ id: 'a', title: '路灯', text: '路灯坏了' }, '{"id":', { id: 'c' }, { id: 'd', text: '' }];
    const { exit, answers, err } = await classify(newHome(), lines);
    expect(answers.map((one) => one.id ?? one.row)).toEqual(['a', 2, 'c', 'd']);
    expect(answers[0]).toMatchObject({ kind: expect.any(String), confidence: expect.any(Number), urgency: 'normal' });
    expect(answers[2].problem).toMatch(/text is missing/);
    expect(exit).toBe(1);
    expect(err).toMatch(/2 of 4 lines/);
  });
});
