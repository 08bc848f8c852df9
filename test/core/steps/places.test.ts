import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { prepared } from '../example.ts';

test.each(['tuning', 'held-out'])(
  'the right division on at least ninety-five of a hundred hand-labelled lines: %s',
  (part) => {
    const file = new URL(`../../fixtures/places/${part}.txt`, import.meta.url);
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    const wrong = lines.filter((line) => {
      const [code = '', text = ''] = line.split(' ');
      return prepared(text).place?.division !== code;
    });
    expect(wrong.length).toBeLessThanOrEqual(lines.length * 0.05);
  },
);

test.each([
  ['where one lives is not where the matter is', '我住在鄞州区，在庄桥火车站对面看到路灯坏了', '330205006'],
  ['unless nothing else is named', '我住在鄞州区，自来水发黄', '330212'],
  ['a landmark decides where no division is named', '老外滩酒吧半夜唱歌', '330205'],
  ['and yields where one is', '海曙区，老外滩对岸的步道', '330203'],
  ['an everyday word is a township behind its district', '北仑小港红联菜场污水', '330206003'],
  ['a township that begins a road', '柴桥芦江大道没有斑马线', '330206006'],
])('%s', (_, text, division) => {
  expect(prepared(text).place?.division).toBe(division);
});

test('an everyday word alone is no township', () => {
  expect(prepared('家门口有个小港很臭').place?.division).toBeUndefined();
});
