// civicline classify: lines in, what the door would understand of each out, in input order; nothing is stored.
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { loadSettings } from '../config.ts';
import type { City } from '../core/city.ts';
import type { Draft, Known } from '../core/draft.ts';
import type { Message } from '../core/message.ts';
import { decide, prepare } from '../core/pipeline.ts';
import { parseTime, toRfc3339 } from '../core/time.ts';
import { type JsonLine, parseLine } from './lines.ts';
import { openModel } from './train.ts';

const NOTHING: Known = { keyReused: false, mine: [], alike: [], stated: [] };

export function classifyCommand(): Command {
  return new Command('classify')
    .description('JSON Lines {id, title?, text, time?} in, what the gateway understands of each out; stores nothing')
    .option('--model <file>', 'by default the one of the configuration')
    .action(run);
}

async function run({ model }: { readonly model?: string }): Promise<void> {
  const { city: configured } = loadSettings(process.env);
  const city = model === undefined ? configured : withModel(configured, model);
  let row = 0;
  let bad = 0;
  for await (const text of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    row += 1;
    if (text.trim() === '') continue;
    const line = parseLine(row, text);
    const answer = answerTo(line, city);
    if ('problem' in answer) bad += 1;
    await write(`${JSON.stringify(answer)}\n`);
  }
  if (bad === 0) return;
  process.stderr.write(`civicline: ${bad} of ${row} lines could not be read; each has its answer in its place\n`);
  process.exitCode = 1;
}

function withModel(city: City, file: string): City {
  return { ...city, understanding: { threshold: 0.6, ...city.understanding, category: openModel(file) } };
}

type Answer = Record<string, unknown>;

function answerTo({ row, value, problem }: JsonLine, city: City): Answer {
  if (!value) return { row, problem: problem ?? 'not a JSON object' };
  const { id, title, text, time } = value;
  if (typeof text !== 'string') return { id, row, problem: 'text is missing or no text' };
  if (title !== undefined && title !== null && typeof title !== 'string')
    return { id, row, problem: 'title is no text' };
  const message = messageOf(title ?? '', text, typeof time === 'string' ? time : undefined, city);
  const draft = decide(prepare(message, city), { city, known: NOTHING, now: Date.parse(message.sentAt) });
  return { id, ...understood(draft) };
}

function understood(draft: Draft): Answer {
  const [best] = draft.categories;
  const label = draft.label ?? { name: best?.level1 ?? '', confidence: best?.confidence ?? 0 };
  return {
    kind: draft.kind,
    category: draft.categories,
    label: label.name,
    confidence: Math.round(label.confidence * 10_000) / 10_000,
    urgency: draft.urgency,
    ...(draft.divert ? { divert: draft.divert } : {}),
    ...(draft.place ? { place: draft.place } : {}),
    ...(draft.unit ? { unit: draft.unit } : {}),
  };
}

function messageOf(title: string, text: string, time: string | undefined, city: City): Message {
  const at = (time === undefined ? undefined : parseTime(time, city.utcOffsetMinutes)) ?? Date.now();
  const sentAt = toRfc3339(at, city.utcOffsetMinutes);
  return {
    id: 'msg_classify',
    tenant: city.tenant,
    level: city.level,
    channel: 'classify',
    account: 'classify',
    direction: 'in',
    externalId: 'classify',
    externalIdGiven: false,
    contentHash: 'sha256:',
    receivedAt: sentAt,
    sentAt,
    sender: { keys: [], anonymous: false, secret: false },
    ...(title === '' ? {} : { title }),
    text,
    parts: [],
    verified: 'none',
  };
}

/** Waits while whoever reads is slower. */
function write(line: string): Promise<void> | undefined {
  if (process.stdout.write(line)) return undefined;
  return new Promise((resolve) => process.stdout.once('drain', resolve));
}
