// Shapes: small schema pieces all configuration files share.
import Type, { type TProperties } from 'typebox';

/** An object that refuses unknown keys. */
export const strict = <T extends TProperties>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });

export const Count = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });
/** A list, or one line of words parted by spaces: long lists read, and parse, better that way. */
export const Words = Type.Union([Type.String(), Type.Array(Type.String({ minLength: 1 }))]);

export function wordsOf(words: string | readonly string[] | undefined): string[] {
  if (words === undefined) return [];
  return typeof words === 'string' ? words.split(/\s+/).filter((word) => word !== '') : [...words];
}
export const Code = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$' });
export const CategoryCode = Type.String({ pattern: '^[0-9]{2,12}$' });
export const DivisionCode = Type.String({ pattern: '^[0-9]{6,12}$' });
export const IsoDate = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });
export const CIDR = Type.String({ pattern: '^[0-9a-fA-F:.]+/[0-9]{1,3}$' });

/** A date that exists: 2026-02-30 has the shape and is none. */
export function isDate(date: string): boolean {
  const at = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === date;
}
