// The writer thread: the synchronous store behind a message port. What waits when a commit ends shares the next one.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Call } from '../direct.ts';
import { explain } from './errors.ts';
import { openSqlite, type SqliteStore } from './store.ts';
import { type Answered, type Asked, errorOf, faultOf, type Said, type WorkerStart } from './wire.ts';

const port = parentPort;
if (!port) throw new Error('worker.ts runs in a worker thread only');
const start: WorkerStart = workerData;

function say(said: Said, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(said, transfer);
}

function open(): SqliteStore | undefined {
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
function answer(store: SqliteStore, { id, call, args }: Asked): Answered | undefined {
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

/** Calls that may share a transaction; the others manage their own, or wait. */
const SHARING: ReadonlySet<Call> = new Set([
  'recall',
  'write',
  'settle',
  'change',
  'append',
  'putCalls',
  'readLog',
  'head',
  'findCase',
  'lookup',
  'keyByHash',
  'pending',
]);
const WRITING: ReadonlySet<Call> = new Set(['write', 'settle', 'change', 'append', 'putCalls']);
const MOST = 512;

/** Marks of deliveries ride with new messages: one wait for the disk instead of two. Nobody is answered before the commit. */
function answersOf(store: SqliteStore, batch: readonly Asked[]): (Answered | undefined)[] {
  const shares =
    batch.every(({ call }) => SHARING.has(call)) && batch.filter(({ call }) => WRITING.has(call)).length > 1;
  if (!shares) return batch.map((asked) => answer(store, asked));
  try {
    return store.together(() => batch.map((asked) => within(store, asked)));
  } catch (error) {
    return batch.map(({ id }) => failed(id, error));
  }
}

/** A call that fails alone leaves the others standing, unless SQLite gave up the transaction that carries them all. */
function within(store: SqliteStore, asked: Asked): Answered | undefined {
  const given = answer(store, asked);
  if (given?.ok === false && store.abandoned) throw errorOf(given.fault);
  return given;
}

function waitingOn(first: readonly Asked[], port: NonNullable<typeof parentPort>): Asked[] {
  const batch = [...first];
  while (batch.length < MOST) {
    const more: { message: readonly Asked[] } | undefined = receiveMessageOnPort(port);
    if (!more) break;
    batch.push(...more.message);
  }
  return batch;
}

const store = open();
if (store) {
  port.on('message', (first: readonly Asked[]) => {
    const batch = waitingOn(first, port);
    const answers = answersOf(store, batch).filter((a) => a !== undefined);
    if (answers.length > 0) say({ answers }, buffersOf(answers));
    if (batch.some((asked) => asked.call === 'close')) port.close();
  });
} else {
  port.close();
}
