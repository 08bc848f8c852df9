// Pipeline: the two lists of steps a message goes through. Read this first; each step has a file of its own in steps/.
import type { City } from './city.ts';
import type { DecideStep, Draft, Given, PrepareStep } from './draft.ts';
import type { Message } from './message.ts';
import { answer } from './steps/answer.ts';
import { classify } from './steps/classify.ts';
import { deadline } from './steps/deadline.ts';
import { divert } from './steps/divert.ts';
import { fingerprint } from './steps/fingerprint.ts';
import { locate } from './steps/locate.ts';
import { normalise } from './steps/normalise.ts';
import { relate } from './steps/relate.ts';
import { route } from './steps/route.ts';

/** Before the transaction: needs no store and costs no lock. */
export const PREPARE: readonly PrepareStep[] = [normalise, fingerprint, locate, classify];
/** Inside it, given what the store recalled. Announcing (the events) comes after these and belongs to the door. */
export const DECIDE: readonly DecideStep[] = [relate, divert, answer, route, deadline];

/** For the bench: `tick` reads a clock in nanoseconds, `record` is told what each step took. Core reads no clock itself. */
export interface Meter {
  tick(): number;
  record(step: string, ns: number): void;
}

export function prepare(message: Message, city: City, meter?: Meter): Draft {
  let draft = begin(message, city);
  for (const step of PREPARE) draft = run(step.name, draft, (given) => step(given, city), meter);
  return draft;
}

export function decide(draft: Draft, given: Given, meter?: Meter): Draft {
  let decided = draft;
  for (const step of DECIDE) decided = run(step.name, decided, (before) => step(before, given), meter);
  return decided;
}

/** A step that throws loses no message: the draft stays as it was, is marked, and a person looks at it. */
function run(name: string, draft: Draft, step: (draft: Draft) => Draft, meter: Meter | undefined): Draft {
  const from = meter?.tick() ?? 0;
  try {
    return step(draft);
  } catch (error) {
    return failed(name, draft, error);
  } finally {
    meter?.record(name, meter.tick() - from);
  }
}

function failed(name: string, draft: Draft, error: unknown): Draft {
  const flag = `step_failed:${name}`;
  // Only the kind of error: its message may quote the citizen.
  const reason = `step ${name} failed (${error instanceof Error ? error.name : typeof error})`;
  return {
    ...draft,
    flags: [...draft.flags, flag],
    proposals: [...draft.proposals, { type: 'review', reason, value: { step: name } }],
  };
}

/** What stands when no step says otherwise. `masked` is empty, not raw: unmasked words must never leave the seal. */
function begin(message: Message, city: City): Draft {
  return {
    message,
    words: { full: message.text, title: message.title ?? '', masked: '' },
    fingerprint: { exact: message.contentHash, sketch: [] },
    kind: 'other',
    kindConfidence: 0,
    categories: [city.otherCategory],
    urgency: 'normal',
    relation: { to: 'none' },
    barred: [],
    proposals: [],
    flags: [],
  };
}
