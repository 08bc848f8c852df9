// Explaining: why two were joined or not, in one Chinese sentence an operator understands.
import type { Weighed } from '../draft.ts';
import type { Reason } from './relate-against.ts';

export interface Explained {
  readonly band: Weighed['band'];
  readonly score: number;
  readonly against: readonly Reason[];
  /** What both say, the weightiest first. */
  readonly words: readonly string[];
  readonly days: number;
  readonly exact: boolean;
}

const BAND = { sure: '判为同一事项', unsure: '可能是同一事项，请人工判断', new: '判为不同事项' };
const DIFFERENT: Readonly<Record<Reason['what'], string>> = {
  division: '所在区划不同',
  kind: '一件是表扬，另一件不是',
  road: '说的不是同一条路',
  community: '说的不是同一个小区',
  name: '说的名称不同',
  house: '门牌或楼栋号不同',
  line: '线路不同',
  date: '日期不同',
  number: '数字不同',
  opposite: '说的是相反的情况',
  silent: '有一件太短，又没有具体地点',
  long: '隔得太久，可能是又一次发生',
  brief: '文字很短，看不出是同一处的同一个问题',
};

/** Undefined: nothing alike was found. */
export function explain(found: Explained | undefined): string {
  if (found === undefined) return '判为新事项：此前没有相近的来件。';
  const { band, score, against, words, days, exact } = found;
  const both = exact
    ? '两件文字完全相同'
    : words.length === 0
      ? '两件没有共同的名称或说法'
      : `两件都提到${words.map((one) => `“${one}”`).join('、')}`;
  const differs = against.map((reason) => difference(reason));
  const but = differs.length === 0 ? '' : `，但${differs.join('，')}`;
  return `${BAND[band]}（把握 ${Math.round(score * 100)}%）：${both}${but}，相隔 ${days} 天。`;
}

function difference({ what, one, other }: Reason): string {
  return one === undefined || other === undefined ? DIFFERENT[what] : `${DIFFERENT[what]}（“${one}”与“${other}”）`;
}
