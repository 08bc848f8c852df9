// Catalogue routes: every event type with schema and example, a schema by itself, and the AsyncAPI document made of them.
import Type from 'typebox';
import { GatewayError } from '../core/errors.ts';
import { SCHEMA_VERSION, schemaId } from '../core/event.ts';
import type { Route } from '../core/route.ts';
import { asyncapi } from './asyncapi.ts';
import { CATALOGUE } from './catalogue.ts';
import { listOf } from './shapes.ts';
import { TYPE_DATA } from './type-data.ts';
import { exampleEvent } from './type-examples.ts';

const TypeView = Type.Object({
  type: Type.String(),
  subject: Type.String({ description: 'What the subject is: case, matter, endpoint, channel or message.' }),
  zh: Type.String(),
  en: Type.String(),
  version: Type.Integer(),
  dataschema: Type.String({ description: 'The name its events give as dataschema.' }),
  schemaHref: Type.String({ description: 'Where that schema lies by itself.' }),
  schema: Type.Unknown({ description: 'JSON Schema (2020-12) of data.' }),
  example: Type.Unknown({ description: 'An invented event, whole.' }),
});
const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

const schemaPath = (type: string): string => `/v1/schemas/${type}/${SCHEMA_VERSION}.json`;

export function catalogueRoutes(): Route[] {
  let document: object | undefined;
  return [
    {
      method: 'GET',
      path: '/v1/event-types',
      access: ['admin', 'operator', 'integrator', 'unit'],
      tags: ['events'],
      summary: 'All event types: what they mean, the schema of their data, an example.',
      schema: { answers: { 200: listOf(TypeView) } },
      handle() {
        const data = CATALOGUE.map((info) => ({
          ...info,
          version: SCHEMA_VERSION,
          dataschema: schemaId(info.type),
          schemaHref: schemaPath(info.type),
          schema: TYPE_DATA[info.type],
          example: exampleEvent(info.type),
        }));
        return { status: 200, body: { data, next_cursor: null, has_more: false } };
      },
    },
    {
      method: 'GET',
      path: '/v1/schemas/:type/:version',
      access: 'public',
      tags: ['documents'],
      summary: 'JSON Schema (2020-12) of the data of an event type: /v1/schemas/case.opened/1.json',
      handle({ params }) {
        const info = CATALOGUE.find(({ type }) => schemaPath(type) === `/v1/schemas/${params.type}/${params.version}`);
        if (!info) throw unknownSchema();
        const body = {
          $schema: DIALECT,
          $id: schemaId(info.type),
          title: info.type,
          description: info.en,
          ...TYPE_DATA[info.type],
        };
        const headers = {
          'content-type': 'application/schema+json; charset=utf-8',
          'cache-control': 'public, max-age=300',
        };
        return { status: 200, headers, body };
      },
    },
    {
      method: 'GET',
      path: '/asyncapi.json',
      access: 'public',
      tags: ['documents'],
      summary: 'AsyncAPI 3.0 document of all events, by webhook and as a stream',
      handle() {
        document ??= asyncapi();
        return { status: 200, body: document };
      },
    },
  ];
}

function unknownSchema(): GatewayError {
  return new GatewayError({
    code: 'not_found',
    message: 'There is no such schema.',
    retryable: false,
    status: 404,
    advice: 'GET /v1/event-types names them all.',
  });
}
