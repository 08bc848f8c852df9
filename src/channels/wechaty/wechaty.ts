// Wechaty: a personal WeChat account driven by a program. For trials only; docs/channels/wechaty.md says why.
import { setTimeout as pause } from 'node:timers/promises';
import { readBlock } from '../../core/block.ts';
import { type AccountBlock, type Channel, type Door, defineChannel, type Outgoing } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { checkGroupWords } from '../../core/group.ts';
import { keepAttachment } from '../../core/media/attachment.ts';
import { CHAT_FILES } from '../../core/media/fetch-file.ts';
import { fieldsOf, isFields, readJsonFields, textOf } from '../../core/payload.ts';
import { accountClosed, badBlock } from '../../core/proof.ts';
import { type Bot, type BotMessage, type Installed, installed } from './bot.ts';
import { type Heard, readWechaty, type WechatyPayload, WITH_FILE } from './read.ts';

export interface WechatySettings {
  readonly puppet: string;
  readonly options: Readonly<Record<string, unknown>>;
}

function settings(block: AccountBlock, found: Installed): WechatySettings {
  const { options = {}, ...texts } = block;
  const like = { like: /^@?[a-z0-9][a-z0-9/-]{0,99}$/, says: 'must be the package of a puppet, wechaty-puppet-…' };
  const { puppet } = readBlock(texts, { puppet: like });
  if (!isFields(options)) throw badBlock('options', 'must be a block of the puppet’s own options');
  const missing = found.missing(['wechaty', puppet]);
  if (missing)
    throw badBlock('puppet', `needs ${missing}, which is not installed: npm install --no-save wechaty ${puppet}`);
  return { puppet, options };
}

/** Nobody sends again what was not taken in: it is tried as long as the account is open. */
const WAITS_MS = [1_000, 5_000, 30_000];

async function take(message: BotMessage, door: Door, isOpen: () => boolean): Promise<void> {
  if (!isOpen()) throw accountClosed();
  const heard = await heardOf(message);
  const part = WITH_FILE.includes(heard.type) && !heard.self ? await fileOf(message, door) : undefined;
  for (let i = 0; ; i += 1) {
    try {
      await door.accept({ heard, part } satisfies WechatyPayload);
      return;
    } catch (error) {
      if (!(error instanceof GatewayError) || !error.retryable || !isOpen()) throw error;
      await pause(WAITS_MS[Math.min(i, WAITS_MS.length - 1)], undefined, { signal: door.signal });
    }
  }
}

async function heardOf(message: BotMessage): Promise<Heard> {
  const room = message.room();
  return {
    ...{ id: message.id, type: message.type(), text: message.text(), at: message.date().getTime() },
    ...{ self: message.self(), from: message.talker().id, name: message.talker().name() },
    ...(room ? { room: room.id } : {}),
    named: room !== undefined && (await message.mentionSelf()),
  };
}

async function fileOf(message: BotMessage, door: Door): Promise<WechatyPayload['part']> {
  try {
    const box = await message.toFileBox();
    const bytes = await box.toBuffer();
    return await keepAttachment({ bytes, name: box.name }, CHAT_FILES, (kept, info) => door.blob(kept, info));
  } catch (error) {
    door.log.warn({ account: door.account, err: error }, 'a file of a citizen was not kept');
    return null;
  }
}

async function send({ to, inReply, caseNo, message }: Outgoing, bot: Bot): Promise<undefined> {
  const room = inReply?.group && inReply.raw ? textOf(fieldsOf(readJsonFields(inReply.raw.content)).room) : '';
  if (room !== '') checkGroupWords(message.text, caseNo);
  const id = to.keys.find(({ kind, proved }) => kind === 'wechaty_contact' && proved)?.value ?? '';
  const where = room === '' ? await bot.Contact.find({ id }) : await bot.Room.find({ id: room });
  if (!where || (room === '' && id === ''))
    throw new GatewayError({ code: 'no_address', message: 'the account does not know this contact', retryable: false });
  try {
    await where.say(message.text);
  } catch (cause) {
    const told = { message: 'wechaty could not say whether it was sent', retryable: false };
    throw new GatewayError({ code: 'unknown_result', ...told, cause });
  }
  return undefined;
}

/** `found` is what is installed beside the gateway. */
export function wechatyWith(found: Installed): Channel<WechatySettings> {
  return defineChannel({
    name: 'wechaty',
    settings: (block) => settings(block, found),
    read: (payload, { puppet }) => readWechaty(payload, puppet),
    async open({ puppet, options }, door) {
      let open = true;
      const bot = await found.build({ name: `civicline-${door.account}`, puppet, puppetOptions: options });
      const told = (err: unknown): void => door.log.error({ account: door.account, err }, 'wechaty');
      bot.on('message', (message) => void take(message, door, () => open).catch(told));
      bot.on('error', told);
      bot.on('scan', () => door.log.warn({ account: door.account }, 'wechaty waits for its QR code to be scanned'));
      // A puppet without network never comes up and never fails: nobody else waits for it.
      bot.start().catch(told);
      return {
        async close() {
          open = false;
          await bot.stop();
        },
        send: (outgoing) => send(outgoing, bot),
        outward: { receipts: 'queue' },
      };
    },
  });
}

export const wechaty: Channel<WechatySettings> = wechatyWith(installed);
