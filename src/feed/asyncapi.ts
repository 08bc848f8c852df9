// AsyncAPI 3.0 of the feed, from the same catalogue, schemas and examples that the API shows.
import { SCHEMA_VERSION } from '../core/event.ts';
import { Event } from '../core/event-schema.ts';
import { CATALOGUE } from './catalogue.ts';
import { TYPE_DATA } from './type-data.ts';
import { exampleEvent } from './type-examples.ts';

type Json = Readonly<Record<string, unknown>>;

const TYPES = CATALOGUE.map(({ type }) => type);
const byType = (make: (type: (typeof TYPES)[number]) => unknown): Json =>
  Object.fromEntries(TYPES.map((type) => [type, make(type)]));

/** The host is the one the document was read from, so it names no servers. */
export function asyncapi(): Json {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'civicline events',
      version: String(SCHEMA_VERSION),
      description:
        'One log, by push and as a stream. The body of every message is a CloudEvent in structured mode and a Standard Webhooks payload.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/cloudevents+json',
    channels: {
      webhook: {
        address: null,
        title: 'Signed webhook',
        description: 'The URL of an endpoint made with POST /v1/endpoints. Answer 2xx to take an event.',
        messages: byType((type) => ({ $ref: `#/components/messages/${type}` })),
      },
      stream: {
        address: '/v1/events/stream',
        title: 'Server-sent events',
        description: 'The same log over HTTP with a bearer key; Last-Event-ID resumes.',
        messages: byType((type) => ({ $ref: `#/components/messages/${type}` })),
      },
    },
    operations: {
      push: operation('webhook', 'The gateway sends each event at least once, in order for one case.'),
      stream: { ...operation('stream', 'The gateway sends events as they happen.'), security: [KEY] },
    },
    components: { messages: byType(message), schemas: { Event, ...dataSchemas() }, securitySchemes: { key: BEARER } },
  };
}

const BEARER = { type: 'http', scheme: 'bearer', description: 'A key with scope integrator, unit, operator or admin.' };
const KEY = { $ref: '#/components/securitySchemes/key' };

function operation(channel: 'webhook' | 'stream', summary: string): Json {
  return { action: 'send', channel: { $ref: `#/channels/${channel}` }, summary };
}

const dataSchemas = (): Json => Object.fromEntries(TYPES.map((type) => [`${type}.data`, TYPE_DATA[type]]));

const HEADERS: Json = {
  type: 'object',
  properties: {
    'webhook-id': { type: 'string', description: 'Id of the event: the same in every attempt.' },
    'webhook-timestamp': { type: 'string', description: 'Epoch seconds of this attempt.' },
    'webhook-signature': { type: 'string', description: 'v1,… and, where asked for, v1a,… and sm3,…' },
  },
};

function message(type: (typeof TYPES)[number]): Json {
  const { zh = '', en = '' } = CATALOGUE.find((info) => info.type === type) ?? {};
  return {
    name: type,
    title: zh,
    summary: en,
    contentType: 'application/cloudevents+json',
    headers: HEADERS,
    payload: {
      allOf: [
        { $ref: '#/components/schemas/Event' },
        {
          type: 'object',
          properties: { type: { const: type }, data: { $ref: `#/components/schemas/${type}.data` } },
        },
      ],
    },
    examples: [{ name: type.replace('.', '_'), payload: exampleEvent(type) }],
  };
}
