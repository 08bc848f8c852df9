import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { groupCommit } from '../../src/core/group-commit.ts';

const never = () => Promise.reject(new Error('nobody should be set aside'));

describe('group commit', () => {
  it('carries everybody who arrived while a commit ran in the next one, in order', async () => {
    const batches: number[][] = [];
    const group = groupCommit<number, number>({
      commit: async (riders) => {
        batches.push([...riders]);
        await new Promise((r) => setImmediate(r));
        return riders.map((r) => r * 10);
      },
      aside: never,
    });
    const first = group.submit(1);
    await Promise.resolve();
    const rest = [2, 3, 4].map((n) => group.submit(n));
    expect(await Promise.all([first, ...rest])).toEqual([10, 20, 30, 40]);
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  it('never takes more riders aboard than it has seats', async () => {
    const sizes: number[] = [];
    const group = groupCommit<number, number>({
      commit: async (riders) => {
        sizes.push(riders.length);
        return [...riders];
      },
      aside: never,
      most: 3,
    });
    await Promise.all(Array.from({ length: 10 }, (_, i) => group.submit(i)));
    expect(sizes.every((n) => n <= 3)).toBe(true);
    expect(sizes.reduce((a, n) => a + n, 0)).toBe(10);
  });

  it('isolates the one poisonous rider; the others are committed exactly once', async () => {
    const stored: number[] = [];
    const group = groupCommit<number, string>({
      commit: async (riders) => {
        if (riders.includes(5)) throw new Error('poison');
        stored.push(...riders);
        return riders.map((r) => `kept ${r}`);
      },
      aside: async (rider) => `aside ${rider}`,
    });
    const answers = await Promise.all(Array.from({ length: 9 }, (_, i) => group.submit(i)));
    expect(answers[5]).toBe('aside 5');
    expect(stored.toSorted()).toEqual([0, 1, 2, 3, 4, 6, 7, 8]);
  });

  it.each([
    ['for good', false, ['kept 1', 'kept 2', 'aside 3', 'kept 4']],
    ['for now', true, ['kept 1', 'kept 2', 'refused', 'refused']],
  ])(
    'leaves those answered whom an earlier transaction carried, when one behind fails %s',
    async (_how, retryable, all) => {
      const stored: number[] = [];
      const group = groupCommit<number, string>({
        commit: async (riders) => {
          const front = stored.length === 0 ? riders.slice(0, 2) : riders;
          if (front.includes(3)) throw new GatewayError({ code: 'no', message: 'no', retryable, status: 503 });
          stored.push(...front);
          return front.map((r) => `kept ${r}`);
        },
        aside: async (rider) => `aside ${rider}`,
      });
      const answers = await Promise.all([1, 2, 3, 4].map((n) => group.submit(n).catch(() => 'refused')));
      expect(answers).toEqual(all);
      expect(stored).toEqual(retryable ? [1, 2] : [1, 2, 4]);
    },
  );

  it('refuses the whole batch, setting nobody aside, when the disk is full', async () => {
    const full = new GatewayError({ code: 'disk_full', message: 'no space', retryable: true });
    const group = groupCommit<number, number>({ commit: () => Promise.reject(full), aside: never });
    const results = await Promise.allSettled([group.submit(1), group.submit(2)]);
    expect(results.map((r) => r.status === 'rejected' && r.reason)).toEqual([full, full]);
  });

  it('tells a sender what only he can mend, sets nothing aside, and commits the others', async () => {
    const gone = new GatewayError({ code: 'no_blob', message: 'swept', retryable: false, status: 400 });
    const stored: number[] = [];
    const group = groupCommit<number, number>({
      commit: async (riders) => {
        if (riders.includes(2)) throw gone;
        stored.push(...riders);
        return [...riders];
      },
      aside: never,
    });
    const results = await Promise.allSettled([1, 2, 3].map((n) => group.submit(n)));
    expect(results.map((r) => (r.status === 'rejected' ? r.reason : r.value))).toEqual([1, gone, 3]);
    expect(stored).toEqual([1, 3]);
  });

  it('refuses newcomers with 503 when too many wait, and everybody while closing', async () => {
    let release = () => {};
    const gate = new Promise<void>((r) => {
      release = r;
    });
    const group = groupCommit<number, number>({
      commit: async (riders) => {
        await gate;
        return [...riders];
      },
      aside: never,
      room: 2,
    });
    const first = group.submit(0);
    await Promise.resolve();
    const aboard = [group.submit(1), group.submit(2)];
    await expect(group.submit(3)).rejects.toMatchObject({ code: 'overloaded', status: 503, retryAfter: 5 });
    const drained = group.drain();
    await expect(group.submit(4)).rejects.toMatchObject({ code: 'closing' });
    release();
    await drained;
    expect(await Promise.all([first, ...aboard])).toEqual([0, 1, 2]);
  });
});
