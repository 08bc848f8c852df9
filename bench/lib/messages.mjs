// Messages to measure with: invented by a fixed rule, so that message i is the same in every run. No real data.

/** A small seeded generator (mulberry32): numbers from 0 up to but without 1. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const list = (text) => text.split(' ');
const DISTRICTS = list(
  '东湖区 西岭区 南浦区 北辰镇 云溪街道 白石街道 青山镇 临港新区 金沙街道 梅林镇 竹溪街道 古塔街道 长桥镇 花园街道 望江街道 松坡镇',
);
const ROAD_FIRST = list('明 春 华 瑞 景 宁 安 和 永 泰 兴 新 广 福 康 顺 江 湖 山 海 云 月 星 文 学 工 农 商 林 桂');
const ROAD_SECOND = list('德 光 园 丰 阳 达 远 景 乐 平 昌 盛 源 泉 峰 岭 桥 塘 田 港 湾 洲 城 庆 仁 义 礼 信 博 雅');
const ROAD_KIND = list('路 街 大道 巷 东路 西路 南路 北路 弄 支路');
const ESTATE_KIND = list('花园 家园 公寓 新村 小区 名苑 雅居 广场 里 苑');
const TROUBLES = [
  ...['家里的暖气片一直是凉的，白天室温不到十五度', '夜里工地打桩的声音很大，玻璃都在响，没法休息'],
  ...['电梯已经停了好几天，老人上下楼只能爬楼梯', '消防通道被几辆车堵死，救护车根本进不来'],
  ...['干了半年的工钱还没有拿到，负责人电话也不接', '在便利店买到的牛奶已经过期，店家不肯退款'],
  ...['路中间有一个很深的坑，骑车的人接连摔倒', '一整排路灯都不亮，晚上走路要打手电'],
  ...['公交车等了快一个小时还没来，站牌上也没有说明', '想问在外地住院的费用回来怎么报销，要带哪些材料'],
  ...['孩子刚出生，父母户口不在一处，请问怎么落户', '垃圾桶满了没有人来收，气味飘进屋里'],
  ...['顶楼有人私自搭了一间板房，下雨就往下漏水', '自来水流出来是黄的，烧开以后还有沉淀'],
  ...['一个星期停了三次电，冰箱里的东西都坏了', '培训班收了一年的学费以后关门了，找不到人'],
  ...['楼下饭馆的油烟管对着窗户，衣服不敢晾', '快递显示已签收，可是谁也没有见到包裹'],
  ...['社区的工作人员帮老人办好了证件，想表扬他们', '有人在河边倒建筑垃圾，已经堆成小山'],
  ...['学校门口早晚乱停车，孩子过马路很危险', '小区里的狗没有拴绳，昨天吓哭了小孩'],
  ...['路口的红绿灯坏了，车都挤在中间', '行道树倒了压在电线上，看着要断'],
  ...['公园的健身器材断了一截，铁皮翘起来了', '退休手续办了两个月还没有结果，想问进度'],
  ...['房产证一直办不下来，开发商让我们再等', '出租屋的煤气管接头松了，能闻到一点味道'],
  ...['菜场的秤不准，买两斤少了三两', '开发票要加钱，说是店里的规定'],
  ...['公厕的门锁坏了好久，也没有纸和水', '景区门票和网上写的价格不一样'],
];
const SINCE = list('昨天 前天 上周一 上周末 月初 国庆以后 两个月前 今早六点 连着下雨以后 搬来那天');
const WISH = list(
  '请派人来看一下。 希望早点解决。 请给个答复。 麻烦转给管这件事的部门。 谢谢你们。 请问要等多久？ 之前打过一次电话。 照片可以再补。',
);
const FAMILY = list('王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗');
const GIVEN = list('伟 芳 娜 敏 静 强 磊 洋 艳 勇 秀英 建国 志强 小梅 国华 海燕 文博 雨欣 晓东 丽萍');

/** What citizen `i` says: `{title, name, phone, address, content}`. */
export function message(i) {
  const random = seeded(Math.imul(i + 1, 2654435761));
  const pick = (from) => from[Math.floor(random() * from.length)];
  const upTo = (n) => 1 + Math.floor(random() * n);
  const road = pick(ROAD_FIRST) + pick(ROAD_SECOND) + pick(ROAD_KIND);
  const address = `${pick(DISTRICTS)}${road}${upTo(400)}号${pick(ROAD_FIRST)}${pick(ROAD_SECOND)}${pick(ESTATE_KIND)}${upTo(40)}幢`;
  const trouble = pick(TROUBLES);
  const also = random() < 0.35 ? `还有，${pick(TROUBLES)}。` : '';
  const content = `${address}，${trouble}。${pick(SINCE)}开始的，大概有${upTo(300)}户受影响。${also}${pick(WISH)}`;
  return {
    title: trouble.slice(0, 12),
    name: pick(FAMILY) + pick(GIVEN),
    phone: `139${String(Math.floor(random() * 1e8)).padStart(8, '0')}`,
    address,
    content,
  };
}

/**
 * The order of sending: mostly new messages, and now and then one of the earlier ones again, as platforms do.
 * Gives the index of the message for each of `n` sends.
 */
export function withRepeats(n, share, random) {
  const order = [];
  for (let i = 0; i < n; i += 1) order.push(i > 50 && random() < share ? order[Math.floor(random() * i)] : i);
  return order;
}

/** The key of message `i` in a run: found again in every delivered event. */
export const keyOf = (run, i) => `HM${run}-${String(i).padStart(7, '0')}`;
export const KEY_PATTERN = /HM[0-9a-z]+-\d{7}/;
