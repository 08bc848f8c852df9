#!/usr/bin/env node
// Danger: how many hand-written dangers are shown whom to call, how many look-alikes are too, and how many ordinary messages.
// node bench/understanding-danger.mjs [--ordinary FILE.jsonl] [--show] [--unseen]: --show prints what was missed and the alarms,
// --unseen trains five models, each without a fifth of the ordinary messages, and judges that fifth by it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { foldOf } from '../scripts/train-danger/windows.mjs';
import { prepared, root } from './lib/steps.mjs';

const show = process.argv.includes('--show');
const at = process.argv.indexOf('--ordinary');
const ordinary = at > 0 ? process.argv[at + 1] : path.join(root, '../shared/data/messages/classify.jsonl');
const CALLED = new Set(['110', '119', '120', '122', '12356']);
const { decided } = await prepared();

/** `shown` = the citizen is told whom to call; `asked` = a person is asked. */
function look(text, title, decide = decided) {
  const draft = decide(text, title);
  const urgent = draft.urgency !== 'normal';
  if (CALLED.has(draft.divert?.to)) return { to: draft.divert.to, seen: 'shown', urgent };
  return {
    urgent,
    seen: draft.proposals.some((one) => one.type === 'divert' && CALLED.has(one.value.to)) ? 'asked' : 'nothing',
  };
}

function linesOf(file) {
  let to = '';
  const found = [];
  for (const line of readFileSync(path.join(root, 'test/fixtures/danger', file), 'utf8').split('\n')) {
    if (line.startsWith('# ')) to = line.slice(2);
    else if (line !== '') found.push({ text: line, to });
  }
  return found;
}

const share = (part, whole) => `${part} of ${whole} (${((100 * part) / whole).toFixed(2)} %)`;
const say = (line) => process.stdout.write(`${line}\n`);
const CALL = [
  '喂你好这里是12345请问有什么可以帮您喂你好我是住在庄桥这边的我跟你说一下',
  '你们能不能派人过来看一下我这个情况已经跟社区说过了社区说让我打你们电话我也不知道该找谁好谢谢你了好的您的情况我了解了请问您的地址是哪里',
];

/** `tuning` taught the model and the rules; the others only judge: each was written before it was measured, and none was changed since. */
const PARTS = ['tuning', 'held-out', 'blind'];
for (const part of PARTS) {
  const dangers = linesOf(`${part}.txt`);
  const looks = dangers.map(({ text, to }) => ({ text, want: to, ...look(text) }));
  const within = dangers.map(({ text }) => look(CALL.join(text.replace(/\s/g, ''))));
  say(
    `${part}: dangers shown ${share(looks.filter((one) => one.seen === 'shown').length, looks.length)}, asked besides ${looks.filter((one) => one.seen === 'asked').length}, at the right number ${share(looks.filter((one) => one.to === one.want).length, looks.length)}`,
  );
  say(
    `${part}: the same within a long unpunctuated call: shown ${share(within.filter((one) => one.seen === 'shown').length, looks.length)}, shown or asked ${share(within.filter((one) => one.seen !== 'nothing').length, looks.length)}`,
  );
  const alike = linesOf(`${part}-alike.txt`).map(({ text }) => ({ text, ...look(text) }));
  say(
    `${part}: look-alikes with an alarm ${share(alike.filter((one) => one.seen === 'shown').length, alike.length)}, a person asked ${share(alike.filter((one) => one.seen === 'asked').length, alike.length)}`,
  );
  calmCalls(part);
  if (show)
    for (const one of [...looks.filter((x) => x.seen !== 'shown'), ...alike.filter((x) => x.seen === 'shown')])
      say(`  ${one.seen} ${one.to ?? ''} ${one.text}`);
}

/** Whole calls that are no danger, where the part has some. */
function calmCalls(part) {
  const file = `${part}-calls.txt`;
  if (!existsSync(path.join(root, 'test/fixtures/danger', file))) return;
  const calls = linesOf(file).map(({ text }) => look(text));
  const seen = (what) => calls.filter((one) => one.seen === what).length;
  say(
    `${part}: calm calls with an alarm ${share(seen('shown'), calls.length)}, a person asked ${share(seen('asked'), calls.length)}`,
  );
}

/** Each ordinary message judged by a danger model that was trained without it and its near duplicates. */
async function unseen(messages) {
  const home = mkdtempSync(path.join(os.tmpdir(), 'danger-'));
  const looks = [];
  for (let part = 0; part < 5; part++) {
    const out = path.join(home, `${part}.json`);
    execFileSync('node', [path.join(root, 'scripts/train-danger.mjs'), ordinary, '--without', String(part), out]);
    const dangerModel = JSON.parse(readFileSync(out, 'utf8'));
    const { decided: judged } = await prepared((city) => ({ ...city, dangerModel }));
    for (const one of messages) if (foldOf(one) === part) looks.push(look(one.text, one.title, judged));
  }
  rmSync(home, { recursive: true });
  return looks;
}

if (existsSync(ordinary)) {
  const messages = readFileSync(ordinary, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const whole = process.argv.includes('--unseen');
  const looks = whole ? await unseen(messages) : messages.map(({ text, title }) => look(text, title));
  say(
    `ordinary messages${whole ? ', each unseen by its model' : ''}: alarms ${share(looks.filter((one) => one.seen === 'shown').length, looks.length)}, a person asked ${share(looks.filter((one) => one.seen === 'asked').length, looks.length)}, of those urgent ${looks.filter((one) => one.seen === 'asked' && one.urgent).length}`,
  );
  if (show && !whole)
    for (const [i, one] of looks.entries()) {
      const { title, text } = messages[i];
      if (one.seen === 'shown')
        say(`  ${one.to} ${(title ?? '').slice(0, 40)} ${text.slice(0, 60).replace(/\s+/g, ' ')}`);
    }
} else say(`ordinary messages: ${ordinary} is absent`);
