// Endpoints and deliveries: where events go, and how each fared.
import { isSettled } from '../../core/delivery.ts';
import type { Delivery, DeliveryState } from '../../core/store.ts';
import type { Direct } from '../direct.ts';
import { copy, type Ground } from './ground.ts';
import { parcelName } from './parcels.ts';
import { ascending } from './trail.ts';

export function openEndpoints(ground: Ground): Pick<Direct, 'putEndpoint' | 'endpoints' | 'deleteEndpoint'> {
  const { endpoints } = ground;
  return {
    /** The cursor never goes back: what was settled meanwhile is not delivered again. */
    putEndpoint(endpoint) {
      const cursor = Math.max(endpoint.cursor, endpoints.get(endpoint.id)?.cursor ?? 0);
      ground.commit(() => endpoints.set(endpoint.id, { ...copy(endpoint), cursor }));
    },
    endpoints: () => copy(endpoints.values().sort((a, b) => ascending(a.id, b.id))),
    deleteEndpoint(id) {
      if (!endpoints.has(id)) return false;
      ground.commit(() => {
        endpoints.delete(id);
        for (const one of ground.parcels.values()) if (one.endpoint === id) ground.parcels.delete(parcelName(one));
        for (const seq of [...ground.deliverySeqs.of(id)]) {
          ground.deliveries.delete(rowName(id, seq));
          ground.deliverySeqs.remove(id, seq);
          ground.pendingSeqs.remove(id, seq);
        }
      });
      return true;
    },
  };
}

/** Rows of what was trimmed from the log and is owed no more. */
export function dropSettled(ground: Ground, endpoint: string, upTo: number): void {
  for (const seq of [...ground.deliverySeqs.of(endpoint)]) {
    const row = ground.deliveries.get(rowName(endpoint, seq));
    if (seq > upTo || !row || !isSettled(row.state)) continue;
    ground.deliveries.delete(rowName(endpoint, seq));
    ground.deliverySeqs.remove(endpoint, seq);
  }
}

const isHalted = ({ state, passed }: Delivery): boolean => (state === 'dead' && !passed) || state === 'parked';

const rowName = (endpoint: string, seq: number): string => `${seq} ${endpoint}`;

export function openDeliveries(
  ground: Ground,
): Pick<Direct, 'settle' | 'pending' | 'owed' | 'deliveries' | 'halted' | 'haltedIn'> {
  const { endpoints, deliverySeqs, pendingSeqs } = ground;

  function put(row: Delivery): void {
    const { endpoint, seq, state } = row;
    const before = ground.deliveries.get(rowName(endpoint, seq));
    const { eventId, type, lane } = before ?? row;
    ground.deliveries.set(rowName(endpoint, seq), { ...copy(row), eventId, type, lane });
    deliverySeqs.add(endpoint, seq);
    if (state === 'pending') pendingSeqs.add(endpoint, seq);
    else pendingSeqs.remove(endpoint, seq);
  }

  function read(endpoint: string, seqs: readonly number[]): Delivery[] {
    return seqs.flatMap((seq) => {
      const row = ground.deliveries.get(rowName(endpoint, seq));
      return row ? [copy(row)] : [];
    });
  }

  return {
    settle(rows, cursors) {
      ground.commit(() => {
        // An attempt may end after its endpoint was deleted: its row would never be swept.
        for (const row of rows) if (endpoints.has(row.endpoint)) put(row);
        for (const row of rows) if (isSettled(row.state)) ground.parcels.delete(parcelName(row));
        for (const { endpoint, cursor } of cursors) {
          const known = endpoints.get(endpoint);
          if (known) endpoints.set(endpoint, { ...known, cursor: Math.max(known.cursor, cursor) });
        }
      });
    },
    owed(endpoint) {
      const rows = read(endpoint, deliverySeqs.of(endpoint));
      const held = new Set(rows.filter(({ state }) => state === 'parked').map(({ lane }) => lane));
      return rows.find((row) => row.state === 'pending' || (isHalted(row) && held.has(row.lane)))?.seq;
    },
    halted(endpoint) {
      const rows = read(endpoint, deliverySeqs.of(endpoint)).filter(isHalted);
      const lanes = [...new Set(rows.map(({ lane }) => lane))].sort(ascending);
      const has = (lane: string, state: DeliveryState) => rows.some((row) => row.lane === lane && row.state === state);
      return lanes.map((lane) => ({ lane, dead: has(lane, 'dead'), parked: has(lane, 'parked') }));
    },
    haltedIn: (endpoint, lane, limit) =>
      read(endpoint, deliverySeqs.of(endpoint))
        .filter((row) => row.lane === lane && isHalted(row))
        .slice(0, limit),
    pending: (endpoint, limit) => read(endpoint, pendingSeqs.of(endpoint).slice(0, limit)),
    deliveries({ endpoint, state, before, limit }) {
      const seqs = deliverySeqs.of(endpoint).filter((seq) => before === undefined || seq < before);
      const wanted = (seq: number): boolean =>
        state === undefined || ground.deliveries.get(rowName(endpoint, seq))?.state === state;
      return read(endpoint, seqs.filter(wanted).reverse().slice(0, limit));
    },
  };
}
