// Answered: was the citizen answered on the line? Said outright it stands; else a department's own words decide, and any promise speaks against it.
import type { Turn } from '../../core/call.ts';
import type { LineAnswer } from '../../core/message.ts';
import { cut } from '../../core/payload.ts';
import type { SaidAnswered, Told } from './told.ts';

/** Somebody is to do or find out something: then the case is not over, whatever was said before. */
const PROMISES =
  /登记|记录(?:下来|一下)|工单|转(?:给|交|办|达|派|接给|到)|派(?:单|人|员|发)|安排(?:人|工作人员|师傅|维修)?|核实|查(?:一下|证|清)|了解(?:一下|情况)|回复您|答复您|联系您|回(?:您|个)?电|稍后|尽快|上门|现场(?:查看|处理|核查)|跟进|督促|反馈|处理(?:一下|好|掉)|会(?:去|派|来)|(?:we|i) will|get back to you|send (?:someone|somebody)|look into/i;
const TOO_LITTLE = 12;
const LONGEST = 20_000;

/** Undefined where the case is still to be dealt with. */
export function answerIn(turns: readonly Turn[], told: Told): LineAnswer | undefined {
  if (told.answered === false) return undefined;
  if (told.answered === undefined) return byDepartment(turns);
  return said(turns, told.answered === true ? {} : told.answered);
}

/** A three-way call in which the department explained, and nobody promised to do something later. */
function byDepartment(turns: readonly Turn[]): LineAnswer | undefined {
  const joined = turns.findIndex(({ speaker }) => speaker === 'department');
  if (joined < 0) return undefined;
  const own = turns.filter(({ speaker }) => speaker === 'department');
  const text = own.map((turn) => turn.text).join('\n');
  const since = turns.slice(joined).filter(({ speaker }) => speaker !== 'citizen');
  if (text.length < TOO_LITTLE || since.some((turn) => PROMISES.test(turn.text))) return undefined;
  return said(turns, { by: 'department' });
}

/** Of the operator what was said after the citizen had begun to speak. */
function said(turns: readonly Turn[], { by, unit, speaker, text }: SaidAnswered): LineAnswer | undefined {
  const who = by ?? (turns.some((turn) => turn.speaker === 'department') ? 'department' : 'operator');
  const from = turns.findIndex((turn) => turn.speaker === 'citizen');
  const own = turns.filter((turn, at) => turn.speaker === (who === 'department' ? 'department' : 'agent') && at > from);
  const words = text ?? own.map((turn) => turn.text).join('\n');
  if (words.trim() === '') return undefined;
  const named = speaker ?? own[0]?.who;
  return { by: who, text: cut(words, LONGEST), ...(unit ? { unit } : {}), ...(named ? { speaker: named } : {}) };
}
