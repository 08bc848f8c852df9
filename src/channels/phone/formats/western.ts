// Results of Whisper, Deepgram, AssemblyAI, Rev, Canary and Parakeet, and WTF, the World Transcription Format they all become.
// Source: draft-howe-vcon-wtf-extension and the vendors' own documents.
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../../../core/payload.ts';
import { joined, piece, pieces, rowsOf, type Said, sayings, seconds, type Transcript } from '../transcript.ts';

const length = (value: unknown): { durationS?: number } => {
  const durationS = seconds(value);
  return durationS === undefined ? {} : { durationS };
};

/** `transcript` with its segments; without segments the words, without words the text alone. */
export function wtf(value: Fields): Transcript | undefined {
  const { transcript, segments, words } = value;
  if (!isFields(transcript) || !('text' in transcript) || !(Array.isArray(segments) || 'metadata' in value))
    return undefined;
  const said = pieces(rowsOf(segments).map((one) => segment(one)));
  const heard = said.length > 0 ? said : sayings(pieces(listOf(words).map((one) => segment(one))));
  const all = heard.length > 0 ? heard : pieces([piece({ text: transcript.text })]);
  return { said: all, ...length(transcript.duration) };
}

const segment = (one: Fields): Said | undefined =>
  piece({
    label: one.speaker ?? one.speaker_label ?? one.channel,
    text: one.text ?? one.transcript,
    at: one.start,
    to: one.end,
    confidence: one.confidence,
  });

/** Whisper's verbose JSON and everything shaped like it. Whisper itself tells no speakers apart; what runs after it may. */
export function whisper(value: Fields): Transcript | undefined {
  const { segments, text } = value;
  const isAlone = Object.keys(value).every((name) => ALONE.includes(name));
  if (!Array.isArray(segments) && !(('language' in value || isAlone) && typeof text === 'string')) return undefined;
  const rows = rowsOf(segments).filter((one) => 'text' in one);
  if (rows.length === 0 && (typeof text !== 'string' || Array.isArray(value.words))) return undefined;
  const said = pieces(rows.map((one) => segment(one)));
  return { said: said.length > 0 ? said : pieces([piece({ text })]), ...length(value.duration) };
}

/** Of an answer that was asked for the words and nothing else. */
const ALONE = ['text', 'task', 'duration', 'usage', 'logprobs'];

/** whisper.cpp: `transcription`, with offsets in milliseconds. */
export function whisperCpp({ transcription }: Fields): Transcript | undefined {
  if (!Array.isArray(transcription)) return undefined;
  const said = rowsOf(transcription).map(({ text, offsets, speaker }) => {
    const { from, to } = fieldsOf(offsets);
    return piece({ label: speaker, text, at: from, to, per: 1000 });
  });
  return { said: pieces(said) };
}

export function deepgram(value: Fields): Transcript | undefined {
  const results = fieldsOf(value.results);
  if (!Array.isArray(results.channels)) return undefined;
  const { duration } = fieldsOf(value.metadata);
  const utterances = rowsOf(results.utterances);
  if (utterances.length > 0) return { said: pieces(utterances.map((one) => segment(one))), ...length(duration) };
  const channels = listOf(results.channels);
  const said = channels.flatMap((channel, at) => {
    const best = listOf(channel.alternatives)[0];
    const words = listOf(best?.words);
    // One channel a speaker, or speakers told apart within one.
    const label = (word: Fields) => word.speaker ?? (channels.length > 1 ? at : undefined);
    const heard = pieces(
      words.map((word) =>
        piece({ label: label(word), text: word.punctuated_word ?? word.word, at: word.start, to: word.end }),
      ),
    );
    return heard.length > 0 ? sayings(heard) : pieces([piece({ label: label({}), text: best?.transcript })]);
  });
  const timed = said.every(({ at }) => at !== undefined);
  return { said: timed ? said.sort((a, b) => (a.at ?? 0) - (b.at ?? 0)) : said, ...length(duration) };
}

/** Utterances where speakers were asked for. The service counts in milliseconds; exports of it may count in seconds. */
export function assemblyai(value: Fields): Transcript | undefined {
  const { words, utterances, text } = value;
  const isIts = 'audio_duration' in value || (Array.isArray(utterances) && 'language_code' in value);
  if (!isIts) return undefined;
  const rows = listOf(utterances).length > 0 ? listOf(utterances) : listOf(words);
  const total = seconds(value.audio_duration);
  const last = seconds(rows.at(-1)?.end) ?? 0;
  const per = total !== undefined && last > total * 20 ? 1000 : 1;
  const said = pieces(
    rows.map((one) =>
      piece({ label: one.speaker, text: one.text, at: one.start, to: one.end, confidence: one.confidence, per }),
    ),
  );
  const heard = listOf(utterances).length > 0 ? said : sayings(said);
  return { said: heard.length > 0 ? heard : pieces([piece({ text })]), ...length(total) };
}

/** Words and marks are elements; where spaces are elements too, they are written as they stand. */
export function rev(value: Fields): Transcript | undefined {
  const rows = [value.monologues, value.monologue].find((one) => Array.isArray(one) || isFields(one));
  if (rows === undefined) return undefined;
  const said = (isFields(rows) ? [rows] : listOf(rows)).map(({ speaker, elements }) => {
    const parts = listOf(elements);
    const words = parts.map((one) => textOf(one.value));
    const text = words.includes(' ') ? words.join('') : joined(words);
    const at = parts.find((one) => 'ts' in one)?.ts;
    return piece({ label: speaker, text, at, to: parts.findLast((one) => 'end_ts' in one)?.end_ts });
  });
  return { said: pieces(said), ...length(value.duration_seconds) };
}
