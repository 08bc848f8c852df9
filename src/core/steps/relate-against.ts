// Against: what plainly speaks for two matters between a draft and a case: division, kind of wish, or what the texts name.
import type { Draft, KnownCase } from '../draft.ts';
import { type Against, plainlyAgainst } from '../relate/against.ts';
import { isBrief, oneTrouble } from '../relate/brief.ts';
import { withoutPhrases } from '../relate/phrases.ts';
import { bare } from '../text/normalise.ts';
import { related } from './locate.ts';

export type Reason = Omit<Against, 'what'> & { readonly what: Against['what'] | 'kind' | 'silent' | 'brief' | 'long' };

/** Shorter words without a place (停水了, or that five times over) are said all over a city: alike, they prove nothing. */
const TELLING = 12;
/** Codes of a district have six digits; a street or village tells where something is, a whole district does not. */
const DISTRICT_CODE = 6;
/** After so long it may have come back (no heating again this winter); of 498 follow-ups judged one matter three came later. */
const LONG = 270 * 86_400_000;

export function reasonsAgainst(draft: Draft, other: KnownCase): Reason[] {
  const reasons: Reason[] = [];
  const here = draft.place?.division;
  if (here !== undefined && other.division !== undefined && !related(here, other.division))
    reasons.push({ what: 'division', soft: false });
  // Praise is misread now and then (thanks at the end of a complaint): a person may see through it.
  if ((draft.kind === 'praise') !== (other.kind === 'praise')) reasons.push({ what: 'kind', soft: true });
  if (other.exact !== draft.fingerprint.exact) reasons.push(...plainlyAgainst(draft.words.masked, other.masked));
  const at = Date.parse(draft.message.sentAt);
  if (Math.min(Math.abs(at - other.openedAt), Math.abs(at - other.lastAt)) > LONG)
    reasons.push({ what: 'long', soft: true });
  if (!tells(draft, other)) reasons.push({ what: 'silent', soft: true });
  else if (reasons.length === 0 && !agrees(draft, other)) reasons.push({ what: 'brief', soft: true });
  return reasons;
}

/** Enough words besides those written around every request, or one small place, to know what each speaks of. */
export function tells(draft: Draft, other: KnownCase): boolean {
  const here = draft.place?.division;
  if (here !== undefined && here.length > DISTRICT_CODE && here === other.division) return true;
  return [draft.words.masked, other.masked].every((masked) => saidOnce(bare(withoutPhrases(masked))) >= TELLING);
}

/** Where either is brief the model's word is not enough: they must name one place and one trouble. */
function agrees(draft: Draft, other: KnownCase): boolean {
  const { masked } = draft.words;
  if (!isBrief(masked) && !isBrief(other.masked)) return true;
  const mine = draft.categories[0]?.code ?? '';
  const alike = mine !== '' && (mine.startsWith(other.category) || other.category.startsWith(mine));
  return oneTrouble(masked, other.masked, alike);
}

/** How long words are without what they repeat: their distinct character pairs, and one. */
function saidOnce(words: string): number {
  const pairs = new Set<string>();
  for (let at = 0; at + 1 < words.length; at += 1) pairs.add(words.slice(at, at + 2));
  return pairs.size + 1;
}
