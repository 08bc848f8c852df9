import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, prepare } from '../../src/core/pipeline.ts';
import { city, given, message, NOTHING, prepared } from './example.ts';

const broken = (part: object) => ({ ...city, ...part });

describe('a step that throws loses no message', () => {
  test('the draft goes on as it was, marked, and a person is asked', () => {
    const draft = prepare(message('路灯坏了'), broken({ categories: undefined }));
    expect(draft.flags).toEqual(['step_failed:classify']);
    expect(draft.proposals).toMatchObject([{ type: 'review', value: { step: 'classify' } }]);
    expect(draft.words.full).toBe('路灯坏了');
    expect(draft.categories).toEqual([city.otherCategory]);
  });

  test('the reason given to people quotes nothing the citizen said', () => {
    const draft = prepare(message('我叫王小明'), broken({ kinds: undefined }));
    expect(JSON.stringify(draft.proposals)).not.toContain('王小明');
  });

  test('later steps still run', () => {
    const draft = decide(prepared('路灯坏了'), given({ city: broken({ emergencies: undefined }) }));
    expect(draft.flags).toEqual(['step_failed:divert']);
    expect(draft.unit?.code).toBe('chengguan');
    expect(draft.dueAt).toBeDefined();
  });

  test('words that could not be masked are not kept outside the seal', () => {
    const text = '我叫王小明' as string;
    const odd = { ...message(text), title: { trim: 1 } as unknown as string };
    const draft = prepare(odd, city);
    expect(draft.flags).toContain('step_failed:normalise');
    expect(draft.words.masked).toBe('');
  });
});

test('the same message in the same circumstances gives the same draft, and nothing given is changed', () => {
  const text = '江北区环城北路12号路面坑洼，要求修复';
  const said = Object.freeze(message(text));
  expect(decide(prepare(said, city), given())).toEqual(decide(prepare(said, city), given()));
});

test('any text at all passes every step', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 20 }), (text, title) => {
      const draft = decide(prepare(message(text, { title }), city), given());
      expect(draft.flags.filter((flag) => flag.startsWith('step_failed'))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('a text of 100,000 characters passes in bounded work', () => {
  for (const unit of ['路', '1', '一', 'A@', '幺 ', '〔', '号线', '小区', '江北区 ', '138 ']) {
    const draft = decide(prepare(message(unit.repeat(100_000 / unit.length)), city), given());
    expect(draft.flags.filter((flag) => flag.startsWith('step_failed'))).toEqual([]);
  }
});

const data = fileURLToPath(new URL('../../../shared/data', import.meta.url));
const there = existsSync(data);
if (!there) console.warn('skipped: real messages and hostile strings, for ../shared/data is not here');

describe.skipIf(!there)('real and hostile texts (skipped when ../shared/data is absent)', () => {
  const failures = (texts: readonly string[]): string[] =>
    texts.flatMap((text) => {
      const draft = decide(prepare(message(text), city), given({ known: NOTHING }));
      return draft.flags.filter((flag) => flag.startsWith('step_failed'));
    });

  test.each(['dedup-stream', 'channels', 'replies'])('citizens of several cities: %s', (name) => {
    const texts = readFileSync(`${data}/messages/${name}.jsonl`, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => String((JSON.parse(line) as { text?: string }).text ?? ''));
    expect(texts.length).toBeGreaterThan(100);
    expect(failures(texts)).toEqual([]);
  });

  test('naughty strings', () => {
    const dir = `${data}/corpora/blns`;
    const texts = readdirSync(dir).flatMap((name) => readFileSync(`${dir}/${name}`, 'utf8').split('\n'));
    expect(texts.length).toBeGreaterThan(100);
    expect(failures(texts)).toEqual([]);
  });
});
