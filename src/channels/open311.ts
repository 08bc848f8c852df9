// Open311: service requests of GeoReport v2 clients. src/http/open311 speaks the protocol; here a request becomes a message.
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { type AccountBlock, type Channel, defineChannel } from '../core/channel.ts';
import { GatewayError, Unreadable } from '../core/errors.ts';
import type { Incoming } from '../core/message.ts';
import { normalisePhone } from '../core/text/phone.ts';

/** The fields of POST requests as they were sent, all as text; `serviceName` is the name of the service code they name. */
export const Open311Payload = Type.Object({
  fields: Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 20_000 })),
  serviceName: Type.String({ maxLength: 200 }),
  idempotencyKey: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
});
export type Open311Payload = Static<typeof Open311Payload>;

/** Longest value of each field that becomes a part of the message. */
const LENGTHS: Readonly<Record<string, number>> = {
  ...{ description: 20_000, address_string: 500, address_id: 200 },
  ...{ first_name: 50, last_name: 50, phone: 50, email: 254, media_url: 2_000 },
};

function read(payload: unknown): Incoming[] {
  if (!Value.Check(Open311Payload, payload)) throw new Unreadable('this is no service request');
  const { fields, serviceName, idempotencyKey } = payload;
  for (const [field, most] of Object.entries(LENGTHS))
    if ((fields[field]?.length ?? 0) > most) throw new Unreadable(`${field} is over ${most} characters`, field);
  const given = (name: string): string | undefined => fields[name]?.trim() || undefined;
  const name = [given('last_name'), given('first_name')].filter((part) => part !== undefined).join(' ');
  const [phone, email, address] = [given('phone'), given('email'), given('address_string')];
  const media = given('media_url');
  const text = [given('description') ?? serviceName, ...(media ? [`附件：${media}`] : [])].join('\n');
  // The key that lets somebody in is nobody's testimony.
  const { api_key: _key, ...said } = fields;
  return [
    {
      ...(idempotencyKey === undefined ? {} : { externalId: idempotencyKey }),
      sender: {
        keys: [],
        ...(name === '' ? {} : { name }),
        ...(phone ? { phone: normalisePhone(phone) ?? phone } : {}),
        ...(email ? { email } : {}),
        anonymous: false,
        secret: false,
      },
      title: serviceName,
      text,
      ...(address ? { address } : {}),
      raw: { mediaType: 'application/json', content: JSON.stringify(said) },
      verified: 'token',
    },
  ];
}

const KNOWN = ['channel', 'tenant', 'apiBase', 'maxSkewSeconds'];

/** Nothing to set; a field that would do nothing is a mistake. */
function settings(block: AccountBlock): object {
  const stray = Object.keys(block).find((name) => !KNOWN.includes(name));
  if (stray === undefined) return {};
  const message = `${stray} is not known here`;
  throw new GatewayError({ code: 'bad_settings', message, retryable: false, field: stray });
}

export const open311: Channel<object> = defineChannel({
  name: 'open311',
  settings,
  read,
  open: () => ({ close: async () => undefined }),
});
