// The log: events get their place and their bytes here, once, and followers read them after a position.
import { type EventType, type LogEntry, type NewEvent, renderEvent } from '../../core/event.ts';
import type { LogQuery } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import type { Ground } from './ground.ts';
import { unitList } from './known.ts';

interface LogRow {
  readonly seq: number;
  readonly id: string;
  readonly type: EventType;
  readonly subject: string;
  readonly time: number;
  readonly tenant: string;
  readonly unit: string | null;
  readonly co_units: string | null;
  readonly barred: string | null;
  readonly body: string;
}

/** Puts events at the end of the log; call inside a transaction. */
export type Append = (events: readonly NewEvent[]) => void;

export function openAppend(ground: Ground): Append {
  const insert = ground.db.prepare(
    'INSERT INTO log (seq, id, type, subject, time, tenant, unit, co_units, barred, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  return (events) => {
    const time = ground.time();
    for (const e of events) {
      const seq = ground.next('head');
      const body = renderEvent(e, seq, ground.instance);
      const { unit = null, coUnits, barred } = e;
      insert.run(seq, e.id, e.type, e.subject, time, e.tenant, unit, unitsOf(coUnits), unitsOf(barred), body);
    }
  };
}

/** JSON array of unit codes, null when there is none: most cases complain about nobody. */
export const unitsOf = (units: readonly string[] | undefined): string | null =>
  units && units.length > 0 ? JSON.stringify(units) : null;

/** SQL for "held or helped with by this unit and not about it". Parameters: the unit, and `needle` of it twice. */
const ADDRESSED = '(unit = ? OR instr(co_units, ?) > 0) AND (barred IS NULL OR instr(barred, ?) = 0)';
export const needle = (unit: string): string => JSON.stringify(unit);

function entryOf(row: LogRow): LogEntry {
  const { unit, co_units: helping, barred, ...rest } = row;
  return {
    ...rest,
    ...(unit === null ? {} : { unit }),
    ...(helping === null ? {} : { coUnits: unitList(helping) }),
    barred: barred === null ? [] : unitList(barred),
  };
}

export function openLog(
  ground: Ground,
  append: Append,
): Pick<Direct, 'head' | 'readLog' | 'positionAt' | 'floor' | 'trimLog' | 'append'> {
  const timeAt = ground.db.prepare<[number], number>('SELECT time FROM log WHERE seq = ?').pluck();
  const lastSeq = ground.db.prepare<[], number | null>('SELECT max(seq) FROM log').pluck();
  const firstSeq = ground.db.prepare<[], number | null>('SELECT min(seq) FROM log').pluck();
  const trim = ground.db.prepare<[number, number]>('DELETE FROM log WHERE seq > ? AND seq <= ?');
  const settled = ground.db.prepare<[number]>(
    `DELETE FROM deliveries WHERE state IN ('delivered', 'skipped') AND (endpoint, seq) IN
     (SELECT endpoints.id, deliveries.seq FROM endpoints JOIN deliveries ON deliveries.endpoint = endpoints.id AND deliveries.seq <= ?)`,
  );
  const floor = (): number => (firstSeq.get() ?? 1) - 1;
  const head = (): number => (ground.db.readonly ? (lastSeq.get() ?? 0) : ground.head);

  function readLog(query: LogQuery): LogEntry[] {
    const where = ['seq > ?'];
    const values: (string | number)[] = [query.after];
    if (query.upTo !== undefined) {
      where.push('seq <= ?');
      values.push(query.upTo);
    }
    if (query.types) {
      where.push('type IN (SELECT value FROM json_each(?))');
      values.push(JSON.stringify(query.types));
    }
    if (query.subject !== undefined) {
      where.push('subject = ?');
      values.push(query.subject);
    }
    if (query.tenant !== undefined) {
      where.push('tenant = ?');
      values.push(query.tenant);
    }
    if (query.unit !== undefined) {
      where.push(ADDRESSED);
      values.push(query.unit, needle(query.unit), needle(query.unit));
    }
    const sql = `SELECT * FROM log WHERE ${where.join(' AND ')} ORDER BY seq LIMIT ?`;
    const select = ground.prepared<(string | number)[], LogRow>(sql);
    return select.all(...values, query.limit).map(entryOf);
  }

  /** Times never decrease along the log, and no position is missing after its floor: so halving finds the place. */
  function positionAt(time: number): number {
    let low = floor();
    let high = head();
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((timeAt.get(middle) ?? 0) < time) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  return {
    head,
    readLog,
    positionAt,
    floor,
    trimLog(upTo, limit) {
      const from = floor();
      const end = Math.min(upTo, from + limit, head() - 1);
      if (end <= from) return 0;
      return ground.commit(() => {
        settled.run(end);
        return trim.run(from, end).changes;
      });
    },
    append: (events) => {
      if (events.length > 0) ground.commit(() => append(events));
    },
  };
}
