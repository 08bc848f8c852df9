// What Weibo pushes to the city's account: private messages in JSON or, by the account's setting, in XML like WeChat's.
// Source: Weibo 粉丝服务平台, pages 消息推送服务 and 接收普通消息.
import Value from 'typebox/value';
import { Unreadable } from '../../core/errors.ts';
import { type Incoming, Part } from '../../core/message.ts';
import { asSent, cut, type Fields, fieldsOf, isFields, readJsonFields, textOf } from '../../core/payload.ts';
import { toRfc3339 } from '../../core/time.ts';
import { fieldsOf as pushFields, textOf as xmlText } from '../common/push.ts';

export interface WeiboPayload {
  readonly push: unknown;
  /** The picture or voice of the push; null when it could not be had. */
  readonly file?: Part | null | undefined;
}

/** One push under one set of names, whichever spelling it came in. */
export interface WeiboPush {
  readonly type: string;
  readonly sender: string;
  readonly receiver: string;
  readonly created: string;
  readonly id: string;
  readonly text: string;
  readonly latitude: string;
  readonly longitude: string;
  readonly label: string;
  /** Under which the platform keeps the medium for the one it was sent to. */
  readonly fileId: string;
  readonly format: 'json' | 'xml';
}

const CHINA_MINUTES = 480;
const MOST_TEXT = 100_000;

/** The push in the body. Throws Unreadable. */
export function parseWeibo(body: string): Fields {
  const text = body.trim();
  // No entities, no document type, every value text: as WeChat's.
  if (!text.startsWith('<')) return readJsonFields(text);
  return { xml: pushFields(text) };
}

/** Throws Unreadable where nobody is named as sender. */
export function pushIn(push: unknown): WeiboPush {
  const given = fieldsOf(push);
  const found = isFields(given.xml) ? fromXml(given.xml) : fromJson(given);
  if (found.sender === '' || found.type === '') throw new Unreadable('this is no push of Weibo', 'sender_id');
  return found;
}

function fromJson(push: Fields): WeiboPush {
  const data = fieldsOf(push.data);
  return {
    type: textOf(push.type),
    sender: textOf(push.sender_id),
    receiver: textOf(push.receiver_id),
    created: textOf(push.created_at),
    id: '',
    text: textOf(push.text),
    latitude: textOf(data.latitude),
    longitude: textOf(data.longitude),
    label: '',
    fileId: textOf(data.tovfid),
    format: 'json',
  };
}

function fromXml(push: Fields): WeiboPush {
  const said = (name: string): string => xmlText(push, name) ?? '';
  return {
    type: said('MsgType').toLowerCase(),
    sender: said('FromUserName'),
    receiver: said('ToUserName'),
    created: said('CreateTime'),
    id: said('MsgId'),
    text: said('Content'),
    latitude: said('Location_X'),
    longitude: said('Location_Y'),
    label: said('Label'),
    fileId: said('MediaId'),
    format: 'xml',
  };
}

/** Nobody said anything: followers come and go, menus are pressed, the account is named in somebody's post. */
const SAID = ['text', 'image', 'voice', 'video', 'position', 'location'];
const NAMES: Readonly<Record<string, string>> = {
  image: '图片',
  voice: '语音',
  video: '视频',
  position: '位置',
  location: '位置',
};

export function readWeibo(payload: unknown): Incoming[] {
  const { push, file } = fieldsOf(payload);
  const parts = Value.Check(Part, file) ? [file] : [];
  const said = pushIn(push);
  const known = SAID.includes(said.type);
  const words = said.type === 'text' || parts.length > 0 ? said.text.trim() : `〔${NAMES[said.type] ?? '其他消息'}〕`;
  // A kind nobody knows yet is kept when words came with it; an event's text is the platform's own.
  const text = known ? words : said.type === 'event' || said.type === 'mention' ? '' : said.text.trim();
  if ((text === '' && parts.length === 0) || said.sender === said.receiver) return [];
  const at = timeOf(said.created);
  const address = placeOf(said);
  return [
    {
      ...(said.created === '' && said.id === '' ? {} : { externalId: keyOf(said) }),
      sender: {
        keys: [{ kind: 'weibo_uid', scope: '', value: cut(said.sender, 256), proved: true }],
        ...{ anonymous: false, secret: false },
      },
      ...(at === undefined ? {} : { sentAt: toRfc3339(at, CHINA_MINUTES) }),
      text: cut(text, MOST_TEXT),
      ...asSent(said.text, [said.fileId]),
      ...(parts.length > 0 ? { parts } : {}),
      ...(address ? { address: cut(address, 500) } : {}),
      raw: { mediaType: 'application/json', content: JSON.stringify(push) },
      verified: 'signature',
    },
  ];
}

/** The platform's rule for telling a retry: its message id where it gives one, else the sender and the second. */
const keyOf = ({ id, sender, created }: WeiboPush): string =>
  cut(id === '' ? `${sender}:${created}` : `${sender}:${id}`, 256);

/** `Mon Jul 16 18:09:20 +0800 2012` in JSON, seconds in XML. */
function timeOf(created: string): number | undefined {
  if (/^\d{9,11}$/.test(created)) return Number(created) * 1000;
  const at = Date.parse(created);
  return Number.isNaN(at) ? undefined : at;
}

function placeOf({ type, label, latitude, longitude }: WeiboPush): string | undefined {
  if (type !== 'position' && type !== 'location') return undefined;
  return [label, latitude && longitude ? `(${latitude},${longitude})` : ''].filter((part) => part !== '').join(' ');
}
