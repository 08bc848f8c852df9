// The block of a WeChat official account (公众号) or mini program, checked.
import type { AccountBlock } from '../../core/channel.ts';
import { badBlock, DEFAULT_SKEW_SECONDS } from '../../core/proof.ts';
import { wechatKey } from '../../core/wechat-crypt.ts';

export interface OfficialSettings {
  readonly appId: string;
  readonly appSecret: string;
  readonly token: string;
  readonly mode: 'plain' | 'compatible' | 'safe';
  /** 32 bytes; there unless the mode is plain. */
  readonly key?: Uint8Array;
  /** Without a slash at its end. */
  readonly apiBase: string;
  readonly maxSkewSeconds: number;
  /** Replies to menu buttons by their key; others get the welcome. */
  readonly menu: Readonly<Record<string, string>>;
}

const KNOWN = new Set(
  'channel tenant apiBase maxSkewSeconds appId appSecret token encodingAesKey mode menu'.split(' '),
);
const MODES = ['plain', 'compatible', 'safe'] as const;

/** Throws `bad_settings` that names the field. */
export function settings(block: AccountBlock): OfficialSettings {
  const stray = Object.keys(block).find((field) => !KNOWN.has(field));
  if (stray) throw badBlock(stray, 'is not known here');
  const mode = MODES.find((one) => one === (block.mode ?? 'safe'));
  if (!mode) throw badBlock('mode', 'must be plain, compatible or safe');
  const key = keyOf(block.encodingAesKey);
  if (mode !== 'plain' && !key) throw badBlock('encodingAesKey', `is needed for mode ${mode}`);
  return {
    ...{ appId: text(block, 'appId'), appSecret: text(block, 'appSecret'), token: text(block, 'token'), mode },
    ...(key ? { key } : {}),
    apiBase: (block.apiBase ?? 'https://api.weixin.qq.com').replace(/\/+$/, ''),
    maxSkewSeconds: block.maxSkewSeconds ?? DEFAULT_SKEW_SECONDS,
    menu: menuOf(block.menu),
  };
}

function text(block: AccountBlock, field: string): string {
  const value = block[field];
  if (typeof value !== 'string' || value === '') throw badBlock(field, 'must be text');
  return value;
}

function keyOf(value: unknown): Uint8Array | undefined {
  if (value === undefined) return undefined;
  const key = typeof value === 'string' ? wechatKey(value) : undefined;
  if (!key) throw badBlock('encodingAesKey', 'must be the 43 letters and digits the platform shows');
  return key;
}

function menuOf(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  const entries: [string, unknown][] = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const replies = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (entries.length === 0 || replies.length < entries.length) throw badBlock('menu', 'must map button keys to texts');
  return Object.fromEntries(replies);
}
