// Grant: an operator lets one endpoint have words of cases besides the thin event; which ones, a mask of fields says. Pure.
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { type Case, isHidden, type Said } from '../core/case.ts';
import type { Endpoint } from '../core/store.ts';
import { mask as maskWords } from '../core/text/mask.ts';
import { normalise } from '../core/text/normalise.ts';

/** Of the fields and what is left out of them. It goes into the body, so that a receiver knows what it reads. */
export const GRANT_VERSION = 1;
/** CloudEvents asks intermediaries to forward at least this much; what is larger is fetched by `dataref`. */
export const MOST_BYTES = 65_536;

type Form = (value: string, said: Said) => string;
const whole: Form = (value) => value;
const masked: Form = (value, { name }) => maskWords(normalise(value), name === undefined ? [] : [name]);

/** Each field in the forms it may be granted in; a form after a colon shows less of it. */
const FORMS: Readonly<Record<string, Form>> = {
  title: whole,
  'title:masked': masked,
  text: whole,
  'text:masked': masked,
  name: whole,
  'name:surname': (value) => `${[...value][0] ?? ''}某`,
  phone: whole,
  'phone:last4': (value) => value.replace(/\D/g, '').slice(-4),
  email: whole,
  'email:domain': (value) => value.slice(value.lastIndexOf('@') + 1),
  address: whole,
  occurredAt: whole,
  place: whole,
};
/** These alone are told of somebody who asked to be named nowhere. */
const NAMES_NOBODY = new Set(['title:masked', 'text:masked']);

export const Mask = Type.Array(Type.Enum(Object.keys(FORMS)), {
  minItems: 1,
  maxItems: 20,
  uniqueItems: true,
  description:
    'Fields of what the citizen said, each whole or in a form that shows less: text:masked, name:surname, phone:last4, email:domain.',
});
export const Grant = Type.Object({
  mask: Mask,
  version: Type.Literal(GRANT_VERSION),
  by: Type.String({ description: 'Id of the key that granted it.' }),
  at: Type.String(),
});
export type Grant = Static<typeof Grant>;
const compiled = Compile(Grant);

export function grantOf({ options }: Pick<Endpoint, 'options'>): Grant | undefined {
  return compiled.Check(options.grant) ? options.grant : undefined;
}

/** The endpoint without its grant: a new URL is another receiver. */
export function withoutGrant<E extends Pick<Endpoint, 'options'>>(endpoint: E): E {
  const { grant: _ended, ...options } = endpoint.options;
  return { ...endpoint, options };
}

/**
 * Whether this endpoint may have words of the case as it now stands. Never of a secret case or a report (举报), never of an
 * erased one, and not when the case has left the endpoint's unit or turned out to be about it.
 */
export function mayTell(c: Case, { tenant, unit }: Pick<Endpoint, 'tenant' | 'unit'>): boolean {
  if (c.secret || c.kind === 'report' || c.flags.includes('erased')) return false;
  if (tenant !== undefined && tenant !== c.tenant) return false;
  if (unit === undefined) return true;
  return !c.barred.includes(unit) && (c.unit?.code === unit || c.coUnits.some(({ code }) => code === unit));
}

/** The thin body with what the mask lets through, under `data.said`. The same for the same event, case, mask and version. */
export function wholeBody(thin: string, c: Case, { mask, version }: Pick<Grant, 'mask' | 'version'>): string {
  const event: { readonly data: object } = JSON.parse(thin);
  const { said } = c;
  if (!said) return thin;
  const fields = mask.filter((field) => !isHidden(c) || NAMES_NOBODY.has(field)).flatMap((field) => shown(field, said));
  if (fields.length === 0) return thin;
  const tell = (words: object, besides: object = {}): string =>
    JSON.stringify({ ...event, ...besides, data: { ...event.data, said: words, saidVersion: version } });
  const all = tell(Object.fromEntries(fields));
  if (Buffer.byteLength(all) <= MOST_BYTES) return all;
  const short = fields.filter(([name]) => name !== 'text');
  return tell(Object.fromEntries(short), { dataref: `/v1/cases/${c.no}` });
}

function shown(field: string, said: Said): [string, string][] {
  const [name = ''] = field.split(':');
  const value: unknown = name === 'place' ? said.place?.text : Reflect.get(said, name);
  const form = FORMS[field];
  return typeof value === 'string' && form ? [[name, form(value, said)]] : [];
}
