// Chats are brief: what two strangers say in a line must name one place and one trouble before the machine makes it one matter.
import { expect, test } from 'vitest';
import { decided, knownCase, NOTHING } from '../example.ts';

const beside = (text: string, earlier: string) =>
  decided(text, {}, { known: { ...NOTHING, alike: [knownCase(earlier, 60)] } });

test.each([
  ['no place before', '江北区文教路12号路灯坏了', '路灯坏了'],
  ['no place before, a street now', '镇海区骆驼街道静远东路家里没电了，什么时候来电', '家里没电了，什么时候来电'],
  ['another trouble at one door', '江北区文教路12号没水了', '江北区文教路12号路灯坏了'],
  [
    'a stall, where a lid was missing',
    '海曙区柳汀街120号门口每天半夜烧烤摊很吵，睡不着',
    '海曙区柳汀街120号门口窨井盖没了，走路要小心',
  ],
  [
    'no water, where the lift stood',
    '鄞州区东裕新村12幢停水三天了，老人用水很不方便',
    '鄞州区东裕新村12幢电梯坏了三天，老人上不了楼',
  ],
  [
    'a lamp, where the lift stood',
    '鄞州区东裕新村12幢楼道灯坏了三天，老人上楼看不见',
    '鄞州区东裕新村12幢电梯坏了三天，老人上不了楼',
  ],
  [
    'one management, two complaints',
    '江北区洪塘街道姚江花园物业乱收停车费，没人管',
    '江北区洪塘街道姚江花园物业不作为，垃圾堆成山没人管',
  ],
  [
    'cars, where registering failed',
    '宁波市第一医院门口停车太乱，救护车进不去',
    '宁波市第一医院挂号系统打不开，挂不上号',
  ],
  ['noise of two neighbours', '楼上装修噪音太大了，周末也不停，影响休息', '隔壁装修噪音太大了，中午也不停，影响休息'],
  ['two purchases', '我在健身房办的卡商家不退款，希望帮忙处理退款', '我在某宝买的手机商家不退款，希望帮忙处理退款'],
  [
    'the very same words without a place',
    '小区门口的垃圾桶好几天没人倒了，苍蝇很多很臭',
    '小区门口的垃圾桶好几天没人倒了，苍蝇很多很臭',
  ],
  [
    'two purchases told at length',
    '我上个月在网上买了一台冰箱，收到后不能制冷，商家一直推脱不予退换，平台客服说要等，到现在半个多月了没有结果，希望协调退货退款',
    '我上个月在网上买了一台洗衣机，收到后不能脱水，商家一直推脱不予退换，平台客服说要等，到现在二十多天了没有结果，希望协调退货退款',
  ],
])('%s: a person is asked, nobody is joined', (_what, text, earlier) => {
  const { relation } = beside(text, earlier);
  expect(relation.to).toBe('none');
  expect(beside(earlier, text).relation.to).toBe('none');
});

test.each([
  [
    '柳汀街镇明路口红绿灯坏了两天了一直闪黄灯，过马路太危险了，赶紧修一下',
    '海曙区柳汀街和镇明路口的红绿灯坏了，已经两天一直闪黄灯，过马路很危险，请尽快修。',
  ],
  ['东裕新村12幢电梯坏了好几天没人修，老人没法下楼', '鄞州区东裕新村12幢电梯坏了三天，老人上不了楼'],
  ['江北姚江花园车库漏水严重，车都泡了，物业不管', '姚江花园地下车库漏水，物业没人管'],
  ['371路公交车早上七点在南站甩站，司机不停车，希望处理', '公交371路司机甩站不停车'],
  ['北仑春晓小区没水了，停了一天，什么时候能来水啊', '春晓小区停水一天了，什么时候来水'],
  ['第一医院网上挂号系统崩了，一直打不开挂不了号', '宁波市第一医院挂号系统打不开，挂不上号'],
])('one trouble at one place is one matter however briefly told: %s', (text, earlier) => {
  expect(beside(text, earlier).relation.to).toBe('joined');
});

test('the operator who is asked reads why', () => {
  const { proposals } = beside('江北区文教路12号没水了', '江北区文教路12号路灯坏了');
  expect(proposals.find(({ type }) => type === 'join')?.reason).toContain('看不出是同一处的同一个问题');
});
