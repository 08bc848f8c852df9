// What is remembered between recall and write is what would be made anew, however little two asks differ in.
import { expect, it } from 'vitest';
import type { SenderKey } from '../../src/core/message.ts';
import type { Ask } from '../../src/core/store.ts';
import { blindsMemory } from '../../src/store/sqlite/blinds.ts';
import { newKeyring } from '../../src/store/vault.ts';

const keyring = newKeyring(new Uint8Array(32).fill(7));
const key = (value: string, more: Partial<SenderKey> = {}): SenderKey => ({
  ...{ kind: 'phone', scope: '', value, proved: false },
  ...more,
});
const ask: Ask = {
  ...{ account: 'web', externalId: 'a1', contentHash: 'sha256:1', tenant: '330200', since: 0 },
  ...{ proved: [key('1')], stated: [key('2')], fingerprint: { exact: 'e', sketch: [1, 2] } },
};
const { fingerprint: _words, ...wordless } = ask;

const ALIKE: readonly (readonly [string, Ask])[] = [
  ['another account', { ...ask, account: 'we', externalId: 'ba1' }],
  ['another id', { ...ask, externalId: 'a2' }],
  ['an id that runs on into the account', { ...ask, externalId: 'a1w', account: 'eb' }],
  ['other content', { ...ask, contentHash: 'sha256:2' }],
  ['another tenant', { ...ask, tenant: '330201' }],
  ['no words', wordless],
  ['other words', { ...ask, fingerprint: { exact: 'f', sketch: [1, 2] } }],
  ['another sketch', { ...ask, fingerprint: { exact: 'e', sketch: [12] } }],
  ['a key stated instead of proved', { ...ask, proved: [], stated: [key('1'), key('2')] }],
  ['another value', { ...ask, stated: [key('3')] }],
  ['a value that runs on into the next key', { ...ask, proved: [key('12')], stated: [key('')] }],
  ['another kind', { ...ask, stated: [key('2', { kind: 'email' })] }],
  ['another scope', { ...ask, stated: [key('2', { scope: 'x' })] }],
];

it.each(ALIKE)('%s is told apart', (_what, other) => {
  const remembered = blindsMemory(keyring);
  remembered(ask);
  expect(remembered(other)).toEqual(blindsMemory(keyring)(other));
});

it('one ask is made once for recall and write', () => {
  const remembered = blindsMemory(keyring);
  expect(remembered(ask)).toBe(remembered(structuredClone(ask)));
});
