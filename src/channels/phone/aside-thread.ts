// The thread heavy hand-ins of calls are read in, one at a time.
import { parentPort } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { Unreadable } from '../../core/errors.ts';
import { type Question, type Reply, settingsOf } from './aside.ts';
import { readPayload } from './body.ts';
import { isTooLong, tooMany } from './records/lists.ts';
import { soundsIn, textIn } from './sounds.ts';

/** From here on, to the store's thread too, recordings are only handed over. */
function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

function answer(question: Question): Reply {
  const { content, beside } = question;
  const settings = settingsOf(question);
  // Not everything reads shared memory: it is copied here, where nobody waits.
  const body = typeof content === 'string' ? content : textIn(new Uint8Array(content));
  if (isTooLong(body, question.source.columns)) throw tooMany();
  const { talk, rows } = readPayload({ ...beside, body }, settings);
  const packed = gzipSync(body, { level: 1 }).toString('base64');
  const sounds = soundsIn(body).map((sound) => ({ ...sound, bytes: shared(sound.bytes) }));
  return { packed, sounds, found: { ...(talk ? { talk } : {}), ...(rows ? { rows } : {}) } };
}

parentPort?.on('message', (question: Question) => {
  try {
    parentPort?.postMessage(answer(question));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { message, field } = error;
    parentPort?.postMessage({ refused: message, ...(field === undefined ? {} : { field }) } satisfies Reply);
  }
});
