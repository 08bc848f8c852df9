import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAddress } from '../../../src/core/text/address.ts';
import { figures } from '../../../src/core/text/numerals.ts';
import { placeName } from '../../../src/core/text/place-name.ts';

describe('a place has one written form', () => {
  test.each([
    ['with its number in figures, however it is spoken', '中山东路一百二十号门口', '中山东路120号'],
    ['with lane and number', '宁南北路一千二百弄八号', '宁南北路1200弄8号'],
    ['as a crossing', '望京路和中山西路交叉口红灯太长', '望京路与中山西路路口'],
    ['as a stretch towards what is no road', '江北区环城北路通往压赛堰的马路', '环城北路至压赛堰'],
    ['with what it lies beside', '中山东路200号对面的空地', '中山东路200号对面'],
    ['as a house in a community', '怡江小区三幢二单元水管爆了', '怡江小区3幢2单元'],
  ])('%s', (_, text, name) => {
    const found = placeName(text, readAddress(text));
    expect(found?.endsWith(name)).toBe(true);
  });

  test('and none where nothing is precise', () => {
    expect(placeName('路灯坏了', readAddress('路灯坏了'))).toBeUndefined();
  });
});

test.each([
  ['一百二十', '120'],
  ['一百二', '120'],
  ['一百零二', '102'],
  ['十二', '12'],
  ['两千零五', '2005'],
  ['一二零', '120'],
  ['幺三八', '138'],
  ['88', '88'],
])('%s is %s', (said, number) => {
  expect(figures(said)).toBe(number);
});

test('figures stay as they are', () => {
  fc.assert(fc.property(fc.nat(99_999), (n) => figures(String(n)) === String(n)));
});
