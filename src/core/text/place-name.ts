// Place name: one written form of the place within its division: road and number, a crossing, a stretch of road, what lies beside it.
import type { Address } from './address.ts';
import { figures, NUMERAL } from './numerals.ts';

const UNIT = '(?:号楼|号|弄|栋|幢)';
const NUMBER = new RegExp(
  `^(?:的|上的?)?(${NUMERAL}{1,7}(?:-${NUMERAL}{1,4})?${UNIT}(?:${NUMERAL}{1,5}${UNIT})?(?:${NUMERAL}{1,3}单元)?(?:${NUMERAL}{1,5}室)?)(?!线|路|公交)`,
);
const EACH = new RegExp(`${NUMERAL}+`, 'g');
const AND = /^(?:与|和|跟|同|及|、|-|\/)$/;
const CROSSING = /^.{0,2}(?:的)?(?:交叉口|交叉路口|交汇|交界|路口|十字路口|口)/;
const TO = /^(?:到|至|往|通往|通向|去往)([^,。;!?的这那一段之间路]{2,8}(?:路|街|大道)?)(?:的|之间|段|这|那|,|。|$)/;
const BESIDE = /^(?:的)?(对面|旁边|附近|隔壁|后面|东侧|西侧|南侧|北侧|东面|西面|南面|北面)/;

/** `address` was read from the same text. Undefined where no name is precise enough. */
export function placeName(text: string, address: Address): string | undefined {
  const { spans } = address;
  for (const [index, { from, to }] of spans.entries()) {
    const road = text.slice(from, to);
    const after = text.slice(to, to + 24);
    const number = NUMBER.exec(after)?.[1];
    if (number !== undefined) return beside(road + number.replace(EACH, figures), after.slice(number.length));
    const next = spans[index + 1];
    if (next !== undefined && AND.test(text.slice(to, next.from)) && CROSSING.test(text.slice(next.to, next.to + 8)))
      return `${road}与${text.slice(next.from, next.to)}路口`;
    const target = TO.exec(after)?.[1];
    if (target !== undefined) return `${road}至${target}`;
  }
  return homeOf(text, address) ?? address.written;
}

function homeOf(text: string, { homes }: Address): string | undefined {
  for (const home of homes) {
    const end = text.indexOf(home) + home.length;
    const after = text.slice(end, end + 24);
    const number = NUMBER.exec(after)?.[1];
    if (number !== undefined) return beside(home + number.replace(EACH, figures), after.slice(number.length));
  }
  return undefined;
}

const beside = (name: string, after: string): string => name + (BESIDE.exec(after)?.[1] ?? '');
