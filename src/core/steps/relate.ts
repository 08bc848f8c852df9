// Step relate: is this the sender's own open case, another's same matter, perhaps one of them, or new? Evidence is kept.

import type { City } from '../city.ts';
import { isUnread } from '../doubts.ts';
import type { Draft, Given, KnownCase, Relation } from '../draft.ts';
import type { Matcher } from '../relate/model.ts';
import { FINISHED_STATUS, OPEN_STATUS } from '../status.ts';
import { isAlone } from '../text/alone.ts';
import { conflicts, readMarks } from '../text/conflicts.ts';
import { continues, sameTopic, saysAgain, URGING } from '../text/conversation.ts';
import { bare } from '../text/normalise.ts';
import { similarity } from '../text/similarity.ts';
import { related } from './locate.ts';
import { tells } from './relate-against.ts';
import { isSure, judge, type Likely, type Verdict } from './relate-by-model.ts';

const DAY = 86_400_000;
const SHOWN = 3;
const OF_ONE_MATTER = 3;

/** A recalled case weighed against the draft. `against` holds what speaks for two matters. */
interface Weighed {
  readonly other: KnownCase;
  readonly score: number;
  readonly against: readonly string[];
}

export function relate(draft: Draft, all: Given): Draft {
  const given = apartFrom(draft.message.splitFrom, all);
  if (draft.noted !== undefined) return attachmentsAlone(draft, given);
  const { relate: settings } = given.city;
  const alone = !settings.enabled || isUnread(draft.message);
  const verdict = settings.model && judged(draft, given, settings.model, alone);
  const weighed = verdict && !alone ? { ...draft, weighed: verdict.weighed } : draft;
  const own = ownCase(draft, given, verdict);
  const followed = own === undefined ? weighed : follow(weighed, own);
  const flagged = citedUnproved(followed, given);
  if (flagged.relation.to === 'same') return flagged;
  const hinted = hint(flagged, given);
  if (alone) return hinted;
  return verdict === undefined ? withOthers(hinted, given) : byModel(hinted, verdict, given);
}

/** A person said that it is another matter than its sender's case: then it is no follow-up, and joins what others said at most. */
function apartFrom(no: string | undefined, given: Given): Given {
  if (no === undefined) return given;
  const { finished: _finished, ...known } = given.known;
  const mine = new Set([no, ...known.mine.map((one) => one.no)]);
  // Nor by way of a neighbour: who stands in the whole's matter speaks of the whole.
  const whole = [...known.mine, ...known.alike].find((one) => one.no === no)?.matter.id;
  const alike = known.alike.filter((one) => !mine.has(one.no) && (whole === undefined || one.matter.id !== whole));
  return { ...given, known: { ...known, mine: [], alike, stated: known.stated.filter((one) => !mine.has(one)) } };
}

/** `alone`: with their own cases and nobody else's. Nothing when there are none: reading words costs more than all rules together. */
function judged(draft: Draft, given: Given, model: Matcher, alone: boolean): Verdict | undefined {
  const mine = ownWithin(draft, given);
  if (alone && mine.length === 0) return undefined;
  const others = alone ? [] : worthWeighing(draft, given);
  return judge(draft, timeOf(draft, given), { mine, others }, given.city, model);
}

function ownWithin(draft: Draft, given: Given): KnownCase[] {
  const at = timeOf(draft, given);
  return given.known.mine.filter(
    (one) => isOpen(one) && Math.abs(at - one.lastAt) <= given.city.relate.windowDays * DAY,
  );
}

/** A photo, voice or pin right after the words belongs to them; before any words it waits for them. */
function attachmentsAlone(draft: Draft, given: Given): Draft {
  if (!isAlone(draft.message, draft.words.full)) return draft;
  const minutes = given.city.relate.conversationMinutes;
  const other = given.known.mine.find((c) => Math.abs(timeOf(draft, given) - c.lastAt) <= minutes * 60_000);
  if (other === undefined || !isOpen(other)) return draft;
  const { noted: _noted, ...rest } = draft;
  return { ...rest, relation: same(other, 1, 'conversation', ['紧接文字之后发来的附件']) };
}

function follow(draft: Draft, relation: Relation): Draft {
  const urges = URGING.test(draft.words.full);
  return { ...draft, relation, flags: urges ? [...draft.flags, 'urged'] : draft.flags };
}

/** A number quoted without proof opens nothing: mail threads and strangers quote numbers too. */
function citedUnproved(draft: Draft, { known }: Given): Draft {
  const cites = draft.message.thread?.caseNo !== undefined;
  if (!cites || known.cited !== undefined || draft.relation.to === 'same') return draft;
  return { ...draft, flags: [...draft.flags, 'cited_unproved'] };
}

