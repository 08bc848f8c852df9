// The writer thread: the synchronous store behind a message port. One batch of calls in, one batch of answers out.
import { parentPort, workerData } from 'node:worker_threads';
import type { Direct } from '../direct.ts';
import { explain } from './errors.ts';
import { openSqlite } from './store.ts';
import { type Answered, type Asked, faultOf, type Said, type WorkerStart } from './wire.ts';

const port = parentPort;
if (!port) throw new Error('worker.ts runs in a worker thread only');
const start: WorkerStart = workerData;

function say(said: Said, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(said, transfer);
}

function open(): Direct | undefined {
  try {
    const onFatal = (error: unknown): void => say({ fatal: faultOf(explain(error, start.file)) });
    const store = openSqlite({ ...start, onFatal });
    say({ ready: true, epoch: store.epoch });
    return store;
  } catch (error) {
    say({ ready: false, fault: faultOf(error) });
    return undefined;
  }
}

const failed = (id: number, error: unknown): Answered => ({
  id,
  ok: false,
  fault: faultOf(explain(error, start.file)),
});

/** An answer, or nothing yet when the call waits (backup): then it follows alone. */
function answer(store: Direct, { id, call, args }: Asked): Answered | undefined {
  try {
    const value: unknown = Reflect.apply(store[call], store, args);
    if (!(value instanceof Promise)) return { id, ok: true, value };
    value.then(
      (late: unknown) => say({ answers: [{ id, ok: true, value: late }] }),
      (error: unknown) => say({ answers: [failed(id, error)] }),
    );
    return undefined;
  } catch (error) {
    return failed(id, error);
  }
}

/** Large attachments change hands instead of being copied. */
function buffersOf(answers: readonly Answered[]): ArrayBuffer[] {
  return answers.flatMap((a) => {
    const value = a.ok ? a.value : undefined;
    if (typeof value !== 'object' || value === null || !('bytes' in value)) return [];
    const { bytes } = value;
    const whole = bytes instanceof Uint8Array && bytes.buffer instanceof ArrayBuffer && bytes.byteLength > 65_536;
    return whole && bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
      ? [bytes.buffer]
      : [];
  });
}

const store = open();
if (store) {
  port.on('message', (batch: readonly Asked[]) => {
    const answers = batch.map((asked) => answer(store, asked)).filter((a) => a !== undefined);
    if (answers.length > 0) say({ answers }, buffersOf(answers));
    if (batch.some((asked) => asked.call === 'close')) port.close();
  });
} else {
  port.close();
}
