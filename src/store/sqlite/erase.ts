// Erase: destroys a case's data key and everything by which a person could be found, and leaves no byte of it in the file.
import type { Direct } from '../direct.ts';
import { remains } from '../remains.ts';
import { dropBlobsOf } from './blobs.ts';
import { ERASED } from './calls.ts';
import { CASE_COLUMNS, type CaseRow, keptValues, OPEN_COLUMNS, openCase } from './case-rows.ts';
import type { Ground } from './ground.ts';
import type { Append } from './log.ts';
import type { Parties } from './parties.ts';
import { openEnvelope, type Seals } from './seals.ts';
import { noteGone } from './tally.ts';
import type { Witness } from './witness.ts';

export interface EraseParts {
  readonly ground: Ground;
  readonly seals: Seals;
  readonly append: Append;
  readonly witness: Witness;
  readonly parties: Parties;
}

export function openErase({ ground, seals, append, witness, parties }: EraseParts): Pick<Direct, 'erase'> {
  const { db } = ground;
  const select = db.prepare<[string], CaseRow>(`SELECT ${CASE_COLUMNS} FROM cases WHERE no = ? AND erased = 0`);
  const blank = db.prepare(
    `UPDATE cases SET erased = 1, masked = '', exact = NULL, postings = NULL, query_hash = NULL, sealed = NULL, urged = 0,
     ${OPEN_COLUMNS.map((c) => `${c} = ?`).join(', ')} WHERE id = ?`,
  );
  const dropGrams = db.prepare('DELETE FROM grams WHERE id = ?');
  const dropPosting = db.prepare('DELETE FROM sketches WHERE hash = ? AND case_id = ?');
  const senders = db.prepare<[number], Buffer>('SELECT blind FROM sender_keys WHERE case_id = ?').pluck();
  const dropSenders = db.prepare('DELETE FROM sender_keys WHERE case_id = ?');
  const hush = db.prepare('UPDATE audit SET reason = NULL WHERE subject = ?');
  const dropOutgoing = db.prepare('DELETE FROM outgoing WHERE case_no = ?');
  const dropParcels = db.prepare('DELETE FROM parcels WHERE vault = ?');
  // The call a case came by has its own row under the name of the message: who called goes, that there was a call stays.
  const callsOf = db.prepare<[number], { id: Buffer; vault: number }>(
    'SELECT id, vault FROM calls WHERE sealed IS NOT NULL AND id IN (SELECT delivery FROM messages WHERE case_id = ?)',
  );
  const hushCall = db.prepare('UPDATE calls SET sealed = NULL, party = NULL WHERE id = ?');
  // What no exchange has told of yet is told tonight perhaps: the name stays, so that it is not taken up again.
  const calledIn = db.prepare<[number], { id: number; delivery: Buffer; at: number; sealed: Buffer }>(
    'SELECT id, delivery, at, sealed FROM messages WHERE case_id = ?',
  );
  const keepName = db.prepare(
    `INSERT INTO calls (id, account, tenant, at, direction, outcome, vault) VALUES (?, ?, ?, ?, 'in', '${ERASED}', 0) ON CONFLICT (id) DO NOTHING`,
  );
  function keepNames(caseId: number, vault: number): void {
    const key = seals.find(vault);
    if (key === undefined) return;
    for (const { id, delivery, at, sealed } of calledIn.all(caseId)) {
      const { message } = openEnvelope(key.key, sealed, id);
      if (message.channel === 'phone') keepName.run(delivery, message.account, message.tenant, at);
    }
  }
  const keepBlinds = db.prepare(
    'INSERT OR IGNORE INTO erased_messages (delivery, content) SELECT delivery, content FROM messages WHERE case_id = ?',
  );
  const dropMessages = db.prepare('DELETE FROM messages WHERE case_id = ?');

  return {
    erase(no, entry, event) {
      const row = select.get(no);
      if (!row) return false;
      const postings: number[] = row.postings === null ? [] : JSON.parse(row.postings);
      ground.commit(() => {
        ground.lately.changed(row.id);
        blank.run(...keptValues(remains(openCase(row)), row).with(OPEN_COLUMNS.indexOf('named'), 0), row.id);
        for (const hash of postings) dropPosting.run(hash, row.id);
        dropGrams.run(row.id);
        const known = senders.all(row.id);
        dropSenders.run(row.id);
        parties.forget(known);
        dropOutgoing.run(no);
        dropParcels.run(row.vault);
        keepNames(row.id, row.vault);
        for (const call of callsOf.all(row.id)) {
          hushCall.run(call.id);
          seals.destroy(call.vault);
        }
        keepBlinds.run(row.id);
        noteGone(db, dropMessages.run(row.id).changes, ground.last('message'));
        dropBlobsOf(ground, row.vault);
        seals.destroy(row.vault);
        hush.run(no); // why somebody did something to this case may tell of it
        append([event]);
        witness(entry);
      });
      // `secure_delete` has overwritten the pages; the older copies of them still lie in the WAL until it is cut.
      ground.cutWal();
      return true;
    },
  };
}
