import { expect, test } from 'vitest';
import { readAddress } from '../../../src/core/text/address.ts';
import { conflicts, readMarks } from '../../../src/core/text/conflicts.ts';

test.each([
  ['a road after a district', '江北区环城北路通往压赛堰的马路', ['环城北路'], [], undefined],
  ['a road with its number', '在中山东路200号附近', ['中山东路'], [], '中山东路200号'],
  ['a lane inside a road', '人民路120弄5号', ['人民路'], [], '人民路120弄5号'],
  ['a community with building and flat', '阳光花园12栋2单元301室漏水', [], ['阳光花园'], '阳光花园12栋2单元301室'],
  ['our own community has no name', '我们小区3号楼电梯坏了', [], [], undefined],
  ['a bus line is no road', '公交3路末班车几点', [], [], undefined],
  ['street lamps and roadsides are no roads', '路灯坏了,路边全是垃圾,马路上都是水', [], [], undefined],
])('%s', (_, text, roads, homes, written) => {
  const address = readAddress(text);
  expect(address.roads).toEqual(roads);
  expect(address.homes).toEqual(homes);
  expect(address.written).toBe(written);
});

test.each([
  ['other roads', '环城北路坑洼', '中山东路坑洼', ['road']],
  ['the same road, once with more before it', '环城北路坑洼', '江北的环城北路坑洼', []],
  ['other communities', '阳光花园停水', '碧海花园停水', ['community']],
  ['other buildings', '阳光花园3栋漏水', '阳光花园5栋漏水', ['house', 'number']],
  ['the same building in words', '阳光花园3栋漏水', '阳光花园三号楼漏水', []],
  ['other metro lines', '地铁2号线太挤', '地铁3号线太挤', ['line', 'number']],
  ['other years', '2019年的补贴没发', '2020年的补贴没发', ['date', 'number']],
  ['one names a number, the other does not', '停水3天了', '停水了', []],
  ['other numbers', '停水3天了', '停水5天了', ['number']],
  ['water here, power there', '小区停水了', '小区停电了', ['opposite']],
])('two texts: %s', (_, a, b, found) => {
  expect(conflicts(readMarks(a), readMarks(b))).toEqual(found);
});
