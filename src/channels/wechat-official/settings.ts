// The block of a WeChat official account (公众号) or mini program, checked.
import { ANY_TEXT, badFields, type Wanted } from '../../core/block.ts';
import type { AccountBlock } from '../../core/channel.ts';
import { DEFAULT_SKEW_SECONDS } from '../../core/proof.ts';
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
const APP_ID: Wanted = { like: /^[\w-]{1,64}$/, says: 'must be the AppID of 基本配置, wx…' };
const MODES = ['plain', 'compatible', 'safe'] as const;

/** Throws `bad_settings` that names every field that is wrong. */
export function settings(block: AccountBlock): OfficialSettings {
  const problems: [field: string, problem: string][] = Object.keys(block)
    .filter((field) => !KNOWN.has(field))
    .map((field) => [field, 'is not known here']);
  const text = (field: string, { like, says }: Wanted): string => {
    const value = block[field];
    if (typeof value === 'string' && like.test(value)) return value;
    problems.push([field, value === undefined ? `is missing; it ${says}` : says]);
    return '';
  };
  const given = {
    appId: text('appId', APP_ID),
    appSecret: text('appSecret', ANY_TEXT),
    token: text('token', ANY_TEXT),
  };
  const mode = MODES.find((one) => one === (block.mode ?? 'safe'));
  if (!mode) problems.push(['mode', 'must be plain, compatible or safe']);
  const { encodingAesKey } = block;
  const key = typeof encodingAesKey === 'string' ? wechatKey(encodingAesKey) : undefined;
  if (encodingAesKey !== undefined && !key)
    problems.push(['encodingAesKey', 'must be the 43 letters and digits the platform shows']);
  else if (mode && mode !== 'plain' && !key) problems.push(['encodingAesKey', `is needed for mode ${mode}`]);
  const menu = menuOf(block.menu);
  if (!menu) problems.push(['menu', 'must map button keys to texts']);
  if (!mode || !menu || problems.length > 0) throw badFields(problems);
  return {
    ...given,
    mode,
    ...(key ? { key } : {}),
    apiBase: (block.apiBase ?? 'https://api.weixin.qq.com').replace(/\/+$/, ''),
    maxSkewSeconds: block.maxSkewSeconds ?? DEFAULT_SKEW_SECONDS,
    menu,
  };
}

function menuOf(value: unknown): Record<string, string> | undefined {
  if (value === undefined) return {};
  const entries: [string, unknown][] = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const replies = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return entries.length === 0 || replies.length < entries.length ? undefined : Object.fromEntries(replies);
}
