// Wordings: the many ways citizens say one thing, brought to one, before a question is compared with those of the knowledge base.

/** First match first; a later row sees what the earlier ones wrote. */
const SAME: readonly (readonly [RegExp, string])[] = [
  [/丢失|丢掉|弄丢|丢了|掉了|遗失|找不到了?|不见了|搞丢/g, '丢'],
  [/补领|补卡|重新办一张|重新办|再办一张|补一张|补办|换发|补发|(?:能|怎么)补(?![贴助])/g, '补'],
  [/过期|快到期|到期|期满/g, '到期'],
  [/换证|换新的?|更换/g, '换'],
  [/驾照/g, '驾驶证'],
  [/房产证|不动产权证|产权证/g, '不动产证'],
  [/电瓶车|电动自行车/g, '电动车'],
  [/小孩子?|宝宝|娃娃?|婴儿|儿子|女儿/g, '孩子'],
  [/新生儿|刚出生的?孩子|刚生下来/g, '新生孩子'],
  [/家里人|爸妈|父母|爸爸|妈妈|老婆|老公|爱人/g, '家人'],
  [/老年人|老人家|爷爷|奶奶|外婆|外公/g, '老人'],
  [/八十岁?|80岁?/g, '高龄'],
  [/补助|津贴/g, '补贴'],
  [/拖欠工资|不发工资|工资不发|拖着工资/g, '欠薪'],
  [/裁员|开除/g, '辞退'],
  [/辞职/g, '离职'],
  [/取出来|取出|能取|怎么取|提出来|支取/g, '提取'],
  [/租房子|租的房子?/g, '租房'],
  [/过户到|过户给/g, '过户'],
  [/退伍/g, '退役'],
  [/双休日|星期六|星期天|礼拜天/g, '周末'],
  [/上户口|报户口|入户|落到/g, '落户'],
  [/外地户口孩子|外来务工子女/g, '随迁子女'],
  [/幼升小|上小学/g, '小学入学'],
  [/领证|领结婚证|登记结婚/g, '结婚登记'],
  [/旧家具|旧沙发|旧床垫|旧床/g, '大件'],
  [/业主委员会/g, '业委会'],
  [/维修资金/g, '维修基金'],
  [/个人所得税/g, '个税'],
  [/违法/g, '违章'],
  [/外地看病|外地住院/g, '异地'],
  [/去世|过世|殡葬/g, '丧葬'],
  [/还有多少/g, '余额'],
  [/(?<!加)装电梯/g, '加装电梯'],
];

/** Manners and the frame of a question: every question has them, so they tell none from another. */
const FRAME = new RegExp(
  [
    '您好|你好|请问一下|请问|想问一下|问一下|咨询一下|我想咨询|想咨询|咨询|谢谢|麻烦|工作人员|我想知道|我想了解|了解一下',
    '什么时候|多少钱|怎么办理|如何办理|怎么办|怎样|怎么|如何|咋|需要什么|需要哪些|要什么|要哪些|要带|带什么|带啥',
    '有哪些|是什么|是啥|哪些|什么|材料|手续|流程|条件|证件|办理|申请|领取|去哪里|在哪里|哪里|去哪|哪个部门|找谁',
    '应该|可以|能不能|能否|我的|我们|我家|家里|一下|一个|没有',
    '[我他她你呢吗啊了的地得要想去给是在和把个有能下里到]',
  ].join('|'),
  'g',
);

/** What a question is about, in one wording. */
export function essence(text: string): string {
  let said = text;
  for (const [wording, same] of SAME) said = said.replace(wording, same);
  return said.replace(FRAME, ' ');
}
