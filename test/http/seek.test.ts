import { expect, test } from 'vitest';
import type { CaseQuery } from '../../src/core/store.ts';
import { ADMIN_TOKEN, NO, NO_2, one, openHouse } from './house.ts';

const watched = async () => {
  const house = await openHouse();
  const asked: CaseQuery[] = [];
  const find = house.store.findCases.bind(house.store);
  house.store.findCases = async (query) => {
    asked.push(query);
    return find(query);
  };
  const list = async (query: string) => (await house.call('GET', `/v1/cases?${query}`, { token: ADMIN_TOKEN })).json;
  return { house, asked, list };
};

test('a case far down a list is found, without the store being asked for the whole of it at once', async () => {
  const { house, asked, list } = await watched();
  house.store.put(one({ status: 'closed' }));
  house.store.caseBelow = async (no) => (no === undefined ? NO_2 : undefined);
  expect(await list('status=closed')).toMatchObject({ data: [{ caseNo: NO }], has_more: false, next_cursor: null });
  expect(asked).toMatchObject([{ downTo: NO_2 }, { after: NO_2 }]);
});

test('a list without end is given up for now, with a cursor to go on from', async () => {
  const { house, asked, list } = await watched();
  house.store.caseBelow = async () => NO_2;
  for (const query of ['status=closed', 'kind=report', 'category=0101']) {
    asked.length = 0;
    expect(await list(query)).toEqual({ data: [], has_more: true, next_cursor: NO_2 });
    expect(asked.length).toBeLessThan(100);
    expect(asked.every(({ downTo }) => downTo === NO_2)).toBe(true);
  }
});

test('what an index finds is asked for in one go', async () => {
  const { asked, list } = await watched();
  for (const query of ['limit=9', 'unit=u-road', 'matter=mat_A', 'proposals=true']) await list(query);
  expect(asked).toHaveLength(4);
  expect(asked.some((query) => query.downTo !== undefined)).toBe(false);
});
