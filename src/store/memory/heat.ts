// Heat: what the heat of matters is reckoned from: which of them grow, who reported them, and how much came in altogether.
import type { Direct } from '../direct.ts';
import { MOST_REPORTED, MOST_WORDS, numbered } from '../heat.ts';
import type { CaseRow, Ground } from './ground.ts';

const isHidden = ({ open }: CaseRow): boolean => open.secret || open.kind === 'report';

export function openHeat(ground: Ground): Pick<Direct, 'growing' | 'matterFacts' | 'openedSince'> {
  const casesOf = (id: string): CaseRow[] =>
    ground.members
      .of(id)
      .flatMap((one) => ground.caseById(one) ?? [])
      .filter((row) => !row.erased)
      .reverse();
  return {
    growing({ since, limit, tenant }) {
      const rows = ground.matters
        .values()
        .filter((row) => row.size >= 2 && row.grown >= since && (tenant === undefined || row.tenant === tenant));
      rows.sort((a, b) => b.grown - a.grown || (a.id < b.id ? -1 : 1));
      return rows.slice(0, limit).map((row) => row.id);
    },
    matterFacts(id) {
      const row = ground.matters.get(id);
      if (!row || row.size === 0) return undefined;
      const { grown: _grown, apart: _apart, ...matter } = row;
      const cases = casesOf(id);
      const reported = cases.slice(0, MOST_REPORTED).map((one) => ({
        ...{ at: one.openedAt, channel: one.open.channel, urgency: one.open.urgency },
        ...(one.open.division === undefined ? {} : { division: one.open.division }),
        ...{ hidden: isHidden(one), barred: [...one.open.barred], keys: one.senders },
      }));
      const words = cases.filter((one) => !isHidden(one)).map((one) => one.masked);
      return { matter, reported: numbered(reported), words: words.slice(0, MOST_WORDS) };
    },
    openedSince: (since) => ground.cases.values().filter(({ open }) => Date.parse(open.openedAt) >= since).length,
  };
}
