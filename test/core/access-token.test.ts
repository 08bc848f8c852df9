// Access token: whoever asks at once shares one, and a platform is not forced to make another twice within half a minute.
import { expect, it } from 'vitest';
import { keepToken } from '../../src/core/access-token.ts';

it('forces another token when one is refused, but not again and again', async () => {
  const clock = { now: 0 };
  const forced: boolean[] = [];
  const tokens = keepToken(
    async (isForced) => {
      forced.push(isForced);
      return { token: `t${forced.length}`, expiresInSeconds: 7_200 };
    },
    () => clock.now,
  );
  for (const at of [0, 1_000, 20_000, 31_500]) {
    clock.now = at;
    tokens.refused(await tokens.get());
  }
  await tokens.get();
  expect(forced).toEqual([false, true, false, true, false]);
});

it('fetches another where what is shelved cannot be read', async () => {
  const shelf = { get: async () => 'no JSON', put: async () => undefined };
  const tokens = keepToken(
    async () => ({ token: 't1', expiresInSeconds: 7_200 }),
    () => 0,
    shelf,
  );
  expect(await tokens.get()).toBe('t1');
});
