// The Telegram channel keeps every channel's promises; edits, files and replies go through a Bot API on a real socket.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { readTelegram, type TelegramPayload } from '../../src/channels/telegram/read.ts';
import { telegram } from '../../src/channels/telegram/telegram.ts';
import type { Outgoing } from '../../src/core/channel.ts';
import { channelContract, type TestDoor, testDoor } from '../contract/channel.ts';
import { call, statusOf } from './call.ts';
import { vectors } from './vectors.ts';

const block = { channel: 'telegram', botToken: '123456:for-tests-only', secretToken: 'a-secret-for-tests' };
const secret = (token = block.secretToken) => ({ headers: { 'x-telegram-bot-api-secret-token': token } });
const bodyOf = (payload: unknown): string => JSON.stringify((payload as TelegramPayload).update);

/** A Bot API that answers every method as the test says. */
const asked: { method: string; body: Record<string, unknown> }[] = [];
let answer: (method: string) => object = () => ({ ok: true, result: { message_id: 9, file_path: 'voice/1.ogg' } });
const api = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const method = request.url?.split('/').at(-1) ?? '';
  asked.push({ method, body: JSON.parse(Buffer.concat(chunks).toString() || '{}') });
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(answer(method)));
});
await new Promise<void>((done) => api.listen(0, '127.0.0.1', done));
const apiBase = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
afterAll(() => {
  api.closeAllConnections();
  api.close();
});

const own = telegram.settings({ ...block, apiBase });
const opened = (): { door: TestDoor; send: (outgoing: Outgoing) => Promise<string | undefined> } => {
  const door = testDoor(telegram, own);
  const { send } = telegram.open(own, door) as Required<Awaited<ReturnType<typeof telegram.open>>>;
  return { door, send };
};

channelContract(telegram, {
  settings: block,
  badSettings: { block: { ...block, secretToken: 'has a space' }, names: 'secretToken' },
  arrive: (door, payload) => call(door, bodyOf(payload), secret()),
  strangers: {
    'somebody with another token': (door, payload) => call(door, bodyOf(payload), secret('other')),
    'somebody without a token': (door, payload) => call(door, bodyOf(payload)),
  },
});

const update = (message: object): string =>
  JSON.stringify({
    update_id: 1,
    message: { message_id: 1, date: 1795440000, chat: { id: 7, type: 'private' }, from: { id: 7 }, ...message },
  });

describe('files in Telegram', () => {
  it('are asked for by their id and kept', async () => {
    const { door } = opened();
    door.network = (url) => {
      expect(url).toBe(`${apiBase}/file/bot${block.botToken}/voice/1.ogg`);
      return { status: 200, headers: {}, bytes: Buffer.from('OggS0000') };
    };
    await call(door, update({ voice: { file_id: 'v' } }), secret());
    expect(door.payloads).toMatchObject([{ file: { kind: 'audio', mediaType: 'audio/ogg' } }]);
  });

  it('that cannot be had do not keep the message out', async () => {
    answer = () => ({ ok: false, error_code: 400, description: 'file is too big' });
    const { door } = opened();
    expect(await statusOf(call(door, update({ document: { file_id: 'd' } }), secret()))).toBe(200);
    expect(door.payloads).toMatchObject([{ file: null }]);
  });
});

describe('replies in Telegram', () => {
  const key = { kind: 'telegram_user', scope: '123456', value: '7', proved: true };
  const outgoing = (content: string, text: string): Outgoing =>
    ({
      ...{ message: { text }, caseNo: '26112400382715', to: { keys: [key] } },
      inReply: { raw: { mediaType: 'application/json', content } },
    }) as unknown as Outgoing;

  it('go to the chat the message came from', async () => {
    answer = () => ({ ok: true, result: { message_id: 9 } });
    expect(await opened().send(outgoing(update({}), '已修好 26112400382715'))).toBe('9');
    expect(asked.at(-1)).toMatchObject({
      method: 'sendMessage',
      body: { chat_id: '7', text: '已修好 26112400382715' },
    });
  });

  it('longer than Telegram takes go in pieces, none of it is lost, and through the business account it came by', async () => {
    answer = () => ({ ok: true, result: { message_id: 9 } });
    const before = asked.length;
    const said = { business_connection_id: 'b1', message_id: 1, chat: { id: 7, type: 'private' }, from: { id: 7 } };
    const words = '已经修好。'.repeat(1_500);
    await opened().send(outgoing(JSON.stringify({ update_id: 1, business_message: said }), words));
    const bodies = asked.slice(before).map(({ body }) => body as { text: string; business_connection_id: string });
    expect(bodies.map(({ text }) => text).join('')).toBe(words);
    expect(bodies.every(({ text, business_connection_id: id }) => text.length <= 4096 && id === 'b1')).toBe(true);
  });

  it('never tell a group a case number', async () => {
    const group = update({ chat: { id: -100, type: 'group' }, text: '/say', entities: [{ type: 'bot_command' }] });
    await expect(opened().send(outgoing(group, '件 26112400382715'))).rejects.toMatchObject({ code: 'not_in_a_group' });
  });

  it.each([
    [429, { code: 'platform_refused', retryable: true, retryAfter: 7 }],
    [401, { code: 'platform_refused', retryable: true }],
    [403, { code: 'window_closed' }],
    [400, { code: 'platform_refused', retryable: false }],
  ])('refused with %i are told as what they are', async (error_code, told) => {
    answer = () => ({ ok: false, error_code, description: 'no', parameters: { retry_after: 7 } });
    await expect(opened().send(outgoing(update({}), 'x'))).rejects.toMatchObject(told);
  });
});

describe('the peers’ Telegram vectors', () => {
  it.skipIf(vectors('telegram').length === 0)('are there to be walked', () =>
    expect(vectors('telegram')).not.toEqual([]),
  );
  for (const { name, inputs, expected } of vectors('telegram'))
    it(`${name} is acknowledged`, async () => {
      answer = () => ({ ok: false, error_code: 400, description: 'no such file' });
      const body = JSON.stringify(inputs.update);
      expect(await statusOf(call(opened().door, body, secret()))).toBe(200);
      const said = ['message', 'edited_message'].includes(expected.kind);
      expect(readTelegram({ update: inputs.update }, '1')).toHaveLength(said ? 1 : 0);
    });
});
