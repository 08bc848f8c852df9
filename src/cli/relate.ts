// civicline relate: lines in, in time order through the real pipeline over a throw-away store; one answer a line in input order.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { pino } from 'pino';
import { loadSettings } from '../config.ts';
import type { City } from '../core/city.ts';
import type { Draft } from '../core/draft.ts';
import { type Intake, openIntake } from '../core/intake.ts';
import { decode, type Matcher } from '../core/relate/model.ts';
import { takeIn } from '../core/take-in.ts';
import { parseTime, toRfc3339 } from '../core/time.ts';
import { openLog } from '../http/log.ts';
import { openMint } from '../mint.ts';
import { openStore } from '../store/index.ts';
import { usage } from './fail.ts';
import { type JsonLine, parseLine } from './lines.ts';
import { printLine } from './workshop.ts';

export const MODEL_FILE = 'relate.bin';

export interface Heard {
  readonly id: unknown;
  readonly user?: string;
  readonly title?: string;
  readonly text: string;
  readonly at: number;
}

export function relateCommand(): Command {
  return new Command('relate')
    .description('JSON Lines {id, user?, title?, text, time?} in, what each is joined to out; stores nothing')
    .option('--model <dir>', 'folder with a relate.bin of train --relate; by default that of the configuration')
    .action(run);
}

async function run({ model }: { readonly model?: string }): Promise<void> {
  const { city: configured } = loadSettings(process.env);
  const city = model === undefined ? configured : withModel(configured, open(model));
  const answers: Record<string, unknown>[] = [];
  const heard: { place: number; one: Heard }[] = [];
  let row = 0;
  for await (const text of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    row += 1;
    if (text.trim() === '') continue;
    const read = heardOf(parseLine(row, text), city);
    if ('problem' in read) process.exitCode = 1;
    else heard.push({ place: answers.length, one: read });
    answers.push({ ...read });
  }
  heard.sort((a, b) => a.one.at - b.one.at);
  const follow = await openFollower(city);
  for (const { place, one } of heard) answers[place] = await follow(one);
  for (const answer of answers) printLine(answer);
}

/** With the bands the model was given, whatever the configured one has. */
export const withModel = (city: City, model: Matcher): City => ({
  ...city,
  relate: { ...city.relate, ...model.bands, model },
});

function open(folder: string): Matcher {
  const file = path.join(folder, MODEL_FILE);
  try {
    return decode(readFileSync(file));
  } catch (cause) {
    throw usage(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function heardOf(
  { row, value, problem }: JsonLine,
  city: City,
): Heard | { id?: unknown; row: number; problem: string } {
  if (!value) return { row, problem: problem ?? 'not a JSON object' };
  const { id, user, title, text, time } = value;
  if (id === undefined) return { row, problem: 'id is missing' };
  if (typeof text !== 'string') return { id, row, problem: 'text is missing or no text' };
  const at = typeof time === 'string' ? parseTime(time, city.utcOffsetMinutes) : Date.now();
  if (at === undefined) return { id, row, problem: 'time cannot be read' };
  return {
    ...{ id, text, at },
    ...(typeof user === 'string' ? { user } : {}),
    ...(typeof title === 'string' ? { title } : {}),
  };
}

/** Takes one message after another through the intake of the house and says what became of each. */
export async function openFollower(city: City): Promise<(one: Heard) => Promise<Record<string, unknown>>> {
  const log = openLog({ level: 'warn', stream: pino.destination({ dest: 2, sync: true }) });
  const fatal = (error: Error): never => {
    throw error;
  };
  const store = await openStore({
    url: 'memory:',
    dataDir: '',
    masterKey: new Uint8Array(32),
    instance: 'relate',
    onFatal: fatal,
  });
  const mint = openMint(city.utcOffsetMinutes);
  let now = 0;
  let draft: Draft | undefined;
  const decided = (one: Draft): void => {
    draft = one;
  };
  const intake = openIntake({ store, city: () => city, mint, now: () => now, log, committed() {}, decided });
  const told = teller();
  let number = 0;
  return async (one) => {
    now = one.at;
    draft = undefined;
    const { receipt } = await take(one, intake, { city, mint, number: ++number });
    const opened = receipt.caseNo === undefined ? undefined : await store.findCase(receipt.caseNo);
    return told(one.id, draft, opened);
  };
}

function take(one: Heard, intake: Intake, deps: { city: City; mint: ReturnType<typeof openMint>; number: number }) {
  const { city, mint, number } = deps;
  const { tenant, level, utcOffsetMinutes } = city;
  const keys = one.user === undefined ? [] : [{ kind: 'account', scope: 'relate', value: one.user, proved: true }];
  const said = {
    ...{ externalId: String(number), text: one.text, sender: { keys, anonymous: false, secret: false } },
    ...{ sentAt: toRfc3339(one.at, utcOffsetMinutes), verified: 'none' as const },
    ...(one.title === undefined ? {} : { title: one.title }),
  };
  const mouth = { channel: 'relate', account: 'relate', tenant, level, utcOffsetMinutes, quiet: true };
  return intake.accept(takeIn(said, mouth, mint, one.at));
}

interface Opened {
  readonly no: string;
  readonly matter?: { readonly id: string };
}

/** Remembers whose message opened a case and, for `suggested`, which matters a person would have put together. */
function teller() {
  const ids = new Map<string, unknown>();
  const into = new Map<string, string>();
  return (id: unknown, draft: Draft | undefined, opened: Opened | undefined) => {
    const cluster = opened?.matter?.id ?? opened?.no ?? `none-${String(id)}`;
    const relation = draft?.relation;
    const weighed = draft?.weighed;
    const candidates = (weighed?.candidates ?? []).map(({ no, score }) => ({ id: ids.get(no), score }));
    if (relation && relation.to !== 'none') {
      const first = ids.get(relation.other.no);
      if (!candidates.some((one) => one.id === first)) candidates.unshift({ id: first, score: relation.score });
    }
    const band = relation && relation.to !== 'none' ? 'sure' : (weighed?.band ?? 'new');
    const [first] = weighed?.candidates ?? [];
    if (band === 'unsure' && first) into.set(cluster, into.get(first.matter) ?? first.matter);
    if (opened && !ids.has(opened.no)) ids.set(opened.no, id);
    return {
      ...{ id, cluster, suggested: into.get(cluster) ?? cluster, band },
      relation: relation?.to === 'same' ? 'followed_up' : relation?.to === 'joined' ? 'joined' : 'new',
      score: relation && relation.to !== 'none' ? relation.score : (first?.score ?? 0),
      evidence: relation && relation.to !== 'none' ? relation.evidence : weighed ? [weighed.why] : [],
      candidates: candidates.slice(0, 3),
    };
  };
}
