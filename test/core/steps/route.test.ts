import { describe, expect, test } from 'vitest';
import type { City, RouteRule } from '../../../src/core/city.ts';
import { dutyFor } from '../../../src/core/routing/table.ts';
import { city, decided, given, knownCase, NOW } from '../example.ts';

describe('a case goes', () => {
  test.each([
    ['to the district for what districts do', '江北区环城北路路面坑洼', 'jiangbei'],
    ['to the district of its township', '慈溪浒山街道垃圾没人清运', 'cixi'],
    ['to the city bureau without a place', '垃圾没人清运', 'chengguan'],
    ['to the water company for its service', '小区停水了', 'shuiwujt'],
    ['to the power company for its service', '我家又停电了，供电什么时候恢复', 'gongdian'],
    ['to the gas company for its service', '天然气通气要等多久，燃气表坏了', 'ranqi'],
    ['to the bus company for its service', '公交车班次太少，末班车时间太早', 'gongjiao'],
    ['to the bureau for what only it does', '鄞州区老板拖欠工资', 'renshe'],
  ])('%s', (_, text, unit) => {
    const draft = decided(text);
    expect(draft.unit?.code).toBe(unit);
    expect(draft.flags).not.toContain('unrouted');
    expect(draft.routing?.candidates[0]?.unit.code).toBe(unit);
  });

  test('with the units that help its own, named in the reason', () => {
    const draft = decided('江北区环城北路路面坑洼');
    expect(draft.coUnits).toEqual([{ code: 'chengguan', name: '市综合行政执法局' }]);
    expect(draft.routing?.candidates[0]?.reason).toMatch(
      /^诉求属于“道路设施”.*地点在江北区，按2000-01-01起的派单目录由江北区人民政府主办、市综合行政执法局协办。$/,
    );
  });

  test('with three candidates at most, surest first, each with one sentence', () => {
    for (const text of [
      '小区物业不管，电动车飞线充电，楼道堆满杂物',
      '学校门口摆摊油烟扰民',
      '工地拖欠工资还夜间施工',
    ]) {
      const candidates = decided(text).routing?.candidates ?? [];
      expect(candidates.length).toBeLessThanOrEqual(3);
      expect(candidates.map((one) => one.confidence)).toEqual(
        candidates.map((one) => one.confidence).toSorted((a, b) => b - a),
      );
      for (const { reason } of candidates) expect(reason).toMatch(/^诉求属于[^。]*。$/);
    }
  });
});

describe('below the confidence the city asks for, a person decides', () => {
  const strict: City = { ...city, routeFrom: 0.999 };

  test('the case waits at the desk, and a proposal names the candidates', () => {
    const draft = decided('江北区环城北路路面坑洼', {}, { city: strict });
    expect(draft.unit?.code).toBe('hotline');
    expect(draft.coUnits).toBeUndefined();
    expect(draft.flags).toContain('unrouted');
    const [asks] = draft.proposals;
    expect(asks).toMatchObject({ type: 'route', value: { unit: { code: 'jiangbei' } } });
    expect(asks?.value.candidates).toEqual(draft.routing?.candidates);
    expect(asks?.reason).toMatch(/最像江北区人民政府（\d+%）/);
  });

  test('nothing is sent where no row fits, and the desk is asked', () => {
    const draft = decided('随便看看而已呢嘛');
    expect(draft).toMatchObject({
      unit: { code: 'hotline' },
      proposals: [{ type: 'review', value: { step: 'route' } }],
    });
    expect(draft.routing).toBeUndefined();
  });

  test('what the table gives to the desk itself is no dispatch', () => {
    const draft = decided('公司破产清算，企业倒闭了怎么分钱');
    expect(draft.unit?.code).toBe('hotline');
    expect(draft.flags).toContain('unrouted');
  });

  test('a duty only districts have waits at the desk for its place', () => {
    const local = { ...city, routes: city.routes.filter((one) => one.unit !== 'nongye') };
    expect(decided('村集体账目不公开').unit?.code).toBe('nongye');
    const unplaced = decided('村集体账目不公开', {}, { city: local });
    expect(unplaced.unit?.code).toBe('hotline');
    expect(unplaced.flags).toContain('no_division');
    expect(decided('江北区慈城镇村集体账目不公开', {}, { city: local }).unit?.code).toBe('jiangbei');
  });
});

