// Calls a channel's mounted route with raw bytes, as the front would.
import type { RouteAnswer } from '../../src/core/route.ts';
import type { TestDoor } from '../contract/channel.ts';
import { requestOf } from '../web/serve.ts';

export interface Calling {
  readonly method?: 'GET' | 'POST';
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function call(door: TestDoor, body: string | Uint8Array, calling: Calling = {}): Promise<RouteAnswer> {
  const { method = 'POST', query = {}, headers = {} } = calling;
  const route = door.routes.find((one) => one.method === method);
  if (!route) throw new Error(`no route for ${method}`);
  const url = new URL(`http://localhost/in/${door.account}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return route.handle(requestOf(Buffer.from(body), { ...headers }, url, undefined, 'raw'));
}

/** The status of the refusal, or of the answer. */
export async function statusOf(answer: Promise<RouteAnswer>): Promise<number> {
  try {
    return (await answer).status;
  } catch (error) {
    const status: unknown = error instanceof Error ? Reflect.get(error, 'status') : undefined;
    if (typeof status !== 'number') throw error;
    return status;
  }
}
