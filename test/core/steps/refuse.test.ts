// What a hotline must not accept, reason by reason, each beside words that only look like it.
import { describe, expect, test } from 'vitest';
import type { Refusal } from '../../../src/core/city.ts';
import { city, decided, knownCase, NOTHING, NOW } from '../example.ts';

const codes = (text: string, more = {}, circumstances = {}) =>
  decided(text, more, circumstances).proposals.flatMap((one) => (one.type === 'refuse' ? [one.value.code] : []));

const TABLE: readonly [Refusal, readonly string[], readonly string[]][] = [
  [
    'outside',
    [
      '我在杭州市西湖区的小区，楼下工地夜间噪音太大了',
      '投诉：我在上海租的房不退押金',
      '安徽省我老家村里的路坏了没人修',
      '南京市鼓楼区某小区电梯停电没人管',
      '我在苏州买的房漏水开发商不管',
      '广州市天河区垃圾没人清运',
    ],
    [
      '从杭州转到宁波的社保怎么办',
      '北京路垃圾没人清运',
      '杭州湾新区的路灯坏了',
      '去上海的高铁晚点了没人管',
      '鄞州区南京路小区停电没人管',
      '公司总部在深圳，拖欠宁波员工工资',
    ],
  ],
  [
    'litigation',
    [
      '此事法院判决后对方不执行',
      '我已经起诉了，法院拖着不开庭',
      '不服判决，要求改判',
      '法院强制执行两年了没有结果',
      '二审判决不公，请政府过问',
      '法官判得不公，我要申冤',
    ],
    [
      '法院门口的路灯坏了',
      '法院附近的停车太乱',
      '请问可以起诉物业吗',
      '法院公交站没有雨棚',
      '我不懂怎么起诉，小区噪音太大',
      '投诉法院路垃圾没人清运',
    ],
  ],
  [
    'arbitration',
    [
      '劳动仲裁拖了半年没有结果',
      '仲裁裁决下来公司不给钱',
      '已经仲裁过了，我不满意结果',
      '仲裁委开庭三次还没裁决',
      '仲裁员态度不好，拖延不判',
      '我的案子正在仲裁，请督促',
    ],
    [
      '请问怎么申请仲裁',
      '老板拖欠工资，还没仲裁',
      '仲裁委门口的井盖坏了',
      '欠薪可以仲裁吗',
      '公司不发工资，我不想仲裁',
      '请问工资纠纷是否需要仲裁',
    ],
  ],
  [
    'discipline',
    [
      '村主任贪污公款',
      '举报镇干部收受红包',
      '所长充当保护伞，以权谋私',
      '村支书侵吞集体土地款',
      '单位领导吃空饷',
      '干部公款旅游没人查',
    ],
    [
      '小区保安服务太差，随便放人',
      '村里的廉政教育展览馆大门坏了',
      '建议多放反贪污题材的电影',
      '商场的遮阳伞掉下来砸到人行道',
      '物业乱收费',
      '雨伞被公交司机扔了',
    ],
  ],
  [
    'review',
    [
      '不服行政处罚，请撤销罚单',
      '我已经申请行政复议，一直没答复',
      '要求信息公开，给我征地文件',
      '行政复议决定书我不认可',
      '政府信息公开申请没有回复',
      '我在行政复议期间房子被拆了',
    ],
    [
      '请问怎么申请行政复议',
      '村务公开栏坏了没人修',
      '村里财务公开不及时',
      '建议公开道歉',
      '请问违停罚款可以复议吗',
      '复议路的路灯不亮',
    ],
  ],
  [
    'petition',
    [
      '信访局已受理但没有结果',
      '我的信访答复我不认可',
      '上访多年没人管',
      '信访复核意见书说不支持我',
      '已经信访了三次了',
      '信访事项编号拿到了没人处理',
    ],
    [
      '信访局门口停车太乱',
      '信访局附近的路灯不亮',
      '还没信访，先打热线问问路灯的事',
      '请问信访局在哪',
      '我不想上访，只想路灯修好',
      '信访局对面的垃圾桶满了',
    ],
  ],
  [
    'other_organs',
    [
      '入党申请交了两年没人理',
      '检察院不起诉，我不服',
      '政协提案没人回复',
      '组织部干部任命不公',
      '党员转正一直拖着',
      '人大代表选举有问题',
    ],
    [
      '检察院门口路面坑洼',
      '人大附中旁边的红绿灯坏了',
      '党建公园的健身器材坏了',
      '党群服务中心空调坏了',
      '人民大学校友会占道摆摊',
      '政协路垃圾没人清运',
    ],
  ],
  [
    'military',
    [
      '部队打靶声音太大扰民',
      '部队营房占了我们村的路',
      '军分区家属院的墙皮脱落',
      '武警支队门口不让停车',
      '军用机场噪音扰民',
      '部队训练炸坏了房子的窗户',
    ],
    [
      '我是退伍军人，优待证没办下来',
      '学校军训太苦，学生中暑',
      '军区总医院挂号难',
      '部队转业的安置没落实',
      '部队路的路灯坏了',
      '车站没有军人优先窗口',
    ],
  ],
  [
    'secret',
    [
      '帮我查一下我丈夫的开房记录',
      '请提供前夫的手机号和住址',
      '我要查邻居的银行卡存款',
      '查一下对方的身份证号',
      '请给我竞争对手的客户名单',
      '老赖在哪里，查他的行踪定位给我',
    ],
    [
      '物业泄露了我的电话，天天有推销',
      '我的隐私被邻居摄像头拍了',
      '请查一查我自己的社保工资账户',
      '学校泄露个人信息',
      '快递把我的住址贴在外面',
      '网站个人信息泄露没人管',
    ],
  ],
  [
    'unlawful',
    [
      '帮我开假病假条',
      '能不能帮忙走后门进重点小学',
      '我想办个假证明',
      '请帮我消除案底',
      '帮我找人教训那个邻居',
      '给你好处费，先办我的事',
    ],
    [
      '举报有人办假证',
      '楼道里都是办假证小广告',
      '举报代孕机构',
      '有人代开假发票，请查处',
      '电线杆上贴满了代孕广告',
      '诈骗团伙让人买分销分',
    ],
  ],
  ['empty', ['有问题', '你们不行', '请处理'], ['停水了', '路灯坏了', '有人摆摊', '狗叫', '我要投诉物业', '怎么办社保']],
  [
    'abuse',
    ['你们都是废物', '神经病', '傻逼', '王八蛋', '你妈的', '脑残'],
    [
      '这帮畜生把我家路挖断，自来水停水三天了',
      '老板骂我傻逼还拖欠工资',
      '智障儿童补贴怎么申请',
      '废物回收站占道经营',
      '医疗废物乱倒',
      '他妈的路灯坏了三个月没人修',
    ],
  ],
];

