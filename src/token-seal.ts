// Token seal: authenticated encryption of small texts that travel through a browser (form tokens, the receipt's cookie).
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export interface TokenSeal {
  /** base64url, safe in cookies and forms. */
  seal(text: string): string;
  /** Undefined for anything this house did not seal. */
  open(token: string): string | undefined;
}

const NONCE = 12;
const TAG = 16;

export function openTokenSeal(masterKey: Uint8Array): TokenSeal {
  const key = Buffer.from(hkdfSync('sha256', masterKey, '', 'civicline browser tokens', 32));
  return {
    seal(text) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
        'base64url',
      );
    },
    open(token) {
      const bytes = Buffer.from(token, 'base64url');
      if (bytes.length < NONCE + TAG) return undefined;
      const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE));
      cipher.setAuthTag(bytes.subarray(-TAG));
      try {
        return Buffer.concat([cipher.update(bytes.subarray(NONCE, -TAG)), cipher.final()]).toString('utf8');
      } catch {
        return undefined; // forged, or sealed under another key
      }
    },
  };
}
