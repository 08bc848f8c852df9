#!/usr/bin/env node
// How right relating is on messages the model never saw: trains without each fold in turn, then takes the whole stream through the door's
// own steps, each message judged by the model that saw neither it nor anything linked with it. Judged messages lie in --dir, as for
// `train --relate`. Prints what relating costs, too.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openFollower, withModel } from '../dist/cli/relate.js';
import { readJudged } from '../dist/cli/train-relate.js';
import { loadSettings } from '../dist/config.js';
import { foldsOf, trainRelate } from '../dist/core/learn/relate-train.js';
import { decode, encode } from '../dist/core/relate/model.js';
import { options } from './lib/figures.mjs';
import { scoreRelating } from './lib/relating-score.mjs';
import { root } from './lib/servers.mjs';

const defaults = { dir: path.join(root, '../shared/data/messages'), folds: 4, sure: 0, unsure: 0, own: 0, answers: '' };
const { dir, folds, answers, ...set } = options(defaults);
if (!existsSync(path.join(dir, 'dedup-stream.jsonl'))) {
  console.error(`${dir} holds no dedup-stream.jsonl: nothing to measure on`);
  process.exit(2);
}
const judged = readJudged(dir);
const foldOf = foldsOf(judged, folds);
const models = Array.from({ length: folds }, (_, fold) => {
  console.error(`training without fold ${fold + 1} of ${folds}`);
  const left = new Set(judged.stream.filter(({ id }) => foldOf.get(id) === fold).map(({ id }) => id));
  const { weights, tables } = trainRelate(judged, left);
  return decode(encode(weights, tables));
});

/** One matcher that answers with the model which never saw the message. */
const byWords = new Map(judged.stream.map(({ id, masked }) => [masked, models[foldOf.get(id)]]));
const of = (masked) => byWords.get(masked) ?? models[0];
let compared = 0;
let microseconds = 0;
const apart = {
  rare: (masked) => of(masked).rare(masked),
  rows: (one, others) => of(one.masked).rows(one, others),
  shared: (one, other, most) => of(one).shared(one, other, most),
  compare(one, others) {
    const began = process.hrtime.bigint();
    const odds = of(one.masked).compare(one, others);
    microseconds += Number(process.hrtime.bigint() - began) / 1_000;
    compared += 1;
    return odds;
  },
  bands: models[0].bands,
  about: {},
};
const mean = (of_) => models.reduce((sum, { bands }) => sum + bands[of_], 0) / models.length;
apart.bands = { sure: set.sure || mean('sure'), unsure: set.unsure || mean('unsure'), own: set.own || mean('own') };

const { city } = loadSettings({}, { configDir: path.join(root, 'config') });
const follow = await openFollower(withModel(city, apart));
const words = new Map(
  readFileSync(path.join(dir, 'dedup-stream.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .map((line) => [String(line.id), line]),
);
const rows = [];
for (const { id, at } of judged.stream) {
  const { user, title, text } = words.get(id);
  rows.push(await follow({ id, user, title, text, at }));
}
if (answers) writeFileSync(answers, rows.map((row) => JSON.stringify(row)).join('\n'));
const score = scoreRelating(judged, rows);
console.log(JSON.stringify({ messages: rows.length, folds, bands: apart.bands, ...score }, null, 1));
console.log(`comparing: ${(microseconds / Math.max(1, compared)).toFixed(0)} µs a message, mean, candidates read`);
