// Renamed: another class or line in what two are about, or a copy in which another estate, school or company stands where the first one stood: copied petitions and outages at two places.

export interface Renamed {
  readonly one: string;
  readonly other: string;
  /** One character differs: it may be a slip of the pen. */
  readonly soft: boolean;
}

const READ = 160;
const NAMED =
  /^(?:花园|小区|社区|新村|公寓|家园|雅苑|苑|府|湾|郡|邸|庭|园|城|村|镇|乡|街道|大道|路|街|巷|弄|桥|广场|公园|大厦|医院|学校|小学|中学|大学|学院|幼儿园|公司|集团|银行|酒店|宾馆|超市|市场|商场|中心|物业|派出所|卫生院|车站|工地|厂|市|县|区)/;
const NAME = /^[\u4e00-\u9fffA-Za-z]{1,10}$/;
/** Function words, and the words with which requests begin: what holds one is no name. */
const NO_NAME =
  /[的了是以我你他这那该全各本很没不]|关于|反映|举报|投诉|咨询|建议|希望|申请|请求|恳请|请问|多次|所有|[A-Za-z]\d*[市区县]/;
/** A district both name by its code (A市) is named by nothing before it. */
const CODED = /^[A-Za-z]\d*[市区县]/;
/** So many letters both have may stand between what differs and the word that says what sort of thing it is. */
const BETWEEN = 1;

/** The first name that differs in two texts that are otherwise alike. Of masked words; meant for copies, for it aligns letter by letter. */
export function renamed(one: string, other: string): Renamed | undefined {
  const [a, b] = [plain(one), plain(other)];
  for (const { left, right, at } of differing(a, b)) {
    const [mine, theirs] = [a.slice(...left), b.slice(...right)];
    if (!NAME.test(mine) || !NAME.test(theirs) || NO_NAME.test(mine) || NO_NAME.test(theirs)) continue;
    const kind = kindAfter(a, at);
    if (kind === undefined || CODED.test(a.slice(at, kind))) continue;
    const soft = Math.min(mine.length, theirs.length) < 2;
    return { one: mine + a.slice(at, kind), other: theirs + a.slice(at, kind), soft };
  }
  return undefined;
}

const COUNTED = /(\d+)(班|号线|路|期|栋|号楼)/g;

/** What each is about has a number and a unit (1814班, 7号线), and no number of one unit is the same. Of titles or first sentences. */
export function otherNumber(one: string, other: string): Renamed | undefined {
  const [mine, theirs] = [counted(one), counted(other)];
  for (const [unit, numbers] of mine) {
    const there = theirs.get(unit);
    if (there && !numbers.some((number) => there.includes(number)))
      return { one: `${numbers[0]}${unit}`, other: `${there[0]}${unit}`, soft: false };
  }
  return undefined;
}

function counted(head: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [, number = '', unit = ''] of head.matchAll(COUNTED))
    found.set(unit, [...(found.get(unit) ?? []), number]);
  return found;
}

const plain = (text: string): string => text.slice(0, READ).replace(/[^\p{L}\p{N}]+/gu, ' ');

/** Where the word ends that says what is named. */
function kindAfter(text: string, at: number): number | undefined {
  for (let from = at; from <= at + BETWEEN && text[from] !== ' '; from++) {
    const found = NAMED.exec(text.slice(from, from + 4));
    if (found) return from + found[0].length;
  }
  return undefined;
}

interface Difference {
  readonly left: [number, number];
  readonly right: [number, number];
  /** Where the common text goes on in the first. */
  readonly at: number;
}

/** What stands in each in place of the other, by the longest common subsequence. */
function differing(a: string, b: string): Difference[] {
  const width = b.length + 1;
  const longest = new Uint8Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] =
        a[i] === b[j]
          ? (longest[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
  const found: Difference[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      i++;
      j++;
      continue;
    }
    const [fromA, fromB] = [i, j];
    while (i < a.length && j < b.length && a[i] !== b[j]) {
      if ((longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0)) i++;
      else j++;
    }
    if (i > fromA && j > fromB && i < a.length && j < b.length)
      found.push({ left: [fromA, i], right: [fromB, j], at: i });
  }
  return found;
}
