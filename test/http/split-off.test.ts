// Accepting a split of three requests of which one cannot be taken in: the others have their cases, and a person is told of the third.
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/core/acts/decide.ts';
import type { ActGiven } from '../../src/core/acts.ts';
import type { Case, Proposal } from '../../src/core/case.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { Message } from '../../src/core/message.ts';
import type { ApiDeps } from '../../src/http/deps.ts';
import { splitOff } from '../../src/http/split-off.ts';
import { city, message, NOW } from '../core/example.ts';

const PARTS = ['路灯坏了三天。', '另外反映老师乱收费。', '还有河里有死鱼。'];
const said = message(PARTS.join(''), { parts: [] });
const split = [0, 7, 17].map((from, n) => ({ from, to: [7, 17, 25][n] ?? 0, category: '010204' }));
const offer: Proposal = { id: 'pro_1', type: 'review', reason: 'several', value: { split }, at: said.receivedAt };
const c = {
  no: '26092900000017',
  version: 1,
  category: [{ code: '010204' }],
  coUnits: [],
  flags: [],
  proposals: [offer],
} as unknown as Case;

let n = 0;
const given: ActGiven = { city, now: NOW, by: 'key_1', ulid: () => `U${++n}`, due: () => undefined };

/** A house that takes in what `takes` allows. */
const house = (takes: (text: string) => boolean) => {
  const store = { messagesOf: async () => [said] };
  const retake = async (part: Message) => {
    if (takes(part.text)) return { receipt: { caseNo: `no of ${part.text}` } };
    throw new GatewayError({ code: 'refused_again', message: 'poison', retryable: false, status: 409 });
  };
  return { store, retake } as unknown as ApiDeps;
};

describe('accepting an offered split', () => {
  it('tells the desk which request is still to be opened by hand', async () => {
    const off = await splitOff(
      c,
      'pro_1',
      house((text) => !text.includes('收费')),
      given,
    );
    expect(off).toEqual({ opened: ['no of 还有河里有死鱼。'], missed: [2] });
    const done = decide(c, { proposal: 'pro_1', accept: true, reason: '三件事' }, off, given);
    const open = done.case.proposals.filter(({ decided }) => !decided);
    expect(open).toMatchObject([{ type: 'review', value: { proposal: 'pro_1', request: 2 } }]);
    expect(open[0]?.reason).toMatch(/人工立案/);
  });

  it('asks nothing more when every request has its case, and decides nothing when none has', async () => {
    const off = await splitOff(
      c,
      'pro_1',
      house(() => true),
      given,
    );
    const done = decide(c, { proposal: 'pro_1', accept: true, reason: '三件事' }, off, given);
    expect(done.case.proposals.every(({ decided }) => decided)).toBe(true);
    await expect(
      splitOff(
        c,
        'pro_1',
        house(() => false),
        given,
      ),
    ).rejects.toMatchObject({ code: 'nothing_split' });
  });
});
