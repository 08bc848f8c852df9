// Answer shapes: what the routes of the feed answer besides endpoints, events and deliveries, as schemas.
import Type from 'typebox';
import { Event } from '../core/event-schema.ts';
import { listOf, text } from './shapes.ts';

const Failure = Type.Object({ code: Type.String(), message: Type.String() });
const Headers = Type.Record(Type.String(), Type.String());

/** A test send: what went out, signed, and what came back. */
export const TestAnswer = Type.Object(
  {
    status: Type.Optional(Type.Integer({ description: 'HTTP status the endpoint answered.' })),
    error: Type.Optional(Failure),
    request: Type.Object({
      method: Type.Literal('POST'),
      url: Type.String(),
      headers: Headers,
      body: Type.String({ description: 'The bytes that were signed.' }),
    }),
    response: Type.Optional(
      Type.Object({ headers: Headers, body: Type.String({ description: 'Empty unless an administrator asks.' }) }),
    ),
    ms: Type.Number({ description: 'From sending to the answer, milliseconds.' }),
  },
  {
    examples: [
      {
        status: 204,
        request: {
          method: 'POST',
          url: 'https://unit.example/hook',
          headers: { 'webhook-id': 'evt_01K9ZC3V0J9XQ5T2M8R7B4N6AD', 'webhook-timestamp': '1795600000' },
          body: '{"specversion":"1.0","type":"webhook.ping"}',
        },
        response: { headers: {}, body: '' },
        ms: 12,
      },
    ],
  },
);

export const HealthAnswer = Type.Object({
  id: Type.String(),
  state: Type.String(),
  reason: text('Why it is disabled.'),
  lag: Type.Integer({ description: 'Log entries between what it has settled and the head.' }),
  inflight: Type.Integer(),
  held: Type.Integer({ description: 'Events in flight, waiting for another try, or waiting behind one.' }),
  concurrency: Type.Integer({ description: 'Attempts that may run at once now.' }),
  successes: Type.Integer({ description: 'Attempts since the gateway started.' }),
  failures: Type.Integer({ description: 'Attempts since the gateway started.' }),
  lastSuccessAt: text('RFC 3339.'),
  lastFailureAt: text('RFC 3339.'),
  lastError: text('How its last failed attempt failed.'),
  circuit: Type.Enum(['closed', 'open', 'half']),
  nextTry: text('When the open circuit tries again, RFC 3339.'),
  parkedCases: Type.Integer({ description: 'Cases that stand still behind a dead letter.' }),
  failingSince: text('Since when it has taken nothing, RFC 3339.'),
  heldUntil: text('Until when it asked to be left alone (Retry-After), RFC 3339.'),
});

export const DeliveryMark = Type.Object({
  id: Type.String({ description: 'Id of the endpoint.' }),
  seq: Type.Integer(),
  state: Type.Enum(['pending', 'skipped']),
});

export const ConsumedEvents = Type.Object({
  ...listOf(Event).properties,
  lease: Type.Optional(
    Type.Object(
      { token: Type.String(), until: Type.String({ description: 'RFC 3339.' }) },
      {
        description: 'Asked for with lease: nobody else reads or commits until then.',
      },
    ),
  ),
});

/** 204: there is nothing to say. */
export const Gone = Type.Null();
