// Danger: which rules of the emergency table a text meets, and whether it happens now, is past or denied, or is only feared.
import type { EmergencyRule } from '../city.ts';
import { type Hit, type Lexicon, lexicon, once } from './lexicon.ts';
import { reach, type Span } from './spans.ts';

/** `told`: in a long story, past or denied. */
export type State = 'now' | 'lowered' | 'imagined' | 'told';
export const STATES: readonly State[] = ['now', 'lowered', 'imagined', 'told'];

export interface Find {
  readonly rule: EmergencyRule;
  /** Place of the rule in the table. */
  readonly order: number;
  readonly state: State;
  /** Where the words stand that decided it. */
  readonly span: Span;
}

/** What a word of the table is: a hit by itself, a weaker one, a look-alike, a cue of haste, or one group of a row. */
type Part = 'word' | 'vague' | 'alike' | 'cue' | Piece;

interface Piece {
  readonly row: number;
  readonly group: number;
  readonly of: number;
  readonly loose: boolean;
}

interface Entry {
  readonly rule: EmergencyRule;
  readonly order: number;
  readonly part: Part;
}

/** Characters from the beginning of the first to the end of the last word of a row. */
const WINDOW = 20;
/** Up to so many characters an everyday word is what the message is about; longer ones tell a story. */
const SHORT = 40;
/** Beyond so many a message tells a story: loose rows need a cue of haste too, and what is past or denied goes to a person. */
export const LONG = 100;
/** Characters on either side in which a cue of haste counts. */
const NEAR = 24;

const CLAUSE_END = /[,，。.;；!！?？\n]/;
const SENTENCE_END = /[。;；!！?？\n]/;
const NEGATED = /(?:没有|没|不会|不是|未|并非|并无|无|不要|别)[^,。;!?]{0,4}$/;
/** 要是不给钱我就跳楼 is no fear but a threat: 我 and 就 between end the doubt. */
const IMAGINED =
  /(?:万一|如果|要是|假如|一旦|容易|以免|避免|防止|预防|谨防|杜绝|担心|生怕|就怕|怕有人|怕小孩|怕孩子|怕出|隐患|演练|演习|宣传|培训|讲座|存在|据说|听说|可能(?:会|引发|导致|造成|发生)|引发|导致|造成|会|引起|建议|请问)[^,。;!?我俺就]{0,10}$/;
const IMAGINED_AFTER =
  /^[^,。;!?]{0,4}(?:隐患|风险|的可能|演练|应急预案|宣传|知识|培训|讲座|预防|案例|保险|理赔|多发|频发|怎么跑|事故率)/;
const PAST =
  /去年|前年|大前年|上个?月|上周|前几天|几天前|之前|以前|曾经?|当年|当时|上次|那年|小时候|过去|历史上|年前|(?:19|20)\d{2}年|\d{1,2}月\d{1,2}[日号]|昨天|前天|昨晚/;

const words = once((rules: readonly EmergencyRule[]): Lexicon<Entry> => {
  let row = 0;
  const entries: [string, Entry][] = [];
  for (const [order, rule] of rules.entries()) {
    const add = (list: readonly string[], part: Part) => {
      for (const word of list) entries.push([word, { rule, order, part }]);
    };
    add(rule.words, 'word');
    add(rule.vague, 'vague');
    add(rule.unless, 'alike');
    if (order === 0) add(rule.cues, 'cue');
    for (const { groups, loose } of rule.together) {
      for (const [group, list] of groups.entries()) add(list, { row, group, of: groups.length, loose });
      row += 1;
    }
  }
  return lexicon(entries);
});

