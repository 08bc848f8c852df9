// The catalogue: one truth for the types, their schemas, their examples, the AsyncAPI document, and what is really written.
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { afterEach, describe, expect, it } from 'vitest';
import { EVENT_TYPES, SCHEMA_VERSION } from '../../src/core/event.ts';
import { Event } from '../../src/core/event-schema.ts';
import { asyncapi } from '../../src/feed/asyncapi.ts';
import { TYPE_DATA } from '../../src/feed/type-data.ts';
import { exampleEvent } from '../../src/feed/type-examples.ts';
import { ADMIN, desk } from './desk.ts';
import { feedOver, ok, receiver } from './house.ts';
import { LogFake } from './log-fake.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
const fits = (schema: TSchema, value: unknown) => [...Compile(schema).Errors(value)];

describe('the catalogue', () => {
  it.each(EVENT_TYPES)('%s: its example is an event, and its data is as the schema says', (type) => {
    const example = exampleEvent(type);
    expect(fits(Event, example)).toEqual([]);
    expect(fits(TYPE_DATA[type], example.data)).toEqual([]);
    expect(example.type).toBe(type);
  });

  it('is answered whole, with a schema for each type at an address of its own', async () => {
    const store = new LogFake();
    const feed = await feedOver(store);
    open.push(feed);
    const call = desk(feed, store);
    const { json } = await call(ADMIN, 'GET', '/v1/event-types');
    expect(json.data?.map(({ type }) => type).sort()).toEqual([...EVENT_TYPES].sort());
    for (const { type, schemaHref, schema } of json.data ?? []) {
      const alone = await call(ADMIN, 'GET', String(schemaHref));
      expect(alone.json).toMatchObject({ title: type, ...(schema as object) });
    }
    expect(await call(ADMIN, 'GET', '/v1/schemas/case.opened/9.json')).toMatchObject({ status: 404 });
    expect((await call(ADMIN, 'GET', '/asyncapi.json')).json).toMatchObject({ asyncapi: '3.0.0' });
  });
});

describe('the AsyncAPI document', () => {
  const document = JSON.parse(JSON.stringify(asyncapi()));
  const at = (ref: string): unknown =>
    ref
      .slice(2)
      .split('/')
      .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], document);

  it('points at nothing that is not there', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"(#[^"]+)"/g)].map(([, ref = '']) => ref);
    expect(refs.length).toBeGreaterThan(EVENT_TYPES.length);
    for (const ref of refs) expect(at(ref), ref).toBeDefined();
  });

  it('has for every type a message with the schema and example of the catalogue', () => {
    for (const type of EVENT_TYPES) {
      const { payload, examples } = document.components.messages[type];
      const [envelope, own] = payload.allOf;
      expect(at(envelope.$ref)).toEqual(JSON.parse(JSON.stringify(Event)));
      expect(own.properties.type).toEqual({ const: type });
      expect(at(own.properties.data.$ref)).toEqual(JSON.parse(JSON.stringify(TYPE_DATA[type])));
      expect(examples).toEqual([{ name: expect.any(String), payload: exampleEvent(type) }]);
    }
    expect(document.info.version).toBe(String(SCHEMA_VERSION));
  });

  it('says who sends where, as AsyncAPI 3 has it', () => {
    for (const { action, channel } of Object.values<{ action: string; channel: { $ref: string } }>(
      document.operations,
    )) {
      expect(action).toBe('send');
      expect(at(channel.$ref)).toHaveProperty('messages');
    }
    expect(Object.keys(document.components.messages)).toEqual(Object.keys(document.channels.stream.messages));
  });
});

it('a test send of a type sends its example, marked as a test, and shows it', async () => {
  const hook = await receiver(ok);
  const store = new LogFake();
  const feed = await feedOver(store);
  open.push(hook, feed);
  const call = desk(feed, store);
  const { json } = await call(ADMIN, 'POST', '/v1/endpoints', { url: hook.url });
  const sent = await call(ADMIN, 'POST', `/v1/endpoints/${json.id}/test`, { type: 'case.opened' });
  expect(sent.json).toMatchObject({ status: 204, ms: expect.any(Number) });
  const event = JSON.parse(String(hook.heard[0]?.body));
  expect(event).toMatchObject({ type: 'case.opened', sequence: '0'.repeat(20), data: { test: true } });
  expect(hook.heard[0]?.headers['webhook-event-type']).toBe('case.opened');
  const refused = await call(ADMIN, 'POST', `/v1/endpoints/${json.id}/test`, { type: 'case.nothing' });
  expect(refused).toMatchObject({ status: 422, json: { code: 'unknown_type' } });
});
