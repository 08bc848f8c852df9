import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawCaseNo } from '../../../src/core/case-no.ts';
import { mask } from '../../../src/core/text/mask.ts';
import { normalise } from '../../../src/core/text/normalise.ts';

describe('mask takes out what names a person', () => {
  test.each([
    ['a mobile number', '电话13800000000请回', '电话〔电话〕请回'],
    ['one with country code', '+86 138-0000-0000', '〔电话〕'],
    ['one with spaces', '138 0000 0000', '〔电话〕'],
    ['one with dots', '138.0000.0000', '〔电话〕'],
    ['one typed in full width', '１３８００００００００', '〔电话〕'],
    ['one as it is spoken', '幺三八零零零零零零零零', '〔电话〕'],
    ['one spoken in groups', '一三八，零零零零，零零零零', '〔电话〕'],
    ['two in a row', '13800000000,13900000001', '〔电话〕,〔电话〕'],
    ['a landline', '0574-87654321', '〔电话〕'],
    ['a local number after its cue', '联系电话:87654321', '联系电话:〔电话〕'],
    ['an identity card', '110101199003074610', '〔证件〕'],
    ['an identity card typed wrong, after its cue', '身份证号123456789012345678', '身份证号〔证件〕'],
    ['an old identity card', '110101900307461', '〔证件〕'],
    ['a bank card', '卡号6222021234567890128', '卡号〔银行卡〕'],
    ['a number plate', '浙B12345乱停', '〔车牌〕乱停'],
    ['a green number plate', '浙BD12345', '〔车牌〕'],
    ['a passport', '护照E12345678', '护照〔证件〕'],
    ['a mail address', '写到a.b@example.com', '写到〔邮箱〕'],
    ['a WeChat id', '微信:abc_12345', '微信:〔账号〕'],
    ['a QQ number', 'QQ 123456789', 'QQ 〔账号〕'],
    ['a name after 我叫', '我叫王小明,住江北', '我叫〔姓名〕,住江北'],
    ['a name of a contact', '联系人:张三', '联系人:〔姓名〕'],
    ['a name before 先生', '欧阳锋先生反映', '〔姓名〕先生反映'],
    ['a surname before 女士', '王女士反映', '〔姓名〕女士反映'],
  ])('%s', (_, typed, masked) => {
    expect(mask(normalise(typed))).toBe(masked);
  });

  test.each([
    ['hotline numbers', '打过12345、110、119、120和12315'],
    ['service numbers', '商家电话400-820-8820不接'],
    ['dates and times', '2026年9月29日12:30,2026-09-29'],
    ['house numbers in a list', '1、3、5、7、9、11、13、15号楼'],
    ['amounts', '拖欠工资356800元'],
    ['a public account on WeChat', '微信公众号看到的'],
    ['a district before 女士', '高新区女士多'],
  ])('%s stay', (_, text) => {
    const plain = normalise(text);
    expect(mask(plain)).toBe(plain);
  });

  test('our own case numbers stay, however they are written', () => {
    let turn = 4_321_987;
    const no = drawCaseNo(Date.parse('2026-09-29T02:00:00Z'), 480, () => turn++);
    expect(mask(`工单${no}怎么样了`)).toContain(no);
  });

  test('a name given in its own field is taken out wherever it stands', () => {
    expect(mask('阿依古丽家的水管爆了', ['阿依古丽'])).toBe('〔姓名〕家的水管爆了');
  });

  const digit = fc.integer({ min: 0, max: 9 });
  const mobile = fc
    .tuple(fc.integer({ min: 3, max: 9 }), fc.array(digit, { minLength: 9, maxLength: 9 }))
    .map(([second, rest]) => `1${second}${rest.join('')}`);
  const birth = fc.date({ min: new Date('1930-01-01'), max: new Date('2020-12-31'), noInvalidDate: true });
  const id = fc
    .tuple(birth, fc.array(digit, { minLength: 3, maxLength: 3 }), fc.constantFrom(...'0123456789X'))
    .map(([day, order, last]) => `330203${day.toISOString().slice(0, 10).replaceAll('-', '')}${order.join('')}${last}`);
  const spell = fc.constantFrom<(number: string) => string>(
    (n) => n,
    (n) => `${n.slice(0, 3)} ${n.slice(3, 7)} ${n.slice(7)}`,
    (n) => `${n.slice(0, 3)}-${n.slice(3, 7)}-${n.slice(7)}`,
    (n) => n.replace(/\d/g, (d) => String.fromCharCode(0xff10 + Number(d))),
    (n) => n.replace(/\d/g, (d) => '零幺二三四五六七八九'.charAt(Number(d))),
    (n) => n.split('').join('\u200b'),
  );
  const around = fc.constantFrom('', '请联系', '我住江北区,电话', '。再打', '谢谢', '(机主)', 'abc ');

  test('no planted mobile or identity number is left, in any spelling', () => {
    fc.assert(
      fc.property(fc.oneof(mobile, id), spell, around, around, (number, spelling, before, after) => {
        const masked = mask(normalise(`${before}${spelling(number)}${after}`));
        const left = masked.replace(/[^0-9零幺二三四五六七八九X]/g, '');
        expect(left.length).toBeLessThan(4);
      }),
      { numRuns: 2000 },
    );
  });
});