/** Every rule the text meets, each in the gravest state it is met in; the gravest rules of the table's order first. */
export function dangers(text: string, rules: readonly EmergencyRule[]): Find[] {
  const hits = words(rules).scan(text);
  const spared = sparedBy(hits);
  const hasty = hurried(hits);
  const rows = new Map<number, (Hit<Entry> | undefined)[]>();
  const best = new Map<EmergencyRule, Find>();
  for (const hit of hits) {
    const { rule, order, part } = hit.value;
    if (part === 'alike' || part === 'cue' || best.get(rule)?.state === 'now') continue;
    if ((spared.get(rule)?.(hit.at) ?? -1) >= hit.at + hit.word.length) continue;
    const span =
      typeof part === 'string' ? { from: hit.at, to: hit.at + hit.word.length } : complete(hit, part, rows, text);
    if (span === undefined) continue;
    const state = weighed(stateOf(text, span, hit.at), part, text.length, () => hasty(hit.at));
    const known = best.get(rule);
    if (known === undefined || STATES.indexOf(state) < STATES.indexOf(known.state))
      best.set(rule, { rule, state, order, span });
  }
  return [...best.values()];
}

/** The row is complete when every group was met within the window, in one sentence. Only each group's latest word counts. */
function complete(
  hit: Hit<Entry>,
  part: Piece,
  rows: Map<number, (Hit<Entry> | undefined)[]>,
  text: string,
): Span | undefined {
  let met = rows.get(part.row);
  if (met === undefined) {
    met = new Array<Hit<Entry> | undefined>(part.of).fill(undefined);
    rows.set(part.row, met);
  }
  met[part.group] = hit;
  let from = hit.at;
  let to = hit.at + hit.word.length;
  for (const other of met) {
    if (other === undefined) return undefined;
    from = Math.min(from, other.at);
    to = Math.max(to, other.at + other.word.length);
  }
  return to - from <= WINDOW && !SENTENCE_END.test(text.slice(from, to)) ? { from, to } : undefined;
}

/** For each rule, how far its look-alikes reach: 打架子鼓 takes the danger from the 打架 inside it. */
function sparedBy(hits: readonly Hit<Entry>[]): Map<EmergencyRule, (place: number) => number> {
  const spans = new Map<EmergencyRule, Span[]>();
  for (const { at, word, value } of hits) {
    if (value.part !== 'alike') continue;
    const span = { from: at, to: at + word.length };
    const known = spans.get(value.rule);
    if (known) known.push(span);
    else spans.set(value.rule, [span]);
  }
  return new Map([...spans].map(([rule, own]) => [rule, reach(own)]));
}

/** Whether a cue of haste stands near a place. Asked in order of the places. */
function hurried(hits: readonly Hit<Entry>[]): (place: number) => boolean {
  const cues = hits.filter((hit) => hit.value.part === 'cue');
  let first = 0;
  return (place) => {
    while ((cues[first]?.at ?? place) < place - NEAR) first += 1;
    return (cues[first]?.at ?? Number.POSITIVE_INFINITY) <= place + NEAR;
  };
}

/** What the length of the message makes of it: an everyday word in a long story is no alarm, but a person is asked. */
function weighed(said: State, part: Part, length: number, hasty: () => boolean): State {
  if (said === 'imagined') return said;
  const loose = typeof part === 'object' && part.loose;
  if (length > LONG && said === 'lowered') return part === 'vague' || loose ? 'imagined' : 'told';
  const plain = part === 'vague' ? length <= SHORT : !loose || length <= LONG;
  return plain || hasty() ? said : 'imagined';
}

/** `last`: where the last word of the find begins. Negation and the past lower; what is only feared or rehearsed goes to a person. None of them cancels. */
function stateOf(text: string, { from: at, to }: Span, last: number): State {
  let from = at;
  while (from > 0 && at - from < 24 && !CLAUSE_END.test(text.charAt(from - 1))) from--;
  // Within a row the doubt may stand between its words: 井盖破了怕有人掉下去.
  const upTo = text.slice(from, last);
  if (IMAGINED.test(upTo) || IMAGINED_AFTER.test(text.slice(to, to + 12))) return 'imagined';
  return NEGATED.test(text.slice(from, at)) || PAST.test(upTo) ? 'lowered' : 'now';
}
