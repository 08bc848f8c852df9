// A house to try the pages in: it takes in through the real web channel, keeps in memory, and answers the way a script says.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type WebPayload, web } from '../../src/channels/web.ts';
import { drawCaseNo, drawQueryCode } from '../../src/core/case-no.ts';
import type { Accepted, Log } from '../../src/core/channel.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { Incoming } from '../../src/core/message.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import { toRfc3339 } from '../../src/core/time.ts';
import type { CaseView, Limits, WebDeps } from '../../src/web/index.ts';

export const NOON = Date.UTC(2026, 10, 24, 4, 0);

export interface TestHouse {
  readonly deps: WebDeps;
  readonly accepted: Incoming[];
  readonly blobs: Map<string, Uint8Array>;
  readonly cases: Map<string, CaseView & { queryCode: string }>;
  clock: number;
  /** What the next message is answered with, beside its number and code. */
  script: Partial<Receipt> | Error;
  limits: Partial<Limits>;
  /** No room for files just now. */
  full: boolean;
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

export function testHouse(given: Partial<WebDeps> = {}): TestHouse {
  const key = randomBytes(32);
  const first = new Map<string, { content: string; receipt: Receipt }>();
  let drawn = 0;
  const random = (below: number): number => (drawn++ * 7919 + 13) % below;
  const settings = web.settings({ channel: 'web' });
  const house: TestHouse = {
    accepted: [],
    blobs: new Map(),
    cases: new Map(),
    clock: NOON,
    script: {},
    limits: {},
    full: false,
    deps: {
      async accept(payload) {
        if (house.script instanceof Error) throw house.script;
        const [incoming] = await web.read(payload satisfies WebPayload, settings);
        if (!incoming) return [];
        const earlier = first.get(incoming.externalId ?? '');
        if (earlier?.content === incoming.text) return [answered({ ...earlier.receipt, outcome: 'repeated' })];
        house.accepted.push(incoming);
        const receipt = receiptFor(house, incoming, random);
        if (incoming.externalId) first.set(incoming.externalId, { content: incoming.text, receipt });
        return [answered(receipt)];
      },
      async blob(bytes) {
        if (house.full) throw new GatewayError({ code: 'disk_low', message: 'no room', retryable: true });
        const ref = `blob-${house.blobs.size + 1}`;
        house.blobs.set(ref, bytes);
        return { ref, hash: `sha256:${ref}`, size: bytes.length };
      },
      async lookup(no, code) {
        const found = house.cases.get(no);
        return found?.queryCode === code ? found : undefined;
      },
      city: () => ({
        name: '示范市',
        utcOffsetMinutes: 480,
        kinds: [{ code: 'report', name: '举报', words: ['举报', '行贿'] }],
        emergencies: [
          {
            to: '119',
            reason: 'fire',
            advice: '先离开，再打 119。',
            urgency: 'emergency',
            words: ['着火', '起火'],
            vague: [],
            together: [],
            cues: [],
            unless: ['着火锅'],
          },
        ],
      }),
      attachments: settings.attachments,
      publicUrl: '',
      limits: {
        intake: (...args) => house.limits.intake?.(...args) ?? { ok: true },
        lookup: (...args) => house.limits.lookup?.(...args) ?? { ok: true },
        giveLookupBack: (...args) => house.limits.giveLookupBack?.(...args),
      },
      seal(text) {
        const iv = randomBytes(12);
        const cipher = createCipheriv('aes-256-gcm', key, iv);
        const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
        return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
      },
      open(token) {
        const bytes = Buffer.from(token, 'base64url');
        if (bytes.length < 28) return undefined;
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(12, 28));
        try {
          return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
        } catch {
          return undefined;
        }
      },
      now: () => house.clock,
      token: () => randomBytes(18).toString('base64url'),
      log: silent,
      ...given,
    },
  };
  return house;
}

const answered = (receipt: Receipt): Accepted => ({ messageId: 'msg_1', receipt });

function receiptFor(house: TestHouse, incoming: Incoming, random: (below: number) => number): Receipt {
  const script = house.script instanceof Error ? {} : house.script;
  if (script.outcome === 'noted') return { outcome: 'noted', note: script.note ?? '' };
  const cited = incoming.thread?.caseNo;
  if (cited) return { outcome: 'followed_up', caseNo: cited, status: 'dispatched' };
  const caseNo = drawCaseNo(house.clock, 480, random);
  const queryCode = drawQueryCode(random);
  const openedAt = toRfc3339(house.clock, 480);
  const receipt: Receipt = {
    outcome: 'opened',
    caseNo,
    queryCode,
    status: 'dispatched',
    kind: 'help',
    urgency: 'normal',
    unit: { code: 'U1', name: '市政设施养护中心' },
    dueAt: toRfc3339(house.clock + 7 * 86_400_000, 480),
    ...script,
  };
  house.cases.set(caseNo, {
    caseNo,
    queryCode,
    status: receipt.status ?? 'received',
    kind: receipt.kind ?? 'help',
    openedAt,
    updatedAt: openedAt,
    replies: [],
    joined: receipt.outcome === 'joined',
    ...(receipt.dueAt ? { dueAt: receipt.dueAt } : {}),
    ...(receipt.unit ? { unit: receipt.unit } : {}),
    ...(receipt.answer ? { answer: receipt.answer } : {}),
    ...(receipt.divert ? { divert: receipt.divert } : {}),
  });
  return receipt;
}
