// Withdrawal: 不用了，已经修好了. The citizen says that nothing is wanted any more, and why or how; a plain 不用了 is manners.
import { parseCaseNo, parseQueryCode } from '../case-no.ts';

export interface Withdrawal {
  readonly caseNo?: string;
  readonly queryCode?: string;
  /** Nothing else is said: where no case is open, there is nothing to do. */
  readonly alone: boolean;
}

const NO_MORE = /不用(?:了|管|处理|来|修|派人|麻烦)了?|不需要(?:了|处理|来|管)了?|不必(?:了|处理|来)了?/;
const SETTLED = /(?:已经?|都|自己|刚)?(?:修好|解决|恢复|处理好|弄好|搞定|清理(?:掉|干净)|来(?:水|电|气))(?:了|完)?/;
const BY_NAME =
  /(?:撤销|撤回|取消|撤掉)(?:(?:一下)?(?:这个|那个|本次|上次|之前|我)(?:的|提的)?)*(?:诉求|工单|投诉|举报|反映)/;
const STILL =
  /没有?(?:人)?(?:修好|解决|恢复|处理|弄好)|未(?:修|解决|恢复|处理)|又|还是|仍|但是?|可是|不过|另外|为什么|怎么|凭什么|[?？]/;
const NUMBER = /(?:工单号?|单号|编号)?[:： ]*(\d(?:[ \p{Pd}]{0,3}\d){13})(?!\d)/u;
const CODE = /(?:查询码)?[:： ]*([A-Za-z2-9]{4}[ \p{Pd}]?[A-Za-z2-9]{4})(?![A-Za-z0-9])/u;
const MANNERS = /谢谢|感谢|麻烦|辛苦|您好|你好|我[要想]|请|帮|给我|我们?|你们|现在|问题|的|了|吧|哦|啦|[\s\p{P}]/gu;
const LONGEST = 60;

/** `text` is normalised. */
export function withdrawalOf(text: string): Withdrawal | undefined {
  if (text.length > LONGEST) return undefined;
  const cited = citedIn(text);
  const { rest, ...found } = cited ?? { rest: text };
  if (rest.length > WORDS || STILL.test(rest)) return undefined;
  if (!BY_NAME.test(rest) && !(NO_MORE.test(rest) && SETTLED.test(rest))) return undefined;
  const left = rest.replace(BY_NAME, '').replace(NO_MORE, '').replace(SETTLED, '').replace(MANNERS, '');
  return { ...found, alone: left === '' };
}
const WORDS = 40;

export const withdraws = (text: string): boolean => withdrawalOf(text) !== undefined;

function citedIn(text: string): (Pick<Withdrawal, 'caseNo' | 'queryCode'> & { rest: string }) | undefined {
  const [number, digits = ''] = NUMBER.exec(text) ?? [];
  const caseNo = parseCaseNo(digits);
  if (number === undefined || caseNo === undefined) return undefined;
  // What stands for the number keeps the words on both sides apart.
  const without = text.replace(number, number.startsWith('工单') ? '工单 ' : ' ');
  const [whole = '', code = ''] = CODE.exec(without) ?? [];
  const queryCode = parseQueryCode(code);
  if (queryCode === undefined) return { rest: without, caseNo };
  return { rest: without.replace(whole, ' '), caseNo, queryCode };
}
