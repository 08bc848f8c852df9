// Mails: the heaviest that are taken in, and those somebody would write to bring a house down. Made on demand, a few at a time in memory.

const MB = 1_048_576;
const head = (type, more = '') =>
  `From: <a@example.com>\r\nTo: <hotline@city.example.cn>\r\nSubject: heavy\r\nMessage-ID: <${Math.random()}@example.com>\r\nMIME-Version: 1.0\r\n${more}Content-Type: ${type}\r\n`;
const mail = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
const lines = (bytes) => bytes.toString('base64').replace(/.{76}/g, '$&\r\n');

/** Bytes no packer shortens, the same at every run. */
function noise(size) {
  const bytes = Buffer.alloc(size);
  let state = 1;
  for (let i = 0; i < size; i += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

function jpeg(size) {
  const bytes = noise(size);
  for (let i = 0; i < size; i += 1) if (bytes[i] === 0xff) bytes[i] = 0xfe;
  bytes.set([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xda, 0, 2]);
  bytes.set([0xff, 0xd9], size - 2);
  return bytes;
}

const withFile = (type, bytes) =>
  mail(
    head('multipart/mixed; boundary=b'),
    '\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n人民路的路灯不亮\r\n--b\r\n',
    `Content-Type: ${type}; name="file"\r\nContent-Disposition: attachment; filename="file"\r\nContent-Transfer-Encoding: base64\r\n\r\n`,
    lines(bytes),
    '\r\n--b--\r\n',
  );

function nested(depth) {
  let text = head('multipart/mixed; boundary=b0');
  for (let i = 0; i < depth; i += 1) text += `\r\n--b${i}\r\nContent-Type: multipart/mixed; boundary=b${i + 1}\r\n`;
  return mail(text, '\r\nend\r\n');
}

/** [name, () => bytes], so that one lies in memory at a time. */
export const heaviest = () => [
  ['a photo of 20 MB', () => withFile('image/jpeg', jpeg(20 * MB))],
  ['a file of 20 MB nobody knows', () => withFile('application/octet-stream', noise(20 * MB))],
  ['8-bit noise as text', () => mail(head('text/plain; charset=gbk'), '\r\n', noise(6 * MB))],
  ['one line of 20 MB', () => mail(head('text/plain'), '\r\n', Buffer.alloc(20 * MB, 0x61))],
  ['20 MB of quotes', () => mail(head('text/plain'), '\r\n', Buffer.alloc(20 * MB, '> \r\n'))],
  ['HTML of 8 MB, deep as a well', () => mail(head('text/html'), '\r\n', '<div><table><tr><td>'.repeat(400_000))],
  ['HTML of entities', () => mail(head('text/html'), '\r\n', '&nbsp;&#22478;'.repeat(500_000))],
  ['10,000 parts within parts', () => nested(10_000)],
  [
    '100,000 parts',
    () => mail(head('multipart/mixed; boundary=b'), '\r\n', '--b\r\n\r\nx\r\n'.repeat(100_000), '--b--\r\n'),
  ],
  ['100,000 headers', () => mail(head('text/plain', 'X-A: b\r\n'.repeat(100_000)), '\r\nhello\r\n')],
  ['a header of 10 MB', () => mail(head('text/plain', `X-A: ${'b '.repeat(5 * MB)}\r\n`), '\r\nhello\r\n')],
  ['500,000 recipients', () => mail(head('text/plain', `Cc: ${'a@b.c, '.repeat(500_000)}\r\n`), '\r\nhello\r\n')],
  [
    'encoded words without an end',
    () => mail(head('text/plain', `X-A: ${'=?gbk?B?'.repeat(200_000)}\r\n`), '\r\nhello\r\n'),
  ],
  [
    'a reply of 100,000 characters',
    () => mail(head('text/plain; charset=utf-8'), '\r\n', '人民路的路灯不亮，请派人来修。'.repeat(7_000)),
  ],
  [
    'heads that nearly are',
    () => mail(head('text/plain; charset=utf-8'), '\r\n', `${'On 2026-11-24 15:00, '.repeat(25)}\r\n`.repeat(3_900)),
  ],
];
