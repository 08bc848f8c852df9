// A house for the outward queue: a real store and intake, one account or more, and a clock that moves by hand.
import type { Status } from '../../src/core/case.ts';
import type { Opened, Outgoing } from '../../src/core/channel.ts';
import { openIntake } from '../../src/core/intake.ts';
import type { SenderKey } from '../../src/core/message.ts';
import { takeIn } from '../../src/core/take-in.ts';
import { openMint } from '../../src/mint.ts';
import { type Outward, openOutward } from '../../src/outward/queue.ts';
import { openMemory } from '../../src/store/memory/store.ts';
import { city, NOW } from '../core/example.ts';
import { quiet } from '../feed/house.ts';

export const HOUR = 3_600_000;
export const WORDS = '人民路12号门前的路灯三天不亮了，请派人来修';

export const OPENID = { kind: 'openid', scope: 'kf', value: 'o1', proved: true };

export interface Saying {
  readonly externalId?: string;
  readonly quiet?: boolean;
  /** Stated, as in a form. */
  readonly email?: string;
  readonly key?: SenderKey;
  readonly account?: string;
  readonly anonymous?: boolean;
  readonly group?: boolean;
}

/** A house with one account, `kf`; its platform does what `platform` says, and its clock moves by hand. */
export function house(outward: Partial<NonNullable<Opened['outward']>> = {}) {
  const clock = { now: NOW };
  const now = () => clock.now;
  const store = openMemory({ instance: 'test', now });
  const mint = openMint(480);
  const sent: Outgoing[] = [];
  const world = {
    platform: async (_: Outgoing): Promise<string | undefined> => undefined,
    timers: [] as (() => void)[],
  };
  const account: Opened = {
    close: async () => {},
    async send(outgoing) {
      sent.push(outgoing);
      return world.platform(outgoing);
    },
    outward: { receipts: 'queue', ...outward },
  };
  const channels = new Map<string, Opened>([['kf', account]]);
  let queue: Outward | undefined;
  const intake = openIntake({
    ...{ store, city: () => city, mint, now, log: quiet, reaches: () => true },
    committed: () => queue?.nudge(),
  });
  const mouth = { channel: 'wechat-kf', account: 'kf', tenant: city.tenant, level: city.level, utcOffsetMinutes: 480 };
  const open = async () => {
    queue = await openOutward({
      ...{ store, channels, city: () => city, publicUrl: 'https://hotline.example', now, ulid: mint.ulid, log: quiet },
      committed: () => {},
      after(_, task) {
        world.timers.push(task);
        return () => {
          world.timers = world.timers.filter((one) => one !== task);
        };
      },
    });
  };
  /** Runs timers until nothing happens any more but waiting. */
  const settle = async () => {
    for (let round = 0; round < 8; round += 1) {
      for (const task of world.timers.splice(0)) task();
      for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
      await new Promise((done) => setImmediate(done));
    }
  };
  const say = async (text: string, more: Saying = {}) => {
    const { email, externalId = text, key = OPENID, account = 'kf', anonymous = false, group } = more;
    const sender = { keys: [key], ...(email ? { email } : {}), anonymous, secret: false };
    const said = { externalId, sender, text, verified: 'signature' as const, ...(group ? { group: true } : {}) };
    const from = { ...mouth, account, ...(more.quiet ? { quiet: true } : {}) };
    const message = takeIn(said, from, mint, now());
    const accepted = await intake.accept(message);
    queue?.heard(message, accepted.receipt);
    return accepted.receipt;
  };
  const answer = async (no: string, text: string) => {
    const c = await store.findCase(no);
    if (!c) throw new Error('no case');
    const id = `msg_${mint.ulid()}`;
    const [first] = await store.messagesOf(no);
    if (!first) throw new Error('no message');
    await store.change({
      case: { ...c, status: 'answered', version: c.version + 1 },
      expectVersion: c.version,
      events: [
        {
          ...{ id: `evt_${mint.ulid()}`, type: 'case.answered', subject: no, caseversion: c.version + 1 },
          ...{ time: new Date(now()).toISOString(), tenant: c.tenant, data: { messageId: id } },
        },
      ],
      audit: { at: new Date(now()).toISOString(), actor: 'unit', action: 'case.answered', subject: no },
      message: { ...first, id, externalId: id, direction: 'out', text, contentHash: `sha256:${id}` },
    });
    queue?.nudge();
  };
  /** The desk closes it. */
  const finish = async (no: string, from: Status) => {
    const c = await store.findCase(no);
    if (!c) throw new Error('no case');
    const [version, time] = [c.version + 1, new Date(now()).toISOString()];
    const event = { id: `evt_${mint.ulid()}`, type: 'case.closed', subject: no, caseversion: version } as const;
    await store.change({
      case: { ...c, status: 'closed', version },
      expectVersion: c.version,
      events: [{ ...event, time, tenant: c.tenant, data: { from } }],
      audit: { at: time, actor: 'desk', action: 'case.closed', subject: no },
    });
    queue?.nudge();
  };
  const states = async (no: string) => (await store.outgoingOf(no)).map((row) => `${row.purpose} ${row.state}`);
  const told = async () => (await store.readLog({ after: 0, limit: 99 })).map((entry) => entry.type);
  return {
    clock,
    store,
    sent,
    world,
    channels,
    open,
    settle,
    say,
    answer,
    finish,
    states,
    told,
    close: () => queue?.close(),
  };
}
