// /v1/schemas: the JSON Schemas of the five words, from the same TypeBox schemas that check them.
import type { TSchema } from 'typebox';
import Type from 'typebox';
import { Case } from '../../core/case.ts';
import { Event } from '../../core/event-schema.ts';
import { Matter } from '../../core/matter.ts';
import { Message } from '../../core/message.ts';
import { Receipt } from '../../core/receipt.ts';
import type { Route } from '../../core/route.ts';
import { SchemaName } from '../answers.ts';
import { refusal } from '../problem.ts';
import { listAnswer, listOf } from './lists.ts';

const WORDS: Readonly<Record<string, TSchema>> = {
  message: Message,
  case: Case,
  matter: Matter,
  receipt: Receipt,
  event: Event,
};
const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

export function schemaRoutes(): Route[] {
  const list: Route = {
    method: 'GET',
    path: '/v1/schemas',
    access: 'public',
    summary: 'Names of the schemas',
    tags: ['documents'],
    schema: { answers: { 200: listOf(SchemaName) } },
    handle: () => {
      const names = Object.keys(WORDS).map((name) => ({ name, href: `/v1/schemas/${name}` }));
      return listAnswer(names, names.length, () => null);
    },
  };
  return [
    list,
    { ...list, path: '/v1/schemas/', hidden: true },
    {
      method: 'GET',
      path: '/v1/schemas/:name',
      access: 'public',
      summary: 'JSON Schema (2020-12) of message, case, matter, receipt or event',
      tags: ['documents'],
      schema: { params: Type.Object({ name: Type.String({ maxLength: 60 }) }) },
      handle: ({ params }) => {
        const name = (params.name ?? '').toLowerCase().replace(/\.json$/, '');
        const schema = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
        if (!schema) throw refusal(404, 'not_found', 'there is no such schema', { field: 'name' });
        const headers = {
          'content-type': 'application/schema+json; charset=utf-8',
          'cache-control': 'public, max-age=300',
        };
        return { status: 200, headers, body: { $schema: DIALECT, $id: `/v1/schemas/${name}`, title: name, ...schema } };
      },
    },
  ];
}
