// Settings: one mail account's block, checked whole; every problem is told with its field.
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { badFields } from '../../core/block.ts';
import type { AccountBlock } from '../../core/channel.ts';
import { plainly } from '../../core/plain.ts';

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
/** What the patterns above mean. */
const SAYS: Readonly<Record<string, string>> = {
  'imap.host': 'must be the name or address of a server',
  'imap.port': 'must be a port, 1 to 65535',
  'smtp.listen': 'must be a port, or an address and a port such as 0.0.0.0:2525',
  'smtp.maxBytes': 'must be a number of bytes, 65536 to 104857600',
  'outgoing.host': 'must be the name or address of a server',
  'outgoing.port': 'must be a port, 1 to 65535',
  'outgoing.from': 'must be one mail address, 12345@example.gov.cn',
};
const COMMON = ['channel', 'tenant', 'apiBase', 'maxSkewSeconds'];

/** A block with neither imap nor smtp serves `import` alone. */
export function settings(block: AccountBlock): EmailSettings {
  const problems = Object.keys(block)
    .filter((field) => !COMMON.includes(field) && !Object.hasOwn(BLOCKS, field))
    .map((field): [string, string] => [field, 'is not known here']);
  for (const [name, schema] of Object.entries(BLOCKS)) {
    if (block[name] === undefined) continue;
    problems.push(...plainly(Value.Errors(schema, block[name]), name, SAYS));
  }
  if (problems.length > 0) throw badFields(problems);
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
  if (port > 65_535) throw badFields([['smtp.listen', 'must end in a port up to 65535']]);
  return {
    host: colon < 0 ? '127.0.0.1' : text.slice(0, colon).replace(/[[\]]/g, ''),
    port,
    maxBytes,
    ...(tls ? { tls } : {}),
  };
}
