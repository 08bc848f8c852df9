// Endpoints and deliveries: where events go, and how each fared. An endpoint is sealed whole: its address may carry a token.
import { isSettled } from '../../core/delivery.ts';
import type { Delivery, DeliveryState, Endpoint } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { unseal } from '../vault.ts';
import type { Ground } from './ground.ts';
import { type Seals, sealJson } from './seals.ts';

interface EndpointRow {
  readonly id: string;
  readonly cursor: number;
  readonly vault: number;
  readonly sealed: Buffer;
}

/** How a dead letter that was passed is written: it is none of the rows that lanes are looked for among. */
const PASSED = 'passed';

interface DeliveryRow {
  readonly endpoint: string;
  readonly seq: number;
  readonly event_id: string;
  readonly type: string;
  readonly lane: string;
  readonly state: DeliveryState | typeof PASSED;
  readonly attempts: number;
  readonly next_at: number | null;
  readonly last_at: number | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly ms: number | null;
}

const place = (id: string): string => `endpoint:${id}`;

export function openEndpoints(
  ground: Ground,
  seals: Seals,
): Pick<Direct, 'putEndpoint' | 'endpoints' | 'deleteEndpoint'> {
  const { db } = ground;
  const find = db.prepare<[string], EndpointRow>('SELECT * FROM endpoints WHERE id = ?');
  const all = db.prepare<[], EndpointRow>('SELECT * FROM endpoints ORDER BY id');
  const put = db.prepare(
    `INSERT INTO endpoints (id, cursor, vault, sealed) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET cursor = max(cursor, excluded.cursor), sealed = excluded.sealed`,
  );
  const drop = db.prepare('DELETE FROM endpoints WHERE id = ?');
  const dropDeliveries = db.prepare('DELETE FROM deliveries WHERE endpoint = ?');
  const dropParcels = db.prepare('DELETE FROM parcels WHERE endpoint = ?');

  return {
    putEndpoint(endpoint) {
      ground.commit(() => {
        const known = find.get(endpoint.id);
        const { vault, key } = (known && seals.find(known.vault)) ?? seals.create();
        const { cursor, ...rest } = endpoint;
        put.run(endpoint.id, cursor, vault, sealJson(key, rest, place(endpoint.id)));
      });
    },
    endpoints() {
      return all.all().flatMap((row) => {
        const key = seals.find(row.vault);
        if (!key) return [];
        const rest: Omit<Endpoint, 'cursor'> = JSON.parse(unseal(key.key, row.sealed, place(row.id)).toString());
        return [{ ...rest, cursor: row.cursor }];
      });
    },
    deleteEndpoint(id) {
      const row = find.get(id);
      if (!row) return false;
      ground.commit(() => {
        drop.run(id);
        dropDeliveries.run(id);
        dropParcels.run(id);
        seals.destroy(row.vault);
      });
      return true;
    },
  };
}

const UPSERT = `INSERT INTO deliveries
  (endpoint, seq, event_id, type, lane, state, attempts, next_at, last_at, last_status, last_error, ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET state = excluded.state, attempts = excluded.attempts, next_at = excluded.next_at,
  last_at = excluded.last_at, last_status = excluded.last_status, last_error = excluded.last_error, ms = excluded.ms`;

