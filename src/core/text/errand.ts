// Errand: a question how an official thing is got or done (养狗登记怎么办啊). 怎么办 alone tells no kind: who stands before a burst pipe says it too.

const THINGS = [
  '登记|手续|备案|许可|执照|驾照|护照|签证|签注|证明|公证|户口|落户|迁户|过户|开户|销户|挂失|注销|变更|年检|年审',
  '申请|申报|报名|参保|续保|转移|迁移|转学|入学|学籍|建档|补办|换证|报销|补贴|补助|津贴|低保|社保|医保|公积金|资格',
  '缴费|认定|审批|审核|报备|报装|(?:社保|医保|市民|公交|老年|乘车|居住|月|年|水|电)卡|(?<![保论查见验])证',
].join('|');
/** What befell the thing: it is to be had anew. */
const LOST = '(?:弄?丢|遗失|掉|不见|过期|快?到期|失效|断缴|断交|断)了?';
const BETWEEN = '(?:现在|以后|应该|到底|要|该|是|都)?';
const HOW = '(?:怎么|如何|怎样|咋)(?:去|来)?(?:办|弄|搞|整)';
/** The question ends here or goes on with where and what: 办证怎么办这么久 reproaches. */
const ENDS = '(?=[啊呀呢哦嘛吗吧哈呐呗啦的了]*(?:$|[\\s，,。.？?！!;；]|是|去|到|要|需|在|谢))';
const ASKED = new RegExp(`(?:${THINGS})(?:${LOST})?${BETWEEN}${HOW}${ENDS}`);
/** Somebody refuses it or holds it up: a grievance, whatever is asked. */
const REFUSED = /[不没未拒欠骗拖退]|迟迟|刁难/;

/** Where in `text` such a question begins; undefined when there is none. */
export function errandAt(text: string): number | undefined {
  const found = ASKED.exec(text);
  if (!found) return undefined;
  const clause =
    text
      .slice(0, found.index)
      .split(/[\s，,。.？?！!;；]/u)
      .at(-1) ?? '';
  return REFUSED.test(clause) ? undefined : found.index;
}
