// Acts: random sequences of what a house may ask of a store, for holding two stores against each other.
import fc from 'fast-check';
import type { Case } from '../../src/core/case.ts';
import type { DeliveryState } from '../../src/core/store.ts';
import { AT, NOON, TENANT } from '../contract/teller.ts';

export const TEXTS = [
  '人民路红绿灯坏了三天',
  '人民路红绿灯坏了三天了',
  '小区电梯停了没人管',
  '噪音太大',
  '路灯不亮',
  '。',
];
export const PEOPLE = ['o1', 'o2', 'o3'];
export const UNITS = ['u-1', 'u-11', 'u-2'];

type Told<A> = A extends fc.Arbitrary<infer T> ? T : never;
const pick = <T>(list: readonly T[]) => fc.constantFrom(...list);
const place = fc.nat(6);
/** Now and then: what is always there makes every batch fail. */
const seldom = <T>(one: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: one });
const words = fc.record({
  text: pick(TEXTS),
  externalId: seldom(pick(['a', 'b', 'c'])),
  proved: fc.uniqueArray(pick(PEOPLE), { maxLength: 2 }),
  stated: fc.uniqueArray(pick(PEOPLE), { maxLength: 2 }),
  tenant: pick([TENANT, TENANT, TENANT, '330100']),
  at: fc.integer({ min: -5, max: 5 }).map((d) => NOON + d * 86_400_000),
});
const facts = fc.record({
  status: pick(['triage', 'dispatched', 'closed'] as const),
  kind: pick(['complaint', 'report'] as const),
  secret: fc.boolean(),
  anonymous: fc.boolean(),
  unit: fc.option(
    pick(UNITS).map((code) => ({ code, name: code })),
    { nil: undefined },
  ),
  coUnits: fc.uniqueArray(pick(UNITS), { maxLength: 2 }).map((codes) => codes.map((code) => ({ code, name: code }))),
  barred: fc.uniqueArray(pick(UNITS), { maxLength: 2 }),
  externalId: fc.option(fc.constant('theirs'), { nil: undefined }),
  proposals: fc.constantFrom<Case['proposals']>([], [{ id: 'pro_1', type: 'review', reason: '', value: {}, at: AT }]),
});

const FACTS: Told<typeof facts> = {
  ...{ status: 'triage', kind: 'complaint', secret: false, anonymous: false, coUnits: [], barred: [], proposals: [] },
  ...{ unit: undefined, externalId: undefined },
};

const deed = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('open' as const),
      words,
      facts,
      joins: seldom(place),
      blob: seldom(place),
      no: seldom(place),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('follow' as const),
      words,
      of: place,
      off: pick([0, 0, 0, 0, 0, 1]),
      urges: fc.boolean(),
      diverts: fc.boolean(),
    }),
  },
  fc.record({ do: fc.constant('note' as const), words, blob: seldom(place) }),
);
export const act = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      deeds: fc.array(deed, { minLength: 1, maxLength: 3 }),
      late: pick([0, 0, 0, 0, 0, 1, 2]),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      of: place,
      facts,
      key: seldom(pick(['k1', 'k2'])),
      said: fc.boolean(),
      words: seldom(words),
      off: pick([0, 0, 0, 0, 0, 1]),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('move' as const),
      of: place,
      to: fc.option(place),
      ruled: seldom(fc.record({ of: place, same: fc.boolean() })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('merge' as const), of: fc.array(place, { maxLength: 3 }), to: place }),
  },
  fc.record({ do: fc.constant('erase' as const), of: place }),
  fc.record({ do: fc.constant('blob' as const), bytes: fc.uint8Array({ maxLength: 5 }) }),
  fc.record({ do: fc.constant('sweep' as const), all: fc.boolean() }),
  fc.record({
    do: fc.constant('endpoint' as const),
    id: pick(['ep_1', 'ep_2']),
    keep: fc.boolean(),
    cursor: fc.nat(9),
  }),
  fc.record({
    do: fc.constant('settle' as const),
    id: pick(['ep_1', 'ep_2']),
    seq: fc.nat(9),
    state: pick<DeliveryState>(['pending', 'delivered', 'dead']),
    cursor: fc.nat(9),
  }),
  fc.record({ do: fc.constant('aside' as const), id: pick(['qua_1', 'qua_2']), blob: fc.option(place) }),
  fc.record({ do: fc.constant('release' as const), id: pick(['qua_1', 'qua_2']) }),
  fc.record({
    do: fc.constant('forget' as const),
    days: fc.integer({ min: -5, max: 5 }),
    most: fc.integer({ min: 1, max: 3 }),
    loose: fc.boolean(),
    ms: pick([0, 1]),
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: -5000, max: 5000 }) }),
);
export type Act = Told<typeof act>;
export type Deed = Told<typeof deed>;

/** Something to act upon. */
export const BEGINNING: readonly Act[] = [0, 2, 3].map((n) => ({
  do: 'write',
  late: 0,
  deeds: [
    {
      do: 'open',
      words: { text: TEXTS[n] ?? '', externalId: null, proved: [`o${n}`], stated: [], tenant: TENANT, at: NOON },
      facts: FACTS,
      joins: null,
      blob: null,
      no: null,
    },
  ],
}));
