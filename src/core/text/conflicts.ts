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

interface Marks {
  readonly roads: readonly string[];
  readonly homes: readonly string[];
  readonly houses: ReadonlyMap<string, readonly string[]>;
  readonly lines: readonly string[];
  readonly years: readonly string[];
  readonly days: readonly string[];
  readonly numbers: readonly string[];
  readonly text: string;
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
    text,
  };
}

/** Empty when nothing speaks against the two being one matter. Judged on masked words. */
export function conflicts(a: Marks, b: Marks): Conflict[] {
  const found: Conflict[] = [];
  if (apart(a.roads, b.roads, alikeNames)) found.push('road');
  if (apart(a.homes, b.homes, alikeNames)) found.push('community');
  if ([...a.houses].some(([unit, own]) => apart(own, b.houses.get(unit) ?? [], same))) found.push('house');
  if (apart(a.lines, b.lines, same)) found.push('line');
  if (apart(a.years, b.years, same) || apart(a.days, b.days, same)) found.push('date');
  if (differ(a.numbers, b.numbers)) found.push('number');
  if (SIDES.some((side) => opposite(side, a.text, b.text))) found.push('opposite');
  return found;
}

const same = (a: string, b: string): boolean => a === b;

/** 环城北路 and 江北环城北路: where a name begins is uncertain, so containment counts as the same. */
function alikeNames(a: string, b: string): boolean {
  const one = a.replace(/(?:小区|社区)$/, '');
  const two = b.replace(/(?:小区|社区)$/, '');
  return one.endsWith(two) || two.endsWith(one) || one.includes(two) || two.includes(one);
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

function opposite(side: readonly string[], a: string, b: string): boolean {
  const one = side.filter((word) => a.includes(word));
  const two = side.filter((word) => b.includes(word));
  return one.length > 0 && two.length > 0 && !one.some((word) => two.includes(word));
}
