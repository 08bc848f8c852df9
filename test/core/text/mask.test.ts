import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawCaseNo } from '../../../src/core/case-no.ts';
import { withoutKnown } from '../../../src/core/text/known.ts';
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
    ['a name after 本人叫', '本人叫李小龙,住江北', '本人叫〔姓名〕,住江北'],
    ['a rarer surname after 我叫', '我叫常小红。', '我叫〔姓名〕。'],
    ['a name after 我是', '我是张伟…路灯坏了', '我是〔姓名〕...路灯坏了'],
    ['a double surname after 我是', '您好,我是司马大宝', '您好,我是〔姓名〕'],
    ['a name that goes straight on', '我是张伟想问一下', '我是〔姓名〕想问一下'],
    ['a name before its phone', '我是王小明13812345678', '我是〔姓名〕〔电话〕'],
    ['a name whose kin writes', '我是王小明的妻子', '我是〔姓名〕的妻子'],
    ['a name after 本人', '本人张卫国,退休', '本人〔姓名〕,退休'],
    ['a name in a form', '姓名:王小明 电话:13800000000', '姓名:〔姓名〕 电话:〔电话〕'],
    ['a name of any people in a form', '姓名:阿依古丽', '姓名:〔姓名〕'],
    ['a long name in a form', '姓名：买买提·阿不都拉，住鄞州', '姓名:〔姓名〕,住鄞州'],
    ['who signs', '请处理。——张卫国', '请处理。——〔姓名〕'],
    ['who signs with a phone', '请处理 --张卫国 13812345678', '请处理 --〔姓名〕 〔电话〕'],
    ['who signs a letter', '此致敬礼!张卫国', '此致敬礼!〔姓名〕'],
    ['a bank card typed wrong', '6222021234567890129', '〔银行卡〕'],
    ['a bank card in groups', '打到 6222 0212 3456 7890', '打到 〔银行卡〕'],
    ['a foreign bank card typed wrong, after its cue', '卡号是4367421234567891', '卡号是〔银行卡〕'],
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
    ['where somebody lives', '我是江北区的居民'],
    ['a district alone', '我是江北,想问一下'],
    ['what somebody is', '我是一名老师,我是高中生,我是程序员,我是余姚人'],
    ['work that begins like a name', '我是水电工,我是施工员,我是毕业班的,我是钟点工'],
    ['what is called for', '我叫救护车,叫救护车,我叫水电工来'],
    ['what is soon', '我是马上要交房的业主'],
    ['when it was', '本人于上周,本人于昨天,本人于最近4个月'],
    ['what one does', '本人申请,本人申诉;本人付款,我是凌晨,我就是焦虑,本人申请公租房'],
    ['thanks at the end', '请尽快处理——谢谢'],
    ['a stretch of a line', '高新区——江北区'],
    ['a form left empty', '姓名:匿名,姓名:'],
    ['a long number of an order', '订单号4367421234567891'],
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

  test.each([
    ['in capitals', '我JOHN SMITH住这里', 'John Smith', '我〔姓名〕住这里'],
    ['in small letters and one word', 'from johnsmith.', 'John Smith', 'from 〔姓名〕.'],
    ['with spaces between', '王 小 明家漏水', '王小明', '〔姓名〕家漏水'],
    ['with a sign between', '买买提阿不都拉', '买买提·阿不都拉', '〔姓名〕'],
    ['with a hyphen', 'ANNE-MARIE来了', 'Anne-Marie', '〔姓名〕来了'],
    ['with signs that mean something to patterns', '(a+b)*来了', '(a+b)*', '〔姓名〕来了'],
  ])('so it is %s', (_, typed, name, masked) => {
    expect(mask(normalise(typed), [normalise(name)])).toBe(masked);
  });

  test('a name is any text: no sign in it breaks the rule, nothing invisible hides it', () => {
    expect(withoutKnown('我是王小明', ['王\u200b小\u200b明'])).toBe('我是〔姓名〕');
    expect(withoutKnown('我是John Smith', ['John\t\u200b\tSmith'])).toBe('我是〔姓名〕');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 2, maxLength: 30 }), (name) => {
        expect(() => withoutKnown(`我是${name}`, [name])).not.toThrow();
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 3, maxLength: 30 }), (name) => {
        const letters = name.replace(/[\s.]/g, '');
        fc.pre(letters.length > 1 && !/^(?:none|null|n\/a|user|test|anonymous)$/i.test(letters));
        expect(withoutKnown(`我是 ${name} 。`, [name])).toMatch(/〔姓名〕/);
      }),
    );
  });

  test.each([
    ['a word that holds it', 'the police came', 'Li'],
    ['that nobody was named', '我要匿名投诉物业', '匿名'],
    ['whom many are', '热心市民都说', '热心市民'],
  ])('but not %s', (_, text, name) => {
    expect(mask(text, [name])).toBe(text);
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
