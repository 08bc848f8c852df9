// Attributes: what a filter can ask of an event: the attributes of its envelope, and paths into its data.
import { Event } from '../../core/event-schema.ts';
import { refuseFilter } from './refuse.ts';
import type { Value } from './sql-values.ts';

/** Value of an attribute or of a path into the data (`data.category.code`); undefined when there is none. */
export type Attributes = (name: string) => Value | undefined;

const KNOWN = Object.keys(Event.properties).filter((name) => name !== 'data');
const PATH = /^data(\.[A-Za-z0-9_]{1,60}){1,8}$/;

/** A name no event can have is a typing error, and must not become a silence. Throws `filter_attribute`. */
export function checkName(name: string, at: { readonly path: string; readonly character?: number }): void {
  if (KNOWN.includes(name) || PATH.test(name)) return;
  throw refuseFilter(
    'filter_attribute',
    `events have no attribute ${name.slice(0, 80)}`,
    at,
    `They have ${KNOWN.join(', ')}, and data.… by path.`,
  );
}

/** Read once for an event, however many endpoints ask. */
const read = new WeakMap<object, Attributes | null>();

/** Undefined for a body that is no JSON object; the log holds none. */
export function attributesOf(event: { readonly body: string }): Attributes | undefined {
  const known = read.get(event);
  if (known !== undefined) return known ?? undefined;
  const found = parse(event.body);
  read.set(event, found ?? null);
  return found;
}

function parse(body: string): Attributes | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) ? (name) => valueAt(parsed, name) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function valueAt(event: object, name: string): Value | undefined {
  let at: unknown = event;
  for (const part of name.split('.')) at = isObject(at) && Object.hasOwn(at, part) ? Reflect.get(at, part) : undefined;
  if (typeof at === 'string' || typeof at === 'boolean') return at;
  if (typeof at === 'number') return Number.isSafeInteger(at) && Math.abs(at) < 2 ** 31 ? at : String(at);
  // CESQL has no words for lists and objects: there they are, but as nothing that could be compared.
  return isObject(at) ? JSON.stringify(at) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
