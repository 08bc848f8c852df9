// Beside, the command's side: the store of the gateway that runs on this data folder, through its socket.
import { connect, type Socket } from 'node:net';
import { GatewayError } from '../../core/errors.ts';
import type { Store } from '../../core/store.ts';
import { type Call, storeOver } from '../direct.ts';
import { gone } from '../refusals.ts';
import { type Answered, errorOf } from '../sqlite/wire.ts';
import { frame, frames } from './frames.ts';
import type { Hello } from './server.ts';

/** How long a gateway may take to greet; its event loop is never away for so long. */
const PATIENCE_MS = 5_000;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Undefined when nobody listens at `path`. Rejects with `other_version` when the gateway there was started from other code. */
export function borrow(path: string, version: string): Promise<Store | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const waiting = new Map<number, Waiting>();
    let greeted = false;
    const read = frames((value) => {
      if (greeted) return settle(waiting, value);
      greeted = true;
      const hello = value as Hello; // the first frame of the gateway of this very version, or refused below
      if (hello.version === version) return resolve(storeOver(hello.kind, hello.epoch, asker(socket, waiting)));
      socket.destroy();
      reject(otherVersion(hello.version, version));
    });
    const silent = setTimeout(() => socket.destroy(), PATIENCE_MS);
    socket.on('data', (chunk) => {
      clearTimeout(silent);
      try {
        read(chunk);
      } catch {
        socket.destroy(); // whoever answers there is no gateway of this version
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(silent);
      resolve(undefined);
      for (const { reject: refuse } of waiting.values()) refuse(gone('the gateway has stopped'));
      waiting.clear();
    });
  });
}

function asker(socket: Socket, waiting: Map<number, Waiting>) {
  let last = 0;
  return (call: Call, args: readonly unknown[]): Promise<unknown> => {
    if (call === 'close') {
      socket.end();
      return Promise.resolve();
    }
    if (socket.destroyed) return Promise.reject(gone('the gateway has stopped'));
    last += 1;
    const id = last;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      socket.write(frame({ id, call, args }));
    });
  };
}

function settle(waiting: Map<number, Waiting>, value: unknown): void {
  const answered = value as Answered; // from the gateway of this very version
  const caller = waiting.get(answered.id);
  waiting.delete(answered.id);
  if (answered.ok) caller?.resolve(answered.value);
  else caller?.reject(errorOf(answered.fault));
}

function otherVersion(there: string, here: string): GatewayError {
  return new GatewayError({
    code: 'other_version',
    message: `the gateway that runs on this data is version ${there}, this command is ${here}`,
    retryable: false,
    status: 503,
    advice: 'Restart the gateway with this version, or use the command of that version.',
  });
}
