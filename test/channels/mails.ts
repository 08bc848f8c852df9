// Mails made by hand for tests, in the charsets and programs citizens use. Nobody's words.
import iconv from 'iconv-lite';

export interface Written {
  readonly from?: string;
  readonly subject?: string;
  readonly text?: string;
  /** What the mail says its text is in. */
  readonly label?: string;
  /** What it is in. */
  readonly charset?: string;
  readonly id?: string;
  readonly headers?: readonly string[];
}

const encoded = (words: string, label: string, charset: string): string =>
  `=?${label}?B?${iconv.encode(words, charset).toString('base64')}?=`;

export function mailOf(written: Written = {}): Buffer {
  const {
    from = '<zhang@example.com>',
    subject = '路灯不亮',
    text = '海曙区段塘街道的路灯坏了三天，晚上很黑。',
  } = written;
  const { label = 'utf-8', charset = label, id = '<one@example.com>', headers = [] } = written;
  const lines = [
    `From: ${from}`,
    'To: hotline@city.example.cn',
    `Subject: ${encoded(subject, label, charset)}`,
    'Date: Tue, 24 Nov 2026 09:00:00 +0800',
    ...(id ? [`Message-ID: ${id}`] : []),
    ...headers,
    'MIME-Version: 1.0',
    `Content-Type: text/plain; charset=${label}`,
    'Content-Transfer-Encoding: base64',
    '',
    iconv.encode(text, charset).toString('base64').replace(/.{76}/g, '$&\r\n'),
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

export const payloadOf = (mail: Buffer): { raw: string } => ({ raw: mail.toString('base64') });
