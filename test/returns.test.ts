// Returns, counted for the table of duties.
import { expect, test } from 'vitest';
import type { NewEvent } from '../src/core/event.ts';
import { openReturns } from '../src/returns.ts';
import { openMemory } from '../src/store/memory/store.ts';

let n = 0;
const back = (unit: string, suggested?: string, division?: string): NewEvent => ({
  ...{
    id: `evt_${++n}`,
    type: 'case.returned',
    subject: '1',
    time: '2026-11-24T10:00:00+08:00',
    tenant: '330200',
  },
  data: {
    category: { code: '010203', name: '道路设施' },
    reportedBy: unit,
    ...(division ? { division } : {}),
    ...(suggested ? { suggestedUnit: { code: suggested, name: '' } } : {}),
  },
});

test('what came back is counted by category, place, unit and whom it named, once, however often one asks', async () => {
  const store = openMemory({ instance: 'test' });
  await store.append([back('jiangbei', 'jianshe', '330205'), back('jiangbei', 'jianshe', '330205'), back('chengguan')]);
  const returns = openReturns(store);
  const lines = [
    { category: '010203', division: '330205', unit: 'jiangbei', suggested: 'jianshe', count: 2 },
    { category: '010203', unit: 'chengguan', count: 1 },
  ];
  expect(await returns()).toMatchObject(lines);
  expect(await openReturns(store)()).toMatchObject(lines); // also after a restart
  await store.keep('returns', 'cursor', { seq: 0 }); // as if it had died before the place was written down
  expect(await openReturns(store)()).toMatchObject(lines);
  await store.append([back('chengguan'), back('chengguan')]);
  expect(await returns()).toMatchObject([{ unit: 'chengguan', count: 3 }, { count: 2 }]);
});
