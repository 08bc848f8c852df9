// The steps of the pipeline over the shipped example city, for the figures of understanding: no store, no server.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const NOW = Date.parse('2026-09-29T10:00:00+08:00');
const TIME = '2026-09-29T10:00:00+08:00';

const messageOf = (text, title) => ({
  id: 'msg_1',
  tenant: '330200',
  level: 'city',
  channel: 'web',
  account: 'web',
  direction: 'in',
  externalId: '1',
  externalIdGiven: true,
  contentHash: 'sha256:0',
  receivedAt: TIME,
  sentAt: TIME,
  sender: { keys: [], anonymous: false, secret: false },
  text,
  ...(title ? { title } : {}),
  parts: [],
  verified: 'none',
});

/** `npm run build` first: it reads dist. `change` may alter the city, e.g. into a demonstration. */
export async function prepared(change = (city) => city) {
  const { loadSettings } = await import(path.join(root, 'dist/config.js'));
  const { decide, prepare } = await import(path.join(root, 'dist/core/pipeline.js'));
  const city = change(loadSettings({}, { configDir: path.join(root, 'config') }).city);
  const known = { keyReused: false, mine: [], alike: [], stated: [] };
  const draftOf = (text, title) => prepare(messageOf(text, title), city);
  return { city, prepared: draftOf, decided: (text, title) => decide(draftOf(text, title), { city, known, now: NOW }) };
}
