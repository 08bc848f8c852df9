#!/usr/bin/env node
// Trains config/models/danger.json: hand-written dangers against hand-written look-alikes and ordinary messages.
// node scripts/train-danger.mjs ORDINARY.jsonl [--check | --without FIFTH OUT]: lines {title?, text, group?}; --check holds each
// fifth back in turn and prints figures, --without writes a model that never saw one fifth of the ordinary messages.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { check } from './train-danger/check.mjs';
import { foldOf, gramsOf, hanzi, starts, WINDOW } from './train-danger/windows.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const TO = ['119', '120', '110', '122', '12356'];
const CLASSES = TO.length + 1;
const LEVELS = 45;
const ZERO = 79;
const EPOCHS = 20;
const ROUNDS = 4;
/** Log odds: `sure` is shown whom to call, `ask` goes to a person; `…Long` beyond 60 characters, `…Spoken` in a call written down without punctuation. */
const THRESHOLDS = { sure: -2.3, sureLong: 2.2, sureSpoken: -1.5, ask: -3.2, askLong: 1, askSpoken: -2.5 };

let seed = 12_345;
const chance = () => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return seed / 2 ** 32;
};
const any = (list) => list[Math.floor(chance() * list.length)];

function linesOf(file) {
  let to = '';
  const found = [];
  for (const line of readFileSync(path.join(root, 'test/fixtures/danger', file), 'utf8').split('\n')) {
    if (line.startsWith('# ')) to = line.slice(2);
    else if (line !== '') found.push({ text: line, to });
  }
  return found;
}

/** Windows of ordinary messages: their titles, and stretches as the model walks them. */
function windowsOf(messages) {
  const windows = [];
  for (const { title, text } of messages) {
    if (title) windows.push(hanzi(title).slice(0, WINDOW));
    const words = hanzi(text);
    for (let from = 0; from + WINDOW <= words.length; from += WINDOW / 2)
      windows.push(words.slice(from, from + WINDOW));
    for (const clause of text.split(/[，,。!！?？；;\n]/).map(hanzi))
      if (clause.length >= 5 && clause.length <= 16 && chance() < 0.15) windows.push(clause);
  }
  return windows.filter((window) => window.length >= 3);
}

/** A short saying in the middle of others' words, as a call written down has it. */
function within(saying, around) {
  const words = hanzi(saying).slice(0, WINDOW - 2);
  const room = WINDOW - words.length;
  const before = Math.floor(chance() * (room + 1));
  const left = any(around).slice(-before || WINDOW);
  return (before === 0 ? '' : left) + words + any(around).slice(0, room - before);
}

/** `around`: windows of ordinary words to set short sayings in. */
function train(positives, alikes, ordinary, around) {
  const index = new Map();
  const rowOf = (words, y, weight, grow) => {
    const found = [];
    for (const gram of gramsOf(words)) {
      if (grow && !index.has(gram)) index.set(gram, index.size);
      const at = index.get(gram);
      if (at !== undefined) found.push(at);
    }
    return { found, norm: 1 / Math.sqrt(2 * Math.min(WINDOW, words.length) - 1 || 1), y, weight };
  };
  const short = positives.filter(({ text }) => hanzi(text).length <= WINDOW);
  const long = positives.filter(({ text }) => hanzi(text).length > WINDOW);
  const rows = [];
  for (const { text, to } of short) {
    rows.push(rowOf(hanzi(text), TO.indexOf(to) + 1, 20, true));
    for (let copy = 0; copy < 3; copy++) rows.push(rowOf(within(text, around), TO.indexOf(to) + 1, 8, true));
  }
  for (const { text } of long) for (const words of starts(hanzi(text))) rowOf(words, 0, 0, true);
  for (const { text } of alikes) {
    const words = hanzi(text);
    for (const part of starts(words)) rows.push(rowOf(part, 0, words.length > WINDOW ? 4 : 8, true));
    if (words.length <= WINDOW) rows.push(rowOf(within(text, around), 0, 4, true));
  }
  const easy = ordinary.map((text) => rowOf(text, 0, 0.5, false));
  const size = index.size * CLASSES;
  const model = {
    ...{ w: new Float64Array(size), g: new Float64Array(size).fill(1e-6), index },
    ...{ b: new Float64Array(CLASSES), gb: new Float64Array(CLASSES).fill(1e-6) },
  };
  // Hard ones are found by the model itself: an ordinary text is thousands of windows that are easy and a few that are not,
  // and of a long call that is a danger one window says so.
  let hard = easy.filter(() => chance() < 0.06);
  let told = [];
  for (let round = 0; round < ROUNDS; round++) {
    const all = [...rows, ...told, ...hard];
    for (let n = 0; n < EPOCHS * all.length; n++) step(model, all[Math.floor(chance() * all.length)]);
    const ranked = easy.map((row) => [danger(model, row), row]).sort((a, b) => b[0] - a[0]);
    hard = [...ranked.slice(0, 900).map(([, row]) => row), ...easy.filter(() => chance() < 0.05)];
    told = long.flatMap(({ text, to }) => {
      const y = TO.indexOf(to) + 1;
      const parts = starts(hanzi(text)).map((words) => rowOf(words, y, 12, false));
      return parts.sort((a, b) => toward(model, b) - toward(model, a)).slice(0, 2);
    });
  }
  return model;
}

