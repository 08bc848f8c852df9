// Feeds: the feed over a store of its own, as the gateway opens it, without the rest of the house.
import path from 'node:path';
import { root } from './servers.mjs';

const built = (file) => import(path.join(root, 'dist', file));
export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const { openStore } = await built('store/index.js');
const { openFeed } = await built('feed/feed.js');
const { openGuard } = await built('feed/guard.js');
const { agentsOf } = await built('feed/agents.js');
const { send } = await built('feed/send.js');
const { realClock } = await built('feed/clock.js');
const { ulid } = await import('ulid');

const fatal = (error) => {
  throw error;
};
export const openLog = (dataDir) =>
  openStore({ url: 'sqlite:', dataDir, masterKey: new Uint8Array(32).fill(7), instance: 'bench', onFatal: fatal });

const quiet = { debug() {}, info() {}, warn() {}, error: console.error };
/** What sends as the feed itself does, for whoever wants to stand between. */
export function agents() {
  const guard = openGuard({ allowedNetworks: ['127.0.0.1/32'], ownPorts: () => [] });
  const of = agentsOf(guard);
  return { sender: (out) => send(of.of(out), out, realClock) };
}

export const openPost = (store, settings = {}, besides = {}) =>
  openFeed({
    ...{
      store,
      log: quiet,
      instance: 'bench',
      tenant: '330200',
      utcOffsetMinutes: 480,
      version: '0',
      ownPorts: () => [],
    },
    ...besides,
    settings: {
      ...{ allowedNetworks: ['127.0.0.1/32'], concurrency: 64, timeoutMs: 5_000, lateAfterSeconds: {} },
      schedule: [0, 5, 30, 120, 600, 1_800, 3_600],
      ...settings,
    },
  });

export const endpoint = (id, url, terms = {}) => ({
  ...{
    id,
    url,
    state: 'enabled',
    secrets: [{ secret: SECRET }],
    createdBy: 'bench',
    cursor: 0,
    types: ['case.*'],
    options: { terms },
  },
  createdAt: new Date().toISOString(),
});

/** Commits `count` events over `cases` cases, numbered from `from`. */
export async function commit(store, count, cases, from = 0) {
  const time = new Date().toISOString();
  for (let done = 0; done < count; done += 500) {
    const events = Array.from({ length: Math.min(500, count - done) }, (_, n) => ({
      ...{ id: `evt_${ulid()}`, type: 'case.progressed', time, tenant: '330200' },
      subject: `case-${(from + done + n) % cases}`,
      data: { caseNo: `case-${(from + done + n) % cases}`, status: 'in_progress', at: Date.now() },
    }));
    await store.append(events);
  }
}
