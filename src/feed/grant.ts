// Grant: an operator lets one endpoint have words of cases besides the thin event; which ones, a mask of fields says. Pure.
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { type Case, isHidden } from '../core/case.ts';
import type { Message } from '../core/message.ts';
import type { Endpoint } from '../core/store.ts';
import { mask as maskWords } from '../core/text/mask.ts';
import { normalise } from '../core/text/normalise.ts';

/** Of the fields and what is left out of them. It goes into the body, so that a receiver knows what it reads. */
export const GRANT_VERSION = 1;
/** CloudEvents asks intermediaries to forward at least this much; what is larger is fetched by `dataref`. */
export const MOST_BYTES = 65_536;

/** `names`: of persons, as they gave them; they are masked too. */
type Form = (value: string, names: readonly string[]) => string;
const whole: Form = (value) => value;
const masked: Form = (value, names) => maskWords(normalise(value), names);

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

/**
 * The thin body with what the mask lets through: under `data.said` what the case was opened with, and under `data.added` what
 * the message `added` says that came to it later. The same for the same event, case, message, mask and version.
 */
export function wholeBody(
  thin: string,
  c: Case,
  { mask, version }: Pick<Grant, 'mask' | 'version'>,
  added?: Message,
): string {
  const event: { readonly data: object } = JSON.parse(thin);
  if (!c.said) return thin;
  const names = [c.said.name, added?.sender.name].flatMap((name) => name ?? []);
  const said = shown(mask, c.said, isHidden(c), names);
  const more =
    added && !added.sender.secret ? shown(mask, wordsOf(added), isHidden(c) || isHidden(added.sender), names) : {};
  const tell = (words: Words, later: Words, besides: object = {}): string => {
    const added = Object.keys(later).length > 0 ? { added: later } : {};
    return JSON.stringify({
      ...event,
      ...besides,
      data: { ...event.data, said: words, ...added, saidVersion: version },
    });
  };
  if (Object.keys(said).length + Object.keys(more).length === 0) return thin;
  const fits = (body: string): boolean => Buffer.byteLength(body) <= MOST_BYTES;
  const all = tell(said, more);
  if (fits(all)) return all;
  const { text: _first, ...short } = said;
  const { text: _later, ...shortMore } = more;
  const dataref = { dataref: `/v1/cases/${c.no}` };
  // What came later is the news; what the case was opened with was told before.
  const news = tell(short, more, dataref);
  return fits(news) ? news : tell(short, shortMore, dataref);
}

type Words = Readonly<Record<string, string>>;

const wordsOf = ({ title, text, sender: { name, phone, email }, address, occurredAt }: Message) => ({
  ...{ title, text, name, phone, email, address, occurredAt },
});

/** `words` has the names of `Said`. */
function shown(mask: readonly string[], words: object, hidden: boolean, names: readonly string[]): Words {
  const told = mask.flatMap((field): [string, string][] => {
    const [name = ''] = field.split(':');
    const found: unknown = Reflect.get(words, name);
    const value = name === 'place' ? Reflect.get(Object(found), 'text') : found;
    const form = hidden && !NAMES_NOBODY.has(field) ? undefined : FORMS[field];
    return typeof value === 'string' && form ? [[name, form(value, names)]] : [];
  });
  return Object.fromEntries(told);
}
