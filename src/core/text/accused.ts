// Accused: which unit, or whose staff, a complaint or report is about.
import type { City, Division, Unit } from '../city.ts';
import { type Lexicon, lexicon, once } from './lexicon.ts';
import { outermost } from './spans.ts';

const ACCUSING = /(?:投诉|举报|检举|控告|控诉)[^,。;!?]{0,8}$/;
const STAFF =
  /^[^。;!?]{0,14}(?:工作人员|办事人员|窗口|科长|局长|处长|主任|所长|队长|队员|执法人员|民警|干部|领导|员工|职员|客服|接线员|司机|态度|不作为|乱作为|慢作为|推诿|踢皮球|推卸|敷衍|刁难|吃拿卡要|索要|收受|包庇|打人|骂人|殴打|辱骂|滥用职权|以权谋私|乱收费|乱罚款|多收|勾结|服务差|失职|渎职|违规|违法|贪污|受贿|私吞|克扣)/;
/** 向城管局反映 and 已报给城管局: the unit is told, not blamed. */
const TOLD = /(?:向|给|跟|找|致电|拨打|希望|请|建议|求|联系|咨询|感谢)[^,。;!?]{0,4}$/;

/** After somebody's own name (公交司机, 城管队员): what they are blamed for. */
const DEED =
  /^[^。;!?]{0,14}(?:态度|不作为|乱作为|慢作为|推诿|踢皮球|敷衍|刁难|吃拿卡要|索要|收受|包庇|打人|骂人|殴打|辱骂|骂了|打了|滥用职权|以权谋私|乱收费|乱罚款|多收|勾结|失职|渎职|拒载|甩客|不停车|飞站|粗暴|野蛮|恶劣|威胁|违规|违法|受贿|不理|不管)/;

interface Names {
  readonly units: Lexicon<Unit>;
  readonly staff: Lexicon<Unit>;
  readonly divisions: readonly Division[];
}

const names = once(
  (city: City): Names => ({
    units: lexicon(
      city.units.flatMap((unit) => [unit.name, ...unit.aliases].map((name): [string, Unit] => [name, unit])),
    ),
    staff: lexicon(city.units.flatMap((unit) => (unit.staff ?? []).map((word): [string, Unit] => [word, unit]))),
    divisions: city.divisions.filter((division) => division.code.length === 6 && division.code !== city.tenant),
  }),
);

/** Codes of the units complained about, each once, in order of the text. */
export function accused(text: string, city: City): string[] {
  const { units, staff, divisions } = names(city);
  const blamed = new Set<string>();
  for (const { at, word, value } of outermost(units.scan(text))) {
    const before = text.slice(Math.max(0, at - 16), at);
    const after = text.slice(at + word.length, at + word.length + 24);
    const accusing = ACCUSING.test(before) || (STAFF.test(after) && !TOLD.test(before));
    if (accusing) blamed.add(districtsOwn(before, value, divisions, city));
  }
  for (const { at, word, value } of outermost(staff.scan(text))) {
    const before = text.slice(Math.max(0, at - 16), at);
    const after = text.slice(at + word.length, at + word.length + 24);
    if (ACCUSING.test(before) || (DEED.test(after) && !TOLD.test(before)))
      blamed.add(districtsOwn(before, value, divisions, city));
  }
  return [...blamed];
}

/** 江北区城管局 is the district's organ, not the city's: the district answers for it. */
function districtsOwn(before: string, unit: Unit, divisions: readonly Division[], city: City): string {
  if (unit.division !== undefined) return unit.code;
  const district = divisions.find(
    (one) => before.endsWith(one.name) || one.aliases.some((alias) => before.endsWith(alias)),
  );
  const own = district && city.units.find((one) => one.division === district.code);
  return own?.code ?? unit.code;
}