describe('the table of duties', () => {
  const row = (more: Partial<RouteRule>): RouteRule => ({
    ...{ categories: ['010203'], unit: 'chengguan', coUnits: [], from: '2026-01-01' },
    ...more,
  });
  const leads = (routes: RouteRule[], division: string | undefined, day = '2026-06-01', category = '010203') =>
    dutyFor(category, division, day, { ...city, routes }).duty?.unit.code;

  test('the finest category decides, then the smallest area', () => {
    const routes = [
      row({ unit: 'jianshe', categories: ['0102'], division: '330205' }),
      row({}),
      row({ unit: 'local' }),
      row({ unit: 'jiaotong', division: '330206' }),
      row({ unit: 'shuili', division: '330206001' }),
    ];
    expect(leads(routes, undefined)).toBe('chengguan');
    expect(leads(routes, '330205')).toBe('jiangbei');
    expect(leads(routes, '330205001')).toBe('jiangbei');
    expect(leads(routes, '330206')).toBe('jiaotong');
    expect(leads(routes, '330206001')).toBe('shuili');
    expect(leads(routes, '330205', '2026-06-01', '010209')).toBe('jianshe');
    expect(leads(routes, '330281', '2026-06-01', '010209')).toBeUndefined();
  });

  test('both days of a row belong to it, and none outside', () => {
    const routes = [row({ from: '2026-03-01', until: '2026-03-31' }), row({ unit: 'jianshe', from: '2026-04-01' })];
    expect(leads(routes, undefined, '2026-02-28')).toBeUndefined();
    expect(leads(routes, undefined, '2026-03-01')).toBe('chengguan');
    expect(leads(routes, undefined, '2026-03-31')).toBe('chengguan');
    expect(leads(routes, undefined, '2026-04-01')).toBe('jianshe');
  });

  test('a case is routed by the rows of the day it was accepted, in the time of the city', () => {
    const text = '鄞州区化粪池堵了，下水道堵塞';
    const eve = Date.parse('2025-12-31T23:59:59+08:00');
    expect(decided(text, {}, given({ now: eve }))).toMatchObject({
      unit: { code: 'jianshe' },
      routing: { table: '2025-12-31' },
    });
    expect(decided(text, {}, given({ now: eve + 1_000 }))).toMatchObject({
      unit: { code: 'shuili' },
      routing: { table: '2026-01-01' },
    });
  });
});

