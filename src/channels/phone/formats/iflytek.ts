// Results of iFlytek's long-form transcription: JSON that holds a text of JSON that holds texts of JSON.
// Source: iFlytek lfasr (ifasr_llm, office-api-ist), fields orderResult, lattice, json_1best, st.
import { Unreadable } from '../../../core/errors.ts';
import { type Fields, fieldsOf, listOf, textOf } from '../../../core/payload.ts';
import { inner, innerFields, piece, pieces, rowsOf, type Said, type Transcript } from '../transcript.ts';

export function iflytek(value: Fields): Transcript | undefined {
  const content = fieldsOf(value.content);
  const order = [content.orderResult, value.orderResult].find((one) => one !== undefined && one !== '');
  const result = order === undefined ? value : innerFields(order);
  const lattice = [result.lattice, result.lattice2].find(Array.isArray);
  if (lattice) return { said: pieces(rowsOf(lattice).map(ofLattice)) };
  const older = oldRows(value);
  if (older) return { said: older };
  if ('orderInfo' in content || ('descInfo' in value && 'code' in value))
    throw new Unreadable(`the recognition has no result: iFlytek says ${textOf(value.descInfo) || 'nothing'}`);
  return undefined;
}

/** `rl` is the role; "0" means that roles were not told apart. `wp` s is a filler word, g a separator. */
function ofLattice(row: Fields): Said | undefined {
  const { st } = innerFields(row.json_1best);
  const sentence = fieldsOf(st);
  const words = listOf(sentence.rt).flatMap(({ ws }) => listOf(ws).map(({ cw }) => listOf(cw)[0]));
  const text = words.map((word) => (word && !['s', 'g'].includes(textOf(word.wp)) ? textOf(word.w) : '')).join('');
  const role = textOf(sentence.rl) || textOf(row.spk);
  return piece({
    label: role === '0' ? '' : role,
    text,
    at: sentence.bg,
    to: sentence.ed,
    confidence: sentence.sc,
    per: 1000,
  });
}

/** The first edition: `data` is a text of JSON, a list of {bg, ed, onebest, speaker}. */
function oldRows({ data }: Fields): Said[] | undefined {
  const rows = inner(data);
  if (!listOf(rows).some((row) => 'onebest' in row)) return undefined;
  return pieces(
    rowsOf(rows).map(({ bg, ed, onebest, speaker }) =>
      piece({ label: textOf(speaker) === '0' ? '' : speaker, text: onebest, at: bg, to: ed, per: 1000 }),
    ),
  );
}
