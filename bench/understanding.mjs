#!/usr/bin/env node
// What understanding costs: messages a second through all of prepare, microseconds by step, the model's size and load time.
// Reads JSON Lines {title?, text} from --file (default: the reference messages beside the project) or makes messages of its own.
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { loadSettings } from '../dist/config.js';
import { PREPARE, prepare } from '../dist/core/pipeline.js';
import { decodeModel } from '../dist/core/understand/model.js';
import { predictor } from '../dist/core/understand/predict.js';
import { message as made } from './lib/messages.mjs';
import { root } from './lib/servers.mjs';

const [, , flag, given] = process.argv;
const file = flag === '--file' ? given : path.join(root, '../shared/data/messages/classify.jsonl');
const ROUNDS = 3;
const MODEL = path.join(root, 'config/models/category.bin');
const { city } = loadSettings({}, { configDir: path.join(root, 'config') });

function texts() {
  if (existsSync(file)) {
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line)).map(({ title, text }) => ({ title: title ?? undefined, text }));
  }
  console.error(`${file} is absent: measured on made-up messages, which are short`);
  return Array.from({ length: 5_000 }, (_, i) => ({ title: made(i).title, text: made(i).content }));
}

const message = ({ title, text }) => ({
  ...{ id: 'msg_1', tenant: city.tenant, level: city.level, channel: 'web', account: 'web', direction: 'in' },
  ...{ externalId: '1', externalIdGiven: false, contentHash: 'sha256:', receivedAt: '', sentAt: '' },
  ...{ sender: { keys: [], anonymous: false, secret: false }, parts: [], verified: 'none' },
  ...(title ? { title } : {}),
  text,
});

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const messages = texts().map(message);
const perMessage = (ms) => Math.round((ms * 10_000) / messages.length) / 10;

function timed(work) {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** Every step alone, on what the steps before it made. */
function steps() {
  let drafts = messages.map((one) => prepare(one, { ...city, understanding: undefined }));
  return PREPARE.map((step) => {
    const ms = timed(() => {
      drafts = drafts.map((draft) => step(draft, city));
    });
    return [step.name, perMessage(ms)];
  });
}

const run = () => timed(() => messages.map((one) => prepare(one, city)));
run();
const all = median(Array.from({ length: ROUNDS }, run));
const load = median(
  Array.from({ length: ROUNDS }, () =>
    timed(() => predictor(decodeModel(readFileSync(MODEL))).probabilities('', '路灯')),
  ),
);
const characters = messages.reduce((sum, one) => sum + one.text.length, 0);
console.log(
  JSON.stringify({
    messages: messages.length,
    meanCharacters: Math.round(characters / messages.length),
    preparePerSecond: Math.round((messages.length / all) * 1_000),
    prepareMicros: perMessage(all),
    microsByStep: Object.fromEntries(steps()),
    modelBytes: statSync(MODEL).size,
    modelLoadMs: Math.round(load * 10) / 10,
    residentMB: Math.round(process.memoryUsage().rss / 2 ** 20),
  }),
);
