// Callbacks as WeCom makes them, for tests: encrypted for the corporation, signed with the token.
import { randomBytes } from 'node:crypto';
import { workKey } from '../../src/channels/common/work-callback.ts';
import { wechatEncrypt, wechatSignature } from '../../src/core/wechat-crypt.ts';

export const WORK = {
  corpId: 'ww0123456789abcdef',
  secret: 'a-secret-for-tests',
  token: 'a-token-for-tests',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
};
export const NOW_SECONDS = String(Date.UTC(2026, 10, 24) / 1000);

export interface Sealed {
  readonly body: string;
  readonly query: Record<string, string>;
}

export function sealed(plain: string, by: Partial<typeof WORK> = {}, timestamp = NOW_SECONDS): Sealed {
  const { corpId, token, encodingAesKey } = { ...WORK, ...by };
  const encrypted = wechatEncrypt(workKey(encodingAesKey), plain, corpId, randomBytes(16));
  const signature = wechatSignature(token, timestamp, 'n', encrypted);
  return {
    body: `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
    query: { msg_signature: signature, timestamp, nonce: 'n' },
  };
}
