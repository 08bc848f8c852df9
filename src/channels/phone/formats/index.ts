// Formats: finds out by the payload itself whose transcript it is. The more telling shapes are asked first.
import { Unreadable } from '../../../core/errors.ts';
import { type Fields, fieldsOf, isFields, listOf } from '../../../core/payload.ts';
import { piece, pieces, rowsOf, type Transcript } from '../transcript.ts';
import { captions, isSrt, isVtt } from './captions.ts';
import { aliyun, tencent, tingwu, volcengine } from './clouds.ts';
import { funasr } from './funasr.ts';
import { iflytek } from './iflytek.ts';
import { plain } from './plain.ts';
import { assemblyai, deepgram, rev, whisper, whisperCpp, wtf } from './western.ts';

type Reads = (value: Fields) => Transcript | undefined;

const READERS: readonly Reads[] = [
  wtf,
  deepgram,
  rev,
  assemblyai,
  tingwu,
  aliyun,
  tencent,
  iflytek,
  volcengine,
  funasr,
  turns,
  whisperCpp,
  whisper,
];

/** A list of who said what under the names such lists usually have: what a city's own programs write. */
function turns(value: Fields): Transcript | undefined {
  const rows = [value.turns, value.dialogue, value.sentences, value.messages].find(Array.isArray);
  if (!rows) return undefined;
  const said = rowsOf(rows).map((row) =>
    piece({
      label: row.speaker ?? row.role ?? row.spk ?? row.speaker_id ?? row.parties,
      text: row.text ?? row.content ?? row.message,
      at: row.at ?? row.start ?? row.start_time,
      to: row.to ?? row.end ?? row.end_time,
      confidence: row.confidence,
    }),
  );
  return pieces(said).length > 0 || listOf(rows).length === 0 ? { said: pieces(said) } : undefined;
}

/** Undefined when it is no transcript of anybody's. Throws Unreadable where a vendor says that there is no result. */
export function transcriptIn(value: unknown): Transcript | undefined {
  if (Array.isArray(value)) return listed(listOf(value));
  if (!isFields(value)) return undefined;
  for (const reads of READERS) {
    const found = reads(value);
    if (found) return found;
  }
  return undefined;
}

/** FunASR answers a list of results; others a bare list of sayings. */
function listed(rows: readonly Fields[]): Transcript | undefined {
  const [first] = rows;
  if (!first) return undefined;
  const each = rows.map((row) => funasr(row));
  if (each.every((one) => one !== undefined)) return { said: each.flatMap((one) => one?.said ?? []) };
  return turns({ turns: rows });
}

/** Text that is no JSON: captions, or lines of speakers. */
export function textTranscript(text: string): Transcript {
  const lines = text.replace(/\r\n?/g, '\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes of a sound file are no words
  if (/[\u0000-\u0008\u000e-\u001f]/.test(lines.slice(0, 4096)))
    throw new Unreadable('this is no text, but bytes of something else', 'body');
  return isVtt(lines) || isSrt(lines) ? captions(lines) : plain(lines);
}

/** Text or JSON, as analyses of a vCon carry it. */
export const anyTranscript = (value: unknown): Transcript | undefined =>
  typeof value === 'string' ? textTranscript(value) : (transcriptIn(value) ?? transcriptIn(fieldsOf(value).transcript));
