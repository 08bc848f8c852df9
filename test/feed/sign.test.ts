// Signatures against the specification's vectors and against the official library, both ways.
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { newSecret, secretKey, sign, verify } from '../../src/feed/sign.ts';
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
}
const cases = vectors<{ cases: Case[] }>('standard-webhooks')?.cases.filter((one) => one.scheme === 'v1');

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
    const made = sign([secretKey(one.secret)], one.id ?? '', Number(one.timestamp), one.body);
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
            'webhook-signature': sign([secretKey(secret)], id, now, Buffer.from(body)),
          };
          expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
          const theirs = new Webhook(secret).sign(id, new Date(now * 1000), body);
          verify({ secrets: [secret], headers: { ...headers, 'webhook-signature': theirs }, body, now });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('notices one changed byte anywhere in the body', () => {
    const secret = newSecret();
    const body = Buffer.from('{"a":1}');
    const headers = {
      'webhook-id': 'evt_1',
      'webhook-timestamp': '1000',
      'webhook-signature': sign([secretKey(secret)], 'evt_1', 1000, body),
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
