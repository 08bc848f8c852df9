// OneBot's reverse WebSocket without a network: what an answer, a silence and a broken line mean, and that nothing heard is let go.
import { describe, expect, it, vi } from 'vitest';
import { onebot } from '../../src/channels/onebot/onebot.ts';
import type { Outgoing } from '../../src/core/channel.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { RouteRequest } from '../../src/core/route.ts';
import type { Socket } from '../../src/core/socket.ts';
import { testDoor } from '../contract/channel.ts';

const block = { channel: 'onebot', mode: 'reverse-ws', accessToken: 'a-token-for-tests' };
const own = onebot.settings(block);
const EVENT = {
  ...{ time: 1795440000, self_id: 1, post_type: 'message', message_type: 'private', message_id: 5, user_id: 2 },
  ...{ message: '路灯不亮', sender: {} },
};
const outgoing = {
  message: { text: '已修好' },
  inReply: { raw: { mediaType: 'application/json', content: JSON.stringify(EVENT) } },
  caseNo: '26112400382715',
} as unknown as Outgoing;
const asked = (more: Partial<RouteRequest> = {}) => ({ headers: {}, query: {}, ...more }) as RouteRequest;

class Line implements Socket {
  readonly sent: string[] = [];
  closed = 0;
  hear: (text: string) => Promise<void> | void = () => {};
  leave: () => void = () => {};
  send(text: string): boolean {
    this.sent.push(text);
    return true;
  }
  close(code = 1000): void {
    this.closed = code;
    this.leave();
  }
  onMessage(heard: (text: string) => Promise<void> | void): void {
    this.hear = heard;
  }
  onClose(left: () => void): void {
    this.leave = left;
  }
}

const start = async () => {
  const door = testDoor(onebot, own);
  const opened = await onebot.open(own, door);
  const socket = door.sockets[0] ?? expect.fail('no socket');
  const connect = (role = 'Universal') => {
    const line = new Line();
    socket.open(line, asked({ headers: { 'x-client-role': role } }));
    return line;
  };
  return { door, opened, socket, connect, send: opened.send ?? expect.fail('no send') };
};
const codeOf = (sending: Promise<unknown>) => sending.then(String, (error: GatewayError) => error.code);

describe('who may connect', () => {
  it('shows the token in the header or the address; 401 without, 403 with a wrong one', async () => {
    const { socket, opened } = await start();
    const { accessToken } = block;
    socket.admit(asked({ headers: { authorization: `Bearer ${accessToken}` } }));
    socket.admit(asked({ query: { access_token: accessToken } }));
    expect(() => socket.admit(asked())).toThrow(expect.objectContaining({ status: 401 }));
    const wrong = asked({ query: { access_token: 'guessed' } });
    expect(() => socket.admit(wrong)).toThrow(expect.objectContaining({ status: 403 }));
    await opened.close();
    expect(() => socket.admit(asked({ query: { access_token: accessToken } }))).toThrow('closed');
  });

  it.each([
    ['accessToken', { accessToken: undefined }],
    ['secret', { secret: 'S' }],
    ['apiBase', { apiBase: 'http://127.0.0.1:5700' }],
    ['mode', { mode: 'forward-ws' }],
  ])('cannot be set up with a wrong %s', (field, more) => {
    const wrong = Object.fromEntries(Object.entries({ ...block, ...more }).filter(([, value]) => value !== undefined));
    expect(() => onebot.settings({ channel: 'onebot', ...wrong })).toThrow(field);
  });
});

describe('a reply over the socket', () => {
  it('goes to the newest connection that takes calls, and ends with its own answer', async () => {
    const { connect, send } = await start();
    const [old, newest, events] = [connect(), connect('API'), connect('Event')];
    const sending = send(outgoing);
    const { echo, action, params } = JSON.parse(newest.sent[0] ?? '{}');
    expect([action, params.user_id, params.message]).toEqual(['send_private_msg', 2, '已修好']);
    expect([...old.sent, ...events.sent]).toEqual([]);
    await old.hear(JSON.stringify({ status: 'ok', retcode: 0, data: { message_id: 1 }, echo }));
    await newest.hear(JSON.stringify({ status: 'ok', retcode: 0, data: { message_id: 2 }, echo: 'other' }));
    await newest.hear(JSON.stringify({ status: 'ok', retcode: 0, data: { message_id: 3 }, echo }));
    expect(await sending).toBe('3');
  });

  it('waits while nobody is connected, and is of unknown result where the line broke or stayed silent', async () => {
    const { connect, send } = await start();
    expect(await codeOf(send(outgoing))).toBe('unreachable');
    const line = connect();
    const broken = send(outgoing);
    line.close();
    expect(await codeOf(broken)).toBe('unknown_result');
    vi.useFakeTimers();
    try {
      connect();
      const silent = codeOf(send(outgoing));
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await silent).toBe('timeout');
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('what comes over the socket', () => {
  it('is held while the house has no room, and taken in when it has', async () => {
    const { door, connect } = await start();
    const accept = door.accept.bind(door);
    let full = true;
    door.accept = async (payload) => {
      if (!full) return accept(payload);
      full = false;
      throw new GatewayError({ code: 'disk_low', message: 'no room', retryable: true });
    };
    await connect().hear(JSON.stringify(EVENT));
    expect(door.payloads).toHaveLength(1);
  });

  it('is nothing to keep when it is a heartbeat, an answer nobody waits for, or no OneBot at all', async () => {
    const { door, connect } = await start();
    const line = connect();
    await line.hear(JSON.stringify({ post_type: 'meta_event', meta_event_type: 'heartbeat', self_id: 1 }));
    await line.hear(JSON.stringify({ status: 'ok', retcode: 0, data: null, echo: 'civicline-9' }));
    await line.hear('路灯不亮');
    expect(door.payloads).toEqual([]);
  });
});
