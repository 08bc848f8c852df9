// Answer: what Open311 says, as JSON or XML, errors too: the shapes of GeoReport v2 (wiki.open311.org/GeoReport_v2).
import { XMLBuilder } from 'fast-xml-parser';
import { GatewayError } from '../../core/errors.ts';
import type { RouteAnswer } from '../../core/route.ts';

export type Format = 'json' | 'xml';
export type Field = string | number | boolean | null;
export type Row = Readonly<Record<string, Field>>;

/** What XML 1.0 has no place for, not even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is sought
const NO_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const builder = new XMLBuilder({ format: true, suppressEmptyNode: false });

/** `{services: {service: […]}}` → a document; null is an empty element. */
function xmlOf(tree: object): string {
  const clean: unknown = JSON.parse(JSON.stringify(tree, (_name, value: unknown) => plain(value)));
  return `<?xml version="1.0" encoding="utf-8"?>\n${builder.build(clean)}`;
}

function plain(value: unknown): unknown {
  if (value === null) return '';
  return typeof value === 'string' ? value.replace(NO_XML, '') : value;
}

export function told(format: Format, json: object, xml: object, status = 200): RouteAnswer {
  return format === 'json'
    ? { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(json) }
    : { status, headers: { 'content-type': 'text/xml; charset=utf-8' }, body: xmlOf(xml) };
}

/** Rows under the two names XML gives them, a bare list in JSON. */
export const listed = (format: Format, all: string, one: string, rows: readonly Row[], status = 200): RouteAnswer =>
  told(format, rows, { [all]: { [one]: rows } }, status);

export function refused(format: Format, status: number, description: string): RouteAnswer {
  return listed(format, 'errors', 'error', [{ code: status, description }], status);
}

/** Refusals of the house in the words of Open311: a missing right is 403 there, and what does not fit is 400. */
export async function guarded(format: Format, work: () => RouteAnswer | Promise<RouteAnswer>): Promise<RouteAnswer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const status = error.status === 401 ? 403 : error.status === 422 ? 400 : error.status;
    const answer = refused(format, status, error.message);
    if (!error.retryable) return answer;
    return { ...answer, headers: { ...answer.headers, 'retry-after': String(Math.ceil(error.retryAfter ?? 5)) } };
  }
}

/** `requests.json`, `4711.xml`; without an ending what Accept asks for, else XML, which the specification requires. */
export function formatOf(name: string, accept: string | undefined): { readonly name: string; readonly format: Format } {
  const ending = /\.(json|xml)$/i.exec(name)?.[1]?.toLowerCase();
  if (ending === 'json' || ending === 'xml') return { name: name.slice(0, -ending.length - 1), format: ending };
  return { name, format: /\bjson\b/i.test(accept ?? '') ? 'json' : 'xml' };
}
