// Merge and apart: a person says that two matters are one, or takes back that they are. Every case goes with its own line of the trail.
import type { AuditEntry } from '../access.ts';
import type { Case, Membership } from '../case.ts';
import type { NewEvent } from '../event.ts';
import type { Matter } from '../matter.ts';
import type { Ruling } from '../ruling.ts';
import { OPEN_STATUS } from '../status.ts';
import { alone, conflict, dispatch, type LedMatter, led, ledBy, matterEvent, otherTenant, sizesOf } from './matter.ts';
import { type Acted, type ActGiven, at, auditLine, caseEvent, next } from './record.ts';

/** All of it is written in one transaction; `audit` is the matter's own line. */
export interface Mended {
  readonly acts: readonly (Acted & { readonly move: { readonly id: string } })[];
  readonly audit: AuditEntry;
}

/** `cases` are all of `from`, oldest first. Finished ones go along: they are what became of the matter. Throws `same_matter`, `other_tenant` (409). */
export function merge(into: LedMatter, from: Matter, cases: readonly Case[], reason: string, given: ActGiven): Mended {
  if (into.id === from.id) throw conflict('same_matter', 'a matter cannot be merged with itself', MERGE_ADVICE, 'from');
  if (into.tenant !== from.tenant) throw otherTenant(into);
  const detail = { matter: into.id, from: from.id, merged: true };
  const acts = cases.map((c, n) => {
    const after = led(c, into.lead, given);
    const changed = next(
      c,
      { ...after, matter: { ...carried(c, from.id, into.id, given), ...ledBy(c, after) } },
      given,
    );
    const size = into.size + n + 1;
    return {
      case: changed,
      events: heard(c, [caseEvent('case.joined', changed, given, { matter: { id: into.id, size } })]),
      audit: auditLine('case.join', c.no, reason, detail, given),
      move: { id: into.id },
    };
  });
  const size = into.size + cases.length;
  return {
    acts: told(acts, [from, into], representatives(into.cases, cases, true), (last) => [
      matterEvent('matter.merged', from.id, last, 0, given, { into: into.id }),
      matterEvent('matter.grown', into.id, last, size, given),
    ]),
    audit: auditLine('matter.merge', into.id, reason, { from: from.id, cases: cases.length }, given),
  };
}

/**
 * Takes `back` out of `into` again: the cases that came by merging it, and those that joined since because they are like one
 * of these. `cases` are all of `into`, oldest first. Throws `not_merged` (409).
 */
export function apart(into: Matter, back: string, cases: readonly Case[], reason: string, given: ActGiven): Mended {
  const gone = theirs(cases, back);
  const left = cases.filter((c) => !gone.includes(c));
  if (gone.length === 0 || left.length === 0)
    throw conflict(
      'not_merged',
      `matter ${back} is no part of ${into.id} that could be taken out`,
      APART_ADVICE,
      'from',
    );
  const detail = { from: into.id, matter: back, merged: true };
  const leading = gone.find((c) => OPEN_STATUS.includes(c.status));
  const own = leading && alone(leading, given);
  const acts = gone.map((c, n) => {
    const after = c === leading ? (own ?? {}) : led(c, own?.unit, given);
    const role = n === 0 ? 'first' : 'joined';
    const membership = { ...returned(c, back, given), role, ...(c === leading ? {} : ledBy(c, after)) } as const;
    const changed = next(c, { ...after, matter: membership }, given);
    const event = caseEvent('case.split', changed, given, { matter: { id: back, size: n + 1 }, from: into.id });
    return {
      case: changed,
      events: heard(c, c === leading ? [event, ...dispatch(c, changed, given)] : [event]),
      audit: auditLine('case.split', c.no, reason, detail, given),
      move: { id: back },
    };
  });
  return {
    acts: told(
      acts,
      [into],
      representatives(
        left.map((c) => c.no),
        gone,
        false,
      ),
      (last) => [
        matterEvent('matter.split', into.id, last, left.length, given),
        matterEvent('matter.opened', back, last, gone.length, given),
      ],
    ),
    audit: auditLine('matter.apart', into.id, reason, { from: back, cases: gone.length }, given),
  };
}

const MERGE_ADVICE = 'Name another matter of the same tenant in `from`.';
const APART_ADVICE = 'GET /v1/matters/{id} names in `merged` what can be taken out; the last merge first.';

/** The ids by which a merge of these cases can be taken apart. */
export const mergedIn = (cases: readonly Case[]): string[] => [
  ...new Set(cases.flatMap((c) => c.matter?.from?.at(-1) ?? [])),
];

/** What brought them to the old matter stays written: it brings them back. */
function carried(c: Case, from: string, into: string, given: ActGiven): Membership {
  const before = c.matter ?? { role: 'first', score: 1, evidence: [] };
  const way = [...(c.matter?.from ?? []), from];
  return { ...before, id: into, role: 'joined', rule: 'person', by: given.by, at: at(given), from: way };
}

function returned(c: Case, back: string, given: ActGiven): Membership {
  const { from, led: _led, ...before } = c.matter ?? { role: 'first', score: 1, evidence: [] };
  const way = from?.slice(0, -1) ?? [];
  return { ...before, id: back, rule: 'person', by: given.by, at: at(given), ...(way.length > 0 ? { from: way } : {}) };
}

function theirs(cases: readonly Case[], back: string): Case[] {
  const merged = cases.filter((c) => c.matter?.from?.at(-1) === back);
  const numbers = new Set(merged.map((c) => c.no));
  const since = Math.min(...merged.map((c) => Date.parse(c.matter?.at ?? '')));
  // Oldest first, so whom a case is like has been decided before it. Who was there before the merge stays.
  for (const { no, matter } of cases)
    if (matter?.like && !matter.from && numbers.has(matter.like) && Date.parse(matter.at) >= since) numbers.add(no);
  return cases.filter((c) => numbers.has(c.no));
}

/** Of an erased case nothing is told after its case.redacted. */
const heard = (c: Case, events: NewEvent[]): NewEvent[] => (c.flags.includes('erased') ? [] : events);

function representatives(there: readonly string[], here: readonly Case[], same: boolean): Ruling[] {
  const [a, b] = [there[0], here[0]?.no];
  return a === undefined || b === undefined ? [] : [{ cases: [a, b], same }];
}

/**
 * The matters' own events and the ruling stand with the last case: then all have moved. Nobody may have come to or gone from `whole`,
 * the matters that were looked at: they would stay behind, or the sizes told be wrong.
 */
function told<A extends Acted>(
  acts: readonly A[],
  whole: readonly Matter[],
  rulings: readonly Ruling[],
  events: (last: Case) => Acted['events'],
): A[] {
  const last = acts.at(-1);
  if (!last) return [];
  const expectSizes = sizesOf(...whole);
  return [...acts.slice(0, -1), { ...last, events: [...last.events, ...events(last.case)], rulings, expectSizes }];
}
