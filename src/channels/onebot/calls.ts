// Calls over a OneBot socket: each goes out with an echo, and waits for the answer that brings it back.
import { GatewayError } from '../../core/errors.ts';
import { type Fields, textOf } from '../../core/payload.ts';
import type { Socket } from '../../core/socket.ts';
import type { Action } from './send.ts';

export interface Calls {
  ask(socket: Socket, action: Action, timeoutMs: number): Promise<Fields>;
  /** Says whether somebody waited for it on this socket. */
  answered(socket: Socket, answer: Fields): boolean;
  /** What this socket still owes will not come: whether it was done nobody knows. */
  broken(socket: Socket): void;
}

interface Waiting {
  readonly socket: Socket;
  readonly told: (answer: Fields | GatewayError) => void;
}

export function openCalls(): Calls {
  const waiting = new Map<string, Waiting>();
  let count = 0;
  return {
    ask(socket, { action, params }, timeoutMs) {
      count += 1;
      const echo = `civicline-${count}`;
      return new Promise((resolve, reject) => {
        const told = (answer: Fields | GatewayError) => {
          clearTimeout(timer);
          waiting.delete(echo);
          if (answer instanceof GatewayError) reject(answer);
          else resolve(answer);
        };
        const timer = setTimeout(() => told(late(timeoutMs)), timeoutMs);
        waiting.set(echo, { socket, told });
        if (!socket.send(JSON.stringify({ action, params, echo }))) told(nobodyThere());
      });
    },
    answered(socket, answer) {
      const asked = waiting.get(textOf(answer.echo));
      if (asked?.socket !== socket) return false;
      asked.told(answer);
      return true;
    },
    broken(socket) {
      for (const asked of [...waiting.values()]) if (asked.socket === socket) asked.told(cutOff());
    },
  };
}

/** Nothing was sent: the queue tries again. */
export const nobodyThere = (): GatewayError =>
  new GatewayError({
    code: 'unreachable',
    message: 'no OneBot implementation is connected',
    retryable: true,
    advice: 'See that the implementation runs and that its reverse WebSocket leads to this account.',
  });

const late = (ms: number): GatewayError =>
  new GatewayError({ code: 'timeout', message: `no answer over the socket within ${ms} ms`, retryable: false });

const cutOff = (): GatewayError =>
  new GatewayError({ code: 'unknown_result', message: 'the socket broke before the answer', retryable: false });
