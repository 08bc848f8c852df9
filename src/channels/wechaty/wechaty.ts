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
import { type Bot, type BotMessage, type Installed, installed, type Sayer } from './bot.ts';
import { keepBot, PATIENCE } from './keep.ts';
import { type Heard, readWechaty, type WechatyPayload, WITH_FILE } from './read.ts';

export interface WechatySettings {
  readonly puppet: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Its packages need no scripts to be run, and npm refuses those it was not told of. */
const INSTALL = 'npm install --no-save --ignore-scripts';

function settings(block: AccountBlock, found: Installed): WechatySettings {
  const { options = {}, ...texts } = block;
  const like = { like: /^@?[a-z0-9][a-z0-9/-]{0,99}$/, says: 'must be the package of a puppet, wechaty-puppet-…' };
  if (!isFields(options)) throw badBlock('options', 'must be a block of the puppet’s own options');
  const { puppet } = readBlock(texts, { puppet: like });
  const missing = found.missing(['wechaty', puppet]);
  if (missing) throw badBlock('puppet', `needs ${missing}, which is not installed: ${INSTALL} wechaty ${puppet}`);
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

/** Longer than a puppet needs; one that is away may never answer. */
const SAY_MS = 30_000;

async function send({ to, inReply, caseNo, message }: Outgoing, bot: Bot | undefined): Promise<undefined> {
  const room = inReply?.group && inReply.raw ? textOf(fieldsOf(readJsonFields(inReply.raw.content)).room) : '';
  if (room !== '') checkGroupWords(message.text, caseNo);
  const id = to.keys.find(({ kind, proved }) => kind === 'wechaty_contact' && proved)?.value ?? '';
  if (room === '' && id === '')
    throw new GatewayError({ code: 'no_address', message: 'no contact of this account is known', retryable: false });
  if (!bot) throw away('nobody is logged in');
  // Where the puppet does not answer, wechaty finds nobody.
  const where = await (room === '' ? bot.Contact.find({ id }) : bot.Room.find({ id: room })).catch(() => undefined);
  if (!where) throw away('the contact is not to be found');
  await sayIn(where, message.text);
  return undefined;
}

async function sayIn(where: Sayer, text: string): Promise<void> {
  const waiting = new AbortController();
  const late = pause(SAY_MS, undefined, { signal: waiting.signal }).then(() => {
    throw new Error(`no answer within ${SAY_MS} ms`);
  });
  try {
    await Promise.race([where.say(text), late]);
  } catch (cause) {
    if (NEVER_LEFT.test(String(cause))) throw away('its puppet is not reached', cause);
    const told = { message: 'wechaty could not say whether it was sent', retryable: false };
    throw new GatewayError({ code: 'unknown_result', ...told, cause });
  } finally {
    waiting.abort();
    late.catch(() => {});
  }
}

/** What gRPC, wechaty-puppet-service and a puppet say when nothing was sent. */
const NEVER_LEFT = /No connection established|no grpc manager|NO CLIENT|not logged in/i;

/** Nothing was sent: the queue tries again. */
const away = (why: string, cause?: unknown): GatewayError =>
  new GatewayError({
    ...{ code: 'unreachable', message: `wechaty: ${why}`, retryable: true, cause },
    advice: 'See what the log says of this account: its puppet may be away, or its QR code not scanned.',
  });

/** Logs what wechaty complains about, the same only once; what it was given to prove itself with stays out of the log. */
function complaints({ options }: WechatySettings, { account, log }: Door): (error: Error) => void {
  const secrets = Object.entries(options).filter(([name]) => /token|secret|password|key/i.test(name));
  let last = '';
  return (error) => {
    let why = error.message;
    for (const [name, value] of secrets) if (textOf(value) !== '') why = why.replaceAll(textOf(value), `(${name})`);
    if (why !== last) log.error({ account, why }, 'wechaty has trouble; it goes on trying');
    last = why;
  };
}

/** `found` is what is installed beside the gateway. */
export function wechatyWith(found: Installed, patience = PATIENCE): Channel<WechatySettings> {
  return defineChannel({
    name: 'wechaty',
    settings: (block) => settings(block, found),
    read: (payload, { puppet }) => readWechaty(payload, puppet),
    async open(set, door) {
      let open = true;
      const told = complaints(set, door);
      const options = { name: `civicline-${door.account}`, puppet: set.puppet, puppetOptions: set.options };
      const heard = (message: BotMessage) =>
        void take(message, door, () => open).catch((err: unknown) =>
          door.log.error({ account: door.account, err }, 'a message by wechaty was not taken in'),
        );
      const kept = await keepBot({ build: () => found.build(options), heard, told, patience }, door);
      return {
        async close() {
          open = false;
          await kept.close();
        },
        send: (outgoing) => send(outgoing, kept.bot),
        outward: { receipts: 'queue' },
      };
    },
  });
}

export const wechaty: Channel<WechatySettings> = wechatyWith(installed);
