// A OneBot message as a person would read it: words as they are, everything else by its name in brackets.
import { type Fields, fieldsOf, textOf } from '../../core/payload.ts';
import { type Segment, segmentsOf } from './cq.ts';

const NAMES: Readonly<Record<string, string>> = {
  ...{ face: '表情', mface: '表情', bface: '表情', sface: '表情', rps: '猜拳', dice: '骰子', shake: '窗口抖动' },
  ...{ poke: '戳一戳', contact: '名片', music: '音乐', forward: '聊天记录', xml: '卡片', json: '卡片', gift: '礼物' },
  ...{ image: '图片', record: '语音', voice: '语音', audio: '语音', video: '视频', file: '文件', location: '位置' },
};
const FILES = ['image', 'record', 'voice', 'audio', 'video', 'file'];
/** Say nothing by themselves. */
const SILENT = ['at', 'mention', 'mention_all', 'reply', 'anonymous'];
const DEEPEST = 3;

export const isFile = ({ type }: Segment): boolean => FILES.includes(type);

const pick = (data: Fields, ...names: string[]): string =>
  names.map((name) => textOf(data[name]).trim()).find((text) => text !== '') ?? '';

/** `kept`: one entry a file segment, in order; a file that is kept needs no name in the words. */
export function wordsOf(segments: readonly Segment[], kept: readonly unknown[] = [], depth = 0): string {
  let file = 0;
  return segments
    .map((segment) => (isFile(segment) && kept[file++] ? '' : wordOf(segment, depth)))
    .join('')
    .trim();
}

function wordOf({ type, data }: Segment, depth: number): string {
  if (type === 'text' || type === 'markdown') return textOf(data.text) || textOf(data.content);
  if (SILENT.includes(type)) return '';
  if (type === 'share')
    return [`〔链接〕${pick(data, 'title')}`, pick(data, 'content'), pick(data, 'url')].join(' ').trim();
  if (type === 'node' && data.content !== undefined && depth < DEEPEST)
    return wordsOf(segmentsOf(data.content), [], depth + 1);
  const told = type === 'json' ? promptOf(data) : pick(data, 'title');
  return `〔${NAMES[type] ?? '其他消息'}〕${type === 'location' ? '' : told}`;
}

/** Cards of QQ carry a line for clients that cannot show them. */
function promptOf(data: Fields): string {
  try {
    return textOf(fieldsOf(JSON.parse(textOf(data.data))).prompt);
  } catch {
    // A card cut short or of a kind of its own: its name is all that can be told.
    return '';
  }
}

/** `title content (lat,lon)` of the first place somebody shared. */
export function placeOf(segments: readonly Segment[]): string | undefined {
  const place = segments.find((segment) => segment.type === 'location')?.data;
  if (!place) return undefined;
  const at = [pick(place, 'lat', 'latitude'), pick(place, 'lon', 'longitude')].filter((part) => part !== '').join(',');
  const told = [pick(place, 'title'), pick(place, 'content'), at === '' ? '' : `(${at})`];
  return told.filter((part) => part !== '').join(' ') || undefined;
}
