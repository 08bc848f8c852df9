#!/usr/bin/env node
// Trains config/models/danger.json: hand-written dangers against hand-written look-alikes and ordinary messages.
// node scripts/train-danger.mjs ORDINARY.jsonl [--check]: lines {title?, text}; --check holds a fifth back and prints figures.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const TO = ['119', '120', '110', '122', '12356'];
const CLASSES = TO.length + 1;
const WINDOW = 24;
const LEVELS = 45;
const ZERO = 79;
const EPOCHS = 24;

const hanzi = (text) => text.replace(/[^\u4e00-\u9fff]/g, '');
let seed = 12_345;
const chance = () => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return seed / 2 ** 32;
};
const fold = (text) => [...text].reduce((h, c) => (Math.imul(h, 31) + c.charCodeAt(0)) >>> 0, 7) % 5;

export function linesOf(file) {
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
    for (let from = 0; from + WINDOW <= words.length; from += WINDOW) windows.push(words.slice(from, from + WINDOW));
    for (const clause of text.split(/[，,。!！?？；;\n]/).map(hanzi))
      if (clause.length >= 5 && clause.length <= 16 && chance() < 0.15) windows.push(clause);
  }
  return windows.filter((window) => window.length >= 3);
}

function gramsOf(text) {
  const words = hanzi(text);
  const grams = [];
  for (let at = 0; at < words.length; at++) {
    grams.push(words[at]);
    if (at > 0) grams.push(words.slice(at - 1, at + 1));
  }
  return grams;
}

function train(positives, alikes, ordinary) {
  const index = new Map();
  const rows = [];
  const features = (text, grow) => {
    const found = [];
    for (const gram of gramsOf(text)) {
      if (grow && !index.has(gram)) index.set(gram, index.size);
      const at = index.get(gram);
      if (at !== undefined) found.push(at);
    }
    return { found, norm: 1 / Math.sqrt(2 * Math.min(WINDOW, hanzi(text).length) - 1 || 1) };
  };
  for (const { text, to } of positives) rows.push({ ...features(text, true), y: TO.indexOf(to) + 1, weight: 20 });
  for (const { text } of alikes) rows.push({ ...features(text, true), y: 0, weight: 8 });
  const easy = ordinary.map((text) => ({ ...features(text, false), y: 0, weight: 0.5, text }));
  const model = {
    w: new Float64Array(index.size * CLASSES),
    g: new Float64Array(index.size * CLASSES).fill(1e-6),
    b: new Float64Array(CLASSES),
    gb: new Float64Array(CLASSES).fill(1e-6),
  };
  // Hard ones first found by the model itself: an ordinary text is thousands of windows that are easy and a few that are not.
  let hard = easy.filter(() => chance() < 0.12);
  for (let round = 0; round < 3; round++) {
    const all = [...rows, ...hard];
    for (let n = 0; n < EPOCHS * all.length; n++) step(model, all[Math.floor(chance() * all.length)]);
    const ranked = easy.map((row) => [danger(model, row), row]).sort((a, b) => b[0] - a[0]);
    hard = [...ranked.slice(0, 500).map(([, row]) => row), ...easy.filter(() => chance() < 0.1)];
  }
  return { ...model, index };
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

const [file, check] = process.argv.slice(2);
if (!file) {
  process.stderr.write('usage: node scripts/train-danger.mjs ORDINARY.jsonl [--check]\n');
  process.exit(2);
}
const messages = readFileSync(file, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
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

const positives = linesOf('tuning.txt');
const alikes = [...linesOf('tuning-alike.txt'), ...topics()];
const THRESHOLDS = { sure: -2, sureLong: 1, ask: -3, askLong: 0 };
if (check === '--check') {
  const kept = (text) => fold(text) !== 0;
  const model = train(
    positives.filter((x) => kept(x.text)),
    alikes.filter((x) => kept(x.text)),
    windowsOf(messages.filter((m) => kept(m.text))),
  );
  const score = (text) => {
    const words = hanzi(text);
    let best = Number.NEGATIVE_INFINITY;
    for (let from = 0; from === 0 || from + WINDOW <= words.length; from += 4) {
      const part = words.slice(from, from + WINDOW);
      const found = gramsOf(part)
        .map((gram) => model.index.get(gram))
        .filter((at) => at !== undefined);
      best = Math.max(best, danger(model, { found, norm: 1 / Math.sqrt(2 * part.length - 1) }));
    }
    return best;
  };
  const unseen = messages.filter((m) => !kept(m.text));
  const lists = {
    danger: positives.filter((x) => !kept(x.text)).map((x) => score(x.text)),
    alike: alikes.filter((x) => !kept(x.text)).map((x) => score(x.text)),
    titles: unseen.filter((m) => m.title).map((m) => score(m.title)),
    ordinary: unseen.map((m) => score((m.title ?? '') + m.text)),
  };
  for (let at = -5; at <= 3; at += 0.5) {
    const share = (list) => (list.filter((v) => v >= at).length / list.length).toFixed(3);
    process.stdout.write(
      `${at.toFixed(1).padStart(5)} ${Object.entries(lists)
        .map(([name, list]) => `${name} ${share(list)}`)
        .join('  ')}\n`,
    );
  }
} else {
  const model = train(positives, alikes, windowsOf(messages));
  writeFileSync(path.join(root, 'config/models/danger.json'), `${JSON.stringify(written(model, THRESHOLDS))}\n`);
}
