// civicline train --relate: a model of relating from a folder of judged messages.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { foldsOf, type Judged, trainRelate } from '../core/learn/relate-train.ts';
import { encode } from '../core/relate/model.ts';
import { mask } from '../core/text/mask.ts';
import { normalise } from '../core/text/normalise.ts';
import { parseTime } from '../core/time.ts';
import { usage } from './fail.ts';
import { MODEL_FILE } from './relate.ts';
import { printLine } from './workshop.ts';

const CHINA = 480;
type Line = Readonly<Record<string, unknown>>;

/**
 * `dir` holds dedup-stream.jsonl, dedup-clusters.jsonl, dedup-hard-negatives.jsonl, dedup-dont-care.jsonl; other *.jsonl
 * named in OUTSIDE, when they are there, only count for how common words are. With `folds` the weights of each fold's
 * absence are written beside the model, to measure with: relate --model OUT/fold-N on the messages of fold N.
 */
export function runTrainRelate(dir: string, out: string, folds: number): void {
  const judged = readJudged(dir);
  const began = Date.now();
  const foldOf = folds > 1 ? foldsOf(judged, folds) : new Map<string, number>();
  for (let fold = 0; fold < folds && folds > 1; fold++) {
    const left = new Set([...foldOf].filter(([, own]) => own === fold).map(([id]) => id));
    process.stderr.write(`training: without fold ${fold + 1} of ${folds} (${left.size} messages)\n`);
    const { weights, tables } = trainRelate(judged, left);
    write(path.join(out, `fold-${fold}`), encode(weights, tables));
  }
  if (folds > 1) writeFileSync(path.join(out, 'folds.json'), JSON.stringify(Object.fromEntries(foldOf)));
  const { weights, tables } = trainRelate(judged);
  const bytes = encode(weights, tables);
  write(out, bytes);
  printLine({
    out,
    bytes: bytes.length,
    ...weights.about,
    folds,
    seconds: Math.round((Date.now() - began) / 100) / 10,
  });
}

function write(folder: string, bytes: Uint8Array): void {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, MODEL_FILE);
  writeFileSync(`${file}.fresh`, bytes);
  renameSync(`${file}.fresh`, file);
}

const OUTSIDE = ['classify.jsonl', 'replies.jsonl', 'channels.jsonl'];

export function readJudged(dir: string): Judged {
  const stream = lines(dir, 'dedup-stream.jsonl').map((line) => {
    const at = typeof line.time === 'string' ? parseTime(line.time, CHINA) : undefined;
    if (at === undefined) throw usage(`dedup-stream.jsonl: message ${String(line.id)} has no readable time`);
    const by = typeof line.user === 'string' ? { by: line.user } : {};
    return { id: String(line.id), masked: maskedOf(line), at, ...by };
  });
  if (stream.length === 0) throw usage(`${dir}/dedup-stream.jsonl is empty`);
  const pair = (line: Line): [string, string] => [String(line.a), String(line.b)];
  const all = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  return {
    stream: stream.sort((a, b) => a.at - b.at),
    clusters: lines(dir, 'dedup-clusters.jsonl').map((line) => all(line.ids)),
    apart: lines(dir, 'dedup-hard-negatives.jsonl').map(pair),
    unclear: lines(dir, 'dedup-dont-care.jsonl').flatMap((line) =>
      all(line.a).flatMap((a) => all(line.b).map((b): [string, string] => [a, b])),
    ),
    outside: OUTSIDE.filter((file) => existsSync(path.join(dir, file))).flatMap((file) =>
      lines(dir, file).map(maskedOf),
    ),
  };
}

/** As step normalise makes it for the door. */
function maskedOf({ title, text }: Line): string {
  const [head, body] = [
    normalise(typeof title === 'string' ? title : ''),
    normalise(typeof text === 'string' ? text : ''),
  ];
  return mask(head === '' || body.startsWith(head) ? body : `${head}\n${body}`, []);
}

function lines(dir: string, name: string): Line[] {
  const file = path.join(dir, name);
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line));
  } catch (cause) {
    throw usage(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
