import { describe, expect, test } from 'vitest';
import { city, prepared } from '../example.ts';

const photo = { kind: 'image' as const, mediaType: 'image/jpeg', size: 1, hash: 'sha256:1', blob: 'b' };

describe('what is no matter is noted', () => {
  test.each([
    '你好，在吗',
    '您好！',
    'Hi~',
    '谢谢',
    '好的，谢谢你！',
    '1',
    '菜单',
    '👍👍',
    '[微笑]',
    '？？？',
    '',
    '   ',
    'Ｏｋ',
  ])('%s', (text) => {
    expect(prepared(text).noted).toBeTruthy();
  });

  test('a photo alone waits for words', () => {
    const noted = prepared('', { parts: [photo] }).noted;
    expect(noted).toContain('图片');
    expect(prepared('[图片]', { parts: [photo] }).noted).toBe(noted);
  });

  test.each([
    '停水了',
    '路灯坏了',
    '你好，路灯坏了',
    '你好，我们小区三天没水了，在吗',
    '110',
    '着火了',
    '12',
    '谢谢，但是水还没来',
  ])('but not %s', (text) => {
    expect(prepared(text).noted).toBeUndefined();
  });

  test('a photo with words is a matter', () => {
    expect(prepared('井盖没了', { parts: [photo] }).noted).toBeUndefined();
  });

  test('a title can be the words', () => {
    expect(prepared('', { title: '路灯坏了' }).noted).toBeUndefined();
  });
});

describe('kind', () => {
  test.each([
    ['请问怎么办理居住证？', 'consult'],
    ['我要投诉物业乱收费', 'complaint'],
    ['举报有人非法经营烟花', 'report'],
    ['建议在路口增设红绿灯', 'suggestion'],
    ['表扬12路公交司机拾金不昧', 'praise'],
    ['感谢社区工作人员帮忙找到老人', 'praise'],
    ['路灯坏了', 'help'],
    ['求助：水管爆了', 'help'],
    ['路灯坏了，请尽快修复，感谢', 'help'],
    ['感谢个屁', 'other'],
    ['哈哈哈哈哈今天天晴', 'other'],
  ])('%s is %s', (text, kind) => {
    expect(prepared(text).kind).toBe(kind);
  });
});

describe('category', () => {
  test.each([
    ['路灯坏了', '路灯照明'],
    ['路面有许多坑洼', '道路设施'],
    ['电梯坏了三天', '特种设备管理'],
    ['夜间施工噪音扰民', '噪音污染'],
    ['物业公司不管小区', '物业服务'],
    ['暖气不热', '冬季采暖'],
    ['老板拖欠工资', '工资福利'],
    ['餐馆吃出异物，食品安全谁管', '食品安全'],
    ['小区停水了', '停水'],
    ['又停电了', '停电'],
    ['公交班次太少', '公共汽车'],
    ['医保报销比例', '职工医疗保险'],
    ['孩子怎么落户', '户籍管理'],
    ['垃圾没人清运', '环境卫生'],
    ['楼顶违建', '违章建筑'],
    ['烧烤摊油烟', '城管执法'],
    ['快递丢件', '邮政快递管理'],
    ['停车位被占', '停车管理'],
    ['消防通道被堵', '消防安全'],
    ['河道污染发臭', '水污染'],
  ])('%s is about %s', (text, name) => {
    expect(prepared(text).categories[0]?.name).toBe(name);
  });

  test('rivals come best first, their confidences are a share and never certainty', () => {
    const { categories } = prepared('火锅店油烟扰民，还占道经营，物业公司不管');
    const shares = categories.map((one) => one.confidence);
    expect(categories.length).toBeGreaterThan(1);
    expect([...shares].sort((a, b) => b - a)).toEqual(shares);
    // A finer category is part of the one it lies below.
    const apart = categories.filter((one) => !categories.some((up) => up !== one && one.code.startsWith(up.code)));
    expect(apart.reduce((sum, one) => sum + one.confidence, 0)).toBeLessThan(1);
    expect(categories[0]?.path[0]).toBe(categories[0]?.level1);
  });

  test('without any known word it is 其他, with no confidence', () => {
    expect(prepared('哎呀这可如何是好').categories).toEqual([city.otherCategory]);
  });

  test('an outage is urgent, a bill is not', () => {
    expect(prepared('小区停水了').urgency).toBe('urgent');
    expect(prepared('水费算错了').urgency).toBe('normal');
  });
});
