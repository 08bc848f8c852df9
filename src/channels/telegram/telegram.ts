// Telegram: a bot's webhook with its secret token, and replies by telegraf. Not reachable from the mainland: for cities that need it.
import { Telegram, TelegramError } from 'telegraf';
import { readBlock } from '../../core/block.ts';
import { type AccountBlock, type Channel, type Door, defineChannel, type Outgoing } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { checkGroupWords } from '../../core/group.ts';
import { fetchFiles } from '../../core/media/fetch-file.ts';
import { once } from '../../core/once.ts';
import { bytesOf, decode, type Fields, fieldsOf, readJsonFields, textOf } from '../../core/payload.ts';
import { badSignature, sameText } from '../../core/proof.ts';
import type { Route, RouteAnswer, RouteRequest } from '../../core/route.ts';
import { pieces } from '../../core/text/pieces.ts';
import { openCallbacks } from '../common/callback.ts';
import { pushLines } from '../common/pushes.ts';
import { fileOf, messageIn, readTelegram, type TelegramPayload } from './read.ts';

export interface TelegramSettings {
  readonly botToken: string;
  /** The bot's number: the part of its token that is no secret. */
  readonly botId: string;
  readonly secretToken: string;
  readonly apiBase?: string;
}

const SECRET_HEADER = 'x-telegram-bot-api-secret-token';
const TAKEN: RouteAnswer = { status: 200 };
/** Telegram takes 4,096 characters; `pieces` counts bytes, which are never fewer. */
const LONGEST_BYTES = 4096;
const PATIENCE_MS = 10_000;

function settings(block: AccountBlock): TelegramSettings {
  const { botToken, secretToken } = readBlock(block, {
    botToken: { like: /^\d{1,20}:[\w-]{1,128}$/, says: 'must be the token as @BotFather gives it, 123456:ABC…' },
    secretToken: { like: /^[\w-]{1,256}$/, says: 'must be 1 to 256 letters, digits, _ and -' },
  });
  const botId = botToken.slice(0, botToken.indexOf(':'));
  return { botToken, botId, secretToken, ...(block.apiBase === undefined ? {} : { apiBase: block.apiBase }) };
}

async function take(request: RouteRequest, line: Line): Promise<RouteAnswer> {
  if (!sameText(request.headers[SECRET_HEADER] ?? '', line.settings.secretToken))
    throw badSignature('the secret token');
  const update = readJsonFields(decode(bytesOf(request.body)));
  return line.retries(JSON.stringify(update), async () => {
    const message = messageIn(update);
    const file = message && (await kept(message, line));
    await line.door.accept({ update, file } satisfies TelegramPayload);
    return TAKEN;
  });
}

interface Line {
  readonly settings: TelegramSettings;
  readonly door: Door;
  readonly bot: Telegram;
  readonly retries: ReturnType<typeof once<RouteAnswer>>;
}

/** The message is taken in without its file when Telegram does not hand it out in time. */
async function kept(message: Fields, { bot, door, settings }: Line): Promise<TelegramPayload['file']> {
  const file = fileOf(message);
  if (!file) return undefined;
  try {
    const { file_path } = await inTime(bot.getFile(file.fileId));
    if (!file_path) return null;
    const root = settings.apiBase ?? 'https://api.telegram.org';
    const url = `${root}/file/bot${settings.botToken}/${file_path}`;
    const [part] = await fetchFiles([{ url, api: true, ...(file.name ? { name: file.name } : {}) }], door);
    return part ?? null;
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    door.log.warn({ account: door.account, code: codeOf(error) }, 'Telegram did not hand out a file');
    return null;
  }
}

/** telegraf waits as long as the connection does; the platform and the queue do not. */
async function inTime<T>(call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE_MS);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}

const codeOf = (error: unknown): number | string =>
  error instanceof TelegramError ? error.code : error instanceof Error ? error.name : 'failed';

async function send({ to, inReply, caseNo, message }: Outgoing, { bot, settings }: Line): Promise<string> {
  const said = inReply?.raw && messageIn(readJsonFields(inReply.raw.content));
  const own = to.keys.find(({ kind, scope, proved }) => kind === 'telegram_user' && scope === settings.botId && proved);
  const chat = textOf(fieldsOf(said?.chat).id) || own?.value;
  if (!chat) throw new GatewayError({ code: 'no_address', message: 'there is no chat to write to', retryable: false });
  if (chat !== own?.value) checkGroupWords(message.text, caseNo);
  try {
    const [first = '', ...rest] = pieces(message.text, LONGEST_BYTES);
    const through = textOf(said?.business_connection_id);
    const say = (text: string) =>
      inTime(
        bot.callApi('sendMessage', { chat_id: chat, text, ...(through ? { business_connection_id: through } : {}) }),
      );
    const sent = await say(first);
    for (const piece of rest)
      await say(piece).catch((cause: unknown) => {
        const code = 'unknown_result';
        throw new GatewayError({ code, message: 'only a part of the message was sent', retryable: false, cause });
      });
    return String(sent.message_id);
  } catch (error) {
    throw error instanceof GatewayError ? error : refusalOf(error);
  }
}

/** Telegram takes no id of ours: what was cut off may have arrived and is not sent again. */
function refusalOf(error: unknown): GatewayError {
  if (!(error instanceof TelegramError)) {
    const refused = error instanceof Error && /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(error.message);
    const code = refused ? 'unreachable' : 'unknown_result';
    return new GatewayError({ code, message: 'Telegram gave no answer', retryable: refused, cause: error });
  }
  const retryAfter = error.parameters?.retry_after;
  // 401: the bot's token was changed; words to citizens wait until somebody enters the new one.
  const retryable = error.code === 401 || error.code === 429 || error.code >= 500;
  const message = `Telegram answered ${error.code}`;
  return new GatewayError({
    ...{ code: error.code === 403 ? 'window_closed' : 'platform_refused', message, retryable },
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

export const telegram: Channel<TelegramSettings> = defineChannel({
  name: 'telegram',
  settings,
  read: (payload, { botId }) => readTelegram(payload, botId),
  files: pushLines((line) => ({ update: readJsonFields(line) })),
  open(settings, door) {
    const { botToken, apiBase } = settings;
    const bot = new Telegram(botToken, apiBase === undefined ? {} : { apiRoot: apiBase });
    const line: Line = { settings, door, bot, retries: once() };
    const handle: Route['handle'] = (request) => take(request, line);
    return {
      ...openCallbacks(door, [{ method: 'POST', body: 'raw', summary: 'Updates of a Telegram bot', handle }]),
      send: (outgoing) => send(outgoing, line),
      outward: { receipts: 'queue' },
    };
  },
});
