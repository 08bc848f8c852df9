// The memory store keeps every store's promises; and what it cannot do it says.
import { describe, expect, it } from 'vitest';
import { openMemory } from '../../src/store/memory/store.ts';
import { storeContract } from '../contract/store.ts';

storeContract('memory', async (now) => openMemory({ instance: 'test', now }));

describe('the memory store', () => {
  it('says that it has nothing to back up, and no key to change', async () => {
    const store = openMemory({ instance: 'test' });
    await expect(store.backup('anywhere')).rejects.toMatchObject({ name: 'GatewayError', code: 'not_supported' });
    expect(await store.rotate(new Uint8Array(32))).toBe(0);
  });

  it('is another data set each time', () => {
    const epochs = [1, 2, 3].map(() => openMemory({ instance: 'test' }).epoch);
    expect(new Set(epochs).size).toBe(3);
  });
});
