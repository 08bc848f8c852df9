// Open311: what becomes of a service request, and what is refused before anything is stored.
import { readFileSync } from 'node:fs';
import Value from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { open311 } from '../../src/channels/open311.ts';
import { Unreadable } from '../../src/core/errors.ts';
import { Incoming } from '../../src/core/message.ts';

const load = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/open311/${name}.json`, import.meta.url), 'utf8'));

describe('the Open311 channel', () => {
  it('reads the example of the specification as its file says, without the key that let it in', async () => {
    const messages = await open311.read(load('sinkhole.in'), {});
    expect(messages).toEqual(load('sinkhole.out'));
    for (const message of messages) expect(Value.Check(Incoming, message)).toBe(true);
    expect(JSON.stringify(messages)).not.toContain('xyz');
  });
  it('takes the name of the service for words where there are none', async () => {
    const [message] = await open311.read({ fields: { lat: '1', long: '2' }, serviceName: '道路破损' }, {});
    expect(message).toMatchObject({ text: '道路破损', title: '道路破损' });
  });
  it.each([
    ['nothing', undefined],
    ['a list', []],
    ['fields that are no text', { fields: { lat: 3 }, serviceName: 'x' }],
    ['a name over 50 characters', { fields: { first_name: 'x'.repeat(51) }, serviceName: 'x' }],
    ['10 MB of words', { fields: { description: 'x'.repeat(10_000_000) }, serviceName: 'x' }],
  ])('refuses %s as unreadable', (_what, payload) => {
    expect(() => open311.read(payload, {})).toThrow(Unreadable);
  });
  it('refuses a block with a setting it does not have, and names it', () => {
    expect(() => open311.settings({ channel: 'open311', jurisdiction: 'x' })).toThrow('jurisdiction');
  });
});
