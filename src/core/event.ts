// Event 事件: one entry of the log. Its body is rendered once, inside the commit, and those bytes never change.

export const EVENT_TYPES = [
  'message.received',
  'message.noted',
  'message.key_reused',
  'message.sent',
  'message.failed',
  'case.opened',
  'case.followed_up',
  'case.joined',
  'case.answered',
  'case.diverted',
  'case.proposed',
  'case.corrected',
  'case.assigned',
  'case.signed',
  'case.returned',
  'case.extended',
  'case.contacted',
  'case.progressed',
  'case.resolved',
  'case.reopened',
  'case.closed',
  'case.rated',
  'case.split',
  'case.redacted',
  'matter.opened',
  'matter.grown',
  'matter.hot',
  'matter.split',
  'matter.merged',
  'endpoint.created',
  'endpoint.updated',
  'endpoint.failing',
  'endpoint.disabled',
  'endpoint.enabled',
  'endpoint.recovered',
  'delivery.exhausted',
  'delivery.late',
  'delivery.recovered',
  'lane.blocked',
  'lane.released',
  'channel.degraded',
  'channel.restored',
  'webhook.ping',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Version of the data of all types so far; a change that takes something away or means it otherwise gets the next one. */
export const SCHEMA_VERSION = 1;
/** CloudEvents wants a URI, and where a gateway can be reached is no part of its log: so a name, not an address. */
export const schemaId = (type: string): string => `urn:civicline:event:${type}:${SCHEMA_VERSION}`;

const TRACE = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A `traceparent` header by W3C Trace Context, or undefined when it is none. */
export const traceOf = (header: string | undefined): string | undefined =>
  header !== undefined && TRACE.test(header) ? header : undefined;

/** The events with the trace they belong to. */
export const traced = <E extends NewEvent>(events: readonly E[], traceparent: string | undefined): E[] =>
  events.map((event) => (traceparent === undefined ? event : { ...event, traceparent }));

/** What something to be logged is before it has a place in the log. `data` is thin: ids, states, codes, never words. */
export interface NewEvent {
  readonly id: string; // evt_ + ULID
  readonly type: EventType;
  /** Case number, or the matter's or endpoint's id. Events of one subject stay in order. */
  readonly subject: string;
  readonly caseversion?: number;
  readonly time: string; // RFC 3339 with offset
  readonly data: Readonly<Record<string, unknown>>;
  readonly tenant: string;
  /** W3C trace context of the request that brought it about, where that had one. */
  readonly traceparent?: string;
  /** Unit that holds the case, for keys bound to a unit. Kept beside the body, not in it. */
  readonly unit?: string;
  /** Units that help it: they see the event too. Kept beside the body, not in it. */
  readonly coUnits?: readonly string[];
  /** Units that must never see this event (complaints about them). Kept beside the body, not in it. */
  readonly barred?: readonly string[];
}

/** One row of the log as readers get it; `body` is the JSON of `Event`, rendered once; in UTF-8 its bytes never change. */
export interface LogEntry {
  readonly seq: number;
  readonly id: string;
  readonly type: EventType;
  readonly subject: string;
  readonly time: number; // epoch ms, commit side
  readonly tenant: string;
  readonly unit?: string;
  readonly coUnits?: readonly string[];
  readonly barred: readonly string[];
  readonly body: string;
}

/** Whom an event is addressed to: the unit that holds its case and those that help, never one it complains about. */
export function addressed(to: Pick<LogEntry, 'unit' | 'coUnits' | 'barred'>, unit: string): boolean {
  return (to.unit === unit || to.coUnits?.includes(unit) === true) && !to.barred.includes(unit);
}

/** To whom the events of a case are addressed, and from whom they are kept. */
export function audience(c: {
  readonly unit?: { readonly code: string } | undefined;
  readonly coUnits?: readonly { readonly code: string }[];
  readonly barred?: readonly string[];
}): Pick<NewEvent, 'unit' | 'coUnits' | 'barred'> {
  const { unit, coUnits = [], barred = [] } = c;
  return {
    ...(unit ? { unit: unit.code } : {}),
    ...(coUnits.length > 0 ? { coUnits: coUnits.map(({ code }) => code) } : {}),
    ...(barred.length > 0 ? { barred } : {}),
  };
}

/** Renders the bytes of an event once its place in the log is known. */
export function renderEvent(event: NewEvent, seq: number, instance: string): string {
  return JSON.stringify({
    specversion: '1.0',
    id: event.id,
    source: `/gateways/${instance}`,
    type: event.type,
    subject: event.subject,
    partitionkey: event.subject,
    sequence: String(seq).padStart(20, '0'),
    ...(event.caseversion === undefined ? {} : { caseversion: event.caseversion }),
    time: event.time,
    timestamp: event.time,
    datacontenttype: 'application/json',
    dataschema: schemaId(event.type),
    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    data: event.data,
  });
}
