// Outgoing: how each message to a citizen stands. The rows hold no words and no address: both lie sealed with the case.
import type { Purpose } from '../../core/channel.ts';
import type { OutgoingRow, OutgoingState } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { senderBlind } from './blinds.ts';
import type { Ground } from './ground.ts';
import type { Append } from './log.ts';
import type { Parties } from './parties.ts';
import type { Witness } from './witness.ts';

interface Row {
  readonly id: string;
  readonly case_no: string;
  readonly purpose: Purpose;
  readonly message_id: string;
  readonly account: string;
  readonly state: OutgoingState;
  readonly attempts: number;
  readonly next_at: number | null;
  readonly at: number;
  readonly last_at: number | null;
  readonly why: string | null;
}

const CURSOR = 'outgoing_cursor';

type Calls = Pick<
  Direct,
  | 'queueOutgoing'
  | 'outgoingCursor'
  | 'settleOutgoing'
  | 'dueOutgoing'
  | 'interruptedOutgoing'
  | 'outgoingOf'
  | 'wakeOutgoing'
>;

export function openOutgoing(
  ground: Ground,
  { append, witness, parties }: { append: Append; witness: Witness; parties: Pick<Parties, 'kin'> },
): Calls {
  const { db, keyring } = ground;
  const insert = db.prepare(
    `INSERT INTO outgoing (id, case_no, purpose, message_id, account, state, attempts, next_at, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const update = db.prepare(
    `UPDATE outgoing SET account = ?, state = ?, attempts = ?, next_at = ?, last_at = ?, why = ?,
     person = coalesce(?, person) WHERE id = ?`,
  );
  const readCursor = db.prepare<[string], Buffer>('SELECT value FROM meta WHERE key = ?').pluck();
  const moveCursor = db.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const due = db.prepare<[number, number], Row>(
    "SELECT * FROM outgoing WHERE state = 'pending' AND next_at <= ? ORDER BY next_at, id LIMIT ?",
  );
  const interrupted = db.prepare<[], Row>("SELECT * FROM outgoing WHERE state = 'sending' ORDER BY at, id");
  const ofCase = db.prepare<[string], Row>('SELECT * FROM outgoing WHERE case_no = ? ORDER BY at, id');
  const wake = db.prepare(
    "UPDATE outgoing SET state = 'pending', next_at = ?, why = NULL WHERE state = 'waiting' AND person = ?",
  );

  return {
    queueOutgoing(rows, cursor) {
      ground.commit(() => {
        for (const r of rows)
          insert.run(r.id, r.caseNo, r.purpose, r.messageId, r.account, r.state, r.attempts, r.nextAt ?? null, r.at);
        moveCursor.run(CURSOR, Buffer.from(String(cursor)));
      });
    },
    outgoingCursor() {
      const value = readCursor.get(CURSOR);
      return value === undefined ? undefined : Number(value.toString());
    },
    settleOutgoing(r, events, person, audit) {
      const blind = person ? senderBlind(keyring, person) : null;
      ground.commit(() => {
        update.run(r.account, r.state, r.attempts, r.nextAt ?? null, r.lastAt ?? null, r.why ?? null, blind, r.id);
        append(events);
        if (audit) witness(audit);
      });
    },
    dueOutgoing: (now, limit) => due.all(now, limit).map(rowOf),
    interruptedOutgoing: () => interrupted.all().map(rowOf),
    outgoingOf: (caseNo) => ofCase.all(caseNo).map(rowOf),
    wakeOutgoing(keys, now) {
      if (keys.length === 0) return 0;
      const blinds = parties.kin(keys.map((key) => senderBlind(keyring, key)));
      return ground.commit(() => blinds.reduce((sum, blind) => sum + wake.run(now, blind).changes, 0));
    },
  };
}

function rowOf(row: Row): OutgoingRow {
  const { id, purpose, account, state, attempts, at } = row;
  return {
    ...{ id, caseNo: row.case_no, purpose, messageId: row.message_id, account, state, attempts, at },
    ...(row.next_at === null ? {} : { nextAt: row.next_at }),
    ...(row.last_at === null ? {} : { lastAt: row.last_at }),
    ...(row.why === null ? {} : { why: row.why }),
  };
}
