#!/usr/bin/env node
// Mail: automatic mail known and ordinary let through, replies without quotes, and how long the heaviest and hostile mails hold up the event loop. --words, --stalls: one half; --show: what went wrong.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseMail } from '../dist/channels/email/parse.js';
import { newWords } from '../dist/channels/email/quotes.js';
import { ready } from '../dist/channels/email/take.js';
import { heaviest } from './lib/mails.mjs';
import { mailsIn, repliesIn, rightly } from './lib/replies.mjs';
import { stallOf } from './lib/stall.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const data = path.join(root, '../shared/data/eml');
const show = process.argv.includes('--show');
const say = (line) => process.stdout.write(`${line}\n`);
const share = (part, all) => `${part}/${all.length} (${((100 * part) / (all.length || 1)).toFixed(1)} %)`;
let failed = false;
const aim = (holds, line) => {
  failed ||= !holds;
  say(`${holds ? 'ok  ' : 'FAIL'} ${line}`);
};

/** Names under which a source keeps reports and auto-replies: automatic rightly. */
const REPORT = /multipart_report|mimepart_without|bounce|report_\d+|dsn|delivery-status|autoreply|auto_reply|mdn/i;
const means = { now: () => Date.now(), blob: async (bytes) => ({ ref: 'b', hash: 'sha256:0', size: bytes.length }) };

async function outcomeOf(file) {
  try {
    const found = await ready(readFileSync(file), {}, means);
    return 'automatic' in found ? found.automatic : undefined;
  } catch {
    return undefined; // refused: no case either, but nobody was taken for a program
  }
}

async function recognition() {
  const mailsOf = (source) =>
    readdirSync(path.join(data, source))
      .filter((name) => name.endsWith('.eml') && (source === 'sisimai' || !REPORT.test(name)))
      .map((name) => path.join(data, source, name));
  const others = readdirSync(data).filter((name) => name !== 'sisimai' && !name.includes('.'));
  const reports = mailsOf('sisimai');
  const ordinary = others.flatMap(mailsOf);
  let known = 0;
  for (const file of reports)
    if (await outcomeOf(file)) known += 1;
    else if (show) say(`  not known: ${path.basename(file)}`);
  let taken = 0;
  for (const file of ordinary) {
    const why = await outcomeOf(file);
    if (why) taken += 1;
    if (why && show) say(`  taken for automatic: ${path.basename(file)}: ${why}`);
  }
  aim(known / reports.length >= 0.98, `automatic mail known ${share(known, reports)}; the rules were made on these`);
  aim(taken / ordinary.length <= 0.01, `ordinary mail taken for automatic ${share(taken, ordinary)}`);
}

async function replies() {
  const vectors = path.join(root, '../shared/vectors/channels/email-reply.json');
  const peers = JSON.parse(readFileSync(vectors, 'utf8')).vectors.filter(({ input, expected }) => {
    const file = input?.eml && path.join(data, '..', input.eml);
    return (
      (expected.reply !== undefined || expected.must_contain || expected.uncertain) &&
      (input.text || existsSync(file ?? ''))
    );
  });
  const right = [];
  for (const vector of peers) {
    const { text, eml } = vector.input;
    const found = text ? newWords(text.replace(/\r\n?/g, '\n')) : await replyOf(path.join(data, '..', eml));
    if (rightly(found, vector.expected)) right.push(vector);
    else if (show) say(`  ${vector.name}: ${JSON.stringify(found)}`);
  }
  const chinese = ({ name }) => /^(?:turncourier|zh-cleaner|discourse-chinese)/.test(name);
  const [zh, zhRight] = [peers.filter(chinese), right.filter(chinese)];
  aim(right.length / peers.length >= 0.9, `replies of the development expectations ${share(right.length, peers)}`);
  aim(
    zhRight.length === zh.length,
    `of them Chinese clients ${share(zhRight.length, zh)}; the rules were made on these`,
  );
}

async function replyOf(file) {
  const { mail } = await parseMail(readFileSync(file));
  return { text: mail.reply, uncertain: mail.uncertain };
}

async function written() {
  const mails = mailsIn(path.join(root, 'test/fixtures/email/automatic.txt'));
  const right = [];
  for (const one of mails) {
    const found = await ready(one.bytes, {}, means);
    if ('automatic' in found === one.automatic) right.push(one);
    else if (show) say(`  ${one.name}: ${found.automatic}`);
  }
  for (const [who, by] of Object.entries({ programs: true, people: false })) {
    const all = mails.filter(({ automatic }) => automatic === by);
    say(
      `     made-up mails of ${who}, known to be theirs: ${share(right.filter((one) => all.includes(one)).length, all)}`,
    );
  }
  for (const part of ['tuning', 'held-out', 'fresh']) {
    const lines = repliesIn(path.join(root, `test/fixtures/email/replies-${part}.txt`));
    const right = lines.filter((one) => rightly(newWords(one.text), one.expected));
    if (show)
      for (const one of lines.filter((line) => !right.includes(line)))
        say(`  ${one.name}: ${JSON.stringify(newWords(one.text))}`);
    say(`     made-up mails of Chinese clients, ${part}: ${share(right.length, lines)}`);
  }
}

async function stalls() {
  const folder = mkdtempSync(path.join(tmpdir(), 'civicline-bench-mail-'));
  try {
    const { worst, each, idle } = await stallOf(folder, heaviest());
    for (const { name, megabytes, stall, work, peak, seconds, answer } of each)
      say(
        `     ${name}: ${megabytes} MB, held up ${work} ms by work, ${stall} ms with waiting, done in ${seconds} s, peak memory ${peak} MB, ${answer}`,
      );
    say(`     nothing coming: ${idle.work} ms by work, ${idle.stall} ms with waiting: the machine's own`);
    const told = `${worst.work} ms of its own work (${worst.stall} ms with waiting for a core), peak memory ${worst.peak} MB`;
    // What a turn of the loop works is ours; what it waits for a core besides is the machine's, and told beside it.
    aim(
      worst.work < 100,
      `longest the event loop was held up while the heaviest and hostile mails came by SMTP: ${told}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (!process.argv.includes('--stalls')) {
  if (existsSync(data)) {
    await recognition();
    await replies();
  } else say('SKIPPED: no mails of other projects lie beside the repository, so only our own are measured');
  await written();
}
if (!process.argv.includes('--words')) await stalls();
process.exit(failed ? 1 : 0);
