// Event schema: the shape of an event's body, for those who check it or show it. Apart from event.ts, so that the store's thread loads no schemas.
import Type, { type Static } from 'typebox';

/** CloudEvents 1.0 in structured mode that is also a Standard Webhooks payload (`timestamp`, `type`, `data`). */
export const Event = Type.Object({
  specversion: Type.Literal('1.0'),
  id: Type.String({ pattern: '^evt_' }),
  source: Type.String({ pattern: '^/gateways/' }),
  type: Type.String(),
  subject: Type.String(),
  partitionkey: Type.String(),
  sequence: Type.String({ pattern: '^[0-9]{20}$' }),
  caseversion: Type.Optional(Type.Integer()),
  time: Type.String(),
  timestamp: Type.String(),
  datacontenttype: Type.Literal('application/json'),
  dataschema: Type.String({ description: 'Names type and version of data; GET /v1/event-types has the schema.' }),
  traceparent: Type.Optional(Type.String({ description: 'Trace context of the request that brought it about.' })),
  data: Type.Record(Type.String(), Type.Unknown()),
});
export type Event = Static<typeof Event>;