function logits({ w, b }, { found, norm }) {
  const out = [...b];
  for (const at of found) for (let c = 0; c < CLASSES; c++) out[c] += w[at * CLASSES + c] * norm;
  return out;
}

const danger = (model, row) => {
  const [none, ...rest] = logits(model, row);
  return Math.max(...rest) - none;
};

const toward = (model, row) => {
  const out = logits(model, row);
  return out[row.y] - out[0];
};

function step(model, row) {
  const out = logits(model, row);
  const top = Math.max(...out);
  const exps = out.map((v) => Math.exp(v - top));
  const sum = exps.reduce((a, v) => a + v, 0);
  for (let c = 0; c < CLASSES; c++) {
    const error = (exps[c] / sum - (c === row.y ? 1 : 0)) * row.weight;
    model.gb[c] += error * error;
    model.b[c] -= (0.05 * error) / Math.sqrt(model.gb[c]);
    for (const at of row.found) {
      const k = at * CLASSES + c;
      const slope = error * row.norm + 0.002 * model.w[k];
      model.g[k] += slope * slope;
      model.w[k] -= (0.2 * slope) / Math.sqrt(model.g[k]);
    }
  }
}

/** Weights as printable characters: ninety-one steps are finer than the figures can tell. */
function written({ w, b, index }, thresholds) {
  const scale = w.reduce((most, v) => Math.max(most, Math.abs(v)), 0) / LEVELS;
  const kept = [...index].filter(([, at]) =>
    w.subarray(at * CLASSES, (at + 1) * CLASSES).some((v) => Math.abs(v) >= scale),
  );
  const weights = kept
    .map(([, at]) =>
      [...w.subarray(at * CLASSES, (at + 1) * CLASSES)]
        .map((v) => String.fromCharCode(ZERO + Math.round(v / scale)))
        .join(''),
    )
    .join('');
  const round = (v) => Math.round(v * 1e4) / 1e4;
  return {
    card: 'danger.md',
    to: TO,
    bias: [...b].map(round),
    scale: round(scale * 100) / 100,
    ...thresholds,
    grams: kept.map(([gram]) => gram).join(' '),
    weights,
  };
}

/** The catalogue's own words are what people ask about in three words; those that may be a danger themselves stay out. */
function topics() {
  const { categories } = parse(readFileSync(path.join(root, 'config/catalogue.yaml'), 'utf8'));
  const lines = Object.entries(categories).filter(([name]) => !/^(?:1308|0101 |130501)/.test(name));
  const words = lines.flatMap(([, said]) => String(said ?? '').split(' '));
  const plain = words.filter((word) => hanzi(word).length >= 2 && !DANGEROUS.test(word));
  return plain.flatMap((word, at) => [
    { text: word },
    { text: `${word}${AFTER[at % AFTER.length]}` },
    { text: `${BEFORE[at % BEFORE.length]}${word}${AFTER[(at * 7 + 3) % AFTER.length]}` },
    { text: `${BEFORE[(at * 5 + 2) % BEFORE.length]}${word}` },
  ]);
}
const DANGEROUS = /火|毒|爆|塌|泄|坠|救|刀|枪|自杀|事故|逃逸|中毒|掉/;
const AFTER = (
  '怎么办理 没人管 去哪里办 收费不合理 态度差 什么时候修 有问题 能报销吗 太吵 坏了 了 三天了 ' +
  '怎么投诉 一直没人处理 请派人来看看 快点派人来修 影响出行 不合格 没有了 至今没修 归谁管 不给退钱 希望尽快解决 脏乱差'
).split(' ');
const BEFORE = (
  '小区 我家 我家门口 楼下 村里 我们单位 我想问 请问 投诉 建议 我想 我要 隔壁 ' +
  '老人 孩子 路口 门口的 昨天 刚刚 现在 江北区 我妈 物业说 家里 马路上 学校旁边 举报'
).split(' ');

const [file, flag, part, out] = process.argv.slice(2);
if (!file) {
  process.stderr.write('usage: node scripts/train-danger.mjs ORDINARY.jsonl [--check | --without FIFTH OUT]\n');
  process.exit(2);
}
const messages = readFileSync(file, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const positives = linesOf('tuning.txt');
const alikes = [...linesOf('tuning-alike.txt'), ...topics()];
/** Ordinary words to set a saying in: half of them as callers speak, half as people write. */
const around = (calm, windows) => [...calm.flatMap(({ text }) => starts(hanzi(text))), ...windows.slice(0, 4_000)];
const made = (dangers, calm, ordinary) => {
  seed = 12_345;
  const windows = windowsOf(ordinary);
  return train(
    dangers,
    calm,
    windows,
    around(
      calm.filter(({ text }) => hanzi(text).length > 40),
      windows,
    ),
  );
};
if (flag === '--check') check({ positives, alikes, messages }, made, { danger, CLASSES });
else {
  const held = flag === '--without' ? Number(part) : -1;
  const model = made(
    positives,
    alikes,
    messages.filter((one) => foldOf(one) !== held),
  );
  const into = held < 0 ? path.join(root, 'config/models/danger.json') : out;
  writeFileSync(into, `${JSON.stringify(written(model, THRESHOLDS))}\n`);
}
