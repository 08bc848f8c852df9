// Consumer shapes: what the routes of named readers take and answer.
import Type, { type Static } from 'typebox';
import { Filter, Types, text } from './shapes.ts';

const strict = { additionalProperties: false } as const;
const Place = Type.String({ minLength: 1, maxLength: 400 });
export const PutConsumer = Type.Object(
  {
    types: Type.Optional(Types),
    filter: Type.Optional(Filter),
    from: Type.Optional(
      Type.String({ maxLength: 400, description: 'Only when new: earliest, now (default), a time or a cursor.' }),
    ),
  },
  strict,
);
export const CommitConsumer = Type.Object(
  { cursor: Place, lease: Type.Optional(Type.String({ maxLength: 100 })) },
  strict,
);
export const SeekConsumer = Type.Object({ to: Place }, strict);
export const ConsumerView = Type.Object({
  name: Type.String(),
  types: Type.Optional(Type.Array(Type.String())),
  filter: Type.Optional(Filter),
  cursor: Type.String({ description: 'Everything up to here is committed.' }),
  lag: Type.Integer({ description: 'Entries of the log after that, of all types.' }),
  leasedUntil: Type.Optional(Type.String()),
  createdAt: Type.String(),
});
export type ConsumerView = Static<typeof ConsumerView>;
export const ConsumeQuery = Type.Object({
  limit: text('1 to 1,000; default 100.'),
  wait: text('Seconds to wait when there is nothing yet, 0 to 30; default 0.'),
  lease: text('Seconds to hold the consumer alone, 1 to 600; nobody else reads or commits meanwhile.'),
  token: text('The lease token of an earlier answer, to extend that lease.'),
});
