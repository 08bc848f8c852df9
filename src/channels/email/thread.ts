// Thread: which case a mail goes on about, by the Message-IDs we sent, else by the number in its subject.
import { parseCaseNo, parseQueryCode } from '../../core/case-no.ts';
import type { Thread } from '../../core/message.ts';
import type { Mail } from './mail.ts';

/** Our own Message-ID: it carries the case number, and the id of the outgoing message makes it unguessable. */
export const messageIdOf = (caseNo: string, id: string, from: string): string =>
  `<${caseNo}.${id}@${from.split('@').pop() ?? 'localhost'}>`;

export const tagOf = (caseNo: string): string => `[12345-${caseNo}]`;

const OURS = /^<(\d{14})\.[\w-]{1,64}@([^<>@\s]+)>$/;
const TAG = /[[【［]\s*12345\s*[-－—]\s*([\d\s-]{14,20})[\]】］]/;
/** 查询 26112400382715 K7MPA3XW, with the code or without. */
const ENQUIRY = /查\s*[询詢]\s*[:：]?\s*([\d][\d -]{12,18}\d)(?:[\s,，;；/]+([0-9A-Za-z][0-9A-Za-z -]{6,10}))?/;

/** `from` is the address we send from; without one no header can be ours. */
export function threadOf(mail: Pick<Mail, 'answers' | 'subject' | 'reply'>, from?: string): Thread | undefined {
  const enquiry = enquiryIn(mail.subject) ?? enquiryIn(mail.reply.slice(0, 200));
  const inReplyTo = mail.answers[0];
  const answered = inReplyTo === undefined ? {} : { inReplyTo };
  if (enquiry) return { ...enquiry, ...answered };
  const caseNo = caseAnswered(mail.answers, from) ?? parseCaseNo(TAG.exec(mail.subject)?.[1] ?? '');
  return caseNo === undefined && inReplyTo === undefined ? undefined : { ...(caseNo ? { caseNo } : {}), ...answered };
}

function caseAnswered(answers: readonly string[], from: string | undefined): string | undefined {
  const domain = from?.split('@').pop()?.toLowerCase();
  for (const id of answers) {
    const [, no = '', at = ''] = OURS.exec(id) ?? [];
    if (domain !== undefined && at.toLowerCase() === domain && parseCaseNo(no)) return no;
  }
  return undefined;
}

export function enquiryIn(words: string): Pick<Thread, 'caseNo' | 'queryCode'> | undefined {
  const [, number, code] = ENQUIRY.exec(words) ?? [];
  const caseNo = parseCaseNo(number ?? '');
  if (caseNo === undefined) return undefined;
  const queryCode = code === undefined ? undefined : parseQueryCode(code);
  return { caseNo, ...(queryCode ? { queryCode } : {}) };
}

const PREFIXES = /^(?:\s*(?:re|fw|fwd|aw|sv|vs|ref|回复|回覆|答复|转发|轉寄|回信)\s*(?:\[\d+\])?\s*[:：])+\s*/i;

/** The subject without Re: and our own tag. */
export const titleOf = (subject: string): string =>
  subject.replace(PREFIXES, '').replace(TAG, '').replace(PREFIXES, '').trim();
