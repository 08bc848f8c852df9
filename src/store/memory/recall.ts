// Recall: the look-ups in memory for what bears on each waiting message.
import type { Status } from '../../core/case.ts';
import { FINISHED_STATUS, OPEN_STATUS } from '../../core/status.ts';
import type { Ask } from '../../core/store.ts';
import { MOST_MINE, MOST_STATED, POSTINGS, postingsOf } from '../candidates.ts';
import type { Direct } from '../direct.ts';
import { type Lookups, RIVALS, recallOne } from '../recalling.ts';
import { GONE } from '../remains.ts';
import { knownOf } from './case-view.ts';
import { type CaseRow, copy, type Ground } from './ground.ts';
import { deliveryName, goneName, senderName } from './names.ts';
import { keysOfParty, knownClaim, partyOfKey } from './parties.ts';
import { knownWaiting } from './waiting.ts';

export function openRecall(ground: Ground): Pick<Direct, 'recall'> {
  return {
    recall: (asks) => ({ known: asks.map((ask) => recallOne(ask, lookupsOf(ask, ground))), watermark: ground.head }),
  };
}

function lookupsOf(ask: Ask, ground: Ground): Lookups<string> {
  const living = (row: CaseRow | undefined): row is CaseRow =>
    row !== undefined && !row.erased && row.open.tenant === ask.tenant;
  const own = (sender: string, statuses: readonly Status[]) =>
    newest(ground.provedSenders.of(sender), MOST_MINE, (id) => {
      const row = ground.caseById(id);
      if (!living(row) || !statuses.includes(row.open.status)) return undefined;
      return { id, known: knownOf(row, ground) };
    });
  return {
    proved: ask.proved.map(senderName),
    stated: ask.stated.map(senderName),
    postings: ask.fingerprint ? postingsOf(ask.fingerprint, ask.tenant) : [],
    delivered() {
      const name = deliveryName(ask.account, ask.externalId);
      const before = ground.deliveredAs.get(name) ?? [];
      const same = before.find((d) => d.contentHash === ask.contentHash);
      const receipt = same ? same.receipt : ground.gone.get(goneName(name, ask.contentHash)) && GONE;
      return { used: before.length > 0, ...(receipt ? { first: copy(receipt) } : {}) };
    },
    mine: (sender) => own(sender, OPEN_STATUS),
    finished: (sender) => own(sender, FINISHED_STATUS),
    hinted: (sender) =>
      newest(ground.senders.of(sender), MOST_STATED, (id) => {
        const row = ground.caseById(id);
        if (!living(row) || row.open.secret || row.open.anonymous) return undefined;
        const { matter } = row;
        const proved = ground.provedSenders.has(sender, id);
        return { id, no: row.open.no, proved, ...(matter === undefined ? {} : { matter }) };
      }),
    byNo(no) {
      const row = ground.cases.get(no);
      return living(row) ? { id: row.id, known: knownOf(row, ground) } : undefined;
    },
    result(id) {
      const { handling, rating } = ground.caseById(id)?.open ?? {};
      return copy({ ...(handling ? { handling } : {}), ...(rating ? { rating } : {}) });
    },
    opens: (no, queryCode) => ground.cases.get(no)?.queryCode === queryCode,
    owns: (sender, id) => ground.provedSenders.has(sender, id),
    party: (sender) => partyOfKey(ground, sender, ask.tenant),
    keysOf: (party) => keysOfParty(ground, party),
    claim: () => knownClaim(ground, ask),
    waiting: () => knownWaiting(ground, ask),
    posted: (posting) => ground.postings.of(posting).slice(-POSTINGS).reverse(),
    byId(id) {
      const row = ground.caseById(id);
      if (!living(row) || row.openedAt < ask.since || row.openedAt > (ask.until ?? Number.POSITIVE_INFINITY))
        return undefined;
      return knownOf(row, ground);
    },
    ofMatter(matter) {
      const ids = [...ground.members.of(matter)].sort((a, b) => a - b);
      return ids
        .map((id) => ground.caseById(id))
        .filter(living)
        .slice(0, RIVALS)
        .map((row) => knownOf(row, ground));
    },
  };
}

/** From the end of an ascending list, what `take` makes of each, until there are `most`. */
function newest<T>(ids: readonly number[], most: number, take: (id: number) => T | undefined): T[] {
  const taken: T[] = [];
  for (const id of ids.toReversed()) {
    if (taken.length === most) break;
    const one = take(id);
    if (one !== undefined) taken.push(one);
  }
  return taken;
}
