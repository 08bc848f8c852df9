// Mask: takes what names a person out of words that are kept outside the seal. Fixed tokens, so equal texts stay equal.
import { maskDigits } from './digits.ts';
import { withoutKnown } from './known.ts';
import { maskNames } from './names.ts';
import { normalise } from './normalise.ts';

const MAIL = /(?:(?!\p{Script=Han})[\p{L}\p{N}._%+-]){1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu;
const PLATE =
  /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·. -]?[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]/gi;
const PASSPORT = /(?<![A-Za-z0-9])(?:[EGDSP][A-Z]?\d{7,8}|[HM]\d{8,10})(?![A-Za-z0-9])/gi;
const CHAT =
  /((?:微信|微信号|v信|vx|wx|weixin|qq|扣扣)(?:号码|号|是|为|:|\s){0,3})(?!公众)([A-Za-z0-9][A-Za-z0-9_-]{4,19})/gi;
const HAS_DIGITS = /[0-9零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖洞拐勾]/;
const HAS_LATIN = /[A-Za-z]/;
const HAS_CHAT = /微信|v信|vx|wx|weixin|qq|扣扣/i;

/**
 * `text` must be normalised. `known` are names the sender gave in fields of their own: they are taken out wherever they
 * stand. Hotline numbers (12345, 110, 400…) and our own case numbers stay.
 */
export function mask(text: string, known: readonly string[] = []): string {
  let words = known.length > 0 ? withoutKnown(text, known) : text;
  if (words.includes('@')) words = words.replace(MAIL, '〔邮箱〕');
  if (HAS_CHAT.test(words)) words = words.replace(CHAT, '$1〔账号〕');
  const latin = HAS_LATIN.test(words);
  if (latin) words = words.replace(PLATE, '〔车牌〕').replace(PASSPORT, '〔证件〕');
  if (HAS_DIGITS.test(words)) words = maskDigits(words);
  return maskNames(words);
}

/** What somebody at the desk wrote as a reason, without whom it names: trails are read by many and outlive the case's key. */
export const maskReason = (reason: string): string => mask(normalise(reason));
