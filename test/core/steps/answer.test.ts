import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { city, decided, knownCase, NOTHING, NOW } from '../example.ts';

const demo = { ...city, demo: true };
const QUESTION = '请问怎么办理居住证？';

test('a plain question gets the entry that asks the same, with source and validity, and no clock runs', () => {
  const draft = decided(QUESTION, {}, { city: demo });
  expect(draft.answer).toMatchObject({ validUntil: '2026-12-31' });
  expect(draft.answer?.source).toContain('示例');
  expect(draft.dueAt).toBeUndefined();
});

test('examples answer nobody outside the demonstration', () => {
  expect(decided(QUESTION).answer).toBeUndefined();
});

test('an entry answers to the end of its last day and not a day longer', () => {
  const at = (time: string) => decided(QUESTION, {}, { city: demo, now: Date.parse(time) }).answer;
  expect(at('2026-12-31T23:59:00+08:00')).toBeDefined();
  expect(at('2027-01-01T00:01:00+08:00')).toBeUndefined();
  expect(at('2025-12-31T23:59:00+08:00')).toBeUndefined();
});

test.each([
  ['another question', '请问公交3路末班车几点'],
  ['a complaint about the same', '投诉派出所办理居住证太慢'],
  [
    'a question with a story of its own',
    '请问我办理居住证的时候房东不肯给合同，押金也不退，这种情况我该找哪个部门处理',
  ],
])('silence on %s', (_, text) => {
  expect(decided(text, {}, { city: demo }).answer).toBeUndefined();
});

test('no answer is sent into an open case or a danger', () => {
  const known = { ...NOTHING, mine: [knownCase(QUESTION)] };
  expect(decided(QUESTION, {}, { city: demo, known, now: NOW }).answer).toBeUndefined();
});

test("an example or an outdated entry beside the city's own silences nobody", () => {
  const [example] = city.knowledge.filter((one) => one.questions.some((q) => q.includes('居住证')));
  if (!example) throw new Error('the example about residence permits is gone');
  const own = { ...example, id: 'own', example: false, answer: '带身份证到派出所。' };
  const outdated = { ...own, id: 'old', validUntil: '2026-01-01', answer: '旧的答复' };
  const where = { ...city, knowledge: [outdated, example, own] };
  expect(decided(QUESTION, {}, { city: where }).answer?.text).toBe(own.answer);
});

test('when it is not sure an operator gets the likely entries, and the citizen no answer', () => {
  const draft = decided('请问申请公租房要符合什么条件', {}, { city: demo });
  expect(draft.answer).toBeUndefined();
  const offered = draft.proposals.find((one) => one.reason === 'knowledge_candidates');
  expect(JSON.stringify(offered?.value)).toContain('public-rental');
});

test('every entry that ships is marked as an example and names no local telephone', () => {
  for (const { answer, source, example } of city.knowledge) {
    expect(example).toBe(true);
    expect(source).toContain('示例');
    expect(answer).not.toMatch(/\d{7,8}/);
  }
});

describe('an entry of one district', () => {
  const base = { ...city, demo: true };
  const passport = base.knowledge.find(({ id }) => id === 'passport');
  const where = {
    ...base,
    knowledge: base.knowledge.map((one) => (one === passport ? { ...one, region: '330205' } : one)),
  };
  const asked = (text: string) => decided(text, {}, { city: where });

  test('answers who is there, and nobody elsewhere', () => {
    expect(asked('请问江北区护照到期怎么换发').answer?.text).toBe(passport?.answer);
    const elsewhere = asked('请问慈溪市护照到期怎么换发');
    expect(elsewhere.answer).toBeUndefined();
    expect(JSON.stringify(elsewhere.proposals)).not.toContain('passport');
  });

  test('is only offered to an operator where nobody knows the place, with its words', () => {
    const unsure = asked('请问护照到期怎么换发');
    expect(unsure.answer).toBeUndefined();
    const offer = unsure.proposals.find((one) => one.reason === 'knowledge_candidates');
    expect(offer?.value.candidates).toMatchObject([
      { entry: 'passport', region: '330205', answer: { text: passport?.answer, source: passport?.source } },
    ]);
  });
});

test('a look-alike of the entry gets no answer: another thing is asked', () => {
  const where = { ...city, demo: true };
  expect(decided('请问营业执照怎么办理', {}, { city: where }).answer).toBeDefined();
  expect(decided('请问营业执照怎么年检', {}, { city: where }).answer).toBeUndefined();
});

test('held-out paraphrases: no answer is wrong, and the right entry is among those offered', () => {
  const where = { ...city, demo: true };
  const lines = readFileSync(new URL('../../fixtures/knowledge-held-out.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  for (const line of lines) {
    const at = line.indexOf(' ');
    const [want, words] = [line.slice(0, at), line.slice(at + 1)];
    const { answer, proposals } = decided(want === '-' ? words : `请问${words}`, {}, { city: where });
    const entry = where.knowledge.find((one) => one.answer === answer?.text)?.id;
    expect([words, entry ?? want]).toEqual([words, want]);
    if (want === '-') expect([words, answer]).toEqual([words, undefined]);
    const offer = proposals.find((one) => one.reason === 'knowledge_candidates');
    if (offer && want !== '-') expect(JSON.stringify(offer.value)).toContain(`"${want}"`);
  }
});
