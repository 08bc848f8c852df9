// Address: roads, communities, houses and lines named in a text, recognised by their endings.

/** A name before its ending has no boundary in Chinese: these characters and words end the walk to the left. */
const STOP = '的了在到从往至和与及、,，。.;；:：!！?？\\s()（）"“”‘’位于由将被是有为向经把对去来给让使路街巷弄';
/** Endings that are no names of their own (马路, 这条路, 铁路, 本小区). */
const NO_ROAD =
  /(?:[马公道铁电线水出思网走修问一上半沿条门本套]|高速公|十字|铺|新修|整条|这段|该)路$|(?:逛|大|老|上|这条)街$|[小窄]巷$/;
const NO_HOME =
  /^(?:本|我们?|咱们?|该|这个?|那个?|某|老旧|老|旧|整个|全|各个?|每个|一个|两个|多个|住宅|自己|所有|其他|别的|附近|隔壁|安置|封闭|高档|开放式|[一-十几]个)$/;

const ROAD = new RegExp(
  `[^${STOP}]{1,7}?(?:大道|路(?!灯|面|口|边|段|人|过|上|况|程|线|由|基|政|牌|途)|街(?!道|上|头|边)|巷(?!道|子)|弄(?!堂|得|好|丢|错|坏|成|个|不))`,
  'g',
);
const HOME =
  /[^的了在到从往至和与及、,，。.;；:：!！?？\s()（）"“”‘’位于区县市镇号路街是]{0,8}(?:小区|花园|家园|公寓|新村|花苑|嘉苑|名苑|公馆|名邸|雅苑|华庭|豪庭|佳苑|家苑|社区)/g;
const HOUSE = /(\d{1,5}|[一二三四五六七八九十]{1,3})(号楼|号线|号|栋|幢|座|单元|弄|室|期|组|村)/g;
const LINE = /(?:地铁|轨道交通|公交)?(\d{1,4}|[一二三四五六七八九十]{1,3})(号线|路(?=公交|车|汽车|班车))/g;
const CUT =
  /^.*(?:街道|[区县市镇乡省]|通往|位于|附近|对面|旁边|沿着|经过|关于|反映|投诉|举报|咨询|建议|请问|你好|您好)/;

export interface Address {
  readonly roads: readonly string[];
  readonly homes: readonly string[];
  /** `3栋`, `12号`: house and building numbers with their unit. */
  readonly houses: readonly string[];
  readonly lines: readonly string[];
  /** Where in the text road names lie: `[from, to)`. */
  readonly spans: readonly (readonly [number, number])[];
}

export function readAddress(text: string): Address {
  const roads: string[] = [];
  const spans: [number, number][] = [];
  for (const match of text.matchAll(ROAD)) {
    const name = match[0].replace(CUT, '');
    spans.push([match.index, match.index + match[0].length]);
    if (name.length > 1 && !NO_ROAD.test(name)) roads.push(name);
  }
  const homes: string[] = [];
  for (const match of text.matchAll(HOME)) {
    const name = match[0].replace(CUT, '');
    const core = name.replace(/(?:小区|社区)$/, '');
    if (core.length > 1 && !NO_HOME.test(core)) homes.push(name);
  }
  const lines = [...text.matchAll(LINE)].map((match) => `${number(match[1])}${match[2]}`);
  const houses = [...text.matchAll(HOUSE)]
    .filter((match) => match[2] !== '号线')
    .map((match) => `${number(match[1])}${match[2] === '号楼' || match[2] === '幢' ? '栋' : match[2]}`);
  return { roads: distinct(roads), homes: distinct(homes), houses: distinct(houses), lines: distinct(lines), spans };
}

const distinct = (names: readonly string[]): string[] => [...new Set(names)];

const CHINESE = '零一二三四五六七八九';

/** Up to 99 in words: house and line numbers are rarely more. */
function number(said: string | undefined): string {
  if (said === undefined || /^\d+$/.test(said)) return String(Number(said ?? 0));
  const [tens, ones] = said.includes('十') ? said.split('十') : ['', said];
  const ten = said.includes('十') ? (tens ? CHINESE.indexOf(tens) : 1) : 0;
  return String(ten * 10 + (ones ? CHINESE.indexOf(ones.slice(-1)) : 0));
}

/** A full written address for reading aloud: road with house number, or community with building. */
const WRITTEN =
  /[^的了在到从往至和与及、,，。.;；:：!！?？\s位于]{2,12}(?:(?:大道|路|街|巷|弄)\d{1,5}(?:-\d{1,4})?(?:号|弄)|(?:小区|花园|家园|公寓|苑|新村|村)\d{1,4}(?:号楼|栋|幢|号))(?:\d{1,3}(?:单元|幢|栋|号楼))?(?:\d{1,5}室)?/;

export function writtenAddress(text: string): string | undefined {
  return /\d/.test(text) ? WRITTEN.exec(text)?.[0] : undefined;
}
