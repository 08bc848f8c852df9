// Reroute: what the table of duties says of a case once more: after it came back from a unit, or was understood anew.
import type { Candidate, Case, Proposal, UnitRef } from '../case.ts';
import { dateOf } from '../clock.ts';
import { candidatesFor, type Ranked } from '../routing/candidates.ts';
import { routeProposal } from '../steps/route.ts';
import { type ActGiven, at } from './record.ts';

/** By the table in force when the case was accepted, whatever has changed since. Without those that gave it back. */
export function rankedAgain(c: Case, without: readonly string[], { city }: ActGiven): Ranked {
  const { division, barred } = c;
  // What a person has said is not weighed against what the machine thought before.
  const [best] = c.category;
  const categories = best?.confidence === 1 ? [best] : c.category;
  const day = dateOf(Date.parse(c.openedAt), city.utcOffsetMinutes);
  const returned = c.proposals.flatMap(({ value }) => (typeof value.returnedBy === 'string' ? [value.returnedBy] : []));
  const all = [...barred, ...returned, ...without];
  return candidatesFor({ categories, ...(division ? { division } : {}), day, without: all }, city);
}

/** Whom a unit that gave the case back named stands before whom the table names. */
export function afterReturn(c: Case, by: UnitRef, suggested: UnitRef | undefined, given: ActGiven): Candidate[] {
  const { candidates } = rankedAgain(c, suggested ? [by.code, suggested.code] : [by.code], given);
  if (!suggested) return [...candidates];
  const named = { unit: suggested, confidence: 0.5, reason: `${by.name}退回时建议转${suggested.name}。` };
  return [named, ...candidates].slice(0, 3);
}

/** A case understood anew: when the table now names another unit than the one that has it, a person is asked. */
export function reconsidered(before: Case, after: Case, given: ActGiven): Case {
  const same = before.category[0]?.code === after.category[0]?.code && before.division === after.division;
  if (same || after.barred.includes(after.unit?.code ?? '')) return after;
  const { candidates } = rankedAgain(after, [], given);
  const proposals = after.proposals.map((one) => (isOpenRoute(one) ? withdrawn(one, given) : one));
  const asks =
    candidates[0]?.unit.code === after.unit?.code
      ? undefined
      : routeProposal(candidates, '分类或地点改过，派单目录里是另一家');
  const added: Proposal[] = asks ? [{ id: `pro_${given.ulid()}`, at: at(given), ...asks }] : [];
  const table = dateOf(Date.parse(after.openedAt), given.city.utcOffsetMinutes);
  const routing = candidates.length > 0 ? { routing: { table, candidates: [...candidates] } } : {};
  return { ...after, ...routing, proposals: [...proposals, ...added] };
}

/** The table's own proposal; what a unit asked for when it gave the case back stands until the case changes hands. */
const isOpenRoute = (one: Proposal): boolean =>
  one.type === 'route' && one.decided === undefined && one.value.returnedBy === undefined;

function withdrawn(one: Proposal, given: ActGiven): Proposal {
  return { ...one, decided: { accept: false, by: given.by, at: at(given), reason: '工单内容已重新认定' } };
}
