// Knowledge watch: takes up what changed in knowledge/ while the gateway runs; a broken file leaves the old answers as they were.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Log } from './core/channel.ts';
import type { City } from './core/city.ts';
import { GatewayError } from './core/errors.ts';
import type { Figure } from './http/metrics.ts';
import type { Settings } from './settings.ts';

export interface KnowledgeWatch {
  /** The city with the knowledge as it was last read whole. */
  city(): City;
  /** Looks now. */
  look(): void;
  figures(): Figure[];
  close(): void;
}

export interface WatchDeps {
  readonly settings: Settings;
  readonly log: Log;
  /** Reads and checks all of it; throws what is wrong, told with file and line. */
  readonly load: () => City['knowledge'];
  /** Calls again and again until the answer is called. */
  readonly every: (ms: number, task: () => void) => () => void;
}

/** Polled, not watched: folders shared over a network tell nobody of a change. */
const EVERY_MS = 5_000;

export function openKnowledgeWatch({ settings, log, load, every }: WatchDeps): KnowledgeWatch {
  const dir = path.join(settings.configDir, 'knowledge');
  let city = settings.city;
  let seen = stampOf(dir);
  let [reloads, refusals, broken] = [0, 0, 0];

  function look(): void {
    const stamp = stampOf(dir);
    if (stamp === seen) return;
    seen = stamp;
    try {
      city = Object.freeze({ ...city, knowledge: load() });
      reloads += 1;
      broken = 0;
      log.info({ entries: city.knowledge.length }, 'the knowledge base was read anew');
    } catch (error) {
      refusals += 1;
      broken = 1;
      const problem = error instanceof GatewayError ? error.message : String(error);
      log.error({ problem }, 'the knowledge base has changed and is broken; the old answers stay until it is mended');
    }
  }

  const stop = every(EVERY_MS, look);
  const figure = (name: string, help: string, type: Figure['type'], value: number): Figure => ({
    ...{ name: `civicline_knowledge_${name}`, help, type, value },
  });
  return {
    city: () => city,
    look,
    figures: () => [
      figure('entries', 'Answers in use', 'gauge', city.knowledge.length),
      figure('broken', '1 while the folder holds a change that was refused', 'gauge', broken),
      figure('reloads_total', 'Changes taken up, since start', 'counter', reloads),
      figure('refused_total', 'Changes refused, since start', 'counter', refusals),
    ],
    close: stop,
  };
}

/** Names, sizes and times of all files; '' while the folder cannot be read, as when it is being replaced. */
function stampOf(dir: string): string {
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith('.md'))
      .sort()
      .map((name) => {
        const { mtimeMs, size } = statSync(path.join(dir, name));
        return `${name} ${mtimeMs} ${size}`;
      })
      .join('\n');
  } catch {
    return '';
  }
}
