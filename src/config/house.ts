// House: civicline.yaml, with the defaults that hold when a setting is left out.

import Type, { type Static } from 'typebox';
import { Level } from '../core/message.ts';
import type { Matcher } from '../core/relate/model.ts';
import type { Settings } from '../settings.ts';
import { CIDR, Count, strict } from './shapes.ts';

const Limits = strict({
  perAddressPerMinute: Type.Optional(Count(1, 1_000_000)),
  sameContentPerMinute: Type.Optional(Count(1, 1_000_000)),
  wrongLookups: Type.Optional(Count(1, 1_000)),
});

export const House = strict({
  instance: Type.Optional(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' })),
  demo: Type.Optional(Type.Boolean()),
  city: strict({
    tenant: Type.String({ pattern: '^[0-9]{6,12}$' }),
    level: Level,
    name: Type.String({ minLength: 1 }),
    utcOffsetMinutes: Type.Optional(Type.Integer({ minimum: -720, maximum: 840 })),
  }),
  http: Type.Optional(
    strict({
      host: Type.Optional(Type.String({ minLength: 1 })),
      port: Type.Optional(Count(0, 65_535)),
      trustedProxies: Type.Optional(Count(0, 10)),
      publicUrl: Type.Optional(Type.String({ pattern: '^(https?://.+)?$' })),
      limits: Type.Optional(Limits),
      attachments: Type.Optional(
        strict({
          maxFiles: Type.Optional(Count(0, 50)),
          maxBytes: Type.Optional(Count(1, 200 * 1024 * 1024)),
          mediaTypes: Type.Optional(Type.Array(Type.String({ pattern: '^[a-z]+/[a-z0-9.+-]+$' }))),
        }),
      ),
    }),
  ),
  feed: Type.Optional(
    strict({
      allowedNetworks: Type.Optional(Type.Array(CIDR)),
      concurrency: Type.Optional(Count(1, 1_000)),
      timeoutMs: Type.Optional(Count(1_000, 30_000)),
      retentionDays: Type.Optional(Count(7, 36_500)),
      lateAfterSeconds: Type.Optional(Type.Record(Type.String(), Count(1, 604_800))),
      schedule: Type.Optional(Type.Array(Type.Number({ minimum: 0 }), { minItems: 1, maxItems: 50 })),
    }),
  ),
  store: Type.Optional(
    strict({
      url: Type.Optional(Type.String({ pattern: '^[a-z]+:' })),
      minFreeBytes: Type.Optional(Count(0, 2 ** 50)),
    }),
  ),
  understanding: Type.Optional(
    strict({
      enabled: Type.Optional(Type.Boolean()),
      threshold: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    }),
  ),
  relate: Type.Optional(
    strict({
      enabled: Type.Optional(Type.Boolean()),
      windowDays: Type.Optional(Count(1, 3_650)),
      sure: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
      unsure: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
      own: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
      conversationMinutes: Type.Optional(Count(0, 1_440)),
      grownAt: Type.Optional(Type.Array(Count(2, 1_000_000))),
      urgentFrom: Type.Optional(Count(2, 1_000_000)),
      frequentFrom: Type.Optional(Count(2, 20)),
      hot: Type.Optional(
        strict({
          from: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
          least: Type.Optional(Count(2, 1_000_000)),
          stormShare: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
        }),
      ),
    }),
  ),
  assistant: Type.Optional(
    strict({
      baseUrl: Type.String({ pattern: '^https?://[^/?#@]+(/[^?#]*)?$' }),
      model: Type.String({ minLength: 1, maxLength: 100 }),
      apiKey: Type.Optional(Type.String({ minLength: 1 })),
      timeoutMs: Type.Optional(Count(1_000, 120_000)),
      perMinute: Type.Optional(Count(1, 1_000)),
      perDay: Type.Optional(Count(1, 1_000_000)),
      maxAgeMinutes: Type.Optional(Count(1, 1_440)),
    }),
  ),
  retention: Type.Optional(strict({ months: Type.Optional(Count(1, 1_200)) })),
});
export type House = Static<typeof House>;

const MEDIA = [
  ...['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/heic', 'video/mp4', 'video/quicktime'],
  ...['application/pdf', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
];
/** Seconds before attempt n: 13 attempts, the last after nearly three days. */
/** An emergency that a unit's system has not taken within a minute needs a person. */
const LATE = { 'case.diverted': 60, 'case.opened': 600, 'case.assigned': 600 };
const SCHEDULE = [0, 5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 72_000, 86_400];

export function httpOf({ http }: House): Settings['http'] {
  return {
    host: http?.host ?? '127.0.0.1',
    port: http?.port ?? 8345,
    trustedProxies: http?.trustedProxies ?? 0,
    publicUrl: (http?.publicUrl ?? '').replace(/\/+$/, ''),
    limits: { perAddressPerMinute: 600, sameContentPerMinute: 10, wrongLookups: 5, ...http?.limits },
    attachments: { maxFiles: 9, maxBytes: 20 * 1024 * 1024, mediaTypes: MEDIA, ...http?.attachments },
  };
}

export function feedOf({ feed }: House): Settings['feed'] {
  return {
    allowedNetworks: [],
    concurrency: 16,
    timeoutMs: 15_000,
    schedule: SCHEDULE,
    lateAfterSeconds: LATE,
    ...feed,
  };
}

/** What the city sets goes before what the model was measured to need. */
export function relateOf({ relate }: House, model?: Matcher): Settings['city']['relate'] {
  return {
    enabled: true,
    windowDays: 365,
    ...{ sure: 0.8, unsure: 0.35, own: 0.8 },
    conversationMinutes: 10,
    grownAt: [5, 10, 20, 50, 100, 500],
    urgentFrom: 10,
    frequentFrom: 10,
    ...model?.bands,
    ...relate,
    hot: { from: 15, least: 5, stormShare: 0.3, ...relate?.hot },
    ...(model ? { model } : {}),
  };
}

export function assistantOf({ assistant }: House): Pick<Settings, 'assistant'> {
  if (assistant === undefined) return {};
  return { assistant: { timeoutMs: 30_000, perMinute: 10, perDay: 1_000, maxAgeMinutes: 60, ...assistant } };
}
