// Names: surnames and the cues after or before which a name stands. Rules reach about nine in ten; the seal guards the rest.

const COMPOUND = '欧阳|上官|司马|诸葛|皇甫|司徒|令狐|慕容|尉迟|长孙|夏侯|东方|公孙|轩辕|端木|百里|南宫|呼延';
const SINGLE =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戚莫孔汤柳洪施樊章虞励竺裘奚应乐俞芦忻屠柴翁童阮水毕';
const SURNAME = `(?:${COMPOUND}|[${SINGLE}])`;
/** Characters that end a name rather than belong to it. */
const NOT_GIVEN = '\\s,，。.;；:：、!！?？住是在家今电联男女我的手身年岁区县市镇村街路号和与说有为地';
const GIVEN = `[^${NOT_GIVEN}\\x00-\\x7f〔〕]`;

/** After these words a name follows. */
const AFTER = new RegExp(
  `((?:我叫|我名叫|名叫|我的名字叫|我的名字是|姓名|联系人|举报人|投诉人|反映人|来电人|申请人|报案人|本人姓名|当事人)\\s?[:是为叫]?\\s?)(${SURNAME}${GIVEN}{1,2})`,
  'g',
);
/** Before these words a name stands. */
const BEFORE = new RegExp(`${SURNAME}(?:某某?|${GIVEN}{0,2}?)(?=先生|女士|小姐|阿姨|大爷|同志)`, 'g');

export const NAME_MASK = '〔姓名〕';

/** Most texts hold no cue, and asking that is cheaper than looking for names. */
const CUE_AFTER = /[名系报诉映电请案当][叫字人姓名事]|我叫/;
const CUE_BEFORE = /先生|女士|小姐|阿姨|大爷|同志/;

export function maskNames(text: string): string {
  const words = CUE_AFTER.test(text) ? text.replace(AFTER, `$1${NAME_MASK}`) : text;
  return CUE_BEFORE.test(words) ? words.replace(BEFORE, NAME_MASK) : words;
}
