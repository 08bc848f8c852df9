// Progress: 办好了吗. Asks how things stand, or says that nobody has called yet, and nothing besides.
import { bare } from './normalise.ts';

const LONGEST = 24;
const WHOSE =
  '(?:请问|您好|你好|那|我的|我们的|我们|我|这个|那个|上次的?|之前的?)*(?:工单|诉求|投诉|举报|反映的?|报修的?)?的?(?:事情?|问题|情况)?(?:现在|到底|究竟|今天)?';
const DO = '(?:办理|处理|解决|整改|办|修理|修|弄|搞|查)';
const HOW = [`(?:${DO}(?:好|完)?|好)了(?:吗|没有?|么|嘛)`, `(?:${DO}[得的]?)?(?:怎么样|怎样|如何)了(?:吗|呢)?`];
const URGES = [
  `(?:什么时候|啥时候|还要多久|要多久)才?能?${DO}?(?:好|完)?`,
  '(?:怎么|一直|还|到现在|至今)?(?:还是|都|也|还)?没有?人(?:来)?(?:联系|回复|答复|通知)过?(?:我们?)?',
];
const whole = (ways: readonly string[]) => new RegExp(`^${WHOSE}(?:${ways.join('|')})$`, 'u');
const ASKS = whole(HOW);
const PROGRESS = whole([...HOW, ...URGES]);

/** 办好了吗, 处理得怎么样了: a question that the state of the case answers. `text` is normalised. */
export const asksState = (text: string): boolean => says(text, ASKS);

/** That, and what urges: 什么时候能好, 没有人联系我. */
export const asksProgress = (text: string): boolean => says(text, PROGRESS);

function says(text: string, what: RegExp): boolean {
  if (text.length > LONGEST * 2) return false;
  const words = bare(text);
  return words.length <= LONGEST && what.test(words);
}