function ownCase(draft: Draft, given: Given, verdict: Verdict | undefined): Relation | undefined {
  const { cited, mine } = given.known;
  // A closed case takes no follow-up: what is said now is a new case.
  if (cited !== undefined && isOpen(cited)) return same(cited, 1, 'cited', ['报出工单号并经核验']);
  if (cited !== undefined && undoes(cited, draft, given)) return again(cited, '报出工单号并经核验');
  const at = timeOf(draft, given);
  for (const other of mine.filter(isOpen)) {
    const { score, against } = weigh(draft, other);
    const minutes = Math.abs(at - other.lastAt) / 60_000;
    if (
      minutes <= given.city.relate.conversationMinutes &&
      continues(draft, other, score, against, given.city.otherCategory.code)
    ) {
      return same(other, score, 'conversation', [`间隔 ${Math.round(minutes)} 分钟`, '说的是同一件事']);
    }
  }
  const within = ownWithin(draft, given);
  const alike = verdict ? verdict.own : ownByRules(draft, within, given.city);
  if (alike !== undefined) {
    const evidence = [alikeWords(alike.score), ...(verdict?.own ? [verdict.own.why] : [])];
    return same(alike.other, alike.score, 'own_words', evidence);
  }
  const [newest] = within;
  if (newest !== undefined && urges(draft, newest, verdict) && sameTopic(draft, newest)) {
    return same(newest, 0.5, 'urges', ['同一人催办未办结的工单']);
  }
  const undone = given.known.finished?.find((other) => undoes(other, draft, given) && goesOn(other, draft));
  return undone && again(undone, '同一人已办结的工单');
}

/** A finished case of which its owner says, in time, that it is not done: 重办. Later, it is a new case. */
function undoes(other: KnownCase, draft: Draft, given: Given): boolean {
  const recent = timeOf(draft, given) - other.lastAt <= given.city.relate.windowDays * DAY;
  return FINISHED_STATUS.includes(other.status) && recent && saysAgain(draft.words.full);
}

/** Without the number, the words must not speak of anything else. */
function goesOn(other: KnownCase, draft: Draft): boolean {
  const { against } = weigh(draft, other);
  return against.every((reason) => SOFT.has(reason)) && sameTopic(draft, other);
}

function again(other: KnownCase, why: string): Relation {
  return { ...same(other, 1, 'again', [why, '称问题没有解决']), reopens: true };
}

/** Who tells a whole story beside asking when (什么时候) speaks of the case only if the story is like it. */
function urges(draft: Draft, newest: KnownCase, verdict: Verdict | undefined): boolean {
  if (!URGING.test(draft.words.full)) return false;
  return bare(draft.words.masked).length <= MERE_URGING || (verdict?.mine.get(newest.no) ?? 1) >= LIKE_ENOUGH;
}

const MERE_URGING = 40;
const LIKE_ENOUGH = 0.3;

function ownByRules(draft: Draft, within: readonly KnownCase[], { relate: { unsure } }: City): Weighed | undefined {
  const alike = best(within.map((other) => weigh(draft, other)).filter(({ against }) => against.length === 0));
  return alike !== undefined && alike.score >= unsure ? alike : undefined;
}

/** The model's verdict, unless something plain speaks against it: then a person is asked, or nobody. */
function byModel(draft: Draft, { first, weighed }: Verdict, given: Given): Draft {
  if (first === undefined) return draft;
  const { sure, urgentFrom } = given.city.relate;
  if (isSure(first, sure) && !given.known.mine.some(({ no }) => no === first.other.no)) {
    const relation: Relation = { to: 'joined', other: first.other, ...grounds(draft, first, weighed.why) };
    return pressed({ ...draft, relation }, first.other, urgentFrom);
  }
  const candidates = weighed.candidates.map(({ no, score, matter }) => ({ caseNo: no, score, matter }));
  const proposal = { type: 'join' as const, reason: weighed.why, value: { candidates } };
  return { ...draft, weighed: { ...weighed, band: 'unsure' }, proposals: [...draft.proposals, proposal] };
}

/** Words that are nearly the same name that as the rule: the plainest ground there is. */
function grounds(
  draft: Draft,
  { other, score }: Likely,
  why: string,
): { score: number; rule: string; evidence: string[] } {
  const exact = other.exact === draft.fingerprint.exact;
  const near = similarity(draft.words.masked, other.masked);
  const evidence = [exact ? SAME_WORDS : alikeWords(near), why];
  if (draft.place?.division !== undefined && other.division !== undefined) evidence.push('地点一致');
  const rule = exact ? 'same_words' : near >= NEAR_WORDS ? 'near_words' : 'model';
  return { score: exact ? 1 : round(score), rule, evidence };
}

const NEAR_WORDS = 0.7;

