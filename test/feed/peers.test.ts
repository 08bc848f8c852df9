// The peers' own material: our events against the CloudEvents schema and HTTP binding, and other houses' signatures, which are none.
import { createHmac } from 'node:crypto';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES, renderEvent } from '../../src/core/event.ts';
import { webhookHeaders } from '../../src/feed/deliver.ts';
import { signersOf, verify } from '../../src/feed/sign.ts';
import { exampleEvent } from '../../src/feed/type-examples.ts';
import { SECRET } from './house.ts';
import { vectors } from './vectors.ts';

const NOW = 1_790_000_000;
const ours = renderEvent(
  {
    ...{ id: 'evt_1', type: 'case.opened', subject: '26112400382714', time: '2026-11-24T09:00:00.000+08:00' },
    ...{ data: { caseNo: '26112400382714' }, tenant: '330200', caseversion: 1 },
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  },
  1,
  'test',
);
const headers = webhookHeaders({
  ...{ id: 'evt_1', type: 'case.opened', seq: 1, attempt: 1, endpoint: 'ep_1', body: ours },
  ...{ signers: signersOf(SECRET, ['v1']), now: NOW * 1_000, agentName: 'civicline/0' },
});

describe('an event of ours', () => {
  const schema = vectors<{ schema: object }>('cloudevents-json-schema')?.schema;
  it.skipIf(!schema)('is a CloudEvent by the schema of the specification, of every type', () => {
    const check = Compile(schema ?? {});
    expect(check.Check({ specversion: '1.0' }), 'the schema sees a fault').toBe(false);
    expect(check.Check(JSON.parse(ours))).toBe(true);
    const wrong = EVENT_TYPES.filter((type) => !check.Check(exampleEvent(type)));
    expect(wrong).toEqual([]);
  });

  const binding = vectors<{ gherkin: string }>('cloudevents-http-conformance')?.gherkin;
  it.skipIf(!binding)('goes out in the structured mode of the HTTP binding', () => {
    const modes = [...(binding ?? '').matchAll(/\| (application\/cloudevents\+json\S*(?: charset=utf-8)?)\s*\|/g)];
    expect(modes.map(([, mode]) => mode)).toContain(headers['content-type']);
    const required = [...(binding ?? '').matchAll(/\|\s+(id|specversion|type|source|time|datacontenttype) \|/g)];
    expect(required.length).toBeGreaterThan(5);
    expect(required.filter(([, name = '']) => typeof JSON.parse(ours)[name] !== 'string')).toEqual([]);
  });
});

describe('a signature of another house', () => {
  interface Convoy {
    readonly name: string;
    readonly secret: string;
    readonly payload: string;
    readonly header: string;
  }
  const convoy = vectors<{ cases: Convoy[] }>('convoy-signature')?.cases;
  it.skipIf(!convoy)('of Convoy passes for none of ours', () => {
    for (const { name, secret, payload, header } of convoy ?? [])
      expect(() => asOurs(secret, payload, header), name).toThrow(/signature/i);
  });

  interface GitHub {
    readonly secret: string;
    readonly payload?: string;
    readonly payload_json?: object;
    readonly x_hub_signature_256: string;
  }
  const github = vectors<{ cases: GitHub[] }>('github-webhook-signature')?.cases;
  it.skipIf(!github)('of GitHub passes for none of ours', () => {
    for (const one of github ?? []) {
      const payload = one.payload ?? JSON.stringify(one.payload_json);
      const theirs = `sha256=${createHmac('sha256', one.secret).update(payload).digest('hex')}`;
      expect(theirs, 'the vector is read rightly').toBe(one.x_hub_signature_256);
      expect(() => asOurs(one.secret, payload, one.x_hub_signature_256)).toThrow(/signature/i);
    }
  });

  /** Their header in the place of ours, and their bare digest dressed as ours. */
  function asOurs(secret: string, body: string, header: string): void {
    const secrets = [`whsec_${Buffer.from(secret).toString('base64')}`];
    const digest = header.replace(/^.*(?:v1=|sha256=)/, '');
    for (const signature of [header, `v1,${digest}`, `v1,${Buffer.from(digest, 'hex').toString('base64')}`]) {
      const signed = { 'webhook-id': 'evt_1', 'webhook-timestamp': String(NOW), 'webhook-signature': signature };
      expect(() => verify({ secrets, headers: signed, body: Buffer.from(body), now: NOW })).toThrow(/signature/i);
    }
    verify({
      secrets,
      headers: { 'webhook-id': 'evt_1', 'webhook-timestamp': String(NOW), 'webhook-signature': header },
      body: Buffer.from(body),
      now: NOW,
    });
  }
});
