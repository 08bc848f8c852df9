// Pipeline: the two lists of steps a message goes through. Read this first; each step has a file of its own in steps/.
import type { City } from './city.ts';
import { wantsEyes } from './doubts.ts';
import type { DecideStep, Draft, Given, PrepareStep } from './draft.ts';
import type { Message } from './message.ts';
import { answer } from './steps/answer.ts';
import { appraise, settleRating } from './steps/appraise.ts';
import { bind, settleBinding } from './steps/bind.ts';
import { classify } from './steps/classify.ts';
import { deadline } from './steps/deadline.ts';
import { digest } from './steps/digest.ts';
import { divert } from './steps/divert.ts';
import { enquire, tellState } from './steps/enquire.ts';
import { fingerprint } from './steps/fingerprint.ts';
import { gather } from './steps/gather.ts';
import { heed } from './steps/heed.ts';
import { locate } from './steps/locate.ts';
import { normalise } from './steps/normalise.ts';
import { onLine } from './steps/on-line.ts';
import { refuse } from './steps/refuse.ts';
import { relate } from './steps/relate.ts';
import { route } from './steps/route.ts';
import { withdraw } from './steps/withdraw.ts';

/** Before the transaction: needs no store and costs no lock. */
export const PREPARE: readonly PrepareStep[] = [
  normalise,
  enquire,
  bind,
  appraise,
  fingerprint,
  locate,
  classify,
  digest,
];
/** Inside it, given what the store recalled. Announcing (the events) comes after these and belongs to the door. */
export const DECIDE: readonly DecideStep[] = [
  tellState,
  settleBinding,
  gather,
  relate,
  heed,
  withdraw,
  settleRating,
  divert,
  refuse,
  answer,
  route,
  onLine,
  deadline,
];

export function prepare(message: Message, city: City): Draft {
  let draft = begin(message, city);
  for (const step of PREPARE) draft = run(step.name, draft, (given) => step(given, city));
  return draft;
}

export function decide(draft: Draft, given: Given): Draft {
  let decided = draft;
  for (const step of DECIDE) decided = run(step.name, decided, (before) => step(before, given));
  return decided;
}

/** A step that throws loses no message: the draft stays as it was, is marked, and a person looks at it. */
function run(name: string, draft: Draft, step: (draft: Draft) => Draft): Draft {
  try {
    return step(draft);
  } catch (error) {
    return failed(name, draft, error);
  }
}

function failed(name: string, draft: Draft, error: unknown): Draft {
  const flag = `step_failed:${name}`;
  // Only the kind of error: its message may quote the citizen.
  const reason = `处理步骤 ${name} 出错（${error instanceof Error ? error.name : typeof error}），请人工查看。`;
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
    proposals: wantsEyes(message) ? [toRead(message)] : [],
    flags: message.doubts ?? [],
  };
}

const toRead = ({ doubts = [] }: Message) => ({
  type: 'review' as const,
  reason: '文字识别没有把握，请对照原件核对。',
  value: { doubts },
});