/** The first certain one ends the search: in a flood about one thing forty candidates say the same. */
function withOthers(draft: Draft, given: Given): Draft {
  const { sure, unsure } = given.city.relate;
  const perhaps: Weighed[] = [];
  for (const other of worthWeighing(draft, given)) {
    const one = weigh(draft, other, unsure);
    if (one.score < unsure) continue;
    if (one.score >= sure && one.against.length === 0 && tells(draft, other))
      return pressed(join(draft, one), other, given.city.relate.urgentFrom);
    if (one.against.every((reason) => SOFT.has(reason))) perhaps.push(one);
  }
  const candidates = onePerMatter(perhaps.sort((a, b) => b.score - a.score || a.other.openedAt - b.other.openedAt));
  if (candidates.length === 0) return draft;
  const value = {
    candidates: candidates
      .slice(0, SHOWN)
      .map(({ other, score }) => ({ caseNo: other.no, score: round(score), matter: other.matter.id })),
  };
  const reason = '文字相近，但还不足以由系统合并，请人工判断。';
  return { ...draft, proposals: [...draft.proposals, { type: 'join', reason, value }] };
}

/** Open cases of others within the window, the very same words first, a few of each matter. */
function worthWeighing(draft: Draft, given: Given): KnownCase[] {
  const at = timeOf(draft, given);
  const window = given.city.relate.windowDays * DAY;
  const mine = new Set(given.known.mine.map((one) => one.no));
  const counts = new Map<string, number>();
  const isExact = (one: KnownCase): boolean => one.exact === draft.fingerprint.exact;
  const { alike } = given.known;
  return [...alike.filter(isExact), ...alike.filter((one) => !isExact(one))].filter((one) => {
    if (mine.has(one.no) || !isOpen(one) || Math.abs(at - one.openedAt) > window) return false;
    const count = (counts.get(one.matter.id) ?? 0) + 1;
    counts.set(one.matter.id, count);
    return count <= OF_ONE_MATTER;
  });
}

/** Differences a person may still overrule; the others (another house, another division) make two matters. */
const SOFT: ReadonlySet<string> = new Set(['number', 'date']);

/** Many reports of one thing make it urgent, for whoever handles it and for the clock. */
function pressed(draft: Draft, other: KnownCase, urgentFrom: number): Draft {
  const many = (other.matter.reporters ?? other.matter.size) + 1 >= urgentFrom;
  return many && draft.urgency === 'normal'
    ? { ...draft, urgency: 'urgent', flags: [...draft.flags, 'many_reports'] }
    : draft;
}

function join(draft: Draft, { other, score }: Weighed): Draft {
  const exact = other.exact === draft.fingerprint.exact;
  const evidence = [exact ? SAME_WORDS : alikeWords(score)];
  if (draft.place?.division !== undefined && other.division !== undefined) evidence.push('地点一致');
  const rule = exact ? 'same_words' : 'near_words';
  return { ...draft, relation: { to: 'joined', other, score, rule, evidence } };
}

/** A merely stated phone or name shows operators who it may be, and proves nothing. */
function hint(draft: Draft, { known }: Given): Draft {
  const mine = new Set(known.mine.map((one) => one.no));
  const caseNos = known.stated.filter((no) => !mine.has(no));
  if (caseNos.length === 0) return draft;
  const reason = '自报的电话、邮箱或姓名相同，可能是同一人，未经核验。';
  return { ...draft, proposals: [...draft.proposals, { type: 'same_person', reason, value: { caseNos } }] };
}

/** Below `floor` nobody asks what speaks against, so it is not looked for. */
function weigh(draft: Draft, other: KnownCase, floor = 0): Weighed {
  const exact = other.exact === draft.fingerprint.exact;
  const score = exact ? 1 : similarity(draft.words.masked, other.masked);
  if (score < floor) return { other, score, against: [] };
  const against: string[] = [];
  const here = draft.place?.division;
  if (here !== undefined && other.division !== undefined && !related(here, other.division)) against.push('division');
  if ((draft.kind === 'praise') !== (other.kind === 'praise')) against.push('kind');
  if (!exact) against.push(...conflicts(readMarks(draft.words.masked), readMarks(other.masked)));
  return { other, score, against };
}

function onePerMatter(weighed: readonly Weighed[]): Weighed[] {
  const seen = new Set<string>();
  return weighed.filter(({ other }) => !seen.has(other.matter.id) && seen.add(other.matter.id));
}

function best(weighed: readonly Weighed[]): Weighed | undefined {
  return weighed.reduce<Weighed | undefined>(
    (top, one) => (top === undefined || one.score > top.score ? one : top),
    undefined,
  );
}

function same(other: KnownCase, score: number, rule: string, evidence: readonly string[]): Relation & { to: 'same' } {
  return { to: 'same', other, score: round(score), rule, evidence };
}

const isOpen = (one: KnownCase): boolean => OPEN_STATUS.includes(one.status);
const round = (score: number): number => Math.round(score * 1000) / 1000;
const SAME_WORDS = '文字完全相同';
const alikeWords = (score: number): string => `文字 ${Math.round(score * 100)}% 相近`;

/** When it was said, in epoch ms; a time nobody can read counts as now. */
function timeOf(draft: Draft, given: Given): number {
  const at = Date.parse(draft.message.sentAt);
  return Number.isNaN(at) ? given.now : at;
}
