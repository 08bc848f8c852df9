// One push of the platform, XML or JSON, as plain fields; entities off, every value text, since message ids exceed 2^53.
import { XMLParser } from 'fast-xml-parser';
import { Unreadable } from '../../core/errors.ts';
import { readJson } from '../../core/payload.ts';

export type Fields = Readonly<Record<string, unknown>>;

export const MOST_BYTES = 65_536;

const parser = new XMLParser({
  processEntities: false,
  parseTagValue: false,
  ignoreAttributes: true,
  trimValues: true,
});

/** Throws Unreadable: nothing, over 64 KiB, neither XML nor a JSON object, or a document type in it. */
export function fieldsOf(body: string): Fields {
  if (body.length > MOST_BYTES) throw new Unreadable('a push is at most 64 KiB', 'body');
  const trimmed = body.trim();
  const fields = trimmed.startsWith('{') ? readJson(trimmed) : fromXml(trimmed);
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw new Unreadable('a push is one <xml> element or one JSON object', 'body');
  return { ...fields };
}

/** A citizen may well write of a document type: what stands in CDATA is words. */
function declares(body: string): boolean {
  let from = 0;
  for (let open = body.indexOf(CDATA); open >= 0; open = body.indexOf(CDATA, from)) {
    if (DECLARATION.test(body.slice(from, open))) return true;
    const end = body.indexOf(']]>', open);
    if (end < 0) break;
    from = end + 3;
  }
  return DECLARATION.test(body.slice(from));
}
const CDATA = '<![CDATA[';
const DECLARATION = /<!(?:DOCTYPE|ENTITY)/i;

/** Far more than any push has; each costs the parser as much as some hundred letters, and a stranger's are parsed too. */
const MOST_TAGS = 2_000;

function hasTooManyTags(body: string): boolean {
  let tags = 0;
  for (let at = body.indexOf('<'); at >= 0 && tags <= MOST_TAGS; at = body.indexOf('<', at + 1)) tags += 1;
  return tags > MOST_TAGS;
}

function fromXml(body: string): unknown {
  if (!body.startsWith('<') || declares(body)) throw new Unreadable('the push is no XML of this platform', 'body');
  if (hasTooManyTags(body)) throw new Unreadable(`a push has at most ${MOST_TAGS} elements`, 'body');
  try {
    const document: unknown = parser.parse(body);
    return typeof document === 'object' && document !== null ? Reflect.get(document, 'xml') : undefined;
  } catch (cause) {
    throw new Unreadable('the push is no XML', 'body', cause);
  }
}

/**
 * The text of a field; numbers of JSON pushes too. Undefined when it is absent, empty or a structure. WeCom writes its
 * JSON names in small letters.
 */
export function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name] ?? fields[name.toLowerCase()];
  const text = typeof value === 'string' ? plain(value) : typeof value === 'number' ? String(value) : undefined;
  return text === '' ? undefined : text;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** The five entities every XML has, and no other: nothing can be declared, nothing grows. */
function plain(value: string): string {
  return value.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name] ?? '');
}
