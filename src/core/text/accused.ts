// Accused: which unit, or whose staff, a complaint or report is about.
import type { City, Division, Unit } from '../city.ts';
import { type Lexicon, lexicon, once } from './lexicon.ts';
import { outermost } from './spans.ts';

const ACCUSING = /(?:投诉|举报|检举|控告|控诉|不满)[^,。;!?]{0,8}$/;
const SUING = /(?:起诉|状告|(?:[要想去来]|准备)告)$/;
/** Whoever is named with one of these, in a complaint, is what it is about. */
const PEOPLE =
  /^[^,。;!?]{0,14}(?:工作人员|办事人员|窗口|科长|局长|处长|主任|所长|队长|队员|执法人员|民警|干部|领导|员工|职员|客服|接线员|司机|违规|违法|服务差)/;
/** What only those can have done who are named before it, whether or not anybody says that they complain. */
const DEEDS = [
  '态度|作风|[不乱慢懒]作为|推诿|踢皮球|推卸|推脱|敷衍|刁难|为难|不耐烦|难听|拖延|拖着|一拖再拖|卡着|故意|偏袒|包庇|袒护|不公|冤枉',
  '粗暴|野蛮|恶劣|威胁|恐吓|辱骂|骂[人我了老]|打[人我了伤]|殴打|动手|推倒|追着|砸了|砸我|掀了|猥亵|骚扰|强拆|强制|强行|乱(?:收|罚|贴|开|抄|扣|停|执法)|多收|多扣',
  '索要|索贿|收受|收(?:了)?[^,。;!?]{0,5}(?:好处|红包|回扣|黑钱|贿|礼|烟|酒)|吃拿卡要|吃回扣|受贿|贪污|私吞|截留|挪用|克扣|冒领|勾结|串通|通风报信|保护伞|以权谋私|走后门|暗箱|是亲戚|滥用职权|失职|渎职|打击报复|泄露|造假|作假',
  '拒载|甩客|甩站|不停车|飞站|拒不|拒绝|不(?:给|予|肯|批|赔|立案|出警|受理|答复|回复|通知|报销|认账|承认)|[算弄搞录登]错|挖断|挖坏',
].join('|');
const DEED = new RegExp(`^(?:[^,。;!?]{0,14}|[^,。;!?]{0,8},(?:[^,。;!?]{0,4}(?:人员|部门)|窗口)?)(?:${DEEDS})`);
/** Of people known by what they do (城管队员) it is enough that they look away. */
const LAX = /^[^,。;!?]{0,14}(?:不理|不管|违规|违法)/;
/** 向城管局反映 and 已报给城管局: the unit is told, not blamed. */
const TOLD = /(?:向|给|跟|找|报|致电|拨打|希望|请|建议|求|联系|咨询|感谢)[^,。;!?]{0,4}$/;
/** 公安局门口的车: the unit is where it is, nothing more. */
const BESIDE =
  /^(?:的)?(?:大门|大?门口|门前|旁|对面|附近|周边|前面|后面|背后|隔壁|楼下|边上|宿舍|家属|小区|路口|公交站|对过)/;

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

/** Codes of the units blamed, each once, in order of the text. `complains`: the words as a whole complain or report, so naming is blaming. */
export function accused(text: string, city: City, complains: boolean): string[] {
  const { units, staff, divisions } = names(city);
  const blamed = new Set<string>();
  const look = (lexicon: Lexicon<Unit>, named: RegExp): void => {
    for (const { at, word, value } of outermost(lexicon.scan(text))) {
      const before = text.slice(Math.max(0, at - 16), at);
      const after = text.slice(at + word.length, at + word.length + 24);
      if (BESIDE.test(after)) continue;
      const told = TOLD.test(before);
      const pointed = complains && (ACCUSING.test(before) || (named.test(after) && !told));
      if (pointed || SUING.test(before) || (DEED.test(after) && !told))
        blamed.add(districtsOwn(before, value, divisions, city));
    }
  };
  look(units, PEOPLE);
  look(staff, LAX);
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
