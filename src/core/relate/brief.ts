// Brief words: what a chat holds, far shorter than what the model learnt from. There it takes a street for a matter, and a sigh for a sign.
import { readMarks } from '../text/conflicts.ts';
import { bare } from '../text/normalise.ts';
import { withoutPhrases } from './phrases.ts';

/** Shorter than nearly all messages the model was trained on; with a title of its own it knows shorter ones. */
const BRIEF = 100;
const BRIEF_TITLED = 40;
/** How much of the lesser trouble the other tells, too: where both are of one category, and where they are not. */
const ONE_KIND = 0.4;
const OTHER_KIND = 0.7;
/** With two characters before it the end of a name: 第一医院, 城中村. */
const NAMED =
  /[\p{Script=Han}\d]{2}(?:医院|小学|中学|学校|学院|大学|幼儿园|公园|广场|菜场|菜市场|商场|超市|车站|地铁站|大桥|工地|大厦|酒店|派出所|服务中心|体育馆|图书馆|山庄|苑|村)/gu;
const PLACE =
  /[\p{Script=Han}\d]{1,8}?(?:街道|大道|路口|小区|社区|花园|家园|公寓|新村|路|街|巷|弄|苑|村|镇|乡|区|县|市|湾|桥)|\d+(?:-\d+)?(?:号楼|号|幢|栋|楼|室|单元|层)?|门口|对面|旁边|附近|里面/gu;
/** Letters of any complaint: who shares only these shares no trouble. */
const COMMON = new Set(
  '的了在是有没不无被把给让坏修好很太都也就还又再已经这那我们你他她请求问啊吗呢吧呀啦一二两三四五六七八九十几个多天日月年小时到来去上下里前后得着过人家老能可以要会望处理解决希帮忙管',
);

export const isBrief = (masked: string): boolean =>
  bare(withoutPhrases(masked)).length < (masked.includes('\n') ? BRIEF_TITLED : BRIEF);

/** Both name one place smaller than a district, and tell one trouble of it. `alike`: they are of one category. */
export function oneTrouble(one: string, other: string, alike: boolean): boolean {
  const [mine, theirs] = [namesIn(one), namesIn(other)];
  if (!mine.some((name) => other.includes(name)) && !theirs.some((name) => one.includes(name))) return false;
  const [a, b] = [troubleOf(one), troubleOf(other)];
  const shared = [...a].filter((letter) => b.has(letter)).length;
  return shared >= Math.min(a.size, b.size) * (alike ? ONE_KIND : OTHER_KIND);
}

function namesIn(masked: string): string[] {
  const { roads, homes, lines } = readMarks(masked);
  const written = [...roads, ...homes].map((name) =>
    name.replace(/(?:小区|社区)$/, '').replace(/^\p{Script=Han}{1,3}[市区县]/u, ''),
  );
  const ridden = lines.flatMap((line) => [`${line}路`, `${line}号线`]);
  return [...written, ...ridden, ...(masked.match(NAMED) ?? [])].filter((name) => name.length > 1);
}

const troubleOf = (masked: string): Set<string> =>
  new Set(
    [...withoutPhrases(masked).replace(PLACE, ' ')].filter((letter) => /\p{L}/u.test(letter) && !COMMON.has(letter)),
  );
