import { describe, expect, test } from 'vitest';
import { prepared } from '../example.ts';

describe('locate', () => {
  test.each([
    ['a district by its full name', '江北区环城北路路面坑洼', '330205', '江北区'],
    ['a district without its ending', '慈溪拖欠工资', '330282', '慈溪'],
    ['a township under its district', '慈溪浒山街道拖欠工资', '330282004', '慈溪浒山街道'],
    ['a township alone', '庄桥街道垃圾没人清', '330205006', '庄桥街道'],
    ['the city itself', '宁波的公交班次太少', '330200', '宁波'],
  ])('finds %s', (_, text, division, found) => {
    expect(prepared(text).place).toMatchObject({ division, text: found });
  });

  test('a short name inside the name of a road is no division', () => {
    expect(prepared('长江北路有积水').place).toEqual({ text: '长江北路', confidence: 0.3 });
  });

  test('the place in the words counts, not where the sender lives', () => {
    const place = prepared('江北区的路灯坏了', { address: '鄞州区钟公庙街道' }).place;
    expect(place?.division).toBe('330205');
  });

  test('without a place in the words the address stands in, with half the confidence', () => {
    const said = prepared('鄞州区的路灯坏了').place;
    const lives = prepared('路灯坏了', { address: '鄞州区' }).place;
    expect(lives?.division).toBe('330212');
    expect(lives?.confidence).toBeCloseTo((said?.confidence ?? 0) / 2);
  });

  test('a road with its number is kept in one form', () => {
    expect(prepared('海曙区中山东路２００号门口堆物').place?.normalised).toBe('中山东路200号');
  });

  test.each([
    ['首南街道泰康西路1号', '泰康西路1号', '330212'],
    ['鄞州区首南街道泰康西路1号门口', '泰康西路1号', '330212'],
    ['我在白云街道环城西路南段20号', undefined, '330203006'],
    ['宁波鄞州姜山天童南路88号', '鄞州姜山天童南路88号', '330212'],
    ['宁波市江北庄桥机场路12号', '江北庄桥机场路12号', '330205'],
    ['横街镇中街30号下水道堵了', '中街30号', '330203101'],
    ['文教街道大庆南路6弄3号', '大庆南路6弄3号', '330205004'],
    ['街道路灯坏了', undefined, undefined],
  ])('a road begins where the name of a division ends: %s', (text, normalised, division) => {
    const place = prepared(text).place;
    expect(place?.normalised).toBe(normalised);
    expect(place?.division?.slice(0, division?.length)).toBe(division);
  });

  test('words without a place have none', () => {
    expect(prepared('停水了').place).toBeUndefined();
  });
});
