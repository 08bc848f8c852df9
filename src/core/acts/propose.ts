// Propose: what a language model made of a case becomes proposals marked as machine-made, with its words sealed in a note of the case.
import type { Case, Proposal } from '../case.ts';
import { type Acted, type ActGiven, at, auditLine, caseEvent, next } from './record.ts';
import { wordsOf } from './words.ts';

/** Who proposes, in trail and proposals. */
export const ASSISTANT = 'assistant';

export interface Suggested {
  readonly title: string;
  /** A code of the catalogue. */
  readonly category?: string;
  /** A draft; nobody but a person sends it. */
  readonly answer?: string;
  readonly model: string;
}

/** Changes nothing but the list of proposals. The case with its `said`, for the note is sealed with it. */
export function propose(c: Case, { title, category, answer, model }: Suggested, given: ActGiven): Acted {
  const note = noteOf(c, title, answer, model, given);
  const made = { by: ASSISTANT, machine: true, model };
  const asks = (type: Proposal['type'], reason: string, value: Record<string, unknown>): Proposal => ({
    ...{ id: `pro_${given.ulid()}`, type, reason, at: at(given) },
    value: { ...made, ...value },
  });
  const rule = given.city.categories.find(({ code }) => code === category);
  const other = rule && rule.code !== c.category[0]?.code;
  const proposals = [
    asks('review', '机器拟的标题和答复草稿，未经审核，见工单记录。', { step: ASSISTANT, note: note.id }),
    ...(other ? [asks('category', `机器认为应归“${rule.name}”类，未经审核。`, { category: { code: rule.code } })] : []),
  ];
  const changed = next(c, { messages: c.messages + 1, proposals: [...c.proposals, ...proposals] }, given);
  const told = { proposals: proposals.map(({ id, type }) => ({ id, type })), machine: true };
  return {
    case: changed,
    events: [caseEvent('case.proposed', changed, given, told)],
    audit: auditLine('case.propose', c.no, undefined, { model, proposals: proposals.length }, given),
    note,
  };
}

function noteOf(c: Case, title: string, answer: string | undefined, model: string, given: ActGiven) {
  const draft = answer === undefined ? '' : `\n答复草稿：${answer}`;
  const text = `【机器拟稿，未经审核，不得直接发出】\n标题：${title}${draft}`;
  return wordsOf(c, 'note', text, { code: ASSISTANT, name: `机器拟稿（${model}）` }, given, ASSISTANT);
}
