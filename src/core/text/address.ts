// Address: roads, communities, houses and lines named in a text, recognised by their endings.

import type { Span } from './spans.ts';

/** A name has no boundary on its left in Chinese: the walk to the left ends at these characters … */
const STOP = new Set(
  '的了在到从往至和与及、,，。.;；:：!！?？ \n\t()（）"“”‘’[]【】〔〕由将被是有为把对去来让使路街巷弄号区县市省镇乡于近我你他她这那该本各每某请问沿靠经过向给因因此且但而也已又还'.split(
    '',
  ),
);
/** … or after these words. */
const CUT =
  /^.*(?:街道|位于|附近|对面|旁边|关于|反映|投诉|举报|咨询|建议|希望|要求|你好|您好|现在|今天|昨天|目前|住|家)/;
const LONGEST = 8;

const ROAD_END = /大道|路|街|巷|弄/g;
/** After 路 or 街 these make another word: 路灯, 路面, 街道, 弄堂. */
const NO_ROAD_AFTER = /^(?:[灯面口边段人过上况程线由基政牌途子头标]|道|得|好|丢|错|坏|成|个|不)/;
const NO_ROAD =
  /^(?:[马公道铁电线水出思网走修一上半条门小大老逛窄套问弯土山下让占堵行开跑绕]|高速公?|十字|新修|整条|多条|几条|两条|十字)$/;
const NO_LINE_ROAD = /^(?:公交|地铁)?(?:\d+|[a-z]\d+)$/i;

const HOME_END = /小区|花园|家园|公寓|新村|花苑|嘉苑|名苑|公馆|名邸|雅苑|华庭|豪庭|佳苑|家苑|社区/g;
const NO_HOME =
  /^(?:们|老旧?|旧|整个|全|个|一个|两个|多个|住宅|自己|所有|其他|别|隔壁|安置|封闭|高档|开放式|新建?|多|居民|单身|青年)?$/;

const HOUSE = /(\d{1,5}|[一二三四五六七八九十]{1,3})(号楼|号|栋|幢|座|单元|弄|室|期)(?!线|码|召|称|文)/g;
const LINE =
  /(\d{1,4}|[一二三四五六七八九十]{1,3})号线|(?:公交|公交车|乘坐?)(\d{1,4})路|(\d{1,4})路(?=公交|车|汽车|班车)/g;
/** The number right after a road or a community: 12号, 3栋, 12-3号, 5弄8号. */
const AFTER =
  /^\d{1,5}(?:-\d{1,4})?(?:号楼|号|弄|栋|幢)(?:\d{1,4}(?:-\d{1,4})?(?:号楼|号|栋|幢|单元))?(?:\d{1,3}单元)?(?:\d{1,5}室)?/;

export interface Address {
  readonly roads: readonly string[];
  readonly homes: readonly string[];
  /** `3栋`, `12号`: house and building numbers with their unit. */
  readonly houses: readonly string[];
  readonly lines: readonly string[];
  /** Where in the text road names lie, in order. */
  readonly spans: readonly Span[];
  /** The first road or community with its house number: `环城北路12号`. */
  readonly written?: string;
}

export function readAddress(text: string): Address {
  const roads = named(text, ROAD_END).filter(
    ({ core, to }) => !NO_ROAD.test(core) && !NO_LINE_ROAD.test(core) && !NO_ROAD_AFTER.test(text.slice(to, to + 2)),
  );
  const homes = named(text, HOME_END).filter(({ core }) => !NO_HOME.test(core));
  const numbers = /\d|[一二三四五六七八九十][号栋幢座单弄室期]/.test(text);
  const written = numbers
    ? [...roads, ...homes].map((name) => withNumber(text, name)).find((one) => one !== '')
    : undefined;
  return {
    roads: distinct(roads.map((one) => one.name)),
    homes: distinct(homes.map((one) => one.name)),
    houses: numbers ? distinct([...text.matchAll(HOUSE)].map(houseOf)) : [],
    lines: numbers ? distinct([...text.matchAll(LINE)].map((match) => number(match[1] ?? match[2] ?? match[3]))) : [],
    spans: roads.map(({ name, to }) => ({ from: to - name.length, to })).sort((a, b) => a.from - b.from),
    ...(written === undefined ? {} : { written }),
  };
}

interface Name {
  readonly name: string;
  /** The name without its ending. */
  readonly core: string;
  readonly to: number;
}

/** Endings first, then to the left: cheaper than trying every start. */
function named(text: string, endings: RegExp): Name[] {
  const names: Name[] = [];
  for (const match of text.matchAll(endings)) {
    const at = match.index;
    let from = at;
    while (from > 0 && at - from < LONGEST && !STOP.has(text.charAt(from - 1))) from--;
    // The walk ends behind 街 of 某某街道, whose other half is no beginning of a road's name.
    if (text.charAt(from) === '道' && text.charAt(from - 1) === '街') from++;
    const core = text.slice(from, at).replace(CUT, '');
    const to = at + match[0].length;
    if (core === '') continue;
    names.push({ name: core + match[0], core, to });
  }
  return names;
}

function withNumber(text: string, { name, to }: Name): string {
  const after = AFTER.exec(text.slice(to, to + 24));
  return after === null ? '' : name + after[0];
}

function houseOf(match: RegExpExecArray): string {
  const unit = match[2] === '号楼' || match[2] === '幢' ? '栋' : (match[2] ?? '');
  return number(match[1]) + unit;
}

export const distinct = (names: readonly string[]): string[] => [...new Set(names)];

const CHINESE = '零一二三四五六七八九';

/** Up to 99 in words: house and line numbers are rarely more. */
function number(said: string | undefined): string {
  if (said === undefined || /^\d+$/.test(said)) return String(Number(said ?? 0));
  const [tens = '', ones = ''] = said.includes('十') ? said.split('十') : ['', said];
  const ten = said.includes('十') ? Math.max(1, CHINESE.indexOf(tens)) : 0;
  return String(ten * 10 + (ones === '' ? 0 : CHINESE.indexOf(ones.slice(-1))));
}
