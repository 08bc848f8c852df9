// Quarantine: messages no transaction would take, sealed as received until a person looks at them.
import type { Message } from '../../core/message.ts';
import type { Quarantined } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { unseal } from '../vault.ts';
import type { Ground } from './ground.ts';
import { type Seals, sealJson } from './seals.ts';

interface Row {
  readonly id: string;
  readonly account: string;
  readonly received_at: string;
  readonly vault: number;
  readonly sealed: Buffer;
}

const place = (id: string): string => `quarantine:${id}`;

export function openQuarantine(ground: Ground, seals: Seals): Pick<Direct, 'quarantine' | 'quarantined'> {
  const { db } = ground;
  const known = db.prepare<[string], number>('SELECT 1 FROM quarantine WHERE id = ?').pluck();
  const insert = db.prepare('INSERT INTO quarantine (id, account, received_at, vault, sealed) VALUES (?, ?, ?, ?, ?)');
  const newest = db.prepare<[number], Row>('SELECT * FROM quarantine ORDER BY received_at DESC, id LIMIT ?');

  function quarantined(limit: number): Quarantined[] {
    return newest.all(limit).flatMap((row) => {
      const key = seals.find(row.vault);
      if (!key) return [];
      const kept: { error: string; message: Message } = JSON.parse(
        unseal(key.key, row.sealed, place(row.id)).toString(),
      );
      return [{ id: row.id, account: row.account, receivedAt: row.received_at, ...kept }];
    });
  }

  return {
    /** The same one again (a platform that retries it) changes nothing. The error may quote the message: sealed with it. */
    quarantine: ({ id, account, receivedAt, error, message }) => {
      if (known.get(id)) return;
      ground.commit(() => {
        const { vault, key } = seals.create();
        insert.run(id, account, receivedAt, vault, sealJson(key, { error, message }, place(id)));
      });
    },
    quarantined,
  };
}
