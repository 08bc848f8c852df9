// Case view: a kept case as its readers get it, and as the core may know of it while it decides.
import type { Case } from '../../core/case.ts';
import type { KnownCase } from '../../core/draft.ts';
import type { CaseRow, Ground } from './ground.ts';
import { copy } from './ground.ts';

/** `said` only when asked for. */
export function viewOf(row: CaseRow, said: boolean): Case {
  return copy({
    ...row.open,
    ...(row.externalId === undefined ? {} : { externalId: row.externalId }),
    ...(said && row.said ? { said: row.said } : {}),
  });
}

/** The part of a case that names nobody. */
export function openPart(c: Case): CaseRow['open'] {
  const { said: _said, externalId: _externalId, ...open } = c;
  return copy(open);
}

/** A case outside any matter (one that nobody may be joined to) has the matter '' of size 1. */
export function knownOf(row: CaseRow, { matters }: Ground): KnownCase {
  const { open } = row;
  const matter = row.matter === undefined ? undefined : matters.get(row.matter);
  return {
    no: open.no,
    kind: open.kind,
    status: open.status,
    secret: open.secret,
    anonymous: open.anonymous,
    category: open.category[0]?.code ?? '',
    ...(open.division === undefined ? {} : { division: open.division }),
    ...(open.unit ? { unit: { code: open.unit.code, name: open.unit.name } } : {}),
    ...(open.coUnits.length > 0 ? { coUnits: copy(open.coUnits) } : {}),
    masked: row.masked,
    exact: row.exact,
    openedAt: row.openedAt,
    lastAt: row.lastAt,
    version: open.version,
    matter: {
      ...{ id: row.matter ?? '', size: matter?.size ?? 1 },
      ...{ reporters: matter?.reporters ?? 1, urgency: matter?.urgency ?? 'normal' },
      ...(matter && matter.apart.length > 0 ? { apart: [...matter.apart] } : {}),
    },
    ...(open.barred.length > 0 ? { barred: [...open.barred] } : {}),
  };
}
