// Signatures against the specification's vectors and against the official library, both ways.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { newSecret, newSigningKey, publicKeyOf, secretKey } from '../../src/feed/secrets.ts';
import { sign, signersOf, verify } from '../../src/feed/sign.ts';
import { vectors } from './vectors.ts';

interface Case {
  name: string;
  scheme: string;
  secret: string;
  id: string | null;
  timestamp: number | string | null;
  body: string;
  signature_header: string | null;
  valid: boolean;
  now: number;
  construct_error?: boolean;
  secret_key_base64?: string;
}
const all = vectors<{ cases: Case[] }>('standard-webhooks')?.cases;
const cases = all?.filter((one) => one.scheme === 'v1');
const ed25519 = all?.filter((one) => one.scheme === 'v1a');

describe('signatures after Standard Webhooks', () => {
  it.skipIf(!cases).each(cases ?? [])('agrees with the vector: $name', (one) => {
    if (one.construct_error) return expect(() => secretKey(one.secret)).toThrow('must not be empty');
    const headers = {
      'webhook-id': one.id ?? undefined,
      'webhook-timestamp': one.timestamp === null ? undefined : String(one.timestamp),
      'webhook-signature': one.signature_header ?? undefined,
    };
    const check = () => verify({ secrets: [one.secret], headers, body: one.body, now: one.now });
    if (!one.valid) return expect(check).toThrow('does not verify');
    check();
    const made = sign(signersOf(one.secret, ['v1']), one.id ?? '', Number(one.timestamp), one.body);
    return expect(one.signature_header?.split(' ')).toContain(made);
  });

  it('makes signatures the official library accepts, and accepts the ones it makes, for any id and body', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^evt_[0-9A-Z]{26}$/),
        fc.jsonValue(),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (id, value, bytes) => {
          const secret = newSecret(() => bytes);
          const body = JSON.stringify(value);
          const now = Math.floor(Date.now() / 1000);
          const headers = {
            'webhook-id': id,
            'webhook-timestamp': String(now),
            'webhook-signature': sign(signersOf(secret, ['v1']), id, now, Buffer.from(body)),
          };
          expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
          const theirs = new Webhook(secret).sign(id, new Date(now * 1000), body);
          verify({ secrets: [secret], headers: { ...headers, 'webhook-signature': theirs }, body, now });
        },
      ),
      { numRuns: 50 },
    );
  });

  it.skipIf(!ed25519).each(ed25519 ?? [])('agrees with the vector: $name', (one) => {
    const key = `whsk_${one.secret_key_base64}`;
    const made = sign(signersOf(key, ['v1a']), one.id ?? '', Number(one.timestamp), one.body);
    expect(made).toBe(one.signature_header);
    const headers = { 'webhook-id': `${one.id}`, 'webhook-timestamp': `${one.timestamp}`, 'webhook-signature': made };
    expect(verify({ secrets: [publicKeyOf(key)], headers, body: one.body, now: one.now })).toBe('v1a');
    expect(() => verify({ secrets: [publicKeyOf(newSigningKey())], headers, body: one.body, now: one.now })).toThrow(
      'no v1a signature fits',
    );
  });

  it('makes v1, v1a and sm3 side by side, each checked with its own key and by nobody else’s', () => {
    const [secret, key] = [newSecret(), newSigningKey()];
    const signers = [...signersOf(secret, ['v1', 'sm3']), ...signersOf(key, ['v1a'])];
    const header = sign(signers, 'evt_1', 1000, '水');
    expect(header.split(' ').map((one) => one.split(',')[0])).toEqual(['v1', 'sm3', 'v1a']);
    const check = (secrets: string[], signature: string) => {
      const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': '1000', 'webhook-signature': signature };
      return verify({ secrets, headers, body: '水', now: 1000 });
    };
    const [v1 = '', sm3 = '', v1a = ''] = header.split(' ');
    expect([check([secret], header), check([secret], sm3), check([publicKeyOf(key)], header)]).toEqual([
      'v1',
      'sm3',
      'v1a',
    ]);
    expect(() => check([secret], v1a)).toThrow('no v1 or sm3 signature fits');
    expect(() => check([secret], v1.replace('v1,', 'sm3,'))).toThrow('fits');
    expect(() => check([publicKeyOf(key)], `${v1} ${sm3}`)).toThrow('no v1a signature fits');
  });

  it('makes HMAC-SM3 as the standard reckons it', () => {
    // SM3 of "abc" is the first example of GB/T 32905-2016; HMAC over it is built here by hand (RFC 2104).
    const sm3 = (...parts: Uint8Array[]) => createHash('sm3').update(Buffer.concat(parts)).digest();
    expect(sm3(Buffer.from('abc')).toString('hex')).toMatch(/^66c7f0f462eeedd9d1f2d46bdc10e4e2/);
    const key = Buffer.alloc(64);
    Buffer.alloc(32, 7).copy(key);
    const inner = sm3(
      key.map((byte) => byte ^ 0x36),
      Buffer.from('evt_1.1000.x'),
    );
    const want = sm3(
      key.map((byte) => byte ^ 0x5c),
      inner,
    ).toString('base64');
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    expect(sign(signersOf(secret, ['sm3']), 'evt_1', 1000, 'x')).toBe(`sm3,${want}`);
  });

  it('notices one changed byte anywhere in the body', () => {
    const secret = newSecret();
    const body = Buffer.from('{"a":1}');
    const headers = {
      'webhook-id': 'evt_1',
      'webhook-timestamp': '1000',
      'webhook-signature': sign(signersOf(secret, ['v1']), 'evt_1', 1000, body),
    };
    for (let at = 0; at < body.length; at++) {
      const changed = Buffer.from(body);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(() => verify({ secrets: [secret], headers, body: changed, now: 1000 })).toThrow('does not verify');
    }
  });

  it('makes a different secret of 32 random bytes each time', () => {
    const [one, other] = [newSecret(), newSecret()];
    expect(one).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(one).not.toBe(other);
  });
});
