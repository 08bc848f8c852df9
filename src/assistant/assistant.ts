// The assistant: follows the log and asks a language model about new cases; it proposes, and whether it is there changes nothing else.
import { ASSISTANT, dueOf, propose, type Suggested } from '../core/acts.ts';
import type { Log } from '../core/channel.ts';
import type { City } from '../core/city.ts';
import type { LogEntry } from '../core/event.ts';
import type { Store } from '../core/store.ts';
import type { AssistantSettings } from '../settings.ts';
import { type Budget, openBudget } from './budget.ts';
import { type Called, call } from './call.ts';
import { mayLeave, readReply, turnsFor } from './prompt.ts';

export interface AssistantDeps {
  readonly settings: AssistantSettings;
  readonly store: Pick<Store, 'readLog' | 'head' | 'findCase' | 'change' | 'keep' | 'keepings'>;
  readonly city: () => City;
  readonly now: () => number;
  readonly ulid: () => string;
  readonly log: Log;
  readonly committed: () => void;
  readonly after: (ms: number, task: () => void) => () => void;
}

export type Counts = Record<'proposed' | 'junk' | 'failed' | 'passed_over' | 'calls', number>;

export interface Assistant {
  nudge(): void;
  readonly counts: Readonly<Counts>;
  /** Ends the call under way: nothing of it is written. */
  close(): Promise<void>;
}

const TYPES = ['case.opened', 'case.joined'];
const IDLE_MS = 15_000;
/** Before the second and third attempt, ms; then the case is given up. */
const PATIENCE = [1_000, 5_000];
/** After so many cases in a row given up, the model is left alone for a while. */
const MOST_FAILED = 3;
const REST_MS = 60_000;
const PAGE = 50;
const MOST_ROUNDS = 5;

async function beginning(store: AssistantDeps['store']): Promise<number> {
  const seq = await store.head();
  await store.keep(ASSISTANT, 'cursor', { seq });
  return seq;
}

export async function openAssistant(deps: AssistantDeps): Promise<Assistant> {
  const { store, settings, now, log } = deps;
  const ending = new AbortController();
  const budget = await openBudget(store, settings);
  const counts: Counts = { proposed: 0, junk: 0, failed: 0, passed_over: 0, calls: 0 };
  const kept = (await store.keepings(ASSISTANT)).find(({ id }) => id === 'cursor')?.value.seq;
  // What was said before there was an assistant is not asked about.
  let cursor = typeof kept === 'number' ? kept : await beginning(store);
  let [failing, restUntil] = [0, 0];
  let running: Promise<void> | undefined;
  let cancel = () => {};
  let wake = () => {};

  /** Resolves after so long, or when it ends. */
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const stop = deps.after(ms, resolve);
      wake = () => {
        stop();
        resolve();
      };
    });

  async function ask(turns: Parameters<typeof call>[1]): Promise<Called> {
    let answer: Called = { trouble: 'again', why: 'never asked' };
    for (const patience of [0, ...PATIENCE]) {
      if (patience > 0) await pause(patience);
      await allowance(budget);
      if (ending.signal.aborted) return answer;
      await budget.spend(now());
      counts.calls += 1;
      answer = await call(settings, turns, ending.signal);
      if ('content' in answer || answer.trouble !== 'again') return answer;
    }
    return answer;
  }

  async function allowance(of: Budget): Promise<void> {
    for (let wait = of.wait(now()); wait > 0 && !ending.signal.aborted; wait = of.wait(now())) await pause(wait);
  }

  async function consider(entry: LogEntry): Promise<void> {
    const old = now() - entry.time > settings.maxAgeMinutes * 60_000;
    const c = old ? undefined : await store.findCase(entry.subject, { said: true });
    if (!c?.said || !mayLeave(c)) {
      counts.passed_over += 1;
      return;
    }
    const answer = await ask(turnsFor(c, deps.city()));
    if (ending.signal.aborted) return;
    const reply = 'content' in answer ? readReply(answer.content, deps.city()) : undefined;
    const again = 'trouble' in answer && answer.trouble !== 'junk';
    failing = again ? failing + 1 : 0;
    if (failing >= MOST_FAILED) restUntil = now() + REST_MS;
    if (reply) return record(c.no, { ...reply, model: settings.model });
    counts[again ? 'failed' : 'junk'] += 1;
    const why = 'trouble' in answer ? answer.why : 'not what was asked for';
    log.warn({ caseNo: c.no, why }, 'the assistant has nothing to propose; the case goes on without it');
  }

  /** Somebody may work on the case meanwhile, or have it erased. */
  async function record(no: string, suggested: Suggested): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const c = await store.findCase(no, { said: true });
      if (!c?.said || !mayLeave(c)) return;
      const city = deps.city();
      const { said: _kept, ...open } = c;
      const given = { city, now: now(), by: ASSISTANT, ulid: deps.ulid, due: () => dueOf(c, city) };
      const acted = propose(open, suggested, given);
      const written = await store.change({ ...acted, expectVersion: c.version });
      if (written === 'stale') continue;
      counts.proposed += 1;
      deps.committed();
      return;
    }
  }

  async function follow(): Promise<void> {
    while (!ending.signal.aborted && now() >= restUntil) {
      const head = await store.head();
      const entries = await store.readLog({ after: cursor, upTo: head, limit: PAGE, types: TYPES });
      for (const entry of entries) {
        await consider(entry);
        if (ending.signal.aborted) return;
        await reached(entry.seq);
        if (now() < restUntil) return;
      }
      if (entries.length < PAGE) return reached(head);
    }
  }

  async function reached(seq: number): Promise<void> {
    if (seq <= cursor) return;
    cursor = seq;
    await store.keep(ASSISTANT, 'cursor', { seq });
  }

  function nudge(): void {
    if (ending.signal.aborted || running) return;
    cancel();
    running = follow()
      .catch((err: unknown) => log.warn({ err }, 'the assistant stopped for a moment and goes on in a few seconds'))
      .finally(() => {
        running = undefined;
        if (!ending.signal.aborted) cancel = deps.after(IDLE_MS, nudge);
      });
  }

  nudge();
  return {
    nudge,
    counts,
    async close() {
      ending.abort();
      cancel();
      wake();
      await running;
    },
  };
}
