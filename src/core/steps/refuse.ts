// Step refuse: what a hotline must not accept is proposed to a person, with the reason's code and where to go instead. Nothing is dropped.

import type { Refusal, RefusalRule } from '../city.ts';
import type { Draft, Given } from '../draft.ts';
import { OPEN_STATUS } from '../status.ts';
import { bare } from '../text/normalise.ts';
import { refusalsIn } from '../text/refusal.ts';

/** Reasons that need nothing else to be wrong: who curses and has a matter has a matter. */
const LONGEST_EMPTY = 12;
const HOLLOW =
  /我要|我想|本人|我|投诉|举报|反映|反应|问题|情况|事情|有|个|一下|一些|点|不好|很差|太差|差|不行|不满意|请|处理|解决|帮忙|帮|看看|你们|政府|领导|快|赶紧|尽快|了|的|啊|呢|吧|吗|就是|这|那|怎么办|没人管|管管|谢谢|您好|你好/g;

export function refuse(draft: Draft, given: Given): Draft {
  const { noted, divert, relation } = draft;
  if (noted !== undefined || divert !== undefined || relation.to === 'same') return draft;
  const rules = given.city.refusals;
  const codes = new Set<Refusal>(known(draft, given));
  for (const { code, kinds } of refusalsIn(draft.words.full, rules)) {
    if (kinds !== undefined && !kinds.includes(draft.kind)) continue;
    if (code === 'outside' && draft.place?.division !== undefined) continue;
    if (code === 'abuse' && !isHollow(draft)) continue;
    codes.add(code);
  }
  if (!codes.has('abuse') && isEmpty(draft)) codes.add('empty');
  const asks = rules.filter(({ code }) => codes.has(code)).map(proposalOf);
  return asks.length === 0 ? draft : { ...draft, proposals: [...draft.proposals, ...asks] };
}

export const REFUSE = 'refuse';

function proposalOf({ code, name, advice, to }: RefusalRule): Draft['proposals'][number] {
  return { type: REFUSE, reason: name, value: { code, advice, ...(to ? { to } : {}) } };
}

/** The very same words from what seems the same person, by a key that was typed, not proved: a person looks at both. */
function known({ fingerprint }: Draft, { known: { alike, stated } }: Given): Refusal[] {
  const same = alike.find(({ no, exact }) => exact === fingerprint.exact && stated.includes(no));
  if (!same) return [];
  return [OPEN_STATUS.includes(same.status) ? 'repeated' : 'settled'];
}

/** No word of the catalogue and no place: nothing anybody could go and look at. */
const isHollow = ({ categories, place, message, kind }: Draft): boolean =>
  place === undefined && message.parts.length === 0 && kind !== 'consult' && isOther(categories);

const isOther = (categories: Draft['categories']): boolean => (categories[0]?.confidence ?? 0) < 0.35;

function isEmpty(draft: Draft): boolean {
  const said = bare(draft.words.full);
  if (said.length > LONGEST_EMPTY * 2 || !isHollow(draft)) return false;
  return said.replace(HOLLOW, '').length <= LONGEST_EMPTY / 6;
}
