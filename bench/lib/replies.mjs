// Replies: mails written down with what is new in them or who wrote them, and whether the words found are those.
import { readFileSync } from 'node:fs';

/**
 * A file of mails: `=== name` begins one, `--- reply`, `--- uncertain` or `--- whole` (every word is new, whether
 * that is certain or not) what must come of it. Reads {name, text, expected: {reply} | {uncertain: true} | {whole}}.
 */
export function repliesIn(file) {
  const [, ...blocks] = readFileSync(file, 'utf8').split(/^=== /m);
  return blocks.map((block) => {
    const [name = '', ...lines] = block.split('\n');
    const at = lines.findIndex((line) => /^--- (?:reply|uncertain|whole)$/.test(line));
    const text = lines.slice(0, at).join('\n').trimEnd();
    const reply = lines
      .slice(at + 1)
      .join('\n')
      .trim();
    const kinds = { '--- uncertain': { uncertain: true }, '--- whole': { whole: text } };
    return { name, text, expected: kinds[lines[at]] ?? { reply } };
  });
}

/**
 * A file of whole mails, their headers first: `--- automatic` or `--- person` says who wrote each. Reads
 * {name, bytes, automatic}.
 */
export function mailsIn(file) {
  const [, ...blocks] = readFileSync(file, 'utf8').split(/^=== /m);
  return blocks.map((block) => {
    const [name = '', ...lines] = block.split('\n');
    const at = lines.findIndex((line) => /^--- (?:automatic|person)$/.test(line));
    const fixed = ['Message-ID: <made-up@example.com>', 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8'];
    const bytes = Buffer.from([...fixed, ...lines.slice(0, at)].join('\r\n'));
    return { name, bytes, automatic: lines[at] === '--- automatic' };
  });
}

const bare = (words) => words.replace(/\s+/g, ' ').trim();

/** Uncertain is right only where it is expected: else the words must be there, and nothing besides. */
export function rightly(
  { text, uncertain },
  { reply, whole, must_contain, must_not_contain = [], uncertain: expected },
) {
  if (expected) return uncertain;
  if (whole !== undefined) return bare(text) === bare(whole);
  if (must_contain)
    return must_contain.every((one) => text.includes(one)) && !must_not_contain.some((one) => text.includes(one));
  return !uncertain && bare(text) === bare(reply);
}
