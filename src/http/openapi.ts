// OpenAPI 3.1 of everything that is not hidden, from the same TypeBox schemas that check it.
import type { TSchema } from 'typebox';
import type { Route } from '../core/route.ts';
import { asksNothing } from './body.ts';

type Json = Record<string, unknown>;

const PROBLEM: Json = {
  type: 'object',
  description: 'RFC 9457 problem document',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'stable, lower_snake_case' },
    detail: { type: 'string' },
    field: {
      type: 'string',
      description: 'field of the input that is wrong, a name of a parameter or header, or `body` for all of a body',
    },
    advice: { type: 'string' },
  },
};

export function openapi(routes: readonly Route[], publicUrl: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes.filter((r) => !r.hidden)) {
    const path = route.path.replace(/:([A-Za-z0-9_]+)/g, '{$1}').replace('*', '{path}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'civicline',
      version: '1',
      description: 'The gateway of a 12345 hotline: one door, one case format, one log.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl === '' ? '/' : publicUrl }],
    paths,
    components: {
      schemas: { Problem: PROBLEM },
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key with one of the scopes named.' } },
    },
  };
}

function operation(route: Route): Json {
  const body = bodyOf(route);
  return {
    operationId: `${route.method.toLowerCase()}${route.path.replace(/[^A-Za-z0-9]+(.)?/g, (_all, next?: string) => (next ?? '').toUpperCase())}`,
    ...(route.summary ? { summary: route.summary } : {}),
    ...(route.tags ? { tags: [...route.tags] } : {}),
    ...(route.access === 'public' ? { security: [] } : { security: [{ key: [] }], 'x-scopes': [...route.access] }),
    parameters: [...parameters(route.schema?.params, 'path', route.path), ...parameters(route.schema?.query, 'query')],
    ...(body ? { requestBody: body } : {}),
    responses: responses(route),
  };
}

/** Path parameters without a schema are still named. */
function parameters(schema: TSchema | undefined, where: 'path' | 'query', path = ''): Json[] {
  const declared = propertiesOf(schema);
  const required = requiredOf(schema);
  const names =
    where === 'path' ? [...path.matchAll(/:([A-Za-z0-9_]+)/g)].map((m) => m[1] ?? '') : Object.keys(declared);
  if (where === 'path' && path.includes('*')) names.push('path');
  return names.map((name) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: declared[name] ?? { type: 'string' },
  }));
}

function propertiesOf(schema: TSchema | undefined): Json {
  const properties: unknown = schema ? Reflect.get(schema, 'properties') : undefined;
  return typeof properties === 'object' && properties !== null ? { ...properties } : {};
}

function requiredOf(schema: TSchema | undefined): readonly unknown[] {
  const required: unknown = schema ? Reflect.get(schema, 'required') : undefined;
  return Array.isArray(required) ? required : [];
}

function bodyOf(route: Route): Json | undefined {
  const schema = route.schema?.body ?? route.schema?.reads ?? { type: 'object' };
  const json = { 'application/json': { schema } };
  const form = { 'application/x-www-form-urlencoded': { schema }, 'multipart/form-data': { schema } };
  switch (route.body ?? 'none') {
    case 'none':
      return undefined;
    case 'raw':
      return { content: { '*/*': {} } };
    case 'json':
      return { required: !asksNothing(route.schema?.body), content: json };
    case 'form':
      return { required: true, content: form };
    default:
      return { required: true, content: { ...json, ...form } };
  }
}

function responses(route: Route): Json {
  const answers: Json = {};
  for (const [status, schema] of Object.entries(route.schema?.answers ?? {}))
    answers[status] =
      status === '204' ? { description: 'done' } : { description: status, content: { 'application/json': { schema } } };
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return {
    ...(Object.keys(answers).length > 0 ? answers : { 200: { description: 'done' } }),
    default: { description: 'refused', content: problem },
  };
}
