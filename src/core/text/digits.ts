// Digits: phones, ids and cards in a run of digits, however it is spaced, dotted or spoken (幺三八…).
import { parseCaseNo } from '../case-no.ts';

const SPOKEN: Readonly<Record<string, string>> = {
  零: '0',
  〇: '0',
  洞: '0',
  一: '1',
  幺: '1',
  壹: '1',
  二: '2',
  两: '2',
  贰: '2',
  三: '3',
  叁: '3',
  四: '4',
  肆: '4',
  五: '5',
  伍: '5',
  六: '6',
  陆: '6',
  七: '7',
  拐: '7',
  柒: '7',
  八: '8',
  捌: '8',
  九: '9',
  勾: '9',
  玖: '9',
};
const DIGIT = `[0-9${Object.keys(SPOKEN).join('')}]`;
const GAP = '[ \\-.·_—–,、()]{0,3}';
const RUN = new RegExp(`\\+?\\(?${DIGIT}(?:${GAP}${DIGIT}){6,}[xX]?`, 'g');

/** Between digits of one number. Commas only where it is spoken: written, they part numbers (1、3、5号楼). */
const S = '[ \\-.·_—–()]{0,3}';
const SPOKEN_S = '[ \\-.·_—–,、]{0,2}';
const digits = (count: number): string => `(?:${S}\\d){${count}}`;
const ID18 = new RegExp(`(?<!\\d)[1-9]${digits(16)}${S}[\\dXx](?!\\d)`, 'g');
const ID15 = new RegExp(`(?<!\\d)[1-9]${digits(14)}(?!\\d)`, 'g');
const CARD = new RegExp(`(?<!\\d)[2-9](?:${S}\\d){15,18}(?!\\d)`, 'g');
const MOBILE = new RegExp(`(?<!\\d)(?:\\(?(?:\\+|00)?86\\)?${S})?1${S}[3-9]${digits(9)}(?!\\d)`, 'g');
const SPOKEN_MOBILE = new RegExp(`(?<!\\d)1${SPOKEN_S}[3-9](?:${SPOKEN_S}\\d){9}(?!\\d)`, 'g');
const LANDLINE = /(?<!\d)(?:\+?86[ -]?)?\(?0\d{2,3}\)?[ -]{0,2}\d{3,4}[ -]?\d{4}(?:-\d{1,6})?(?!\d)/g;
const LOCAL = /(?<![\d-])(?<![48]00[ -]?)[2-8]\d{2,3}[ -]?\d{4}(?!\d)/g;

const PHONE_CUE = /(?:电话|座机|号码|联系方式|拨打|致电|固话|热线)[^\d。]{0,6}$/;
const ID_CUE = /(?:身份证|证件|证号)[^\d。]{0,8}$/;
const CARD_CUE = /(?:卡号|银行卡|储蓄卡|信用卡|借记卡|工资卡|[账帐][号户])[^\d。]{0,8}$/;
const REGION = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/;
const DATE8 = /^(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;
const DATE6 = /^\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;
export function maskDigits(text: string): string {
  return text.replace(RUN, (run: string, at: number) => maskRun(run, text.slice(Math.max(0, at - 16), at)));
}

/** `before` is what stands left of the run: a cue there decides about numbers that could be anything. */
function maskRun(run: string, before: string): string {
  // Our own case numbers are references, not personal data.
  if (parseCaseNo(run) !== undefined) return run;
  let plain = '';
  for (const char of run) plain += SPOKEN[char] ?? char;
  const heard = plain === run ? plain : plain.replace(SPOKEN_MOBILE, '〔电话〕');
  const masked = heard
    .replace(ID18, (id) => (isId18(compact(id)) || ID_CUE.test(before) ? '〔证件〕' : id))
    .replace(CARD, (card) => (isCard(compact(card)) || CARD_CUE.test(before) ? '〔银行卡〕' : card))
    .replace(ID15, (id) => (isId15(compact(id)) || ID_CUE.test(before) ? '〔证件〕' : id))
    .replace(MOBILE, '〔电话〕')
    .replace(LANDLINE, '〔电话〕');
  const all = PHONE_CUE.test(before) ? masked.replace(LOCAL, '〔电话〕') : masked;
  return all === plain ? run : all;
}

const compact = (text: string): string => text.replace(/[^\dXx]/g, '');

/** Region and date are checked, the check digit is not: an id typed wrong is still somebody's. */
function isId18(id: string): boolean {
  return REGION.test(id) && DATE8.test(id.slice(6, 14));
}

function isId15(id: string): boolean {
  return REGION.test(id) && DATE6.test(id.slice(6, 12));
}

/** 62 is UnionPay's; a card typed wrong is still somebody's. */
function isCard(card: string): boolean {
  return card.startsWith('62') || luhn(card);
}

function luhn(card: string): boolean {
  let sum = 0;
  for (let at = card.length - 1, double = false; at >= 0; at--, double = !double) {
    const digit = card.charCodeAt(at) - 48;
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
}
