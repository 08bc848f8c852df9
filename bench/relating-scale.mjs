#!/usr/bin/env node
// What relating costs as the window fills: look-up, relating, the hot path, disk, memory and rebuild, at 10 k, 100 k and a million cases.
//
// The cases are made of the texts in ../shared/data/messages/dedup-stream.jsonl where they are there, else of made-up ones:
// of each text a part of the sentences, in their order, with a street, an estate and a number of its own put in, said at some
// time of the last ninety days. So vocabulary and lengths are real, and no two cases are the same place. Filling goes past the
// door (`store.write` of plain decisions, 500 a transaction); every figure comes through the door's own recall, steps and intake.
//
//   node bench/relating-scale.mjs                                   10 k and 100 k
//   node bench/relating-scale.mjs --sizes 10000,100000,1000000      the whole curve: about half an hour, 6 GB of disk
//   node bench/relating-scale.mjs --model FOLDER                    with FOLDER/relate.bin instead of the configuration's
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { options, quantile } from './lib/figures.mjs';
import { message as madeUp, seeded } from './lib/messages.mjs';
import { remove, root, throwAway } from './lib/servers.mjs';

const { sizes, model, probes, house } = options({ sizes: '10000,100000', model: '', probes: 2_000, house: 2_000 });
const built = (file) => import(path.join(root, 'dist', file));
const { openSqlite } = await built('store/sqlite/store.js');
const { openStore } = await built('store/index.js');
const { openIntake, askOf } = await built('core/intake.js');
const { prepare } = await built('core/pipeline.js');
const { normalise } = await built('core/steps/normalise.js');
const { fingerprint } = await built('core/steps/fingerprint.js');
const { relate } = await built('core/steps/relate.js');
const { decode } = await built('core/relate/model.js');
const { takeIn } = await built('core/take-in.js');
const { STORE_FILE } = await built('store/sqlite/backup.js');
const { openMint } = await built('mint.js');
const { loadSettings } = await built('config.js');

const DAY = 86_400_000;
const DATA = path.join(root, '../shared/data/messages/dedup-stream.jsonl');
const KEY = new Uint8Array(32).fill(7);
const { city: configured } = loadSettings({}, { configDir: path.join(root, 'config') });
const matcher = model === '' ? configured.relate.model : decode(readFileSync(path.join(model, 'relate.bin')));
const city = { ...configured, relate: { ...configured.relate, ...(matcher ? { model: matcher } : {}) } };
const mouth = { channel: 'web', account: 'web', tenant: city.tenant, level: city.level, utcOffsetMinutes: 480 };
const begin = Date.now();
const mint = openMint(480);

const base = existsSync(DATA)
  ? readFileSync(DATA, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ title, text }) => ({ title: title ?? '', text }))
  : Array.from({ length: 2_000 }, (_, i) => ({ title: madeUp(i).title ?? '', text: madeUp(i).content }));
const SYLLABLES = [...'安柏昌德恩丰光海和华景康兰明宁平庆仁瑞山书泰桐望文祥新雅永悦云泽正竹紫'];
const KINDS = ['路', '街', '花园', '小区', '新村', '大厦', '中学', '市场', '公园', '桥'];

/** Case i of the window: always the same. */
function told(i) {
  const random = seeded(i + 1);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const { title, text } = pick(base);
  const place = `${pick(SYLLABLES)}${pick(SYLLABLES)}${pick(SYLLABLES)}${pick(KINDS)}${1 + Math.floor(random() * 400)}号`;
  const sentences = text.split(/(?<=[。！？；])/).filter((_, n) => n === 0 || random() < 0.75);
  return {
    externalId: `s${i}`,
    title: title === '' ? '' : `${place}${title}`,
    text: `${place}，${sentences.join('')}`,
    sentAt: new Date(begin - Math.floor(random() * 89 * DAY)).toISOString(),
    sender: { keys: [{ kind: 'phone', scope: '', value: `1${i}`, proved: true }], anonymous: false, secret: false },
    verified: 'none',
  };
}
const draftOf = (i) => {
  const message = takeIn(told(i), mouth, mint, begin);
  const bare = {
    message,
    words: { full: '', title: '', masked: '' },
    flags: [],
    fingerprint: { exact: '', sketch: [] },
  };
  return fingerprint(normalise(bare, city), city);
};

