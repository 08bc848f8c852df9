// Step divert: danger is shown where to call at once; what belongs to another procedure is proposed to a person. Nothing is dropped.
import type { DivertTo, Kind, Urgency } from '../case.ts';
import type { City, DangerModel } from '../city.ts';
import type { Draft, Given } from '../draft.ts';
import { dangers, type Find, LONG, STATES } from '../text/danger.ts';
import { type Suspicion, seesDanger, suspect } from '../text/danger-model.ts';
import { bare } from '../text/normalise.ts';
import { asksProgress } from '../text/progress.ts';
import { refusalsIn } from '../text/refusal.ts';
import { withdraws } from '../text/withdrawal.ts';

/** Called at once; the others are a matter for a person to decide. */
const CALLED: ReadonlySet<DivertTo> = new Set(['110', '119', '120', '122', '12356', '81890']);
/** Who asks for a service wants its number; who complains about one wants the city. */
const SERVED: ReadonlySet<Kind> = new Set(['consult', 'help', 'other']);
/** Characters on either side of a find that the model reads, and the log odds below which it sees nothing in it, or too little. */
const AROUND = 16;
const NOTHING = -2.5;
const UNLIKELY = -1;
/** Longer words than these hold more than a curse. */
const CURSE = 10;
const RANK: Readonly<Record<Urgency, number>> = { normal: 0, urgent: 1, emergency: 2 };

export function divert(draft: Draft, { city }: Given): Draft {
  if (draft.noted !== undefined) return draft;
  const text = draft.words.full;
  const finds = dangers(text, city.emergencies)
    .map((find) => seconded(find, text, city))
    .filter((find) => find !== undefined)
    .sort(gravest);
  // Who says that all is well again, or asks how things stand, is not to be frightened by a guess; plain words of danger
  // still count.
  const guessed = withdraws(text) || asksProgress(text) ? [] : suspected(text, finds, city);
  return [...finds, ...guessed].reduce(apply, draft);
}

const gravest = (a: Find, b: Find): number =>
  STATES.indexOf(a.state) - STATES.indexOf(b.state) || RANK[b.rule.urgency] - RANK[a.rule.urgency] || a.order - b.order;

/**
 * In a long story words of danger stand for much that is none. There the model reads the words around the find. What it
 * sees nothing in at all is no alarm but a question to a person; a question about everyday words is none; and what is past
 * or denied stays a question, but makes nothing urgent.
 */
function seconded(find: Find, text: string, { dangerModel }: City): Find | undefined {
  if (dangerModel === undefined || text.length <= LONG || find.rule.urgency !== 'emergency') return find;
  const around = text.slice(Math.max(0, find.span.from - AROUND), find.span.to + AROUND);
  if (find.state === 'told') return seesDanger(around, dangerModel, UNLIKELY) ? { ...find, state: 'imagined' } : find;
  if (find.state === 'imagined') return seesDanger(around, dangerModel, UNLIKELY) ? find : undefined;
  return seesDanger(around, dangerModel, NOTHING) ? find : { ...find, state: 'imagined' };
}

/** What the model sees beyond the rules; where the rules have found a danger they have the word. */
function suspected(text: string, finds: readonly Find[], city: City): Suspected[] {
  const found = finds.some(
    ({ rule, state }) => rule.urgency === 'emergency' && (state === 'now' || state === 'lowered'),
  );
  if (city.dangerModel === undefined || found) return [];
  const seen = standing(text, city.dangerModel, city.emergencies);
  const rule = seen && city.emergencies.find(({ to, urgency }) => to === seen.to && urgency === 'emergency');
  return seen && rule ? [{ rule, state: seen.sure && !merelyCurses(text, city) ? 'now' : 'imagined' }] : [];
}

/** What the model still sees where the look-alikes of the rule it points to are but a thing out of order: 路灯灭了 is no fire. */
function standing(text: string, model: DangerModel, rules: City['emergencies']): Suspicion | undefined {
  const seen = suspect(text, model);
  if (seen === undefined) return undefined;
  const alike = rules.filter(({ to, urgency }) => to === seen.to && urgency === 'emergency').flatMap((r) => r.unless);
  const rest = alike.reduce((left, word) => left.replaceAll(word, '坏'), text);
  return rest === text ? seen : suspect(rest, model);
}

/** 去死吧你们 sounds like danger and is a curse: a guess shows no number for it, and the refusal of mere abuse stands. */
const merelyCurses = (text: string, { refusals }: City): boolean =>
  bare(text).length <= CURSE && refusalsIn(text, refusals).some(({ code }) => code === 'abuse');

type Suspected = Pick<Find, 'rule' | 'state'>;

function apply(draft: Draft, { rule, state }: Suspected): Draft {
  const called = CALLED.has(rule.to) && state !== 'imagined' && state !== 'told';
  const urgency = state === 'told' ? 'normal' : state === 'now' ? rule.urgency : lower(rule.urgency);
  if (rule.to === '81890' && !SERVED.has(draft.kind)) return draft;
  const raised = { ...draft, urgency: RANK[urgency] > RANK[draft.urgency] ? urgency : draft.urgency };
  const { to, reason, advice } = rule;
  if (called && raised.divert === undefined) return { ...raised, divert: { to, reason, advice } };
  const known = draft.divert?.to === to || draft.proposals.some((one) => one.type === 'divert' && one.value.to === to);
  if (known) return raised;
  return { ...raised, proposals: [...raised.proposals, { type: 'divert', reason, value: { to, reason, advice } }] };
}

function lower(urgency: Urgency): Urgency {
  return urgency === 'emergency' ? 'urgent' : urgency;
}