export function openDeliveries(
  ground: Ground,
): Pick<Direct, 'settle' | 'pending' | 'owed' | 'deliveries' | 'halted' | 'haltedIn'> {
  const { db } = ground;
  const upsert = db.prepare(UPSERT);
  const move = db.prepare('UPDATE endpoints SET cursor = max(cursor, ?) WHERE id = ?');
  const alive = db.prepare<[string], number>('SELECT 1 FROM endpoints WHERE id = ?').pluck();
  const pending = db.prepare<[string, number], DeliveryRow>(
    "SELECT * FROM deliveries WHERE endpoint = ? AND state = 'pending' ORDER BY seq LIMIT ?",
  );
  const owed = db
    .prepare<[string, string], number | null>(
      `SELECT min(seq) FROM (
         SELECT min(seq) seq FROM deliveries WHERE endpoint = ? AND state = 'pending'
         UNION ALL SELECT min(seq) FROM deliveries WHERE endpoint = ? AND state IN ('dead', 'parked')
         GROUP BY lane HAVING max(state = 'parked'))`,
    )
    .pluck();
  const lanes = db.prepare<[string], { lane: string; dead: number; parked: number }>(
    `SELECT lane, max(state = 'dead') dead, max(state = 'parked') parked FROM deliveries
     WHERE endpoint = ? AND state IN ('dead', 'parked') GROUP BY lane`,
  );
  const anyParcel = db.prepare<[], number>('SELECT 1 FROM parcels LIMIT 1').pluck();
  const dropParcel = db.prepare('DELETE FROM parcels WHERE endpoint = ? AND seq = ?');
  const inLane = db.prepare<[string, string, number], DeliveryRow>(
    `SELECT * FROM deliveries WHERE endpoint = ? AND lane = ? AND state IN ('dead', 'parked') ORDER BY seq LIMIT ?`,
  );

  function put(d: Delivery): void {
    const last = [d.nextAt ?? null, d.lastAt ?? null, d.lastStatus ?? null, d.lastError ?? null, d.ms ?? null];
    upsert.run(d.endpoint, d.seq, d.eventId, d.type, d.lane, d.passed ? PASSED : d.state, d.attempts, ...last);
  }

  return {
    settle(rows, cursors) {
      if (rows.length === 0 && cursors.length === 0) return;
      ground.commit(() => {
        // An attempt may end after its endpoint was deleted: its row would never be swept.
        const living = new Set([...new Set(rows.map((r) => r.endpoint))].filter((id) => alive.get(id) === 1));
        for (const row of rows) if (living.has(row.endpoint)) put(row);
        if (anyParcel.get() === 1)
          for (const { endpoint, seq, state } of rows) if (isSettled(state)) dropParcel.run(endpoint, seq);
        for (const { endpoint, cursor } of cursors) move.run(cursor, endpoint);
      });
    },
    pending: (endpoint, limit) => pending.all(endpoint, limit).map(deliveryOf),
    owed: (endpoint) => owed.get(endpoint, endpoint) ?? undefined,
    halted: (endpoint) =>
      lanes.all(endpoint).map(({ lane, dead, parked }) => ({ lane, dead: dead === 1, parked: parked === 1 })),
    haltedIn: (endpoint, lane, limit) => inLane.all(endpoint, lane, limit).map(deliveryOf),
    deliveries({ endpoint, state, before, limit }) {
      const where = ['endpoint = ?'];
      const values: (string | number)[] = [endpoint];
      if (state !== undefined) {
        where.push('state IN (?, ?)');
        values.push(state, state === 'dead' ? PASSED : state);
      }
      if (before !== undefined) {
        where.push('seq < ?');
        values.push(before);
      }
      const sql = `SELECT * FROM deliveries WHERE ${where.join(' AND ')} ORDER BY seq DESC LIMIT ?`;
      return ground
        .prepared<(string | number)[], DeliveryRow>(sql)
        .all(...values, limit)
        .map(deliveryOf);
    },
  };
}

function deliveryOf(row: DeliveryRow): Delivery {
  const { endpoint, seq, event_id: eventId, type, lane, state, attempts } = row;
  return {
    ...{ endpoint, seq, eventId, type, lane, attempts },
    ...(state === PASSED ? { state: 'dead', passed: true } : { state }),
    ...(row.next_at === null ? {} : { nextAt: row.next_at }),
    ...(row.last_at === null ? {} : { lastAt: row.last_at }),
    ...(row.last_status === null ? {} : { lastStatus: row.last_status }),
    ...(row.last_error === null ? {} : { lastError: row.last_error }),
    ...(row.ms === null ? {} : { ms: row.ms }),
  };
}
