// Step locate: which division a message speaks of. The place named in the words counts more than the sender's own address.
import type { Place } from '../case.ts';
import type { City, Division } from '../city.ts';
import type { Draft } from '../draft.ts';
import { type Address, readAddress } from '../text/address.ts';
import { type Hit, type Lexicon, lexicon, once } from '../text/lexicon.ts';
import { normalise } from '../text/normalise.ts';
import { placeName } from '../text/place-name.ts';
import type { Span } from '../text/spans.ts';
import { simplified } from '../text/traditional.ts';

interface Named {
  readonly division: Division;
  /** The official name rather than a short alias. */
  readonly whole: boolean;
  /** A square, a zone, a station known to lie there: decides where no division is named. */
  readonly landmark: boolean;
  /** An everyday word (小港, 桥头): a township only right behind the name of its district. */
  readonly behind?: boolean;
}

/** Where somebody lives or comes from is not where the matter is, if another place is named too. */
const HOME_BEFORE =
  /(?:住在?|家在|家|老家(?:在|是)?|户籍(?:在|是)?|户口(?:在|是)?|籍贯(?:在|是)?|我是|本人是|本人|从|来自|工作在|上班在|租房在)[^,。;!?]{0,1}$/;
const HOME_AFTER = /^(?:人(?:[,。]|在)|户口|户籍|的户口)/;

interface Gazetteer {
  readonly words: Lexicon<Named>;
  readonly parents: ReadonlyMap<string, string>;
}

const gazetteer = once((divisions: readonly Division[]): Gazetteer => {
  const entries: [string, Named][] = [];
  for (const division of divisions) {
    entries.push([division.name, { division, whole: true, landmark: false }]);
    for (const alias of division.aliases) entries.push([alias, { division, whole: alias.length > 2, landmark: false }]);
    const stem = division.name.replace(/(?:街道|镇|乡)$/, '');
    if (stem.length > 1 && stem !== division.name && !division.aliases.includes(stem))
      entries.push([stem, { division, whole: false, landmark: false, behind: true }]);
    for (const landmark of division.landmarks ?? [])
      entries.push([landmark, { division, whole: true, landmark: true }]);
  }
  const parents = new Map<string, string>();
  for (const { code, parent } of divisions) if (parent !== undefined) parents.set(code, parent);
  return { words: lexicon(entries), parents };
});

export function locate(draft: Draft, city: City): Draft {
  const { full } = draft.words;
  const own = draft.message.address === undefined ? '' : simplified(normalise(draft.message.address));
  const said = find(full, city, 1);
  const place = said?.division === undefined && own !== '' ? (find(own, city, 0.5) ?? said) : said;
  return place === undefined ? draft : { ...draft, place };
}

/** `trust` scales the confidence: 1 for the words themselves, less for a field that may only say where the sender lives. */
function find(text: string, city: City, trust: number): Place | undefined {
  const { words, parents } = gazetteer(city.divisions);
  const hits = words.scan(text);
  const address = outside(readAddress(text), hits);
  const written = placeName(text, address);
  const normalised = written === undefined ? {} : { normalised: written };
  const free = standing(hits, address.spans);
  const best = choose(ofTheMatter(free, text), parents);
  if (best === undefined) {
    const name = written ?? address.homes[0] ?? address.roads[0];
    return name === undefined ? undefined : { text: name, ...normalised, confidence: 0.3 * trust };
  }
  return {
    text: text.slice(best.from, best.to),
    ...normalised,
    division: best.code,
    confidence: Math.round(best.confidence * trust * 1_000) / 1_000,
  };
}

/** A road's name has no boundary on its left and may have been cut inside a division's name: there it begins behind that. */
function outside(address: Address, hits: readonly Hit<Named>[]): Address {
  const spans = address.spans.map(({ from, to }) => {
    const within = hits.find(({ at, word }) => at < from && from < at + word.length && at + word.length < to - 1);
    return within === undefined ? { from, to } : { from: within.at + within.word.length, to };
  });
  return { ...address, spans };
}

/**
 * A short name inside a road's name (长江北路 holds 江北) names the road, not the division, unless it begins a longer one
 * (柴桥芦江大道), follows a name that stands, or is the whole of what looks like a road (周巷).
 */
function standing(hits: readonly Hit<Named>[], roads: readonly Span[]): Hit<Named>[] {
  let before: Hit<Named> | undefined;
  const free: Hit<Named>[] = [];
  let next = 0;
  for (const hit of hits) {
    const { at, word, value } = hit;
    const to = at + word.length;
    const follows = before !== undefined && before.at + before.word.length === at;
    if (value.behind && !(follows && before?.value.division.code === value.division.parent)) continue;
    while ((roads[next]?.to ?? to) < to) next += 1;
    const here = roads[next];
    const road = !value.whole && here !== undefined && here.from <= at ? here : undefined;
    if (road !== undefined && to !== road.to && !follows && (at !== road.from || road.to - to < 3)) continue;
    free.push(hit);
    before = hit;
  }
  return free;
}

/** Without the homes and without what is merely a landmark, as long as something is left. */
function ofTheMatter(hits: readonly Hit<Named>[], text: string): readonly Hit<Named>[] {
  const places = hits.filter(
    ({ at, word }) =>
      !HOME_BEFORE.test(text.slice(Math.max(0, at - 8), at)) &&
      !HOME_AFTER.test(text.slice(at + word.length, at + word.length + 4)),
  );
  const here = places.length > 0 ? places : hits;
  const named = here.filter(({ value }) => !value.landmark && value.division.parent !== undefined);
  return named.length > 0 ? named : here;
}

interface Chosen {
  readonly code: string;
  readonly from: number;
  readonly to: number;
  readonly confidence: number;
}

/** The longest name wins, then the deeper division, then the earlier one; a named parent makes a township surer. */
function choose(hits: readonly Hit<Named>[], parents: ReadonlyMap<string, string>): Chosen | undefined {
  const named = new Set(hits.map((hit) => hit.value.division.code));
  let best: Hit<Named> | undefined;
  let weight = -1;
  for (const hit of hits) {
    const { code } = hit.value.division;
    const parent = parents.get(code);
    const depth = code.replace(/0+$/, '').length;
    const fits = parent !== undefined && named.has(parent) ? 20 : 0;
    const worth = hit.word.length * 4 + depth + fits + (hit.value.whole ? 8 : 0);
    if (worth > weight) [best, weight] = [hit, worth];
  }
  if (best === undefined) return undefined;
  const { code } = best.value.division;
  const parent = parents.get(code);
  const backed = parent !== undefined && named.has(parent);
  const rivals = [...named].filter((other) => !related(other, code)).length;
  const base = best.value.whole ? 0.9 : 0.7;
  const confidence = Math.min(0.98, (backed ? base + 0.05 : base) / (1 + rivals * 0.5));
  const before = backed ? hits.find((hit) => hit.value.division.code === parent && hit.at < best.at) : undefined;
  const from = before !== undefined && before.at + before.word.length === best.at ? before.at : best.at;
  return { code, from, to: best.at + best.word.length, confidence: Math.round(confidence * 1_000) / 1_000 };
}

/** One lies inside the other: 330205 and 330205003; trailing zeros say a whole city. */
export function related(a: string, b: string): boolean {
  const one = a.replace(/0+$/, '');
  const two = b.replace(/0+$/, '');
  return one.startsWith(two) || two.startsWith(one);
}
