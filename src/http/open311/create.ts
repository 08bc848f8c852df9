// Create: POST requests. The fields are checked by the words of GeoReport v2 and go through the door like any message.

import { formatCaseNo } from '../../core/case-no.ts';
import type { Accepted } from '../../core/channel.ts';
import type { RouteRequest } from '../../core/route.ts';
import { readForm } from '../form.ts';
import { readJson } from '../json.ts';
import { refusal } from '../problem.ts';
import type { Row } from './answer.ts';
import type { Service } from './services.ts';

export type Fields = Readonly<Record<string, string>>;

/** Form-encoded as the specification has it, or the same fields as a JSON object. Throws 400 and 415. */
export function fieldsIn(request: RouteRequest): Fields {
  const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array();
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json') return fromJson(readJson(bytes));
  if (type !== 'application/x-www-form-urlencoded')
    throw refusal(415, 'unsupported_media_type', 'send application/x-www-form-urlencoded or application/json');
  const fields: Record<string, string> = {};
  // Several values of one field, as a list of an attribute has them, are one text.
  for (const [name, value] of readForm(bytes))
    fields[name] = fields[name] === undefined ? value : `${fields[name]}, ${value}`;
  return fields;
}

function fromJson(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refusal(400, 'invalid_field', 'the body is no object of fields');
  const fields = Object.entries(value).map(([name, given]: [string, unknown]): [string, string] => [
    name,
    typeof given === 'string' ? given : given === null ? '' : JSON.stringify(given),
  ]);
  return Object.fromEntries(fields);
}

/** Throws 400 and 404 with what is missing or wrong. */
export function checked(fields: Fields, services: readonly Service[]): Service {
  const code = fields.service_code?.trim();
  if (!code) throw refusal(400, 'missing_field', 'service_code was not provided');
  const service = services.find((one) => one.code === code);
  if (!service) throw refusal(404, 'not_found', 'service_code provided was not found');
  const lat = degrees(fields, 'lat', 90);
  const long = degrees(fields, 'long', 180);
  if ((lat === undefined) !== (long === undefined))
    throw refusal(400, 'missing_field', 'lat and long must both be provided');
  if (lat === undefined && !fields.address_string?.trim() && !fields.address_id?.trim())
    throw refusal(400, 'missing_field', 'a location was not provided: lat and long, address_string or address_id');
  return service;
}

function degrees(fields: Fields, name: 'lat' | 'long', most: number): number | undefined {
  const given = fields[name]?.trim();
  if (!given) return undefined;
  const value = Number(given);
  if (Number.isFinite(value) && Math.abs(value) <= most) return value;
  throw refusal(400, 'invalid_field', `${name} is no number of degrees`);
}

/** `service_notice` is for the sender: what was told, and how to ask for the case. Throws 400 for what opens no case. */
export function createdRow({ receipt }: Accepted): Row {
  const { caseNo, queryCode, answer, divert, note } = receipt;
  if (caseNo === undefined) throw refusal(400, 'no_request', note ?? 'this holds no request');
  const code = queryCode === undefined ? '' : `工单号 ${formatCaseNo(caseNo)}，查询码 ${queryCode}。`;
  const words = [divert?.advice, answer?.text, code].filter((part) => part).join(' ');
  return { service_request_id: caseNo, service_notice: words, account_id: null };
}
