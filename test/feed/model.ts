// A model of log, endpoints, failures, crashes and restarts, run against the real feed on a clock that a test moves.
import type { EventType } from '../../src/core/event.ts';
import type { Feed, FeedDeps } from '../../src/feed/feed.ts';
import type { FeedStore } from '../../src/feed/feed-store.ts';
import type { Answer, Outgoing } from '../../src/feed/send.ts';
import { ClockFake, rest } from './clock-fake.ts';
import { endpoint, feedOver, settings } from './house.ts';
import { crashable, LogFake } from './log-fake.ts';

export type Step =
  | { readonly do: 'commit'; readonly lane: number; readonly tally: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'crash' }
  | { readonly do: 'restart' }
  | { readonly do: 'disk'; readonly full: boolean }
  /** A person redrives, or skips, what is dead now. */
  | { readonly do: 'redrive' | 'skip' };

/** How a receiver takes an attempt: its status, or no answer; after how many milliseconds. */
export interface Mood {
  readonly status: number | 'reset';
  readonly ms: number;
  readonly retryAfter?: number;
}

const WELL: Mood = { status: 204, ms: 1 };

export interface Story {
  readonly endpoints: number;
  readonly onExhausted: 'park_lane' | 'skip';
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
  const options = { terms: { onExhausted: story.onExhausted } };
  for (const id of ids)
    await store.putEndpoint(endpoint({ id, url: `https://${id.replace('_', '-')}.example/`, options }));
  let mood = 0;
  let redriven = 0;
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
      const { status, ms, retryAfter }: Mood = story.moods[mood++ % story.moods.length] ?? WELL;
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
    else if (step.do === 'redrive' || step.do === 'skip') {
      if (store.failing) continue;
      redriven++;
      const dead = [...store.rows.values()].filter((row) => row.state === 'dead').sort((a, b) => a.seq - b.seq);
      for (const { endpoint: id, seq } of dead) {
        if (step.do === 'redrive') await house.feed.resend(id, seq);
        else await house.feed.skip(id, seq, 'by hand').catch(() => undefined); // delivered again meanwhile
      }
      await rest();
    } else if (step.do === 'disk') store.failing = step.full ? new Error('disk full') : undefined;
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
  // Long enough for the probes of a circuit that opened: four hundred of a quarter of an hour.
  await clock.advance(100 * 3_600_000);
  const said = store.log.length;
  await clock.advance(24 * 3_600_000);
  if (store.log.length > said) broken.push('the endpoints go on telling each other of themselves');

  for (const id of ids) {
    const seen = new Set(received.get(id));
    const last = new Map<string, number>();
    const once = new Set<string>();
    for (const got of received.get(id) ?? []) {
      if (once.has(got)) continue;
      once.add(got);
      const entry = store.log.find((one) => one.id === got);
      if (!entry) broken.push(`${id} received ${got}, which is in no log`);
      // Given up once, where the rest goes on meanwhile (always so for what is told about endpoints): it may come late.
      else if (
        (story.onExhausted === 'skip' || entry.subject.startsWith('ep_')) &&
        (tries.get(`${id} ${got}`) ?? 0) >= ATTEMPTS
      )
        continue;
      else if (entry.seq < (last.get(entry.subject) ?? 0))
        broken.push(`${id} received ${got} after a later one of its case`);
      else last.set(entry.subject, entry.seq);
    }
    for (const entry of store.log.filter((one) => one.subject !== id)) {
      const { state, lane } = store.rows.get(`${id} ${entry.seq}`) ?? {};
      const [before] = await store.haltedIn(id, lane ?? '', 1); // none that was passed
      const lies = state === 'dead' || state === 'skipped' || (state === 'parked' && before?.state === 'dead');
      if (!seen.has(entry.id) && !lies) broken.push(`${id} lost ${entry.seq}`);
      const most = ATTEMPTS * (crashes + redriven + 1);
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
