// Settings: one mail account's block, checked whole; every problem is told with its field.
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import type { AccountBlock } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';

const Host = Type.String({ minLength: 1, maxLength: 253, pattern: '^[A-Za-z0-9.:\\[\\]-]+$' });
const Port = Type.Integer({ minimum: 1, maximum: 65_535 });
const Words = Type.String({ minLength: 1, maxLength: 500 });
const strict = { additionalProperties: false };

const Imap = Type.Object(
  {
    host: Host,
    port: Port,
    /** TLS from the first byte; default true. With false STARTTLS is used where the server offers it. */
    secure: Type.Optional(Type.Boolean()),
    user: Words,
    password: Words,
    mailbox: Type.Optional(Words),
  },
  strict,
);
const Smtp = Type.Object(
  {
    /** `127.0.0.1:2525` or a port alone, which then listens on 127.0.0.1. */
    listen: Type.Union([
      Type.Integer({ minimum: 0, maximum: 65_535 }),
      Type.String({ pattern: '^(?:[0-9A-Za-z.-]+:|\\[[0-9a-fA-F:]+\\]:)?\\d{1,5}$' }),
    ]),
    /** Of one mail; larger ones are refused with 552. */
    maxBytes: Type.Optional(Type.Integer({ minimum: 65_536, maximum: 104_857_600 })),
    /** STARTTLS with this certificate: paths of PEM files, read again when they are renewed. */
    tls: Type.Optional(
      Type.Object(
        {
          cert: Type.String({ minLength: 1, maxLength: 1_000 }),
          key: Type.String({ minLength: 1, maxLength: 1_000 }),
          /** No mail without TLS; senders that cannot are turned away. */
          required: Type.Optional(Type.Boolean()),
        },
        strict,
      ),
    ),
  },
  strict,
);
const Sending = Type.Object(
  {
    host: Host,
    port: Port,
    /** TLS from the first byte; by default on port 465 alone, elsewhere STARTTLS where it is offered. */
    secure: Type.Optional(Type.Boolean()),
    user: Type.Optional(Words),
    password: Type.Optional(Words),
    /** The address answers come from, and citizens answer to. */
    from: Type.String({ maxLength: 320, pattern: '^[^\\s@<>]+@[^\\s@<>]+$' }),
    /** Shown beside it. */
    name: Type.Optional(Type.String({ maxLength: 100, pattern: '^[^\\r\\n]*$' })),
  },
  strict,
);

export type ImapSettings = Static<typeof Imap>;
export type SendingSettings = Static<typeof Sending>;
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  readonly maxBytes: number;
  readonly tls?: TlsSettings;
}
export interface TlsSettings {
  readonly cert: string;
  readonly key: string;
  readonly required?: boolean;
}

export interface EmailSettings {
  readonly imap?: ImapSettings;
  readonly smtp?: SmtpSettings;
  readonly outgoing?: SendingSettings;
}

export const MOST_BYTES = 30 * 1_048_576;
const BLOCKS = { imap: Imap, smtp: Smtp, outgoing: Sending } as const;
const COMMON = ['channel', 'tenant', 'apiBase', 'maxSkewSeconds'];

/** A block with neither imap nor smtp serves `import` alone. */
export function settings(block: AccountBlock): EmailSettings {
  const problems = Object.keys(block)
    .filter((field) => !COMMON.includes(field) && !Object.hasOwn(BLOCKS, field))
    .map((field): [string, string] => [field, 'is not known here']);
  for (const [name, schema] of Object.entries(BLOCKS)) {
    if (block[name] === undefined) continue;
    const [first] = Value.Errors(schema, block[name]);
    if (first) problems.push([`${name}${first.instancePath.replaceAll('/', '.')}`, first.message]);
  }
  if (problems.length > 0) throw bad(problems);
  const { imap, smtp, outgoing } = block;
  return {
    ...(Value.Check(Imap, imap) ? { imap } : {}),
    ...(Value.Check(Smtp, smtp) ? { smtp: listening(smtp) } : {}),
    ...(Value.Check(Sending, outgoing) ? { outgoing } : {}),
  };
}

function listening({ listen, maxBytes = MOST_BYTES, tls }: Static<typeof Smtp>): SmtpSettings {
  const text = String(listen);
  const colon = text.lastIndexOf(':');
  const port = Number(text.slice(colon + 1));
  if (port > 65_535) throw bad([['smtp.listen', 'must end in a port up to 65535']]);
  return {
    host: colon < 0 ? '127.0.0.1' : text.slice(0, colon).replace(/[[\]]/g, ''),
    port,
    maxBytes,
    ...(tls ? { tls } : {}),
  };
}

function bad(problems: readonly (readonly [string, string])[]): GatewayError {
  const message = problems.map(([field, problem]) => `${field} ${problem}`).join('; ');
  const field = problems[0]?.[0] ?? '';
  const advice = `Correct ${problems.map(([name]) => name).join(', ')} of this mail account in channels.yaml.`;
  return new GatewayError({ code: 'bad_settings', message, retryable: false, field, advice });
}
