// Step divert: danger is shown where to call at once; what belongs to another procedure is proposed to a person. Nothing is dropped.
import type { DivertTo, Kind, Urgency } from '../case.ts';
import type { EmergencyRule } from '../city.ts';
import type { Draft, Given } from '../draft.ts';
import { type Hit, type Lexicon, lexicon, once } from '../text/lexicon.ts';
import { reach, type Span } from '../text/spans.ts';

type State = 'now' | 'lowered' | 'imagined';

interface Found {
  readonly rule: EmergencyRule;
  readonly state: State;
  readonly order: number;
}

interface Entry {
  readonly rule: EmergencyRule;
  readonly order: number;
  readonly lookAlike: boolean;
}

/** Called at once; the others are a matter for a person to decide. */
const CALLED: ReadonlySet<DivertTo> = new Set(['110', '119', '120', '122', '12356', '81890']);
/** Who asks for a service wants its number; who complains about one wants the city. */
const SERVED: ReadonlySet<Kind> = new Set(['consult', 'help', 'other']);
const RANK: Readonly<Record<Urgency, number>> = { normal: 0, urgent: 1, emergency: 2 };

const CLAUSE_END = /[,，。.;；!！?？\n]/;
const NEGATED = /(?:没有|没|不会|不是|未|并非|并无|无|不要|别)[^,。;!?]{0,4}$/;
const IMAGINED =
  /(?:万一|如果|要是|假如|一旦|容易|可能|以免|避免|防止|预防|谨防|杜绝|担心|害怕|怕|隐患|演练|宣传|培训|存在)[^,。;!?]{0,10}$/;
const PAST = /去年|前年|上个?月|上周|前几天|几天前|之前|以前|曾经?|当年|过去|历史上|(?:19|20)\d{2}年|昨天|前天/;
const IMAGINED_AFTER = /^[^,。;!?]{0,4}(?:隐患|风险|的可能|演练|应急预案)/;

const words = once((rules: readonly EmergencyRule[]): Lexicon<Entry> => {
  const entry = (word: string, rule: EmergencyRule, order: number, lookAlike: boolean): [string, Entry] => [
    word,
    { rule, order, lookAlike },
  ];
  return lexicon(
    rules.flatMap((rule, order) => [
      ...rule.words.map((word) => entry(word, rule, order, false)),
      ...rule.unless.map((word) => entry(word, rule, order, true)),
    ]),
  );
});

export function divert(draft: Draft, { city }: Given): Draft {
  if (draft.noted !== undefined) return draft;
  const found = find(draft.words.full, words(city.emergencies).scan(draft.words.full));
  return found.reduce(apply, draft);
}

function find(text: string, hits: readonly Hit<Entry>[]): Found[] {
  const spared = sparedBy(hits);
  const best = new Map<EmergencyRule, Found>();
  for (const hit of hits) {
    const { rule, order, lookAlike } = hit.value;
    if (lookAlike || (spared.get(rule)?.(hit.at) ?? -1) >= hit.at + hit.word.length) continue;
    const known = best.get(rule);
    if (known?.state === 'now') continue;
    const state = stateOf(text, hit);
    if (known === undefined || STATES.indexOf(state) < STATES.indexOf(known.state))
      best.set(rule, { rule, state, order });
  }
  return [...best.values()].sort(
    (a, b) =>
      STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
      RANK[b.rule.urgency] - RANK[a.rule.urgency] ||
      a.order - b.order,
  );
}

const STATES: readonly State[] = ['now', 'lowered', 'imagined'];

/** For each rule, how far its look-alikes reach: 打架子鼓 takes the danger from the 打架 inside it. */
function sparedBy(hits: readonly Hit<Entry>[]): Map<EmergencyRule, (place: number) => number> {
  const spans = new Map<EmergencyRule, Span[]>();
  for (const { at, word, value } of hits) {
    if (!value.lookAlike) continue;
    const span = { from: at, to: at + word.length };
    const known = spans.get(value.rule);
    if (known) known.push(span);
    else spans.set(value.rule, [span]);
  }
  return new Map([...spans].map(([rule, own]) => [rule, reach(own)]));
}

/** Negation and the past lower; what is only feared or rehearsed goes to a person. None of them cancels. */
function stateOf(text: string, hit: Hit<Entry>): State {
  let from = hit.at;
  while (from > 0 && hit.at - from < 24 && !CLAUSE_END.test(text.charAt(from - 1))) from--;
  const before = text.slice(from, hit.at);
  const after = text.slice(hit.at + hit.word.length, hit.at + hit.word.length + 12);
  if (IMAGINED.test(before) || IMAGINED_AFTER.test(after)) return 'imagined';
  return NEGATED.test(before) || PAST.test(before) ? 'lowered' : 'now';
}

function apply(draft: Draft, { rule, state }: Found): Draft {
  const called = CALLED.has(rule.to) && state !== 'imagined';
  const urgency = state === 'now' ? rule.urgency : lower(rule.urgency);
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
