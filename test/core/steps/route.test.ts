import { describe, expect, test } from 'vitest';
import { city, decided } from '../example.ts';

describe('a case goes', () => {
  test.each([
    ['to the district for what districts do', '江北区环城北路路面坑洼', 'jiangbei'],
    ['to the district of its township', '慈溪浒山街道垃圾没人清运', 'cixi'],
    ['to the city bureau without a place', '垃圾没人清运', 'chengguan'],
    ['to the enterprise for its service', '小区停水了', 'shuiwujt'],
    ['to the bureau for what only it does', '鄞州区老板拖欠工资', 'renshe'],
    ['to the hotline desk when nothing is known', '哎呀这可如何是好', 'hotline'],
  ])('%s', (_, text, unit) => {
    expect(decided(text).unit?.code).toBe(unit);
  });

  test('a duty only districts have waits at the desk for its place', () => {
    const draft = decided('村集体账目不公开');
    const local = { ...city, units: city.units.filter((unit) => unit.code !== 'nongye') };
    expect(draft.unit?.code).toBe('nongye');
    const unplaced = decided('村集体账目不公开', {}, { city: local });
    expect(unplaced.unit?.code).toBe('hotline');
    expect(unplaced.flags).toContain('no_division');
  });
});

describe('a complaint about a unit never goes to that unit', () => {
  test.each([
    ['a bureau', '投诉市教育局不作为', 'citygov', ['jiaoyu']],
    ['its staff', '我要投诉，人社局窗口工作人员态度恶劣', 'citygov', ['renshe']],
    ['an enterprise', '投诉供电公司客服推诿', 'fagai', ['gongdian']],
    ["a district's own organ", '举报江北区城管局队员吃拿卡要', 'citygov', ['jiangbei']],
  ])('%s', (_, text, unit, barred) => {
    const draft = decided(text);
    expect(draft.unit?.code).toBe(unit);
    expect(draft.barred).toEqual(barred);
  });

  test('units below it are barred too', () => {
    const draft = decided('举报市交通局领导以权谋私');
    expect(draft.barred).toEqual(['jiaotong', 'gongjiao', 'guidao']);
    expect(draft.unit?.code).toBe('citygov');
  });

  test('when it is the highest, no superior is left and the desk below it is barred: a person assigns', () => {
    const draft = decided('举报市政府督查室工作人员不作为');
    expect(draft.barred).toContain('hotline');
    expect(draft.unit).toBeUndefined();
  });

  test('a unit that is only told or asked is not complained about', () => {
    expect(decided('投诉小区物业，已经向城管局反映多次').barred).toEqual([]);
    expect(decided('建议教育局增加学位').barred).toEqual([]);
  });

  test('whatever is complained about, no case reaches a barred unit', () => {
    for (const { code, name } of city.units) {
      const draft = decided(`举报${name}工作人员滥用职权`);
      expect(draft.barred).toContain(code);
      expect(draft.barred).not.toContain(draft.unit?.code);
    }
  });
});
