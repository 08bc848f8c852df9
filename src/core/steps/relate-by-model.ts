// Judging by the model: which matter among the candidates a message most likely speaks of, and why.
import type { City } from '../city.ts';
import type { Draft, KnownCase, Weighed } from '../draft.ts';
import { type Matcher, probability } from '../relate/model.ts';

export interface Verdict {
  /** The most likely matter by its most likely case; its score is the matter's. */
  readonly first?: { readonly other: KnownCase; readonly score: number };
  readonly weighed: Weighed;
}

const SHOWN = 3;
/** A matter's second case speaks, too: one strange report must not draw others after it. */
const SECOND = 0.3;

/** How likely the draft is the same matter as each case, 0 to 1, in their order. */
export function scoresOf(draft: Draft, others: readonly KnownCase[], model: Matcher): number[] {
  return odds(draft, others, model).map(probability);
}

function odds(draft: Draft, others: readonly KnownCase[], model: Matcher): number[] {
  const at = Date.parse(draft.message.sentAt);
  const own = { masked: draft.words.masked, at: Number.isNaN(at) ? (others[0]?.openedAt ?? 0) : at };
  return model.compare(
    own,
    others.map((other) => ({ masked: other.masked, at: other.openedAt })),
  );
}

export function judge(draft: Draft, others: readonly KnownCase[], model: Matcher, city: City): Verdict {
  const { sure, unsure } = city.relate;
  const each = odds(draft, others, model);
  const ranked = others.map((other, n) => ({ other, odds: each[n] ?? 0 })).sort((a, b) => b.odds - a.odds);
  const seen = new Set<string>();
  const matters = ranked
    .filter(({ other: { matter, no } }) => !seen.has(matter.id || no) && seen.add(matter.id || no))
    .map(({ other, odds: best }) => {
      const second = ranked.find((one) => one.other !== other && one.other.matter.id === other.matter.id);
      return { other, score: probability(second ? (1 - SECOND) * best + SECOND * second.odds : best) };
    })
    .sort((a, b) => b.score - a.score);
  const [first] = matters;
  const band = first === undefined || first.score < unsure ? 'new' : first.score >= sure ? 'sure' : 'unsure';
  const candidates = matters
    .slice(0, SHOWN)
    .map(({ other, score }) => ({ no: other.no, matter: other.matter.id, score: Math.round(score * 1_000) / 1_000 }));
  const why = first === undefined ? '此前没有相近的来件。' : sentence(draft, first.other, first.score, band);
  return { ...(first ? { first } : {}), weighed: { band, candidates, why } };
}

const BAND = { sure: '判为同一事项', unsure: '可能是同一事项，请人工判断', new: '判为不同事项' };

function sentence(draft: Draft, other: KnownCase, score: number, band: Weighed['band']): string {
  const words = shared(draft.words.masked.slice(0, 200), other.masked);
  const days = Math.round(Math.abs(Date.parse(draft.message.sentAt) - other.openedAt) / 86_400_000);
  const both = words.length > 3 ? `两件都提到“${words}”` : '两件没有相同的长语句';
  return `${BAND[band]}（把握 ${Math.round(score * 100)}%）：${both}，相隔 ${days} 天。`;
}

/** The longest words of the beginning that the other text holds, too; at most twenty characters. */
function shared(beginning: string, other: string): string {
  let longest = '';
  for (const words of beginning.split(/[^\p{L}\p{N}]+/u)) {
    for (let at = 0; at + longest.length < words.length && longest.length < 20; at++) {
      while (longest.length < 20 && at + longest.length < words.length) {
        const longer = words.slice(at, at + longest.length + 1);
        if (!other.includes(longer)) break;
        longest = longer;
      }
    }
  }
  return longest;
}
