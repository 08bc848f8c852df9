// Results of Aliyun, Tencent and Volcengine speech recognition.
// Sources: Aliyun NLS file transcription and DashScope paraformer, Tencent CreateRecTask, Volcengine docs 6561/120559.
import { Unreadable } from '../../../core/errors.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../../../core/payload.ts';
import { piece, pieces, type Said, seconds, type Transcript } from '../transcript.ts';

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
  const said = rows ? listOf(rows).map((row) => sentence(row)) : (files ?? []).flatMap(ofChannel);
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

const ofChannel = ({ channel_id, sentences }: Fields): (Said | undefined)[] =>
  listOf(sentences).map((row) => sentence(row, channel_id));

/** Channels of one call come one after the other; said was what they say in turn. */
export const byTime = (said: Said[]): Said[] =>
  said.every(({ at }) => at !== undefined) ? said.sort((a, b) => (a.at ?? 0) - (b.at ?? 0)) : said;

/** `[0:0.020,0:2.380,1] 文本`: the speaker's number is there only where they are told apart. */
const LINE = /^\[(\d+):(\d+(?:\.\d+)?),(\d+):(\d+(?:\.\d+)?)(?:,(\d+))?\]\s*(.*)$/;

export function tencent(value: Fields): Transcript | undefined {
  const response = fieldsOf(value.Response);
  const data = [response.Data, value.Data, value].find(isFields) ?? value;
  const isTask =
    Array.isArray(data.ResultDetail) || 'StatusStr' in data || ('TaskId' in data && !isFields(data.Result));
  if (!isTask) return undefined;
  const durationS = seconds(data.AudioDuration);
  const length = durationS === undefined ? {} : { durationS };
  const rows = listOf(data.ResultDetail);
  if (rows.length > 0)
    return {
      said: pieces(
        rows.map((row) =>
          piece({ label: row.SpeakerId, text: row.FinalSentence, at: row.StartMs, to: row.EndMs, per: 1000 }),
        ),
      ),
      ...length,
    };
  const text = textOf(data.Result);
  if (text.trim() !== '') return { said: pieces(text.split('\n').map(fromLine)), ...length };
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
  const rows = results.flatMap(({ utterances }) => listOf(utterances));
  const timed = rows.filter((row) => 'start_time' in row);
  if (timed.length === 0) {
    const code = textOf(value.code);
    if ('reqid' in value && code !== '' && code !== '1000') throw unfinished(`Volcengine says ${code}`);
    return undefined;
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