describe.each(TABLE)('%s', (code, real, alike) => {
  test.each(real)('is proposed for: %s', (text) => {
    const draft = decided(text);
    const asks = draft.proposals.find((one) => one.type === 'refuse' && one.value.code === code);
    expect(asks?.value.advice).toBe(city.refusals.find((rule) => rule.code === code)?.advice);
    expect(draft.noted).toBeUndefined();
    expect(draft.unit ?? draft.barred[0]).toBeDefined(); // it goes on as any other case
  });
  test.each(alike)('is not proposed for: %s', (text) => {
    expect(codes(text)).not.toContain(code);
  });
});

describe('what only the store can know', () => {
  const text = '江北区环城北路路面坑洼';
  const again = (status: 'dispatched' | 'closed', stated: string[]) => {
    const before = knownCase(text, 90, { status });
    return codes(text, {}, { known: { ...NOTHING, alike: [before], stated }, now: NOW });
  };

  test('the same words from what seems the same person are repeated, or were settled', () => {
    expect(again('dispatched', [knownCase(text).no])).toEqual(['repeated']);
    expect(again('closed', [knownCase(text).no])).toEqual(['settled']);
  });

  test('from another person they are one more voice', () => {
    expect(again('dispatched', [])).toEqual([]);
  });

  test('new words are no repeat', () => {
    const before = knownCase(text, 90);
    const more = codes(`${text}，昨天有人摔伤了`, {}, { known: { ...NOTHING, alike: [before], stated: [before.no] } });
    expect(more).toEqual([]);
  });
});

test('every reason of the list has its code, its name and its advice', () => {
  expect(city.refusals).toHaveLength(15);
  for (const { name, advice } of city.refusals) expect(name.length * advice.length).toBeGreaterThan(50);
});

test('danger is never offered for refusal', () => {
  expect(codes('法院判决不公，我现在站在楼顶要跳下去')).toEqual([]);
});