let minted = 0;
const caseNo = () => `99${String(minted++).padStart(12, '0')}`;
function decisionOf(i) {
  const draft = draftOf(i);
  const { message, words } = draft;
  const [no, at] = [caseNo(), message.receivedAt];
  const matter = {
    id: `mat_${mint.ulid()}`,
    tenant: city.tenant,
    title: '其他',
    category: '99',
    openedAt: at,
    state: 'open',
  };
  const rival = { code: '99', name: '其他', level1: '其他', path: ['其他'], confidence: 0 };
  const opened = {
    ...{ no, tenant: city.tenant, level: city.level, version: 1, channel: 'web', account: 'web', kind: 'complaint' },
    ...{ category: [rival], urgency: 'normal', status: 'dispatched', anonymous: false, secret: false },
    ...{ coUnits: [], barred: [], proposals: [], flags: [], openedAt: at, updatedAt: at, messages: 1 },
    matter: { id: matter.id, role: 'first', score: 1, rule: 'first', evidence: [], by: 'system', at },
    said: { text: message.text },
  };
  return {
    ask: askOf({ ...draft, relation: { to: 'none' } }, city),
    message,
    masked: words.masked,
    receipt: { outcome: 'opened', caseNo: no, queryCode: 'K7MPA3XW' },
    open: { case: opened, queryCode: 'K7MPA3XW', firstAt: Date.parse(message.sentAt) },
    matter: { id: matter.id, at, open: matter },
    events: [{ id: `evt_${mint.ulid()}`, type: 'case.opened', subject: no, time: at, data: {}, tenant: city.tenant }],
    blobs: [],
  };
}

const fatal = (error) => {
  throw error;
};
const openAt = (dataDir) =>
  openSqlite({ file: path.join(dataDir, STORE_FILE), masterKey: KEY, instance: 'bench', onFatal: fatal });

function fill(store, from, to) {
  for (let i = from; i < to; i += 500) {
    const decisions = Array.from({ length: Math.min(500, to - i) }, (_, n) => decisionOf(i + n));
    const written = store.write(decisions, store.head());
    if (!written.ok) throw new Error(`the store refused: ${written.why}`);
    if (i % 50_000 === 0 && i > from) process.stderr.write(`filling: ${i} of ${to}\n`);
  }
}

const us = (ns) => Math.round(ns / 1_000);
function lookups(store, size) {
  const [look, judge, found] = [[], [], []];
  for (let n = 0; n < probes; n += 1) {
    // Half are new reports of something that lies in the window, half of something that does not.
    const draft = prepare(
      takeIn(
        { ...told(n % 2 ? size + n * 7 : Math.floor((n * size) / probes)), externalId: `p${n}` },
        mouth,
        mint,
        begin,
      ),
      city,
    );
    const ask = { ...askOf(draft, city), proved: [] };
    const start = process.hrtime.bigint();
    const { known } = store.recall([ask]);
    const seen = process.hrtime.bigint();
    relate(draft, { city, known: known[0], now: begin });
    const end = process.hrtime.bigint();
    look.push(Number(seen - start));
    judge.push(Number(end - seen));
    found.push(known[0].alike.length);
  }
  const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;
  return {
    lookP50: us(quantile(look, 0.5)),
    lookP99: us(quantile(look, 0.99)),
    relateMean: us(mean(look) + mean(judge)),
    candidates: Math.round(mean(found) * 10) / 10,
  };
}

