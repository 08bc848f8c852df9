// A model of log, endpoints, failures, crashes and restarts, run against the real feed on a clock that a test moves.
import type { EventType } from '../../src/core/event.ts';
import type { Feed, FeedDeps, FeedStore } from '../../src/feed/feed.ts';
import type { Answer, Outgoing } from '../../src/feed/send.ts';
import { ClockFake, rest } from './clock-fake.ts';
import { endpoint, feedOver, settings } from './house.ts';
import { crashable, LogFake } from './log-fake.ts';

export type Step =
  | { readonly do: 'commit'; readonly lane: number; readonly tally: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'crash' }
  | { readonly do: 'restart' }
  | { readonly do: 'disk'; readonly full: boolean };

/** How a receiver takes an attempt: its status, or no answer; after how many milliseconds. */
export interface Mood {
  readonly status: number | 'reset';
  readonly ms: number;
  readonly retryAfter?: number;
}

export interface Story {
  readonly endpoints: number;
  readonly steps: readonly Step[];
  readonly moods: readonly Mood[];
}

export interface Fault {
  readonly deps?: Partial<FeedDeps>;
  readonly store?: (store: FeedStore) => FeedStore;
}

const ATTEMPTS = 4;
const SCHEDULE = [0, 1, 2, 3];

/** Plays a story to its end and answers every broken promise, in words. */
export async function play(story: Story, fault: Fault = {}): Promise<string[]> {
  const store = new LogFake();
  const clock = new ClockFake();
  const broken: string[] = [];
  const received = new Map<string, string[]>();
  const tries = new Map<string, number>();
  const bodies = new Map<string, string>();
  const inLane = new Map<string, number>();
  const ids = Array.from({ length: story.endpoints }, (_, n) => `ep_${n}`);
  for (const id of ids) await store.putEndpoint(endpoint({ id, url: `https://${id.replace('_', '-')}.example/` }));
  let mood = 0;
  let crashes = 0;

  const open = async () => {
    const life = { alive: true };
    const guarded: FeedStore = crashable(fault.store?.(store) ?? store, life);
    const own = { ...clockOf(clock, life) };
    const send = async (out: Outgoing): Promise<Answer> => {
      if (!life.alive) return await new Promise(() => undefined);
      const id = out.headers['webhook-id'] ?? '';
      const to = out.headers['webhook-endpoint-id'] ?? '';
      const lane = laneIn(String(out.body));
      const key = `${to} ${lane}`;
      const body = Buffer.from(out.body ?? '').toString();
      if ((bodies.get(id) ?? body) !== body) broken.push(`${id} changed its bytes`);
      bodies.set(id, body);
      tries.set(`${to} ${id}`, (tries.get(`${to} ${id}`) ?? 0) + 1);
      inLane.set(key, (inLane.get(key) ?? 0) + 1);
      if ((inLane.get(key) ?? 0) > 1) broken.push(`two at once in ${key}`);
      const { status, ms, retryAfter } = story.moods[mood++ % story.moods.length] ?? { status: 204, ms: 1 };
      return await new Promise((resolve, reject) => {
        own.after(ms, () => {
          inLane.set(key, (inLane.get(key) ?? 0) - 1);
          if (typeof status === 'number' && status < 300) received.set(to, [...(received.get(to) ?? []), id]);
          if (status === 'reset') reject(new Error('reset'));
          else
            resolve({
              status,
              headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
              bytes: new Uint8Array(),
              truncated: false,
            });
        });
      });
    };
    const feed: Feed = await feedOver(guarded, {
      clock: own,
      send,
      settings: settings({ schedule: SCHEDULE, concurrency: 4 }),
      ...fault.deps,
    });
    return { feed, life };
  };
  const crash = (house: { life: { alive: boolean } }): void => {
    house.life.alive = false;
    inLane.clear();
    crashes++;
  };

  let house = await open();
  for (const step of story.steps) {
    if (step.do === 'commit') {
      for (let n = 0; n < step.tally; n++)
        store.commit({ type: TYPES[n % 3] ?? 'case.opened', subject: `case-${step.lane}` });
      house.feed.nudge();
      await rest();
    } else if (step.do === 'wait') await clock.advance(step.ms);
    else if (step.do === 'disk') store.failing = step.full ? new Error('disk full') : undefined;
    else {
      if (step.do === 'restart') {
        const closed = house.feed.close();
        await clock.advance(6_000);
        await closed;
      }
      crash(house);
      store.failing = undefined;
      house = await open();
    }
  }
  store.failing = undefined;
  await clock.advance(3_600_000);

  for (const id of ids) {
    const seen = new Set(received.get(id));
    const last = new Map<string, number>();
    const once = new Set<string>();
    for (const got of received.get(id) ?? []) {
      if (once.has(got)) continue;
      once.add(got);
      const entry = store.log.find((one) => one.id === got);
      if (!entry) broken.push(`${id} received ${got}, which is in no log`);
      else if (entry.seq < (last.get(entry.subject) ?? 0))
        broken.push(`${id} received ${got} after a later one of its case`);
      else last.set(entry.subject, entry.seq);
    }
    for (const entry of store.log.filter((one) => one.subject !== id)) {
      const dead = store.rows.get(`${id} ${entry.seq}`)?.state === 'dead';
      if (!seen.has(entry.id) && !dead) broken.push(`${id} lost ${entry.seq}`);
      const most = ATTEMPTS * (crashes + 1);
      if ((tries.get(`${id} ${entry.id}`) ?? 0) > most) broken.push(`${id} was tried too often for ${entry.seq}`);
    }
    const stored = await store.pending(id, 1);
    if (stored.length > 0) broken.push(`${id} still has something pending`);
    if ((store.kept.get(id)?.cursor ?? 0) > store.log.length) broken.push(`${id} is ahead of the log`);
  }
  crash(house);
  return broken;
}

const TYPES: readonly EventType[] = ['case.opened', 'case.assigned', 'case.signed'];

/** The clock as one process has it: its timers end with it. */
function clockOf(clock: ClockFake, life: { alive: boolean }) {
  return {
    now: () => clock.now(),
    random: () => clock.random(),
    after: (ms: number, task: () => void) => clock.after(ms, () => (life.alive ? task() : undefined)),
  };
}

function laneIn(body: string): string {
  return /"subject":"([^"]+)"/.exec(body)?.[1] ?? '';
}
