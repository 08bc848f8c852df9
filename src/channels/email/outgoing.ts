// Outgoing: answers by mail, in the citizen's thread, marked as sent by a program, and never many to one address.
import nodemailer, { type Transporter } from 'nodemailer';
import type { Outgoing } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import type { SendingSettings } from './settings.ts';
import { messageIdOf, tagOf, titleOf } from './thread.ts';

/** Two programs that answer each other stop here. */
const MOST_AN_HOUR = 20;
const HOUR_MS = 3_600_000;
const CONNECT_MS = 15_000;
const ANSWER_MS = 60_000;

export interface Sender {
  /** As `Opened.send`. Resolves with our Message-ID. */
  send(outgoing: Outgoing): Promise<string>;
  close(): void;
}

export function openSender(settings: SendingSettings, now: () => number): Sender {
  const { host, port, secure = port === 465, user, password } = settings;
  const transport: Transporter = nodemailer.createTransport({
    ...{ host, port, secure },
    ...(user && password ? { auth: { user, pass: password } } : {}),
    ...{ connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: ANSWER_MS },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  const spare = openSpare(now);
  return {
    async send(outgoing) {
      const to = addressOf(outgoing);
      if (!spare(to)) throw tooMany();
      const mail = compose(outgoing, to, settings);
      try {
        await transport.sendMail(mail);
      } catch (error) {
        throw explain(error);
      }
      return mail.messageId;
    },
    close: () => transport.close(),
  };
}

function addressOf({ to }: Outgoing): string {
  const address = to.keys.find((key) => key.kind === 'email')?.value ?? to.email ?? '';
  if (/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(address)) return address;
  throw new GatewayError({ code: 'no_address', message: 'there is no mail address to answer to', retryable: false });
}

/** The whole mail as nodemailer takes it. */
export function compose(outgoing: Outgoing, to: string, { from, name }: SendingSettings) {
  const { caseNo, id, message, inReply } = outgoing;
  const answered = inReply?.externalId.startsWith('<') ? inReply.externalId : undefined;
  const earlier = inReply?.thread?.inReplyTo;
  const title = titleOf(inReply?.title ?? message.title ?? '') || '您反映的事项';
  return {
    from: { name: name ?? '12345', address: from },
    to,
    subject: `${answered ? 'Re: ' : ''}${title.slice(0, 200)} ${caseNo ? tagOf(caseNo) : ''}`.trim(),
    text: `${message.text}\n\n${FOOTER}\n`,
    messageId: messageIdOf(caseNo, id, from),
    ...(answered ? { inReplyTo: answered, references: [...(earlier ? [earlier] : []), answered] } : {}),
    headers: {
      // RFC 3834: no program shall answer this.
      'Auto-Submitted': answered ? 'auto-replied' : 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
  };
}

/** Its words are also how our own mail is known when a program quotes it without any mark (quotes.ts). */
const FOOTER = '---- 12345 热线 ----\n补充情况请直接回复本邮件，并请保留标题中的编号。';

function openSpare(now: () => number): (to: string) => boolean {
  const sent = new Map<string, number[]>();
  return (to) => {
    const since = now() - HOUR_MS;
    const times = (sent.get(to) ?? []).filter((at) => at > since);
    if (times.length >= MOST_AN_HOUR) return false;
    if (sent.size > 10_000) for (const [key, at] of sent) if ((at.at(-1) ?? 0) <= since) sent.delete(key);
    sent.set(to, [...times, now()]);
    return true;
  };
}

const tooMany = (): GatewayError =>
  new GatewayError({
    code: 'too_many_to_one',
    message: `more than ${MOST_AN_HOUR} mails an hour to one address`,
    retryable: true,
    retryAfter: HOUR_MS / 1_000,
  });

/** Up to here the server cannot have the mail. */
const BEFORE_DATA: ReadonlySet<string> = new Set([
  'CONN',
  'EHLO',
  'HELO',
  'LHLO',
  'STARTTLS',
  'MAIL FROM',
  'RCPT TO',
  'API',
]);

function explain(error: unknown): GatewayError {
  const told = (field: string): unknown => (error instanceof Error ? Reflect.get(error, field) : undefined);
  const [responseCode, command, code] = ['responseCode', 'command', 'code'].map(told);
  const answer = typeof responseCode === 'number' ? responseCode : undefined;
  const because = { message: `the mail was not sent${answer ? ` (SMTP ${answer})` : ''}`, cause: error };
  // A password that is over is the account's trouble, not the mail's: it waits until somebody mends it.
  if (code === 'EAUTH') return new GatewayError({ ...because, code: 'unreachable', retryable: true });
  if (answer !== undefined && answer >= 500) return new GatewayError({ ...because, code: 'refused', retryable: false });
  if (answer !== undefined) return new GatewayError({ ...because, code: 'refused_for_now', retryable: true });
  const early = typeof command === 'string' && (BEFORE_DATA.has(command) || command.startsWith('AUTH'));
  if (early || code === 'ECONNECTION' || code === 'EDNS')
    return new GatewayError({ ...because, code: 'unreachable', retryable: true });
  return new GatewayError({
    ...because,
    code: 'unknown_result',
    message: 'the server may have the mail or not',
    retryable: true,
  });
}
