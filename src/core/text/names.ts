// Names: surnames and the cues after or before which a name stands. Rules reach about nine in ten; the seal guards the rest.

const COMPOUND = '欧阳|上官|司马|诸葛|皇甫|司徒|令狐|慕容|尉迟|长孙|夏侯|东方|公孙|轩辕|端木|百里|南宫|呼延';
const SINGLE =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戚莫孔汤柳洪施樊章虞励竺裘奚应乐俞芦忻屠柴翁童阮水毕';
/** Surnames that begin so many other words that they are believed only where a name must end, too. */
const RARER = '常牛温季易乔赖庞兰殷尤鲁葛倪耿关焦左欧祝邢骆梅盛岳齐安文向游米古凌申谷舒肖闫付';
/** Characters that end a name rather than belong to it. */
const NOT_GIVEN = '\\s,，。.;；:：、!！?？住是在家今电联男女我的手身年岁区县市镇村街路号和与说有为地';
const GIVEN = `[^${NOT_GIVEN}\\x00-\\x7f—〔〕]`;
/** Words that begin like a name and are none. */
const NO_NAME =
  '(?!谢谢|马上|马路|任何|何[必时况曾]|江[北东南西苏]|余[姚杭]|金[华融]|武汉|郑州|唐山|水[电管费厂库表]|高[一二三中考新层龄桥]|石油|白[天领]|万[一达科]|严重|程序|史上|毕业|钟[点表]|陶瓷|毛坯|施工|应[届该]|常[住年客]|安[徽装保全]|古林|文[员化]|关[心于]|温[州岭]|向来|于[昨前上去当早晚近最此同本]|左右|易[拉燃]|申[请报诉领办购]|付[款费清出]|岳[母父]|祝[愿福贺]|凌晨|舒[服适]|尤其|焦[虑急]|齐[全心]|盛[夏行]|梅雨)';
/** No name ends so: 程序员, 余姚人, 水电工. */
const NO_END = '(?<![人员工师户客者主妈爸爷奶店厂院局司校州省了着过吗呢吧])';
const SURNAME = `${NO_NAME}(?:${COMPOUND}|[${SINGLE}])`;
const NAME = `${NO_NAME}(?:${COMPOUND}|[${SINGLE}${RARER}])${GIVEN}{1,2}${NO_END}`;
const KIN = '的(?:妻子|老婆|丈夫|老公|爱人|母亲|父亲|妈妈|爸爸|儿子|女儿|家[属人]|邻居|哥哥|姐姐|弟弟|妹妹)';
/** After a name the sentence ends or turns to who it is or what is wanted. */
const ENDS = `(?=\\s?(?:$|[\\x21-\\x40\\u2010-\\u2027,。;:!?、〔]|我|想|要(?!求)|住|家住|今年|电话|手机|联系|身份|男|女|反映|投诉|举报|${KIN}))`;

/** After these words a name follows. */
const AFTER = new RegExp(
  `((?:我叫|本人叫|名叫|我的名字叫|我的名字是|姓名|署名|联系人|举报人|投诉人|反映人|来电人|申请人|报案人|当事人)\\s?[:是为叫]?\\s?)(${SURNAME}${GIVEN}{1,2})`,
  'g',
);
/** After these, too, but much else may: 我是江北区的居民. Only where it ends like a name. */
const SELF = new RegExp(`((?:我就?是|我系|我叫|本人[是系叫]?|名叫|这里是)\\s?)(${NAME})${ENDS}`, 'g');
/** A field of a form holds a name of any people: 姓名:阿依古丽. */
const FIELD =
  /((?:姓名|名字[是叫]?|署名|落款)\s?[:为是]\s?)(?!匿名|保密|不详|未知|不填)(\p{Script=Han}{2,4}(?:[·.]\p{Script=Han}{1,6})*)(?=$|[\s\d,。;!?、(〔]|电话|手机|性别|身份|住址|地址)/gu;
/** Who signs: ——张卫国. */
const SIGNED = new RegExp(
  `((?:—{1,4}|-{2,4}|敬礼)[!。]?\\s?)(${NAME})(?=\\s?(?:$|[\\d〔(]|[。.]?$|敬上|[上留]$))`,
  'g',
);
/** Before these words a name stands. */
const BEFORE = new RegExp(`(?:${COMPOUND}|[${SINGLE}])(?:某某?|${GIVEN}{0,2}?)(?=先生|女士|小姐|阿姨|大爷|同志)`, 'g');

export const NAME_MASK = '〔姓名〕';

/** Most texts hold no cue, and asking that is cheaper than looking for names. */
const CUE_AFTER = /[姓名系报诉映电请案当署][叫字人姓名事]|我叫|本人叫/;
const CUE_SELF = /我就?[是系叫]|本人|名叫|这里是/;
const CUE_FIELD = /姓名|名字|署名|落款/;
const CUE_SIGNED = /—|--|敬礼/;
const CUE_BEFORE = /先生|女士|小姐|阿姨|大爷|同志/;

export function maskNames(text: string): string {
  let words = text;
  if (CUE_FIELD.test(words)) words = words.replace(FIELD, `$1${NAME_MASK}`);
  if (CUE_AFTER.test(words)) words = words.replace(AFTER, `$1${NAME_MASK}`);
  if (CUE_SELF.test(words)) words = words.replace(SELF, `$1${NAME_MASK}`);
  if (CUE_SIGNED.test(words)) words = words.replace(SIGNED, `$1${NAME_MASK}`);
  return CUE_BEFORE.test(words) ? words.replace(BEFORE, NAME_MASK) : words;
}
