// Erase: forgets a case's words, senders, messages and attachments; number, state and times stay.
import type { Direct } from '../direct.ts';
import { remains } from '../remains.ts';
import { eraseCall } from './calls.ts';
import type { CaseRow, Ground } from './ground.ts';
import { append } from './log.ts';
import { deliveryName, goneName } from './names.ts';
import { parcelName } from './parcels.ts';
import { forgetKin } from './parties.ts';
import { witness } from './trail.ts';
import { dropDelivered } from './write.ts';

export function openErase(ground: Ground): Pick<Direct, 'erase'> {
  function forget({ id, postings, senders, messages, blobs }: CaseRow): void {
    for (const posting of postings) ground.postings.remove(posting, id);
    for (const sender of senders) {
      ground.senders.remove(sender, id);
      ground.provedSenders.remove(sender, id);
    }
    forgetKin(ground, senders);
    for (const message of messages) {
      const name = deliveryName(message.account, message.externalId, message.direction);
      dropDelivered(ground, name, message.id);
      ground.gone.set(goneName(name, message.contentHash), true);
      eraseCall(ground, deliveryName(message.account, message.externalId), message);
    }
    for (const ref of blobs) ground.blobs.delete(ref);
  }

  return {
    erase(no, entry, event) {
      const row = ground.cases.get(no);
      if (!row || row.erased) return false;
      const { id, open, matter, openedAt, lastAt } = row;
      ground.commit(() => {
        forget(row);
        for (const sent of ground.outgoing.values()) if (sent.caseNo === no) ground.outgoing.delete(sent.id);
        for (const one of ground.parcels.values()) if (one.caseNo === no) ground.parcels.delete(parcelName(one));
        ground.cases.set(no, {
          ...{ id, open: remains(open), openedAt, lastAt, masked: '', exact: '', erased: true },
          ...(matter === undefined ? {} : { matter }),
          ...{ postings: [], senders: [], messages: [], blobs: [] },
        });
        ground.hushed.set(no, ground.trail.length);
        append(ground, [event]);
        witness(ground, entry);
      });
      return true;
    },
  };
}
