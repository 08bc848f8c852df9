// Shapes: what the feed's routes take and answer, as schemas, and the check of what comes in.
import Type, { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { GatewayError } from '../core/errors.ts';
import { isBlank, SAYS_NOTHING, Written } from '../core/text/written.ts';
import { Grant } from './grant.ts';
import { changedTerms, termFields } from './terms.ts';

const strict = { additionalProperties: false } as const;
export const Types = Type.Array(Type.String({ minLength: 1, maxLength: 60 }), {
  minItems: 1,
  maxItems: 100,
  description: 'Event types; case.* stands for a group. Left out: all.',
});
const Description = Type.String({ maxLength: 500 });
const Signatures = Type.Array(Type.Union([Type.Literal('v1'), Type.Literal('v1a'), Type.Literal('sm3')]), {
  maxItems: 3,
  description: 'v1 (HMAC-SHA256) always; v1a (ed25519) and sm3 (HMAC-SM3) beside it where named here.',
});
export const Filter = Type.Unsafe<unknown>({
  description:
    'CloudEvents Subscriptions filter: {"exact": {…}}, prefix, suffix, all, any, not, {"sql": "…"} (CESQL), or a list of which all must hold.',
  anyOf: [{ type: 'object' }, { type: 'array' }],
});
const Url = Type.String({ minLength: 1, maxLength: 2_048 });

export const CreateEndpoint = Type.Object(
  {
    url: Url,
    types: Type.Optional(Types),
    filter: Type.Optional(Filter),
    signatures: Type.Optional(Signatures),
    description: Type.Optional(Description),
    ...termFields,
    tenant: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
    unit: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    from: Type.Optional(
      Type.String({ maxLength: 400, description: 'Where to begin: earliest, now (default), a time or a cursor.' }),
    ),
  },
  strict,
);
export const ChangeEndpoint = Type.Object(
  {
    url: Type.Optional(Url),
    types: Type.Optional(Type.Union([Types, Type.Null()])),
    filter: Type.Optional(Type.Union([Filter, Type.Null()])),
    signatures: Type.Optional(Signatures),
    description: Type.Optional(Type.Union([Description, Type.Null()])),
    ...changedTerms,
  },
  strict,
);
export const RotateSecret = Type.Object(
  {
    overlapSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 604_800, description: 'default 86,400' })),
    revoke: Type.Optional(Type.Boolean({ description: 'Ends all older ones at once.' })),
    only: Type.Optional(
      Type.Union([Type.Literal('secret'), Type.Literal('key')], {
        description: 'secret (v1, sm3) or key (v1a); left out: both, where there is a key.',
      }),
    ),
  },
  strict,
);
export const SkipDelivery = Type.Object(
  { reason: { ...Written(200), description: 'Why this event need not arrive here.' } },
  strict,
);
export const StartReplay = Type.Object(
  {
    after: Type.Optional(Type.String({ maxLength: 400, description: 'earliest (default), a time or a cursor.' })),
    before: Type.Optional(
      Type.String({ maxLength: 400, description: 'now (default), a time or a cursor: the last event to look at.' }),
    ),
    types: Type.Optional(Types),
    filter: Type.Optional(Filter),
    states: Type.Optional(
      Type.Array(Type.Enum(['dead', 'delivered', 'skipped', 'missing']), {
        minItems: 1,
        uniqueItems: true,
        description: 'Which events, by what became of them here; default dead and missing.',
      }),
    ),
    rate: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, description: 'Events a second; default: no limit.' }),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: 'Only counts what would be sent.' })),
  },
  strict,
);
const unavailable = Type.Optional(
  Type.Integer({ description: 'Dead letters whose events retention has let go of: they cannot be sent any more.' }),
);
export const ReplayView = Type.Object({
  id: Type.String(),
  endpoint: Type.String(),
  state: Type.Enum(['running', 'done', 'cancelled']),
  states: Type.Array(Type.String()),
  types: Type.Optional(Type.Array(Type.String())),
  rate: Type.Optional(Type.Integer()),
  createdAt: Type.String(),
  by: Type.String(),
  sent: Type.Integer({ description: 'Events put on their way.' }),
  progress: Type.Number({ minimum: 0, maximum: 1, description: 'Part of the range that has been looked at.' }),
  unavailable,
});
export type ReplayView = Static<typeof ReplayView>;
export const DryRun = Type.Object({
  endpoint: Type.String(),
  matches: Type.Integer(),
  unavailable,
  complete: Type.Boolean({ description: 'False when the range was too long to be counted to its end.' }),
});

export const TestSend = Type.Object(
  {
    type: Type.Optional(
      Type.String({ maxLength: 60, description: 'An example of this event type; left out: a ping.' }),
    ),
  },
  strict,
);
export const Nothing = Type.Object({}, strict);

