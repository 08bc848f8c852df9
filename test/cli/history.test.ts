// Learning from people: what they decided comes from the store masked, with who and when; only a better model takes over.
import { describe, expect, it } from 'vitest';
import { historyOf } from '../../src/cli/history.ts';
import { correct } from '../../src/core/acts/correct.ts';
import { openIntake } from '../../src/core/intake.ts';
import { compare, heldOut } from '../../src/core/learn/compare.ts';
import { train } from '../../src/core/learn/train.ts';
import { predictor } from '../../src/core/understand/predict.ts';
import { openDrift } from '../../src/drift.ts';
import { openMint } from '../../src/mint.ts';
import { openMemory } from '../../src/store/memory/store.ts';
import { city, message, NOW, prepared } from '../core/example.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

async function houseWith(texts: readonly string[], secret = false) {
  const store = openMemory({ instance: 'test', now: () => NOW });
  const mint = openMint(480);
  const intake = openIntake({ store, mint, now: () => NOW, log: quiet, city: () => city, committed: () => {} });
  const sender = { keys: [], anonymous: false, secret, name: '张三丰', phone: '13800000000' };
  const cases: string[] = [];
  for (const [n, text] of texts.entries()) {
    const said = message(text, { id: `msg_${n}`, externalId: `${n}`, contentHash: `sha256:${n}`, sender });
    cases.push((await intake.accept(said)).receipt.caseNo ?? '');
  }
  const put = async (no: string, category: string): Promise<void> => {
    const before = await store.findCase(no, { said: true });
    if (!before) throw new Error('no case');
    const given = { city, now: NOW, by: 'key_7', ulid: mint.ulid, due: () => undefined };
    const acted = correct(before, { category, reason: '看过原文' }, given);
    await store.change({ ...acted, expectVersion: before.version });
  };
  return { store, cases, put };
}

describe('what people decided', () => {
  const TEXT = '我叫张三丰，电话13800000000，人民路路灯坏了三天没人修。';

  it('comes as labelled lines with who and when, names and numbers masked', async () => {
    const { store, cases, put } = await houseWith([TEXT, '幼儿园学费太高']);
    await put(cases[0] ?? '', '1309');
    const lines = await historyOf(store, city);
    expect(lines).toMatchObject([{ caseNo: cases[0], label: '政法', by: 'key_7' }]);
    expect(lines[0]?.at).toMatch(/^\d{4}-/);
    expect(lines[0]?.text).toContain('路灯坏了');
    expect(lines[0]?.text).not.toMatch(/张三丰|13800000000/);
  });

  it('of an erased or a secret case is nothing', async () => {
    const open = await houseWith([TEXT]);
    await open.put(open.cases[0] ?? '', '1309');
    const no = open.cases[0] ?? '';
    const at = '2026-09-29T10:00:00+08:00';
    const event = { id: 'evt_1', type: 'case.redacted' as const, subject: no, time: at, data: {}, tenant: city.tenant };
    await open.store.erase(no, { at, actor: 'cli', action: 'case.erase', subject: no }, { ...event, caseversion: 3 });
    expect(await historyOf(open.store, city)).toEqual([]);
    const secret = await houseWith([TEXT], true);
    await secret.put(secret.cases[0] ?? '', '1309');
    expect(await historyOf(secret.store, city)).toEqual([]);
  });
});

describe('a new model', () => {
  const lines = Array.from({ length: 60 }, (_, n) => ({
    title: '',
    text: n % 2 === 0 ? '路灯坏了电梯停运物业不管' : '学校补课收费老师不管',
    label: n % 2 === 0 ? '城乡建设' : '教育文体',
    group: `${n}`,
  }));
  const good = predictor(train(lines, { seed: 1, folds: 0 }).model);
  const swapped = lines.map((one) => ({ ...one, label: one.label === '城乡建设' ? '教育文体' : '城乡建设' }));
  const bad = predictor(train(swapped, { seed: 1, folds: 0 }).model);

  it('takes over only when it is better on lines neither learnt from', () => {
    const { train: own, test } = heldOut(lines, 1);
    expect(own.length + test.length).toBe(60);
    expect(compare(bad, good, test)).toMatchObject({ running: 0, fresh: 1, better: true });
    expect(compare(good, bad, test)).toMatchObject({ better: false });
    expect(compare(good, good, test)).toMatchObject({ won: 0, lost: 0, better: false });
    expect(compare(undefined, good, test).better).toBe(true);
  });
});

describe('drift', () => {
  it('counts how sure the model was and what people put right, and no greeting', () => {
    const drift = openDrift();
    drift.understood(prepared('人民路路灯坏了三天，晚上漆黑一片，请派人维修。'));
    drift.understood(prepared('你好'));
    drift.corrected(['category', 'reason']);
    const figure = (name: string, field?: string) =>
      drift.figures().find((one) => one.name === name && one.labels?.field === field)?.value;
    expect(figure('civicline_understood_total')).toBe(1);
    expect(figure('civicline_understood_confidence_sum')).toBeGreaterThan(0.5);
    expect(figure('civicline_corrections_total', 'category')).toBe(1);
    expect(figure('civicline_corrections_total', 'kind')).toBe(0);
  });
});