describe('a complaint about a unit never goes to that unit', () => {
  test.each([
    ['a bureau', '投诉市教育局不作为', 'citygov', ['jiaoyu']],
    ['its staff', '我要投诉，人社局窗口工作人员态度恶劣', 'citygov', ['renshe']],
    ['an enterprise', '投诉供电公司客服推诿', 'fagai', ['gongdian']],
    ["a district's own organ", '举报江北区城管局队员吃拿卡要', 'citygov', ['jiangbei']],
    ['drivers by what people call them', '12路公交司机态度恶劣还骂人', 'jiaotong', ['gongjiao']],
    ['officers by what people call them', '投诉，城管队员打人，把我的摊子掀了', 'citygov', ['chengguan']],
  ])('%s', (_, text, unit, barred) => {
    const draft = decided(text, {}, {});
    expect(draft.kind).toBe('complaint' === draft.kind ? 'complaint' : 'report');
    expect(draft.unit?.code).toBe(unit);
    expect(draft.barred).toEqual(barred);
  });

  test.each([
    ['住建局的人收开发商好处，举报', 'jianshe'],
    ['交警大队乱贴罚单，鼓楼步行街那里明明有车位', 'gongan'],
    ['自来水公司乱抄表，水费一下多了三倍', 'shuiwujt'],
    ['供电局停电不通知，投诉', 'gongdian'],
    ['燃气公司上门安检强制推销软管', 'ranqi'],
    ['城管局里面有人跟烧烤摊老板是亲戚，通风报信', 'chengguan'],
    ['教育局不给答复，一直拖着', 'jiaoyu'],
    ['我去社保局办事，工作人员态度很差，把我的工龄算错了', 'renshe'],
    ['民警动手打我', 'gongan'],
    ['我要告派出所', 'gongan'],
  ])('told by what was done, with or without the word complaint: %s', (text, blamed) => {
    const draft = decided(text);
    expect(draft.barred).toContain(blamed);
    expect(draft.unit?.code).not.toBe(blamed);
    expect(draft.routing?.candidates.map(({ unit }) => unit.code) ?? []).not.toContain(blamed);
  });

  test.each([
    '公安局门口有车违法停车，投诉',
    '投诉，城管局旁边的烧烤店违规经营，油烟很大',
    '举报教育局对面的网吧收未成年人',
    '投诉商家欺骗消费者，已报市场监管局，商家态度恶劣',
    '物业说要供电局批准才行，投诉物业乱收费',
    '请交警大队处理门口的违规停车',
  ])('a unit that is only near, told or quoted is blamed for nothing: %s', (text) => {
    expect(decided(text).barred).toEqual([]);
  });

  test('units below it are barred too, and no candidate names them', () => {
    const draft = decided('举报市交通局领导以权谋私');
    expect(draft.barred).toEqual(['jiaotong', 'gongjiao', 'guidao']);
    expect(draft.unit?.code).toBe('citygov');
    for (const { unit } of draft.routing?.candidates ?? []) expect(draft.barred).not.toContain(unit.code);
  });

  test('nor does it help with the case', () => {
    const text = '举报城管局队员索要好处，江北区环城北路路面坑洼';
    const draft = decided(text);
    expect(draft.barred).toContain('chengguan');
    for (const { coUnits = [] } of [{ coUnits: draft.coUnits ?? [] }, ...(draft.routing?.candidates ?? [])])
      expect(coUnits.map((one) => one.code)).not.toContain('chengguan');
  });

  test('when it is the highest, no superior is left and the desk below it is barred: a person assigns', () => {
    const draft = decided('举报市政府督查室工作人员不作为');
    expect(draft.barred).toContain('hotline');
    expect(draft.unit).toBeUndefined();
    expect(draft.flags).toContain('unrouted');
  });

  test('a unit that is only told or asked is not complained about, nor are staff who are only named', () => {
    expect(decided('投诉小区物业，已经向城管局反映多次').barred).toEqual([]);
    expect(decided('建议教育局增加学位').barred).toEqual([]);
    expect(decided('投诉夜间施工噪音，民警来过两次').barred).toEqual([]);
    expect(decided('投诉公交站台没有雨棚，公交司机都说等不及').barred).toEqual([]);
  });

  test('whatever is complained about, no case reaches a barred unit', () => {
    for (const { code, name } of city.units) {
      const draft = decided(`举报${name}工作人员滥用职权`);
      expect(draft.barred).toContain(code);
      expect(draft.barred).not.toContain(draft.unit?.code);
    }
  });

  test('words added later take it from the unit they blame, also where that one only helps', () => {
    const other = knownCase('江北区环城北路路面坑洼', 5, {
      unit: { code: 'jiangbei', name: '江北区人民政府' },
      coUnits: [
        { code: 'chengguan', name: '市综合行政执法局' },
        { code: 'jianshe', name: '市住房和城乡建设局' },
      ],
    });
    const proved = { keys: [{ kind: 'phone', scope: '', value: '1', proved: true }], anonymous: false, secret: false };
    const draft = decided(
      '还是这件事，江北区环城北路路面坑洼，投诉城管局工作人员推诿',
      { sender: proved },
      { known: { keyReused: false, mine: [other], alike: [], stated: [] }, now: NOW },
    );
    expect(draft.relation.to).toBe('same');
    expect(draft.barred).toEqual(['chengguan']);
    expect(draft.unit).toBeUndefined(); // the lead stays
    expect(draft.coUnits?.map((one) => one.code)).toEqual(['jianshe']);
  });
});
