// What people write to a Telegram bot: privately, or in a group where they address it; edits come as words of their own.
// Source: Telegram Bot API, objects Update and Message; times are epoch seconds.
import Value from 'typebox/value';
import { Unreadable } from '../../core/errors.ts';
import { type Incoming, Part, type SenderKey } from '../../core/message.ts';
import { asSent, cut, type Fields, fieldsOf, isFields, listOf, textOf } from '../../core/payload.ts';
import { toRfc3339 } from '../../core/time.ts';

export interface TelegramPayload {
  readonly update: unknown;
  /** The file of the message once it is kept; null when it could not be fetched. */
  readonly file?: Part | null | undefined;
}

const CHINA_MINUTES = 480;
const MOST_TEXT = 100_000;
const NAMES: Readonly<Record<string, string>> = {
  ...{ photo: '图片', voice: '语音', audio: '语音', video: '视频', video_note: '视频', document: '文件' },
  ...{
    animation: '动图',
    sticker: '表情',
    dice: '骰子',
    poll: '投票',
    contact: '名片',
    location: '位置',
    venue: '位置',
  },
  ...{ story: '动态', game: '游戏', invoice: '账单', checklist: '清单' },
};

export interface TelegramFile {
  readonly fileId: string;
  readonly name?: string;
}

/** The message in an update, when somebody said it to the bot. Throws Unreadable. */
export function messageIn(update: unknown): Fields | undefined {
  if (!isFields(update) || !Number.isSafeInteger(update.update_id))
    throw new Unreadable('this is no update of Telegram', 'update_id');
  const message = [update.message, update.edited_message, update.business_message, update.edited_business_message].find(
    isFields,
  );
  const from = fieldsOf(message?.from);
  if (!message || textOf(from.id) === '' || from.is_bot === true) return undefined;
  // A business account's chat holds both sides: what its owner writes there is the city's word, not a citizen's.
  if (isOfBusiness(message) && textOf(from.id) !== textOf(fieldsOf(message.chat).id)) return undefined;
  return isPrivate(message) || addressesBot(message) ? message : undefined;
}

const isOfBusiness = (message: Fields): boolean => textOf(message.business_connection_id) !== '';

export const isPrivate = (message: Fields): boolean => fieldsOf(message.chat).type === 'private';

/** A command, an answer to a bot's words, or a mention of one: every bot's name ends in `bot`. */
function addressesBot(message: Fields): boolean {
  if (fieldsOf(fieldsOf(message.reply_to_message).from).is_bot === true) return true;
  const text = textOf(message.text) || textOf(message.caption);
  return [...listOf(message.entities), ...listOf(message.caption_entities)].some(({ type, offset, length }) => {
    if (type === 'bot_command') return true;
    return type === 'mention' && /bot$/i.test(text.slice(Number(offset), Number(offset) + Number(length)));
  });
}

/** Undefined where nothing is to be fetched. Of a photo the largest size. */
export function fileOf(message: Fields): TelegramFile | undefined {
  const photo = listOf(message.photo).at(-1);
  const file =
    photo ?? ['document', 'video', 'voice', 'audio', 'video_note'].map((kind) => message[kind]).find(isFields);
  const fileId = textOf(file?.file_id);
  if (fileId === '') return undefined;
  const name = textOf(file?.file_name);
  return { fileId, ...(name ? { name } : {}) };
}

export function readTelegram(payload: unknown, botId: string): Incoming[] {
  const { update, file } = fieldsOf(payload);
  const message = messageIn(update);
  if (!message) return [];
  const part = Value.Check(Part, file) ? file : undefined;
  const text = cut(wordsOf(message, part !== undefined), MOST_TEXT);
  if (text === '' && !part) return [];
  const from = fieldsOf(message.from);
  const at = Number(message.edit_date ?? message.date);
  const address = placeOf(message);
  const phone = phoneOf(message, from);
  const name = cut([textOf(from.last_name), textOf(from.first_name)].filter((n) => n !== '').join(' '), 100);
  return [
    {
      externalId: textOf(fieldsOf(update).update_id),
      sender: { keys: keysOf(from, botId), ...(name ? { name } : {}), ...(phone ? { phone } : {}), ...OPENLY },
      ...(at > 0 && at < 1e11 ? { sentAt: toRfc3339(at * 1000, CHINA_MINUTES) } : {}),
      text,
      ...asSent(wordsOf(message, false), [fileOf(message)?.fileId ?? '']),
      ...(address ? { address: cut(address, 500) } : {}),
      ...(part ? { parts: [part] } : {}),
      ...(isPrivate(message) ? {} : { group: true }),
      raw: { mediaType: 'application/json', content: JSON.stringify(update) },
      verified: 'token',
    },
  ];
}

const OPENLY = { anonymous: false, secret: false } as const;

/** A Telegram user's number is the same for every bot, but what one bot heard is not another's: the bot is the scope. */
const keysOf = (from: Fields, botId: string): SenderKey[] => [
  { kind: 'telegram_user', scope: botId, value: cut(textOf(from.id), 256), proved: true },
];

/** Their own card, sent by the button for it; a friend's card is no phone of theirs. */
function phoneOf(message: Fields, from: Fields): string {
  const contact = fieldsOf(message.contact);
  return textOf(contact.user_id) === textOf(from.id) ? cut(textOf(contact.phone_number), 50) : '';
}

/** Command words and mentions of a bot are addresses, not words; /start alone is the button everybody presses first. */
function wordsOf(message: Fields, kept: boolean): string {
  const said = (textOf(message.text) || textOf(message.caption))
    .replace(/^\/start(?:@\w{1,64})?(?:\s+[\w-]{1,64})?$/i, '你好')
    .replace(/^\/\w{1,64}(?:@\w{1,64})?(?=\s|$)/, '')
    .replace(/@\w{2,64}bot\b/gi, '')
    .trim();
  const kind = Object.keys(NAMES).find((name) => message[name] !== undefined);
  const label =
    kind !== undefined && !kept ? `〔${NAMES[kind]}〕${toldBy(kind, fieldsOf(message[kind]), message)}` : '';
  return [said, label].filter((line) => line !== '').join('\n');
}

/** What a card, a vote or a list says besides its kind; one's own card is the sender's phone, and no words. */
function toldBy(kind: string, told: Fields, message: Fields): string {
  if (kind === 'poll') return textOf(told.question);
  if (kind === 'checklist') return [told.title, ...listOf(told.tasks).map(({ text }) => text)].map(textOf).join(' ');
  if (kind !== 'contact' || phoneOf(message, fieldsOf(message.from)) !== '') return '';
  return [told.last_name, told.first_name, told.phone_number].map(textOf).filter(Boolean).join(' ');
}

function placeOf(message: Fields): string | undefined {
  const venue = fieldsOf(message.venue);
  const { latitude, longitude } = fieldsOf(message.location ?? venue.location);
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return undefined;
  return [textOf(venue.title), textOf(venue.address), `(${latitude},${longitude})`].filter((p) => p !== '').join(' ');
}
