// Results of Aliyun, Tencent and Volcengine speech recognition.
// Sources: Aliyun NLS file transcription and DashScope paraformer, Tencent CreateRecTask, Volcengine docs 6561/120559.
import { MOST_TURNS } from '../../../core/call.ts';
import { Unreadable } from '../../../core/errors.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../../../core/payload.ts';
import { inner, joined, piece, pieces, rowsOf, type Said, seconds, type Transcript } from '../transcript.ts';

/** A task that failed or is still under way has no words: whoever hands it in learns why. */
const unfinished = (why: string): Unreadable => new Unreadable(`the recognition has no result: ${why}`);

export function aliyun(value: Fields): Transcript | undefined {
  const result = [value.Result, value.result, value.output, value].find(isFields);
  const rows = [result?.Sentences, result?.sentences, value.Sentences].find(Array.isArray);
  const files = Array.isArray(result?.transcripts) ? listOf(result.transcripts) : undefined;
  if (!rows && !files) {
    const code = textOf(value.StatusCode);
    const text = textOf(value.StatusText);
    if (code !== '' && 'TaskId' in value && code !== '21050000') throw unfinished(`Aliyun says ${text || code}`);
    return undefined;
  }
  const said = rows ? rowsOf(rows).map((row) => sentence(row)) : (files ?? []).flatMap(ofChannel);
  return { said: byTime(pieces(said)) };
}

const sentence = (row: Fields, channel?: unknown): Said | undefined =>
  piece({
    label: row.SpeakerId ?? row.speaker_id ?? row.ChannelId ?? row.channel_id ?? channel,
    text: row.Text ?? row.text,
    at: row.BeginTime ?? row.begin_time,
    to: row.EndTime ?? row.end_time,
    per: 1000,
  });

const ofChannel = ({ channel_id, sentences, text }: Fields): (Said | undefined)[] =>
  Array.isArray(sentences)
    ? rowsOf(sentences).map((row) => sentence(row, channel_id))
    : [sentence({ text }, channel_id)];

/** Tingwu: paragraphs of one speaker, the words of each with the sentence they belong to. */
export function tingwu(value: Fields): Transcript | undefined {
  const transcription = [value.Transcription, fieldsOf(value.Data).Transcription, value].find(
    (one) => isFields(one) && Array.isArray(one.Paragraphs),
  );
  if (!isFields(transcription)) return undefined;
  const said = rowsOf(transcription.Paragraphs).map(({ SpeakerId, Words }) => {
    const words = listOf(Words);
    return piece({
      label: SpeakerId,
      text: joined(words.map((word) => textOf(word.Text))),
      ...{ at: words[0]?.Start, to: words.at(-1)?.End, per: 1000 },
    });
  });
  return { said: pieces(said) };
}

/** Channels of one call come one after the other; said was what they say in turn. */
export const byTime = (said: Said[]): Said[] =>
  said.every(({ at }) => at !== undefined) ? said.sort((a, b) => (a.at ?? 0) - (b.at ?? 0)) : said;

/** `[0:0.020,0:2.380,1] 文本`: the speaker's number is there only where they are told apart. */
const LINE = /^\[(\d+):(\d+(?:\.\d+)?),(\d+):(\d+(?:\.\d+)?)(?:,(\d+))?\]\s*(.*)$/;

const linesOf = (text: string): Said[] => pieces(text.split('\n', MOST_TURNS + 1).map(fromLine));

/** What the task's callback brings as a form: `text` in lines, `resultDetail` as a text of JSON. */
function called(value: Fields): Transcript | undefined {
  if (!('requestId' in value && 'code' in value && ('text' in value || 'resultDetail' in value))) return undefined;
  if (textOf(value.code) !== '0') throw unfinished(`Tencent says ${textOf(value.message) || textOf(value.code)}`);
  const durationS = seconds(value.audioTime);
  const rows = rowsOf(inner(value.resultDetail)).map(detail);
  return {
    said: rows.length > 0 ? pieces(rows) : linesOf(textOf(value.text)),
    ...(durationS === undefined ? {} : { durationS }),
  };
}

/** The fast edition answers at once, a list for each channel. */
function flash({ flash_result }: Fields): Transcript | undefined {
  if (!Array.isArray(flash_result)) return undefined;
  const channels = listOf(flash_result);
  const said = channels.flatMap(({ channel_id, sentence_list, text }) => {
    const label = channels.length > 1 ? channel_id : undefined;
    const rows = rowsOf(sentence_list);
    if (rows.length === 0) return [piece({ label, text })];
    return rows.map((row) =>
      piece({ label: row.speaker_id ?? label, text: row.text, at: row.start_time, to: row.end_time, per: 1000 }),
    );
  });
  return { said: byTime(pieces(said)) };
}

const detail = (row: Fields): Said | undefined =>
  piece({ label: row.SpeakerId, text: row.FinalSentence, at: row.StartMs, to: row.EndMs, per: 1000 });

export function tencent(value: Fields): Transcript | undefined {
  const other = flash(value) ?? called(value);
  if (other) return other;
  const response = fieldsOf(value.Response);
  // One sentence is answered without a task around it.
  const one = textOf(response.Result);
  if (one !== '') return { said: pieces([piece({ text: one })]) };
  const data = [response.Data, value.Data, value].find(isFields) ?? value;
  const isTask =
    Array.isArray(data.ResultDetail) || 'StatusStr' in data || ('TaskId' in data && !isFields(data.Result));
  if (!isTask) return undefined;
  const durationS = seconds(data.AudioDuration);
  const length = durationS === undefined ? {} : { durationS };
  const rows = rowsOf(data.ResultDetail);
  if (rows.length > 0)
    return {
      said: pieces(rows.map(detail)),
      ...length,
    };
  const text = textOf(data.Result);
  if (text.trim() !== '') return { said: linesOf(text), ...length };
  const status = textOf(data.StatusStr) || textOf(data.Status);
  if (status === '' && !('Result' in data)) return undefined;
  throw unfinished(`Tencent says ${textOf(data.ErrorMsg) || status || 'nothing'}`);
}

function fromLine(line: string): Said | undefined {
  const found = LINE.exec(line.trim());
  if (!found) return piece({ text: line });
  const [, fromMin, fromS, toMin, toS, speaker, text] = found;
  return piece({
    ...{ label: speaker, text },
    at: Number(fromMin) * 60 + Number(fromS),
    to: Number(toMin) * 60 + Number(toS),
  });
}

export function volcengine(value: Fields): Transcript | undefined {
  const results = Array.isArray(value.result)
    ? listOf(value.result)
    : [value.result, value.resp, value].filter(isFields);
  const rows = results.flatMap(({ utterances }) => rowsOf(utterances));
  const timed = rows.filter((row) => 'start_time' in row);
  if (timed.length === 0) {
    const code = textOf(value.code);
    if ('reqid' in value && code !== '' && code !== '1000') throw unfinished(`Volcengine says ${code}`);
    // Without `show_utterances` there are the words alone.
    const words = 'audio_info' in value || 'reqid' in value ? pieces(results.map(({ text }) => piece({ text }))) : [];
    return words.length > 0 ? { said: words } : undefined;
  }
  return {
    said: pieces(
      timed.map((row) => {
        const more = fieldsOf(row.additions);
        const label = row.speaker ?? more.speaker ?? row.channel_id ?? more.channel_id;
        return piece({ label, text: row.text, at: row.start_time, to: row.end_time, per: 1000 });
      }),
    ),
  };
}
