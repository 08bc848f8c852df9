// Mail made to do harm, and mail that broke on its way: everything is taken in, known as automatic or refused; nothing is lost and nothing hangs.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ready } from '../../src/channels/email/take.ts';
import { email } from '../../src/channels/email.ts';
import { Unreadable } from '../../src/core/errors.ts';
import { mailOf } from './mails.ts';

const shared = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const settings = email.settings({ channel: 'email' });

/** What became of it: its parts and doubts, why it is automatic, or why it was refused. Anything else is a failure. */
async function fateOf(bytes: Uint8Array) {
  const kept: { name?: string; size: number }[] = [];
  const blob = async (file: Uint8Array, { name }: { name?: string }) => {
    kept.push({ ...(name ? { name } : {}), size: file.length });
    return { ref: `blob-${kept.length}`, hash: 'sha256:0', size: file.length };
  };
  try {
    const found = await ready(bytes, settings, { blob, now: () => Date.UTC(2026, 10, 24) });
    if ('automatic' in found) return { automatic: found.automatic, kept };
    const [said] = await email.read(found.payload, settings);
    return { doubts: said?.doubts ?? [], text: said?.text ?? '', kept };
  } catch (error) {
    if (error instanceof Unreadable) return { refused: error.message, kept };
    throw error;
  }
}

const withFile = (name: string, mediaType: string, content: Uint8Array): Buffer => {
  const lines = [
    'From: <zhang@example.com>\r\nSubject: files\r\nMessage-ID: <files@example.com>\r\nMIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n',
    '路灯不亮，见附件。\r\n--b',
    `Content-Type: ${mediaType}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"`,
    `Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from(content).toString('base64')}\r\n--b--\r\n`,
  ];
  return Buffer.from(lines.join('\r\n'));
};

describe('a mail that somebody made to do harm', async () => {
  const made: { heaviest(): [string, () => Buffer][] } = await import(
    String(new URL('../../bench/lib/mails.mjs', import.meta.url))
  );
  // Those of many megabytes are measured by bench/mail.mjs; here the shapes count.
  const shapes = made.heaviest().filter(([name]) => !/\d\d MB/.test(name));
  it.each(shapes)('is taken in or refused: %s', { timeout: 60_000 }, async (_, make) => {
    const fate = await fateOf(make());
    expect(['doubts', 'automatic', 'refused'].filter((word) => word in fate)).toHaveLength(1);
  });
});

describe('a mail longer than words may be', () => {
  it('is taken in with the whole of it as a file, and a flag for a person', {
    timeout: 60_000,
  }, async () => {
    const head = mailOf().toString('latin1').split('Content-Type')[0];
    const mail = Buffer.concat([
      Buffer.from(`${head}Content-Type: text/plain\r\n\r\n`),
      Buffer.alloc(29 * 1_048_576, 'a line of words\r\n'),
    ]);
    const fate = await fateOf(mail);
    expect(fate.kept).toEqual([{ name: 'original.eml', size: mail.length }]);
    // Whether the parser gives up or cuts depends on the memory it finds.
    expect(fate.doubts?.filter((doubt) => doubt === 'mail_unread' || doubt === 'mail_cut')).toHaveLength(1);
  });
});

describe('a file within a mail', () => {
  it('of Outlook’s own kind (winmail.dat) is kept as it came', async () => {
    const tnef = Buffer.from('789f3e22010001089001', 'hex');
    expect(await fateOf(withFile('winmail.dat', 'application/ms-tnef', tnef))).toMatchObject({
      text: '路灯不亮，见附件。',
      kept: [{ name: 'winmail.dat', size: tnef.length }],
    });
  });

  it('that would unfold a billionfold is kept shut', async () => {
    const bomb = `<!DOCTYPE a [<!ENTITY a "ha">${Array.from({ length: 30 }, (_, i) => `<!ENTITY a${i} "&a;&a;">`).join('')}]><a>&a29;</a>`;
    const fate = await fateOf(withFile('bomb.xml', 'application/xml', Buffer.from(bomb)));
    expect(fate).toMatchObject({ kept: [{ name: 'bomb.xml', size: Buffer.byteLength(bomb) }] });
  });
});

describe('what broke in other projects’ hands', () => {
  const folders = ['eml', 'corpora/defusedxml', 'corpora/blns'].map((name) => path.join(shared, name));
  const files = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name)),
    )
    // One in three of the reports, which are much alike.
    .filter((file, at) => !file.includes('sisimai') || at % 3 === 0);
  if (files.length === 0) console.warn('SKIPPED: no mails of other projects lie beside the repository');

  it.skipIf(files.length === 0)(
    'is taken in, automatic or refused, as a mail and as a file of one',
    { timeout: 300_000 },
    async () => {
      const odd: string[] = [];
      for (const file of files) {
        const bytes = new Uint8Array(readFileSync(file));
        const mail = file.endsWith('.eml') ? bytes : withFile(path.basename(file), 'application/xml', bytes);
        const fate = await fateOf(mail).catch((error: unknown) => ({ odd: String(error) }));
        if ('odd' in fate) odd.push(`${path.basename(file)}: ${fate.odd}`);
      }
      expect(odd).toEqual([]);
    },
  );
});
