// Conflicts: signs that two alike texts speak of different matters. Same text, other number: another matter.
import { distinct, readAddress } from './address.ts';
import { remembered } from './remembered.ts';

export type Conflict = 'road' | 'community' | 'house' | 'line' | 'number' | 'date' | 'opposite';

/** Of each row a text may speak of one side; two texts speaking of different sides are two matters. */
const SIDES: readonly (readonly string[])[] = [
  ['停水', '停电', '停气', '停暖'],
  ['东门', '西门', '南门', '北门'],
  ['东侧', '西侧', '南侧', '北侧'],
  ['太暗', '太亮'],
  ['太冷', '太热'],
  ['取消', '恢复'],
  ['拆除', '保留'],
  ['增设', '撤销'],
  ['涨价', '降价'],
  ['支持', '反对'],
  ['同意', '不同意'],
  ['关闭', '开放'],
  ['小学', '中学', '幼儿园'],
];

const YEAR = /((?:19|20)\d{2})年/g;
const DAY = /(\d{1,2}月\d{1,2})[日号]/g;
const NUMBER = /\d+(?:\.\d+)?/g;

/** Of each sort the first are enough to tell matters apart; each is compared with each. */
const MOST = 50;

export interface Marks {
  readonly roads: readonly string[];
  readonly homes: readonly string[];
  readonly houses: ReadonlyMap<string, readonly string[]>;
  readonly lines: readonly string[];
  readonly years: readonly string[];
  readonly days: readonly string[];
  readonly numbers: readonly string[];
  /** For each row of SIDES which of its words the text holds, as bits. */
  readonly sides: readonly number[];
}

/** What a text names that tells matters apart. */
export const readMarks = remembered(2_048, read);

function read(text: string): Marks {
  const address = readAddress(text);
  const houses = new Map<string, string[]>();
  for (const house of address.houses.slice(0, MOST)) {
    const unit = house.replace(/^\d+/, '');
    houses.set(unit, [...(houses.get(unit) ?? []), house]);
  }
  return {
    roads: address.roads.slice(0, MOST),
    homes: address.homes.slice(0, MOST),
    houses,
    lines: address.lines.slice(0, MOST),
    years: distinct([...text.matchAll(YEAR)].map((match) => match[1] ?? '')).slice(0, MOST),
    days: distinct([...text.matchAll(DAY)].map((match) => match[1] ?? '')).slice(0, MOST),
    numbers: distinct(text.match(NUMBER) ?? []).slice(0, MOST),
    sides: SIDES.map((side) => side.reduce((held, word, n) => (text.includes(word) ? held | (1 << n) : held), 0)),
  };
}

/** Empty when nothing speaks against the two being one matter. Judged on masked words. */
export function conflicts(a: Marks, b: Marks): Conflict[] {
  const found: Conflict[] = [];
  if (apart(a.roads, b.roads, alikeNames)) found.push('road');
  if (apart(a.homes, b.homes, alikeNames)) found.push('community');
  if (housesApart(a.houses, b.houses)) found.push('house');
  if (apart(a.lines, b.lines, same)) found.push('line');
  if (apart(a.years, b.years, same) || apart(a.days, b.days, same)) found.push('date');
  if (differ(a.numbers, b.numbers)) found.push('number');
  if (opposite(a.sides, b.sides)) found.push('opposite');
  return found;
}

const same = (a: string, b: string): boolean => a === b;

/** 环城北路 and 江北环城北路: where a name begins is uncertain, so containment counts as the same. */
function alikeNames(a: string, b: string): boolean {
  if (a === b) return true;
  const one = withoutKind(a);
  const two = withoutKind(b);
  return one.includes(two) || two.includes(one);
}

const withoutKind = (name: string): string =>
  name.endsWith('小区') || name.endsWith('社区') ? name.slice(0, -2) : name;

function housesApart(a: Marks['houses'], b: Marks['houses']): boolean {
  if (a.size === 0 || b.size === 0) return false;
  for (const [unit, own] of a) if (apart(own, b.get(unit) ?? [], same)) return true;
  return false;
}

/** Both name something, and nothing of it is the same. */
function apart(a: readonly string[], b: readonly string[], alike: (a: string, b: string) => boolean): boolean {
  if (a.length === 0 || b.length === 0) return false;
  return !a.some((one) => b.some((two) => alike(one, two)));
}

/** Each has a number the other lacks. */
function differ(a: readonly string[], b: readonly string[]): boolean {
  return a.some((one) => !b.includes(one)) && b.some((one) => !a.includes(one));
}

function opposite(a: readonly number[], b: readonly number[]): boolean {
  return a.some((one, row) => one !== 0 && (b[row] ?? 0) !== 0 && (one & (b[row] ?? 0)) === 0);
}
