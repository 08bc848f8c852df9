// Against: plain signs that two texts are two matters whatever a model says: another road, house, line or year in what each is about, or a copy with names changed.
import { type Conflict, conflicts, readMarks } from '../text/conflicts.ts';
import { similarity } from '../text/similarity.ts';
import { DISTRICT, districtsApart } from './districts.ts';
import { otherNumber, renamed } from './renamed.ts';

export interface Against {
  readonly what: Conflict | 'division' | 'name';
  /** A person may still find them one matter; the machine must not join them. */
  readonly soft: boolean;
  /** What each names, where it can be shown. */
  readonly one?: string;
  readonly other?: string;
}

/** From here a text counts as a copy of the other: what differs was put in on purpose. */
const COPY = 0.6;
/** Of so near a copy another number of people, days or yuan is worth a person's look. */
const NEAR_COPY = 0.8;
const TITLE = 120;
const FIRST_SENTENCE = 60;

/** Empty for nearly all pairs of one matter; of masked words. */
export function plainlyAgainst(one: string, other: string): Against[] {
  const [mine, theirs] = [districtsOf(headOf(one)), districtsOf(headOf(other))];
  const division: Against[] = districtsApart(mine, theirs)
    ? [{ what: 'division', soft: false, one: mine[0] ?? '', other: theirs[0] ?? '' }]
    : [];
  const all = conflicts(readMarks(one), readMarks(other));
  const alike = similarity(one, other);
  const name = otherNumber(headOf(one), headOf(other)) ?? (alike < COPY ? undefined : renamed(one, other));
  const names: Against[] = name ? [{ what: 'name', ...name }] : [];
  if (all.length === 0) return [...division, ...names];
  const copied = alike < COPY ? [] : all.filter((what) => what !== 'number' || alike >= NEAR_COPY);
  const heads = inHeads(one, other).filter(({ what }) => all.includes(what) || what === 'house');
  const seen = new Set(heads.map(({ what }) => what));
  const others = copied.filter((what) => !seen.has(what)).map((what) => shown(what, one, other));
  const plain = [...heads, ...others];
  return [...division, ...(plain.some(({ soft }) => !soft) ? plain : [...names, ...plain])];
}

const districtsOf = (head: string): string[] => head.toLowerCase().match(DISTRICT) ?? [];

/** What each is about stands in its title or first sentence; a name the other text holds anywhere is no difference. */
function inHeads(one: string, other: string): (Against & { readonly what: Conflict })[] {
  const [a, b] = [readMarks(headOf(one)), readMarks(headOf(other))];
  return conflicts(a, b)
    .map((what) => shown(what, headOf(one), headOf(other)))
    .filter(({ what, soft }) => {
      if (soft) return false;
      if (what === 'road') return !named(a.roads, other) && !named(b.roads, one);
      if (what === 'community') return !named(a.homes, other) && !named(b.homes, one);
      return true;
    });
}

function headOf(text: string): string {
  const cut = text.indexOf('\n');
  return cut >= 0
    ? text.slice(0, Math.min(cut, TITLE))
    : (text.split(/[。!?！？；;]/, 1)[0] ?? '').slice(0, FIRST_SENTENCE);
}

const named = (names: readonly string[], text: string): boolean =>
  names.some((name) => text.includes(name.replace(/(?:小区|社区)$/, '').replace(/^[A-Za-z]\d*[市区县]/, '')));

function shown<W extends Conflict>(what: W, one: string, other: string): Against & { readonly what: W } {
  const [a, b] = [readMarks(one), readMarks(other)];
  const years =
    what === 'date' && a.years.length > 0 && b.years.length > 0 && !a.years.some((y) => b.years.includes(y));
  const soft = what === 'number' || (what === 'date' && !years);
  const of = ({ roads, homes, houses, lines, years: said }: typeof a): string | undefined =>
    ({
      road: roads[0],
      community: homes[0],
      house: [...houses.values()].flat()[0],
      line: lines[0] === undefined ? undefined : `${lines[0]}号线（路）`,
      date: said[0] === undefined ? undefined : `${said[0]}年`,
      number: undefined,
      opposite: undefined,
    })[what];
  const [mine, theirs] = [of(a), of(b)];
  return { what, soft, ...(mine && theirs && mine !== theirs ? { one: mine, other: theirs } : {}) };
}