const State = Type.Union([Type.Literal('pending'), Type.Literal('enabled'), Type.Literal('disabled')]);
const view = {
  id: Type.String(),
  url: Type.String(),
  description: Type.Optional(Type.String()),
  tenant: Type.Optional(Type.String()),
  unit: Type.Optional(Type.String()),
  types: Type.Optional(Type.Array(Type.String())),
  filter: Type.Optional(Filter),
  ...termFields,
  state: State,
  disabledReason: Type.Optional(Type.String()),
  createdAt: Type.String(),
  secrets: Type.Integer({ description: 'Number of secrets that sign now.' }),
  signatures: Type.Array(Type.String(), { description: 'Kinds of signature every delivery carries.' }),
  publicKeys: Type.Optional(Type.Array(Type.String(), { description: 'whpk_… to verify v1a with, newest first.' })),
  grant: Type.Optional(Grant),
  cursor: Type.String({ description: 'Where it stands; can be used with GET /v1/events.' }),
};
export const EndpointView = Type.Object(view);
export type EndpointView = Static<typeof EndpointView>;
export const EnabledEndpoint = Type.Object({
  ...view,
  missed: Type.Optional(
    Type.Integer({ description: 'Entries of the log that retention let go of before it took them.' }),
  ),
});
const Preview = Type.Object({
  looked: Type.Integer({ description: 'Events looked at: the last 1,000 this endpoint may see.' }),
  matched: Type.Integer({ description: 'How many of them the endpoint would have been sent.' }),
  examples: Type.Array(Type.String(), { description: 'Ids of the newest of those, three at most.' }),
});
export type Preview = Static<typeof Preview>;
const Warning = Type.Object(
  { code: Type.String(), message: Type.String() },
  { description: 'The receiver could not be reached now; it is sent to all the same.' },
);
const seenNow = { preview: Type.Optional(Preview), warning: Type.Optional(Warning) };
export const ChangedEndpoint = Type.Object({ ...view, ...seenNow });
export const CreatedEndpoint = Type.Object({
  ...view,
  ...seenNow,
  secret: Type.String({ description: 'Shown this once.' }),
});
export const Rotated = Type.Object({
  id: Type.String(),
  secret: Type.Optional(Type.String({ description: 'Shown this once.' })),
  publicKeys: Type.Optional(Type.Array(Type.String())),
  previousUntil: Type.Optional(Type.String()),
});

export const DeliveryView = Type.Object({
  sequence: Type.String(),
  seq: Type.Integer(),
  eventId: Type.String(),
  type: Type.String(),
  subject: Type.String(),
  state: Type.String(),
  attempts: Type.Integer(),
  nextAt: Type.Optional(Type.String()),
  lastAt: Type.Optional(Type.String()),
  lastStatus: Type.Optional(Type.Integer()),
  lastError: Type.Optional(Type.String()),
  ms: Type.Optional(Type.Number()),
});
export type DeliveryView = Static<typeof DeliveryView>;

export const text = (description: string) => Type.Optional(Type.String({ description, maxLength: 2_000 }));
export const types = text('Event types, separated by commas; case.* stands for a group.');
const FilterText = Type.Optional(
  Type.String({ description: 'A CESQL expression, or a filter as JSON as endpoints take it.', maxLength: 4_096 }),
);
export const PullQuery = Type.Object({
  after: text('earliest (default), now, a time, or next_cursor of an earlier answer.'),
  limit: text('1 to 1,000; default 100.'),
  wait: text('Seconds to wait when there is nothing yet, 0 to 30; default 0.'),
  types,
  filter: FilterText,
});
export const StreamQuery = Type.Object({
  after: text('Where to begin: now (default), earliest, a time or a cursor.'),
  types,
  filter: FilterText,
});
export const DeliveriesQuery = Type.Object({
  state: text('pending, parked, delivered, dead or skipped.'),
  limit: text('1 to 1,000; default 100.'),
  after: text('next_cursor of an earlier answer.'),
});

export const listOf = <T extends TSchema>(item: T) =>
  Type.Object({
    data: Type.Array(item),
    next_cursor: Type.Union([Type.String(), Type.Null()]),
    has_more: Type.Boolean(),
  });

/** A check for one schema; nothing at all counts as an empty object. Refuses as the front does: 422 with the field. */
export function reading<T extends TSchema>(schema: T): (body: unknown) => Static<T> {
  const compiled = Compile(schema);
  return (body) => {
    const given = body ?? {};
    if (compiled.Check(given)) return given as Static<T>; // just checked; the library's own guard widens to Encode
    throw misfit(compiled.Errors(given));
  };
}

interface Misfit {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

function misfit(errors: readonly Misfit[]): GatewayError {
  for (const { keyword, instancePath, message, params } of errors) {
    const at = instancePath.replace(/^\//, '');
    const { requiredProperties, additionalProperties }: Readonly<Record<string, unknown>> = { ...params };
    if (keyword === 'required') return refused('missing_field', 'is missing', at, requiredProperties);
    if (keyword === 'additionalProperties')
      return refused('unknown_field', 'is not known here', at, additionalProperties);
    if (keyword === 'boolean') continue; // says the same as additionalProperties, without the name
    return refused('invalid_field', isBlank({ keyword, params }) ? SAYS_NOTHING : message, at);
  }
  return refused('invalid_field', 'is not in its shape', '');
}

function refused(code: string, why: string, at: string, names?: unknown): GatewayError {
  const name = Array.isArray(names) ? String(names[0]) : '';
  const field = [at, name]
    .filter((part) => part !== '')
    .join('/')
    .slice(0, 200);
  return new GatewayError({
    code,
    message: `${field || 'the body'} ${why}`,
    retryable: false,
    status: 422,
    field: field || 'body',
    advice: 'GET /openapi.json shows what this route takes.',
  });
}

/** A whole number in a query, or its default. Throws `invalid_field` (422). */
export function whole(
  query: Readonly<Record<string, string>>,
  name: string,
  { fallback, least, most }: { readonly fallback: number; readonly least: number; readonly most: number },
): number {
  const text = query[name];
  if (text === undefined) return fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new GatewayError({
    code: 'invalid_field',
    message: `${name} must be a whole number from ${least} to ${most}`,
    retryable: false,
    status: 422,
    field: name,
    advice: 'Leave it out for the default.',
  });
}
