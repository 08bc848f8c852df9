// Beside, the gateway's side: lends its store to commands of the same user while it runs, since only one process may write.
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import type { Store } from '../../core/store.ts';
import { CALLS, type Call } from '../direct.ts';
import { type Answered, type Asked, faultOf } from '../sqlite/wire.ts';
import { frame, frames } from './frames.ts';

/** What a guest is told first; a guest of another version does not go on. */
export interface Hello {
  readonly version: string;
  readonly kind: string;
  readonly epoch: string;
}

export interface Lending {
  readonly store: Store;
  readonly path: string;
  readonly version: string;
  /** A guest has written: whoever follows the log should look. */
  readonly changed: () => void;
}

const KNOWN: ReadonlySet<string> = new Set(CALLS);
const READING: ReadonlySet<Call> = new Set([
  ...(['recall', 'findCase', 'findCases', 'lookup', 'expired', 'readLog', 'head', 'stats'] as const),
]);

/** Rejects when the socket cannot be opened (a path too long, say). The store's lock tells that a socket found here is left over. */
export async function lend(lending: Lending): Promise<{ close(): Promise<void> }> {
  const guests = new Set<Socket>();
  const server = createServer((socket) => {
    guests.add(socket);
    socket.on('close', () => guests.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket, lending);
  });
  if (process.platform !== 'win32') rmSync(lending.path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(lending.path, resolve);
  });
  server.on('error', () => {}); // a guest that could not be let in comes again
  if (process.platform !== 'win32') chmodSync(lending.path, 0o600);
  server.unref();
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const guest of guests) guest.destroy();
      }),
  };
}

function serve(socket: Socket, { store, version, changed }: Lending): void {
  const hello: Hello = { version, kind: store.kind, epoch: store.epoch };
  socket.write(frame(hello));
  const read = frames((value) => {
    const asked = askedOf(value);
    if (!asked) return void socket.destroy();
    void answer(store, asked).then((answered) => {
      if (!socket.destroyed) socket.write(frame(answered));
      if (!READING.has(asked.call)) changed();
    });
  });
  socket.on('data', (chunk) => {
    try {
      read(chunk);
    } catch {
      socket.destroy(); // no guest of ours speaks like that
    }
  });
}

async function answer(store: Store, { id, call, args }: Asked): Promise<Answered> {
  try {
    // A guest that leaves takes nothing along: the store is the gateway's to close.
    const value: unknown = call === 'close' ? undefined : await Reflect.apply(store[call], store, args);
    return { id, ok: true, value };
  } catch (error) {
    return { id, ok: false, fault: faultOf(error) };
  }
}

function askedOf(value: unknown): Asked | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, call, args }: Partial<Asked> = value;
  if (typeof id !== 'number' || typeof call !== 'string' || !KNOWN.has(call) || !Array.isArray(args)) return undefined;
  return { id, call, args };
}
