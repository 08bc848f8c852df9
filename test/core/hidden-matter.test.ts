// Who hides stands in a matter unseen: what the feed tells of the next one's case gives no sign that there is another.
import { describe, expect, it } from 'vitest';
import { openIntake } from '../../src/core/intake.ts';
import { takeIn } from '../../src/core/take-in.ts';
import { openMint } from '../../src/mint.ts';
import { openMemory } from '../../src/store/memory/store.ts';
import { quiet } from '../feed/house.ts';
import { city, NOW } from './example.ts';

const WORDS = '江北区环城北路中段的路灯坏了三天，晚上漆黑一片，请尽快派人维修。';

async function told(secrets: readonly boolean[]) {
  const now = () => NOW;
  const store = openMemory({ instance: 'test', now });
  const mint = openMint(480);
  const intake = openIntake({ store, city: () => city, mint, now, log: quiet, committed: () => {} });
  const mouth = { channel: 'web', account: 'web', tenant: city.tenant, level: city.level, utcOffsetMinutes: 480 };
  for (const [n, secret] of secrets.entries()) {
    const keys = [{ kind: 'phone', scope: '', value: `1380000000${n}`, proved: false }];
    const sender = { keys, anonymous: false, secret };
    await intake.accept(takeIn({ sender, text: WORDS, verified: 'none' }, mouth, mint, NOW));
  }
  const log = await store.readLog({ after: 0, limit: 50 });
  return log.map(({ type, body }) => ({ type, data: JSON.parse(body).data }));
}

describe('the feed', () => {
  it('tells that one joins another who is to be seen', async () => {
    const log = await told([false, false]);
    expect(log.map(({ type }) => type)).toEqual(expect.arrayContaining(['case.joined', 'matter.opened']));
  });

  it.each([
    ['a secret one', [true, false]],
    ['somebody, in secret', [false, true]],
  ])('tells of no matter where one joins %s', async (_who, secrets) => {
    const log = await told(secrets);
    expect(log.filter(({ type }) => type.startsWith('matter.') || type === 'case.joined')).toEqual([]);
    const opened = log.filter(({ type }) => type === 'case.opened');
    expect(opened).toHaveLength(2);
    expect(opened.map(({ data }) => data.matter.size)).toEqual([1, 1]);
  });
});
