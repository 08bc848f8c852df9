// Binding: words by which citizens say that another key is theirs too: 绑定 with number and code, 我的邮箱是…, the code that came.
import { parseCaseNo, parseQueryCode } from '../case-no.ts';
import type { SenderKey } from '../message.ts';

export type Binding =
  | { readonly to: 'how' }
  /** Wants to be taken apart again. */
  | { readonly to: 'undo' }
  | { readonly to: 'case'; readonly caseNo: string; readonly queryCode: string }
  | { readonly to: 'key'; readonly key: SenderKey }
  /** `bare`: the code stands alone, and means something only to whom one was sent. */
  | { readonly to: 'code'; readonly code: string; readonly bare: boolean };

const BIND = /^(?:我要|我想|请)?(?:绑定|关联)(?:我的)?(?:账号|邮箱|邮件|手机号?|电话|工单|验证码)?[:：,，\s]*/;
const UNDO =
  /^(?:我要|我想|请|帮我)?(?:解绑|解除绑定|取消绑定|取消关联|解除关联)(?:我的)?(?:账号|帐号|邮箱|邮件|微信|手机号?码?|电话|工单)?(?:吧|一下)?[。.!！?？]?$/;
const MINE = /^我的?(?:电子)?(?:邮箱|邮件地址|手机号?码?|联系?电话|电话号?码?)(?:地址)?(?:是|为)?[:：,，\s]*/;
const MAIL = /^([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})[。.!！]?$/;
const PHONE = /^(?:\+?86)?[ -]?(1[3-9]\d{9})[。.!！]?$/;
const NUMBER = /^(?:工单号?|单号|编号)?[:： ]*(\d(?:[ \p{Pd}]{0,3}\d){13})(?!\d)(.*)$/su;
const LONGEST = 120;

/** `text` is normalised. Undefined for whatever has more in it: an address within a complaint is a way to answer it. */
export function bindingOf(text: string): Binding | undefined {
  if (text.length > LONGEST) return undefined;
  const said = text.trim();
  const bare = /^[A-Za-z0-9]{4}[ \p{Pd}]?[A-Za-z0-9]{4}$/u.test(said) ? parseQueryCode(said) : undefined;
  if (bare !== undefined) return { to: 'code', code: bare, bare: true };
  if (UNDO.test(said)) return { to: 'undo' };
  if (BIND.test(said)) {
    const rest = said.replace(BIND, '');
    return rest === '' ? { to: 'how' } : (keyIn(rest) ?? caseIn(rest) ?? codeIn(rest) ?? mistyped(rest));
  }
  return MINE.test(said) ? keyIn(said.replace(MINE, '')) : undefined;
}

/** A number or a code that is none (a digit lost, 0 for O) is no complaint: the sender is told how. */
const mistyped = (rest: string): Binding | undefined => (/^[\w\s\p{P}]+$/u.test(rest) ? { to: 'how' } : undefined);

function keyIn(text: string): Binding | undefined {
  const mail = MAIL.exec(text)?.[1]?.toLowerCase();
  const phone = PHONE.exec(text)?.[1];
  const [kind, value] = mail === undefined ? ['phone', phone] : ['email', mail];
  return value === undefined || kind === undefined
    ? undefined
    : { to: 'key', key: { kind, scope: '', value, proved: false } };
}

function caseIn(text: string): Binding | undefined {
  const [, digits = '', after = ''] = NUMBER.exec(text) ?? [];
  const caseNo = parseCaseNo(digits);
  const queryCode = parseQueryCode(after.replace(/查询码|[:：,，。]/g, ' '));
  return caseNo === undefined || queryCode === undefined ? undefined : { to: 'case', caseNo, queryCode };
}

function codeIn(text: string): Binding | undefined {
  const code = parseQueryCode(text.replace(/[。.!！]$/, ''));
  return code === undefined ? undefined : { to: 'code', code, bare: false };
}
