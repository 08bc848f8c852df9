// Calls: what exchanges told of each call, and what follows from it.

import { createHash } from 'node:crypto';
import type { CallQuery, StoredCall } from '../../core/call-book.ts';
import { type CallHour, SOON_MS } from '../../core/call-figures.ts';
import { type CallFact, foldCall, mergeFacts, partyOf } from '../../core/call-record.ts';
import type { Message } from '../../core/message.ts';
import { callName, mergeEach, same } from '../calls.ts';
import type { Direct } from '../direct.ts';
import type { CallKept, Ground } from './ground.ts';
import { deliveryName } from './names.ts';

const HOUR = 3_600_000;

export function openCalls(ground: Ground): Pick<Direct, 'putCalls' | 'calls' | 'findCall' | 'callHours'> {
  function merge(account: string, tenant: string, call: string, told: readonly CallFact[]): boolean {
    const name = deliveryName(account, call);
    const kept = ground.calls.get(name);
    if (kept?.erased || (!kept && told.every(({ adds }) => adds))) return false;
    const facts = mergeFacts(kept?.facts ?? [], told);
    if (kept && same(kept.facts, facts)) return false;
    const party = partyOf(facts);
    const stored: StoredCall = {
      ...{
        id: callName(createHash('sha256').update(name).digest().subarray(0, 16)),
        account,
        tenant: kept?.stored?.tenant ?? tenant,
      },
      ...foldCall(facts, ground.now()),
      ...(party === undefined ? {} : { party }),
    };
    ground.calls.set(name, { facts, stored, at: stored.at, erased: false });
    return true;
  }

  const all = (): StoredCall[] => ground.calls.values().flatMap(({ stored }) => stored ?? []);

  /** Nobody has spoken to this caller since: neither did they get through, nor were they called back. */
  const isOwed = ({ outcome, direction, party, at, tenant }: StoredCall): boolean =>
    outcome === 'abandoned' &&
    direction === 'in' &&
    party !== undefined &&
    !all().some((l) => l.party === party && l.at > at && l.outcome === 'answered' && l.tenant === tenant);

  const within =
    ({ from = 0, to = Number.MAX_SAFE_INTEGER, tenant }: Omit<CallQuery, 'limit'>) =>
    (call: StoredCall) =>
      call.at >= from && call.at < to && (tenant === undefined || call.tenant === tenant);

  return {
    putCalls: (account, tenant, facts) =>
      ground.commit(() => mergeEach(facts, (call, told) => merge(account, tenant, call, told))),
    calls: (query) =>
      all()
        .filter(within(query))
        .filter((call) => query.outcome === undefined || call.outcome === query.outcome)
        .filter((call) => !query.owed || isOwed(call))
        .sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
        .filter(({ at, id }) => !query.after || at < query.after.at || (at === query.after.at && id < query.after.id))
        .slice(0, query.limit),
    findCall: (id) => all().find((call) => call.id === id),
    callHours(query) {
      const hours = new Map<number, StoredCall[]>();
      for (const call of all().filter(within(query)))
        if (call.direction === 'in')
          hours.set(call.at - (call.at % HOUR), [...(hours.get(call.at - (call.at % HOUR)) ?? []), call]);
      return [...hours].sort(([a], [b]) => a - b).map(([at, calls]) => hourOf(at, calls));
    },
  };
}

function hourOf(at: number, calls: readonly StoredCall[]): CallHour {
  const of = (outcome: StoredCall['outcome']): StoredCall[] => calls.filter((call) => call.outcome === outcome);
  const known = (some: readonly StoredCall[], what: 'waitMs' | 'talkMs'): number[] =>
    some.flatMap((call) => call[what] ?? []);
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const waits = known(of('answered'), 'waitMs');
  const gaveUp = known(of('abandoned'), 'waitMs');
  const talks = known(calls, 'talkMs');
  return {
    at,
    answered: of('answered').length,
    abandoned: of('abandoned').length,
    failed: of('failed').length,
    menu: of('menu').length,
    open: of('open').length,
    soon: waits.filter((ms) => ms <= SOON_MS).length,
    ...{ waited: waits.length, waitMs: sum(waits), longestMs: Math.max(0, ...waits) },
    ...{ gaveUp: gaveUp.length, gaveUpMs: sum(gaveUp), talked: talks.length, talkMs: sum(talks) },
  };
}

/** What is told of who called is let go of; that there was a call, and how it ended, stays. What is told of it later is not taken. */
export function eraseCall(ground: Ground, name: string, { channel, sentAt }: Message): void {
  const kept: CallKept | undefined = ground.calls.get(name);
  if (!kept && channel !== 'phone') return;
  ground.calls.set(name, { facts: [], ...unnamed(kept?.stored), at: kept?.at ?? Date.parse(sentAt), erased: true });
}

function unnamed(call: StoredCall | undefined): Pick<CallKept, 'stored'> {
  if (call === undefined) return {};
  const { party: _party, ...stored } = call;
  return { stored };
}
