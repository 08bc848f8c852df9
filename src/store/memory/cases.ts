// Cases: found by number, by list, by number and query code; and the messages that made them.
import type { Case } from '../../core/case.ts';
import type { CaseQuery } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { viewOf } from './case-view.ts';
import { type CaseRow, copy, type Ground } from './ground.ts';

type Reader = Pick<Direct, 'findCase' | 'findCases' | 'caseBelow' | 'lookup' | 'messagesOf'>;

export function openCases(ground: Ground): Reader {
  function findCases(query: CaseQuery): Case[] {
    const found: Case[] = [];
    const end = query.downTo === undefined ? 1 : (ground.cases.get(query.downTo)?.id ?? Number.POSITIVE_INFINITY);
    for (let id = startOf(query); id >= end && found.length < query.limit; id -= 1) {
      const row = ground.caseById(id);
      if (row && matches(row, query)) found.push(viewOf(row, false));
    }
    return found;
  }

  /** The newest id to look at; 0 when the list is to go on after a case nobody knows. */
  function startOf({ after }: CaseQuery): number {
    if (after === undefined) return ground.caseNos.length;
    return (ground.cases.get(after)?.id ?? 0) - 1;
  }

  return {
    findCase(no, options) {
      const row = ground.cases.get(no);
      return row && viewOf(row, options?.said === true);
    },
    findCases,
    caseBelow(no, places) {
      const from = no === undefined ? ground.caseNos.length + 1 : (ground.cases.get(no)?.id ?? 0);
      return ground.caseNos[from - places - 1];
    },
    lookup(no, queryCode) {
      const row = ground.cases.get(no);
      return row?.queryCode === queryCode ? viewOf(row, false) : undefined;
    },
    messagesOf: (no) => copy([...(ground.cases.get(no)?.messages ?? [])]),
  };
}

const holds = ({ unit, coUnits, barred }: CaseRow['open'], code: string): boolean =>
  (unit?.code === code || coUnits.some((one) => one.code === code)) && !barred.includes(code);

function matches({ open, matter }: CaseRow, query: CaseQuery): boolean {
  const same = <T>(wanted: T | undefined, has: T | undefined): boolean => wanted === undefined || wanted === has;
  const { unit } = query;
  return (
    same(query.tenant, open.tenant) &&
    same(query.status, open.status) &&
    same(query.kind, open.kind) &&
    same(query.category, open.category[0]?.code ?? '') &&
    same(query.matter, matter) &&
    (unit === undefined || holds(open, unit)) &&
    same(
      query.hasProposals,
      open.proposals.some((p) => p.decided === undefined),
    )
  );
}
