import { expect, test } from 'vitest';
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
  const draft = decided('请问我的医保个人账户能给爸妈用吗', {}, { city: demo });
  expect(draft.answer).toBeUndefined();
  const offered = draft.proposals.find((one) => one.reason === 'knowledge_candidates');
  expect(JSON.stringify(offered?.value)).toContain('family-account');
});

test('every entry that ships is marked as an example and names no local telephone', () => {
  for (const { answer, source, example } of city.knowledge) {
    expect(example).toBe(true);
    expect(source).toContain('示例');
    expect(answer).not.toMatch(/\d{7,8}/);
  }
});
