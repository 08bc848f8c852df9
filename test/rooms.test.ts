// The rooms below the front: what is opened is closed again, also when a later one does not open.
import { describe, expect, it } from 'vitest';
import { loadSettings } from '../src/config.ts';
import { defineChannel } from '../src/core/channel.ts';
import { openRooms } from '../src/rooms.ts';
import { quiet } from './feed/house.ts';
import { BUILT, envOf, newHome } from './story/house.ts';

describe.skipIf(!BUILT)('opening the rooms', () => {
  const fatal = (error: Error): never => {
    throw error;
  };

  it('gives store, disk and address guard back when a channel does not open, and says why it did not', async () => {
    const settings = loadSettings(envOf(newHome()));
    const signals: AbortSignal[] = [];
    const deaf = defineChannel({
      ...{ name: 'web', settings: () => ({}), read: () => [] },
      open(_settings, door) {
        signals.push(door.signal);
        throw new Error('no line');
      },
    });
    const directory = { web: async () => deaf, open311: async () => deaf };
    await expect(openRooms(settings, { log: quiet, fatal, directory })).rejects.toThrow('no line');
    expect(signals.map((signal) => signal.aborted)).toEqual([true]);

    // The file is free again: two cannot hold it.
    const rooms = await openRooms(settings, { log: quiet, fatal });
    expect((await rooms.store.stats()).cases).toBe(0);
    await rooms.close();
    await expect(rooms.store.stats()).rejects.toMatchObject({ retryable: true });
  });

  it('calls no port that one of its channels listens on', async () => {
    const settings = loadSettings(envOf(newHome(), { CIVICLINE_ALLOWED_NETWORKS: '127.0.0.1/32' }));
    const listening = defineChannel({
      ...{ name: 'web', settings: () => ({}), read: () => [] },
      open: () => ({ port: 8_999, close: async () => undefined }),
    });
    const directory = { web: async () => listening, open311: async () => listening };
    const rooms = await openRooms(settings, { log: quiet, fatal, directory });
    expect(() => rooms.guard.checkUrl('http://127.0.0.1:8999/x')).toThrow('this gateway itself');
    rooms.guard.checkUrl('http://127.0.0.1:8998/x');
    await rooms.close();
  });
});
