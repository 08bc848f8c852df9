// Budget: how many calls are left in this minute and on this day; the day's count outlives a restart.
import type { Store } from '../core/store.ts';
import type { AssistantSettings } from '../settings.ts';

const KIND = 'assistant';
const MINUTE = 60_000;
const DAY = 86_400_000;

export interface Budget {
  /** Ms to wait before the next call; 0 when it may go now. */
  wait(now: number): number;
  /** Written down before the call is made: a crash gives nothing back. */
  spend(now: number): Promise<void>;
}

export async function openBudget(
  store: Pick<Store, 'keep' | 'keepings'>,
  { perMinute, perDay }: AssistantSettings,
): Promise<Budget> {
  const kept = (await store.keepings(KIND)).find(({ id }) => id === 'budget')?.value;
  let day = typeof kept?.day === 'number' ? kept.day : 0;
  let calls = typeof kept?.calls === 'number' ? kept.calls : 0;
  let lately: number[] = [];
  return {
    wait(now) {
      const today = Math.floor(now / DAY);
      if (today === day && calls >= perDay) return (today + 1) * DAY - now;
      lately = lately.filter((at) => now - at < MINUTE);
      return lately.length < perMinute ? 0 : MINUTE - (now - (lately[0] ?? now));
    },
    async spend(now) {
      const today = Math.floor(now / DAY);
      if (today !== day) [day, calls] = [today, 0];
      calls += 1;
      lately.push(now);
      await store.keep(KIND, 'budget', { day, calls });
    },
  };
}