/** The whole path of a message, 64 callers at once, the store in its own thread as in the house. */
async function hotPath(dataDir, round) {
  const store = await openStore({ url: 'sqlite:', dataDir, masterKey: KEY, instance: 'bench', onFatal: fatal });
  const quiet = { debug() {}, info() {}, warn() {}, error: console.error };
  const intake = openIntake({ store, city: () => city, mint, now: Date.now, log: quiet, committed() {} });
  const run = async (n, from) => {
    let next = 0;
    const caller = async () => {
      while (next < n) {
        const i = next++;
        await intake.accept(
          takeIn({ ...told(50_000_000 + from + i), externalId: `h${round}-${from + i}` }, mouth, mint, Date.now()),
        );
      }
    };
    await Promise.all(Array.from({ length: 64 }, caller));
  };
  await run(Math.ceil(house / 4), round * 1_000_000);
  const [cpu, start] = [process.cpuUsage(), Date.now()];
  await run(house, round * 1_000_000 + 500_000);
  const { user, system } = process.cpuUsage(cpu);
  const ms = Date.now() - start;
  await store.close();
  return { cpu: Math.round((user + system) / house), wall: Math.round((ms * 1_000) / house) };
}

function bytesOf(dataDir) {
  const store = openAt(dataDir);
  const file = statSync(path.join(dataDir, STORE_FILE)).size;
  store.close();
  return file;
}

const collect = () => globalThis.gc?.();

/** The first messages pay for compiling: on a store of their own, or the empty one looks dear and every other cheap beside it. */
async function warmUp() {
  const dataDir = throwAway();
  try {
    openAt(dataDir).close();
    await hotPath(dataDir, 99);
  } finally {
    remove(dataDir);
  }
}

async function main() {
  await warmUp();
  const dataDir = throwAway();
  const rows = [];
  try {
    openAt(dataDir).close();
    let filled = 0;
    for (const [round, size] of [0, ...sizes.split(',').map(Number)].entries()) {
      const began = Date.now();
      let store = openAt(dataDir);
      fill(store, filled, size);
      store.close();
      filled = size;
      const fillMs = Date.now() - began;
      collect();
      const before = process.memoryUsage.rss();
      const opening = Date.now();
      store = openAt(dataDir);
      lookups(store, Math.max(size, 1)); // warms code and caches, and has whatever is rebuilt on demand rebuilt
      const opened = Date.now() - opening;
      collect();
      const memory = process.memoryUsage.rss() - before;
      const figures = lookups(store, Math.max(size, 1));
      store.close();
      const hot = await hotPath(dataDir, round);
      rows.push({
        size,
        ...figures,
        ...hot,
        opened,
        memory: Math.round(memory / 2 ** 20),
        disk: Math.round(bytesOf(dataDir) / 2 ** 20),
      });
      process.stderr.write(`${JSON.stringify({ ...rows.at(-1), fillSeconds: Math.round(fillMs / 1_000) })}\n`);
    }
  } finally {
    remove(dataDir);
  }
  print(rows);
}

function print(rows) {
  const [empty] = rows;
  const texts = existsSync(DATA) ? 'development texts, varied' : 'made-up texts';
  console.log(
    `relating by ${matcher ? 'a model' : 'rules'}, ${texts}; ${probes} look-ups, ${house} messages through the door\n`,
  );
  console.log(
    '| cases in the window | look-up p50 µs | p99 µs | look-up + relating, mean µs | candidates | hot path µs/message | ÷ empty | CPU µs/message | ÷ empty | open + first look-ups ms | memory MB | file MB |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|---|---|');
  for (const r of rows)
    console.log(
      `| ${r.size.toLocaleString('en')} | ${r.lookP50} | ${r.lookP99} | ${r.relateMean} | ${r.candidates} | ${r.wall} | ${(r.wall / empty.wall).toFixed(2)} | ${r.cpu} | ${(r.cpu / empty.cpu).toFixed(2)} | ${r.opened} | ${r.memory} | ${r.disk} |`,
    );
}

await main();
