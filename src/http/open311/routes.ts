// Open311 GeoReport v2 at /open311/v2: services, requests and tokens, so that existing clients speak to the hotline as it is.
import type { ApiKey, Scope } from '../../core/access.ts';
import type { Accepted } from '../../core/channel.ts';
import type { Route, RouteAnswer, RouteRequest } from '../../core/route.ts';
import type { ApiDeps } from '../deps.ts';
import { opens } from '../keyring.ts';
import { refusal } from '../problem.ts';
import { type Format, formatOf, guarded, listed, told } from './answer.ts';
import { checked, createdRow, fieldsIn } from './create.ts';
import { find, mayRead, requestsFor } from './list.ts';
import { requestRow } from './request-view.ts';
import { discovery, servicesOf } from './services.ts';
import { openShelf } from './shelf.ts';

export interface Open311Deps extends ApiDeps {
  /** The door of the open311 account; takes its `Open311Payload`. */
  readonly accept: (payload: unknown) => Promise<Accepted[]>;
}

const BASE = '/open311/v2';
const CREATES: readonly Scope[] = ['intake', 'integrator', 'operator'];
const READS: readonly Scope[] = [...CREATES, 'unit'];
type Work = (request: RouteRequest, format: Format, id: string) => RouteAnswer | Promise<RouteAnswer>;

export function open311Routes(deps: Open311Deps): Route[] {
  const services = servicesOf(deps.settings.city);
  const shelf = openShelf(deps.store);

  const list: Work = async (request, format) => {
    const key = await keyIn(request, request.query.api_key, READS, deps);
    return listed(format, 'service_requests', 'request', await requestsFor(request.query, key, deps, shelf));
  };
  const create: Work = async (request, format) => {
    const fields = fieldsIn(request);
    jurisdiction(fields.jurisdiction_id ?? request.query.jurisdiction_id, deps);
    const key = await keyIn(request, fields.api_key || request.query.api_key, CREATES, deps);
    if (!key) throw refusal(403, 'forbidden', 'api_key was not provided');
    const service = checked(fields, services);
    const once = request.headers['idempotency-key'];
    const payload = { fields, serviceName: service.name, ...(once ? { idempotencyKey: `${key.id} ${once}` } : {}) };
    const [accepted] = await deps.accept(payload);
    if (!accepted) throw refusal(400, 'no_request', 'this holds no request');
    const status = accepted.receipt.outcome === 'repeated' ? 200 : 201;
    return listed(format, 'service_requests', 'request', [createdRow(accepted)], status);
  };
  const one: Work = async (request, format, id) => {
    const key = await keyIn(request, request.query.api_key, READS, deps);
    const found = await find(id, deps.store);
    if (!found || !mayRead(found, key)) throw refusal(404, 'not_found', 'service_request_id provided was not found');
    return listed(format, 'service_requests', 'request', [await requestRow(found, deps.store)]);
  };
  /** Every request has its number at once: the token is the number. */
  const token: Work = async (_request, format, id) => {
    const found = await find(id, deps.store);
    if (!found || !mayRead(found, undefined)) throw refusal(404, 'not_found', 'token provided was not found');
    return listed(format, 'service_requests', 'request', [{ service_request_id: found.no, token: found.no }]);
  };
  const definition: Work = (_request, format, code) => {
    if (!services.some((one) => one.code === code))
      throw refusal(404, 'not_found', 'service_code provided was not found');
    const empty = { service_code: code, attributes: [] };
    return told(format, empty, { service_definition: { service_code: code, attributes: '' } });
  };
  const found: Work = ({ headers }, format) => {
    const home = deps.settings.http.publicUrl || `http://${headers.host ?? 'localhost'}`;
    const { json, xml } = discovery(deps.settings.city, `${home.replace(/\/$/, '')}${BASE}`);
    return told(format, json, xml);
  };
  const catalogue: Work = (_request, format) =>
    listed(
      format,
      'services',
      'service',
      services.map(({ row }) => row),
    );
  const get = (name: string, summary: string, work: Work) => collection('GET', name, summary, work, deps);
  return [
    ...get('discovery', 'Where this Open311 endpoint is, and what it speaks', found),
    ...get('services', 'Service types: the categories of the catalogue', catalogue),
    ...get('requests', 'Service requests, newest first', list),
    ...collection('POST', 'requests', 'Create a service request; needs api_key', create, deps),
    member('services', 'A service type in full', definition, deps),
    member('requests', 'One service request', one, deps),
    member('tokens', 'The number of a request from its token', token, deps),
  ];
}

function collection(method: 'GET' | 'POST', name: string, summary: string, work: Work, deps: ApiDeps): Route[] {
  return ['.json', '.xml', ''].map((ending) => ({
    ...shape(summary),
    method,
    path: `${BASE}/${name}${ending}`,
    ...(method === 'POST' ? { body: 'raw' as const } : {}),
    hidden: ending !== '.json',
    handle: (request) => answer(`${name}${ending}`, request, work, deps),
  }));
}

function member(name: string, summary: string, work: Work, deps: ApiDeps): Route {
  return {
    ...shape(summary),
    method: 'GET',
    path: `${BASE}/${name}/:id`,
    handle: (request) => answer(request.params.id ?? '', request, work, deps),
  };
}

const shape = (summary: string) => ({ access: 'public' as const, summary: `Open311: ${summary}`, tags: ['open311'] });

function answer(asked: string, request: RouteRequest, work: Work, deps: ApiDeps): Promise<RouteAnswer> {
  const { name, format } = formatOf(asked, request.headers.accept);
  return guarded(format, () => {
    jurisdiction(request.query.jurisdiction_id, deps);
    return work(request, format, name);
  });
}

/** One city speaks here: the name may be left out, but another one is a mistake. */
function jurisdiction(given: string | undefined, { settings }: ApiDeps): void {
  if (given === undefined || given.trim() === '' || given === settings.city.tenant) return;
  throw refusal(404, 'not_found', 'jurisdiction_id provided was not found');
}

/** The bearer key, or `api_key` as Open311 clients send it. Throws 403 for one that is none of ours or opens nothing here. */
async function keyIn(
  request: RouteRequest,
  given: string | undefined,
  scopes: readonly Scope[],
  deps: ApiDeps,
): Promise<ApiKey | undefined> {
  const key = given ? await deps.keyring.find(given.trim()) : request.key;
  if (!given && !key) return undefined;
  const tenant = key?.tenant ?? deps.settings.city.tenant;
  if (key && opens(key, scopes) && tenant === deps.settings.city.tenant) return key;
  throw refusal(403, 'forbidden', 'the api_key received is invalid');
}
