// The example city as shipped, and messages and known cases to try the steps with.
import { fileURLToPath } from 'node:url';
import { loadSettings } from '../../src/config.ts';
import type { City } from '../../src/core/city.ts';
import type { Draft, Given, Known, KnownCase } from '../../src/core/draft.ts';
import type { Message } from '../../src/core/message.ts';
import { decide, prepare } from '../../src/core/pipeline.ts';

export const configDir = fileURLToPath(new URL('../../config', import.meta.url));
export const city: City = loadSettings({}, { configDir }).city;

/** Tuesday 29 September 2026, ten in the morning in the city. */
export const NOW = Date.parse('2026-09-29T10:00:00+08:00');

export function message(text: string, more: Partial<Message> = {}): Message {
  return {
    id: 'msg_1',
    tenant: '330200',
    level: 'city',
    channel: 'web',
    account: 'web',
    direction: 'in',
    externalId: '1',
    externalIdGiven: true,
    contentHash: 'sha256:0',
    receivedAt: '2026-09-29T10:00:00+08:00',
    sentAt: '2026-09-29T10:00:00+08:00',
    sender: { keys: [], anonymous: false, secret: false },
    text,
    parts: [],
    verified: 'none',
    ...more,
  };
}

export const NOTHING: Known = { keyReused: false, mine: [], alike: [], stated: [] };

export function given(more: Partial<Given> = {}): Given {
  return { city, known: NOTHING, now: NOW, ...more };
}

export function prepared(text: string, more: Partial<Message> = {}, where: City = city): Draft {
  return prepare(message(text, more), where);
}

export function decided(text: string, more: Partial<Message> = {}, circumstances: Partial<Given> = {}): Draft {
  const all = given(circumstances);
  return decide(prepare(message(text, more), all.city), all);
}

/** A case that was opened by `text`, `minutes` before now. */
export function knownCase(text: string, minutes = 5, more: Partial<KnownCase> = {}): KnownCase {
  const draft = prepared(text);
  const at = NOW - minutes * 60_000;
  return {
    no: '26092900000017',
    kind: draft.kind,
    status: 'dispatched',
    secret: false,
    anonymous: false,
    category: draft.categories[0]?.code ?? '99',
    ...(draft.place?.division === undefined ? {} : { division: draft.place.division }),
    masked: draft.words.masked,
    exact: draft.fingerprint.exact,
    openedAt: at,
    lastAt: at,
    version: 1,
    matter: { id: 'mat_1', size: 1 },
    ...more,
  };
}
