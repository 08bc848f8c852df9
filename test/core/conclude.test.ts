// What a concluded message leaves behind: the sender's own id goes with the case, into later events, and to no citizen.
import { describe, expect, test } from 'vitest';
import { assign } from '../../src/core/acts.ts';
import type { Case } from '../../src/core/case.ts';
import { conclude } from '../../src/core/conclude.ts';
import type { Message } from '../../src/core/message.ts';
import type { Decision } from '../../src/core/store.ts';
import { viewOf } from '../../src/web/index.ts';
import { city, decided, given, knownCase, NOTHING, NOW } from './example.ts';

const OWN = 'order-2026-118';
const TEXT = '江北区环城北路12号路面坑洼，要求修复';

let last = 0;
const mint = {
  ulid: () => `U${++last}`,
  caseNo: () => '26092900000017',
  queryCode: () => 'K7MPA3XW',
};

function concluded(externalIdGiven: boolean, known = NOTHING, more: Partial<Message> = {}): Decision {
  const ids = { externalId: OWN, externalIdGiven };
  const draft = decided(TEXT, { ...ids, ...more }, { known });
  const ask = {
    account: 'web',
    externalId: OWN,
    contentHash: 'sha256:0',
    proved: [],
    stated: [],
    tenant: '330200',
    since: 0,
  };
  return conclude(draft, ask, given({ known }), mint);
}

const caseOf = (decision: Decision): Case => {
  if (!decision.open) throw new Error('it opened no case');
  return decision.open.case;
};

const acting = { city, now: NOW, by: 'key_1', ulid: mint.ulid, due: () => undefined };
const assigned = (c: Case) => assign(c, { unit: city.fallbackUnit, reason: 'as told' }, acting);

describe('the id a sender gave', () => {
  test('goes with the case and into the events of everything decided about it later', () => {
    const one = caseOf(concluded(true));
    expect(one.externalId).toBe(OWN);
    expect(assigned(one).events.map((e) => [e.type, e.data.externalId])).toEqual([['case.assigned', OWN]]);
  });

  test('is not invented when the sender gave none', () => {
    const decision = concluded(false);
    expect(caseOf(decision)).not.toHaveProperty('externalId');
    expect(assigned(caseOf(decision)).events[0]?.data).not.toHaveProperty('externalId');
    expect(JSON.stringify(decision.events)).not.toContain(OWN);
  });

  test.each([['secret'], ['anonymous']] as const)('of a %s sender stands in no event, now or later', (how) => {
    const sender = { keys: [], anonymous: false, secret: false, [how]: true };
    const opened = concluded(true, { ...NOTHING, keyReused: true }, { sender });
    const mine = { ...NOTHING, mine: [knownCase(TEXT)] };
    const theirs = { ...NOTHING, mine: [knownCase(TEXT, 5, { [how]: true })] };
    const told = [
      ...opened.events,
      ...assigned(caseOf(opened)).events,
      ...concluded(true, mine, { sender }).events,
      ...concluded(true, theirs).events,
      ...concluded(true, NOTHING, { sender, text: '谢谢' }).events,
    ];
    expect(told.map((e) => e.type)).toEqual(
      expect.arrayContaining(['message.key_reused', 'case.assigned', 'case.followed_up', 'message.noted']),
    );
    expect(JSON.stringify(told)).not.toContain(OWN);
    expect(caseOf(opened).externalId).toBe(OWN);
  });

  test('stands in the event of words added to a case that hides nobody', () => {
    const { events } = concluded(true, { ...NOTHING, mine: [knownCase(TEXT)] });
    expect(events.map((e) => [e.type, e.data.externalId])).toContainEqual(['case.followed_up', OWN]);
  });

  test('stands in no receipt and on no page of a citizen', () => {
    const decision = concluded(true);
    expect(JSON.stringify(decision.receipt)).not.toContain(OWN);
    expect(JSON.stringify(viewOf(caseOf(decision)))).not.toContain(OWN);
  });
});
