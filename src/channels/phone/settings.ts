// Settings: one line of the city with its sources: who hands in calls, by what each proves itself, and what its labels mean.
import type { X509Certificate } from 'node:crypto';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import type { AccountBlock } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { plainly } from '../../core/plain.ts';
import { rolesIn } from './envelope.ts';
import { certificateOf } from './jws.ts';
import { numberOf, type Role } from './told.ts';

const Secret = Type.String({ pattern: '^[\\x21-\\x7e]{16,512}$' });
const Source = Type.Object(
  {
    name: Type.String({ pattern: '^[\\w-]{1,32}$' }),
    /** `Authorization: Bearer`, or the password of `Basic`. */
    token: Type.Optional(Secret),
    /** HMAC-SHA256 over time and raw body. */
    secret: Type.Optional(Secret),
    /** Twilio's auth token, and the address it calls, when a proxy stands before it. */
    twilio: Type.Optional(
      Type.Object(
        { authToken: Secret, url: Type.Optional(Type.String({ pattern: '^https?://[^\\s]{1,500}$' })) },
        { additionalProperties: false },
      ),
    ),
    /** By the vendor's label: citizen, agent, or {role: department, unit: …}. */
    speakers: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    /** Header names of call lists in CSV, by what they mean. */
    columns: Type.Optional(Type.Record(Type.String(), Type.String({ minLength: 1, maxLength: 60 }))),
    /** Whether its vCons are counted as calls too; no where the exchange's records tell of the same calls under other ids. */
    counts: Type.Optional(Type.Boolean()),
    /** Certificates (PEM) whose signatures on vCons are believed; with them any other signature is refused. */
    trust: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 16 })),
    /** Of times without one: `+08:00`. */
    utcOffset: Type.Optional(Type.String({ pattern: '^[+-]\\d{2}:\\d{2}$' })),
  },
  { additionalProperties: false },
);

export interface PhoneSource {
  readonly name: string;
  readonly token?: string;
  readonly secret?: string;
  readonly twilio?: { readonly authToken: string; readonly url?: string };
  readonly roles: ReadonlyMap<string, Role>;
  readonly columns: Readonly<Record<string, string>>;
  readonly counts: boolean;
  readonly trust: readonly X509Certificate[];
  readonly offsetMinutes: number;
}

export interface PhoneSettings {
  readonly sources: readonly PhoneSource[];
  /** Numbers of the hotline itself. */
  readonly lines: readonly string[];
  readonly maxSkewSeconds?: number;
}

/** Imports need no source: nobody calls, and nothing is proved. */
export const OF_A_FILE: PhoneSource = {
  ...{ name: 'file', roles: new Map(), columns: {}, counts: true, trust: [], offsetMinutes: 480 },
};

const COMMON = ['channel', 'tenant', 'apiBase', 'maxSkewSeconds'];
const COLUMNS = ['id', 'caller', 'called', 'direction', 'start', 'answer', 'end', 'wait', 'talk', 'status', 'queue'];

/** A block without sources serves `import` alone. */
export function settings(block: AccountBlock): PhoneSettings {
  const problems: [field: string, problem: string][] = Object.keys(block)
    .filter((field) => ![...COMMON, 'sources', 'lines'].includes(field))
    .map((field) => [field, 'is not known here']);
  const { sources = [], lines = ['12345'], maxSkewSeconds } = block;
  const given = Array.isArray(sources) ? sources : [];
  if (!Array.isArray(sources)) problems.push(['sources', 'must be a list']);
  if (!Array.isArray(lines) || lines.some((one) => numberOf(one) === undefined))
    problems.push(['lines', 'must be a list of telephone numbers']);
  const read = given.flatMap((one: unknown, at) => sourceOf(one, `sources[${at}]`, problems));
  for (const [at, { name }] of read.entries())
    if (read.findIndex((one) => one.name === name) < at)
      problems.push([`sources[${at}].name`, `${name} is there twice`]);
  if (problems.length > 0) throw bad(problems);
  return {
    sources: read,
    lines: (Array.isArray(lines) ? lines : []).flatMap((one: unknown) => numberOf(one) ?? []),
    ...(maxSkewSeconds === undefined ? {} : { maxSkewSeconds }),
  };
}

function sourceOf(value: unknown, place: string, problems: [string, string][]): PhoneSource[] {
  if (!Value.Check(Source, value)) {
    for (const [where, problem] of plainly(Value.Errors(Source, value), place)) {
      const isSecret = /\.(?:token|secret|authToken)$/.test(where) && problem !== 'is missing';
      problems.push([where, isSecret ? 'must be 16 to 512 visible ASCII characters' : problem]);
    }
    return [];
  }
  const proofs = [value.token, value.secret, value.twilio].filter((one) => one !== undefined);
  if (proofs.length !== 1) problems.push([place, 'needs one of token, secret or twilio, and only one']);
  return [checked(value, place, problems)];
}

function checked(value: Static<typeof Source>, place: string, problems: [string, string][]): PhoneSource {
  const {
    name,
    token,
    secret,
    twilio,
    speakers = {},
    columns = {},
    counts = true,
    trust = [],
    utcOffset = '+08:00',
  } = value;
  const roles = rolesIn(speakers);
  for (const label of Object.keys(speakers))
    if (!roles.has(label)) problems.push([`${place}.speakers.${label}`, 'must be citizen, agent or department']);
  for (const column of Object.keys(columns))
    if (!COLUMNS.includes(column)) problems.push([`${place}.columns.${column}`, `is none of ${COLUMNS.join(', ')}`]);
  const certificates = trust.flatMap((pem, at) => {
    const certificate = certificateOf(pem);
    if (!certificate) problems.push([`${place}.trust[${at}]`, 'is no certificate in PEM']);
    return certificate ?? [];
  });
  const [hours = 0, minutes = 0] = utcOffset.slice(1).split(':').map(Number);
  return {
    ...{ name, roles, columns, counts, trust: certificates },
    ...(token === undefined ? {} : { token }),
    ...(secret === undefined ? {} : { secret }),
    ...(twilio === undefined ? {} : { twilio }),
    offsetMinutes: (utcOffset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes),
  };
}

function bad(problems: readonly (readonly [string, string])[]): GatewayError {
  const message = problems.map(([field, problem]) => `${field} ${problem}`).join('; ');
  const field = problems[0]?.[0] ?? '';
  const advice = `Correct ${problems.map(([name]) => name).join(', ')} of this telephone account in channels.yaml.`;
  return new GatewayError({ code: 'bad_settings', message, retryable: false, field, advice });
}
