// Results of FunASR: the messages of its websocket service, and what AutoModel answers.
// Source: FunASR runtime/docs/websocket_protocol_zh.md; `timestamp` is a text of JSON, `is_final` contradicts itself.
import { type Fields, textOf } from '../../../core/payload.ts';
import { piece, pieces, rowsOf, type Said, type Transcript } from '../transcript.ts';

export function funasr(value: Fields): Transcript | undefined {
  const { mode, stamp_sents, sentence_info, text } = value;
  const spoken = Array.isArray(sentence_info) ? rowsOf(sentence_info).map(ofSentence) : [];
  if (spoken.length > 0) return { said: pieces(spoken) };
  const stamped = Array.isArray(stamp_sents) ? rowsOf(stamp_sents).map(ofStamp) : [];
  if (stamped.length > 0) return { said: pieces(stamped) };
  const isFun = ['offline', 'online', '2pass-online', '2pass-offline'].includes(textOf(mode)) || 'wav_name' in value;
  if (!isFun && !('key' in value && ('timestamp' in value || textOf(text).startsWith('<|')))) return undefined;
  return { said: pieces([piece({ text: spaced(textOf(text)) })]) };
}

const ofSentence = ({ spk, text, sentence, start, end }: Fields): Said | undefined =>
  piece({ label: spk, text: spaced(textOf(text ?? sentence)), at: start, to: end, per: 1000 });

const ofStamp = ({ text_seg, punc, start, end, spk }: Fields): Said | undefined =>
  piece({ label: spk, text: `${spaced(textOf(text_seg))}${textOf(punc)}`, at: start, to: end, per: 1000 });

/** A space stands between every two characters: between Chinese ones it means nothing. `<|zh|><|HAPPY|>` are SenseVoice's marks. */
const spaced = (text: string): string =>
  text.replace(/<\|[^|>]{1,30}\|>/g, '').replace(/(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu, '');

/** Half a sentence, still being heard: the same will come again whole. */
export const isInterim = ({ mode }: Fields): boolean => ['online', '2pass-online'].includes(textOf(mode));
