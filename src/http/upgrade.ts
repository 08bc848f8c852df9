// What asks to leave HTTP: WebSocket alone may. Everything else (Java's client offers h2c with each request) stays a request.
import { IncomingMessage } from 'node:http';

const OFFERED = Symbol('offered');

/** Node asks `upgrade` of every request once somebody listens for upgrades, and hands over the bare connection where it is true. */
export class Arriving extends IncomingMessage {
  [OFFERED]?: boolean;

  get upgrade(): boolean {
    return this[OFFERED] === true && asksForSocket(this);
  }

  set upgrade(offered: boolean) {
    this[OFFERED] = offered;
  }
}

export const asksForSocket = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';

/** The request came with the bare connection: nobody but us will close it. */
export const isBare = (request: IncomingMessage): boolean => request instanceof Arriving && request.upgrade;
