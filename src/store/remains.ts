// Remains: what stays of an erased case: number, state, category, unit and times; no reasons, evidence or proposals that quote words.
import type { Case } from '../core/case.ts';
import type { Receipt } from '../core/receipt.ts';

export function remains(c: Case): Case {
  const { said: _said, externalId: _externalId, answer: _answer, divert: _divert, matter, ...rest } = c;
  return {
    ...rest,
    version: c.version + 1,
    ...(matter ? { matter: { ...matter, evidence: [] } } : {}),
    proposals: [],
    flags: [...c.flags.filter((f) => f !== 'erased'), 'erased'],
  };
}

/** What stays of an erased message is that it was: handed in again by a platform, a backup of theirs or an archive it opens nothing. */
export const GONE: Receipt = {
  outcome: 'noted',
  note: '这条来件已按规定删除，不再重复受理。如仍需反映，请重新写一条。',
};
