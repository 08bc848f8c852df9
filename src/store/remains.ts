// Remains: what stays of an erased case: number, state, category, unit and times; no reasons, evidence or proposals that quote words.
import type { Case } from '../core/case.ts';

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
