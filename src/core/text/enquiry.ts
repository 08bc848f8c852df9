// Enquiry: 查询 with a case number asks how a case stands; it is no matter of its own.
import { parseCaseNo, parseQueryCode } from '../case-no.ts';

export interface Enquiry {
  /** Absent when the word stands alone. */
  readonly caseNo?: string;
  readonly queryCode?: string;
  /** It asks by a number that is none: a digit lost, or two swapped. */
  readonly mistyped?: true;
  /** That number is a telephone's. */
  readonly phone?: true;
}

/** 查讯 and 查寻 are how 查询 is mistyped; 查 alone asks only before a whole number. */
const ASKS =
  /^(?:我要|我想|请)?(?:查[询讯寻](?:进度|工单号?)?|查进度|查工单号?|查一下|进度查询|工单查询|进度|查(?=[:： ]*\d(?:[ \p{Pd}]{0,3}\d){13}))[:： ]*/u;
/** Fourteen digits as people write them, perhaps introduced, and what follows: a query code that begins with a digit is not part of them. */
const NUMBER = /^(?:工单号?|单号|编号)?[:： ]*(\d(?:[ \p{Pd}]{0,3}\d){13})(?!\d)(.*)$/su;
const CODE = /[A-Za-z2-9]{4}[ \p{Pd}]?[A-Za-z2-9]{4}/u;
const PHONE =
  /^(?:手机号?码?|电话号?码?|号码)?[:：\s]*(?:\+?86)?[\s\p{Pd}]*(?:1[3-9]\d(?:[\s\p{Pd}]?\d{4}){2}|0\d{2,3}[\s\p{Pd}]?[2-8]\d{6,7})[\s\p{P}]*(?:谢谢)?[\s\p{P}]*$/u;
const LONGEST = 80;

/** `text` is normalised. Undefined when it asks for no case: 查询公积金余额 is a question of its own. */
export function enquiryOf(text: string): Enquiry | undefined {
  if (text.length > LONGEST) return undefined;
  const rest = text.replace(ASKS, '').trim();
  const asks = rest !== text.trim();
  if (rest === '') return asks ? {} : undefined;
  const [, digits = '', after = ''] = NUMBER.exec(rest) ?? [];
  const caseNo = parseCaseNo(digits);
  if (caseNo === undefined && asks && PHONE.test(rest)) return { mistyped: true, phone: true };
  if (caseNo === undefined) return asks && isNumber(rest) ? { mistyped: true } : undefined;
  const queryCode = parseQueryCode(CODE.exec(after.replace(/查询码|[:：,，]/g, ' '))?.[0] ?? '');
  // A number in the middle of other words is a reference, not a question.
  const beside = after.replace(/查询码|[:：,，。.!！?？\s\p{Pd}]/gu, '').length - (queryCode?.length ?? 0);
  if (beside > (asks ? 4 : 0)) return undefined;
  return { caseNo, ...(queryCode === undefined ? {} : { queryCode }) };
}

/** Digits, perhaps with a code, and nothing in words: 查询 ETC is a question, 查询 2611 is none. */
const isNumber = (rest: string): boolean => {
  const said = rest.replace(/工单号?|单号|编号|查询码|谢谢/g, '');
  return /^[\w\s\p{P}]+$/u.test(said) && (said.match(/\d/g)?.length ?? 0) >= LEAST_DIGITS;
};
const LEAST_DIGITS = 4;
