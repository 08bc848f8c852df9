// The log: events get their place and their bytes here, once, and followers read them after a position.
import { addressed, type LogEntry, type NewEvent, renderEvent } from '../../core/event.ts';
import type { Direct } from '../direct.ts';
import { dropSettled } from './endpoints.ts';
import type { Ground } from './ground.ts';

/** Puts events at the end of the log; call inside a deed. */
export function append(ground: Ground, events: readonly NewEvent[]): void {
  const time = ground.time();
  for (const e of events) {
    const seq = ground.head + 1;
    ground.push(ground.log, {
      ...{ seq, id: e.id, type: e.type, subject: e.subject, time, tenant: e.tenant },
      ...(e.unit === undefined ? {} : { unit: e.unit }),
      ...(e.coUnits && e.coUnits.length > 0 ? { coUnits: [...e.coUnits] } : {}),
      barred: [...(e.barred ?? [])],
      body: renderEvent(e, seq, ground.instance),
    });
  }
}

const entryOf = (entry: LogEntry): LogEntry => ({
  ...entry,
  ...(entry.coUnits ? { coUnits: [...entry.coUnits] } : {}),
  barred: [...entry.barred],
});

export function openLog(
  ground: Ground,
): Pick<Direct, 'head' | 'readLog' | 'positionAt' | 'floor' | 'trimLog' | 'append'> {
  const { log } = ground;

  function matches(entry: LogEntry, unit: string | undefined): boolean {
    return unit === undefined || addressed(entry, unit);
  }

  return {
    head: () => ground.head,
    readLog({ after, upTo = log.length, limit, types, subject, tenant, unit }) {
      const found: LogEntry[] = [];
      const end = Math.min(upTo, log.length);
      for (let at = Math.max(after, 0); at < end && found.length < limit; at += 1) {
        const entry = log[at];
        if (!entry || (types && !types.includes(entry.type))) continue;
        if (subject !== undefined && entry.subject !== subject) continue;
        if ((tenant === undefined || entry.tenant === tenant) && matches(entry, unit)) found.push(entryOf(entry));
      }
      return found;
    },
    positionAt(time) {
      let low = ground.floor;
      let high = log.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((log[middle]?.time ?? 0) < time) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    floor: () => ground.floor,
    trimLog(upTo, limit) {
      const from = ground.floor;
      const end = Math.min(upTo, from + limit, log.length - 1);
      if (end <= from) return 0;
      ground.commit(() => {
        for (const { id } of ground.endpoints.values()) dropSettled(ground, id, end);
      });
      for (let at = from; at < end; at += 1) log[at] = undefined;
      ground.floor = end;
      return end - from;
    },
    append(events) {
      ground.commit(() => append(ground, events));
    },
  };
}
