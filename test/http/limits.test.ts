import { describe, expect, test } from 'vitest';
import { networkOf, openLimits } from '../../src/http/limits.ts';

const open = () => {
  const clock = { now: 0 };
  return {
    clock,
    limits: openLimits({ perAddressPerMinute: 100, sameContentPerMinute: 2, wrongLookups: 3 }, () => clock.now),
  };
};

describe('anonymous intake', () => {
  test('the same words from one address are slowed soon, other words and other addresses are not', () => {
    const { limits, clock } = open();
    expect([1, 2, 3].map(() => limits.intake('203.0.113.1', 'same').ok)).toEqual([true, true, false]);
    expect(limits.intake('203.0.113.1', 'other').ok).toBe(true);
    expect(limits.intake('203.0.113.2', 'same').ok).toBe(true);
    const refused = limits.intake('203.0.113.1', 'same');
    expect(refused).toEqual({ ok: false, retryAfter: 30 });
    clock.now += 30_000;
    expect(limits.intake('203.0.113.1', 'same').ok).toBe(true);
  });

  test('a city behind one address is served up to its limit, and again in the next minute', () => {
    const { limits, clock } = open();
    const minute = () =>
      Array.from({ length: 120 }, (_, i) => limits.intake('203.0.113.1', `${clock.now} ${i}`).ok).filter(Boolean)
        .length;
    expect(minute()).toBe(100);
    clock.now += 60_000;
    expect(minute()).toBe(100);
  });

  test('a flood from countless addresses neither fills the memory nor loses the busy one', () => {
    const { limits } = open();
    for (let i = 0; i < 50_000; i += 1) {
      limits.intake(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 'x');
      if (i % 100 === 0) limits.intake('203.0.113.1', `w${i}`);
    }
    expect(limits.intake('203.0.113.1', 'more').ok).toBe(false);
  });
});

describe('wrong look-ups', () => {
  test('only wrong ones count', () => {
    const { limits } = open();
    for (let i = 0; i < 50; i += 1) {
      expect(limits.lookup('203.0.113.1', 'n').ok).toBe(true);
      limits.giveLookupBack('203.0.113.1', 'n');
    }
    for (let i = 0; i < 3; i += 1) limits.lookup('203.0.113.1', 'n');
    expect(limits.lookup('203.0.113.1', 'n').ok).toBe(false);
  });

  test('of one citizen slow neither the city behind the same address nor the owner elsewhere', () => {
    const { limits } = open();
    for (let i = 0; i < 50; i += 1) limits.lookup('203.0.113.1', 'n');
    expect(limits.lookup('203.0.113.1', 'n').ok).toBe(false);
    expect(limits.lookup('203.0.113.1', 'other').ok).toBe(true);
    expect(limits.lookup('203.0.113.2', 'n').ok).toBe(true);
  });

  test('for very many numbers from one address, or for one number from very many, are slowed in the end', () => {
    const { limits } = open();
    const wide = Array.from({ length: 400 }, (_, i) => limits.lookup('203.0.113.1', `n${i}`).ok);
    expect(wide.indexOf(false)).toBe(180);
    const deep = Array.from({ length: 2_000 }, (_, i) => limits.lookup(`10.0.${i >> 8}.${i & 255}`, 'n').ok);
    expect(deep.indexOf(false)).toBe(1_200);
    // What is refused costs the one who asks nothing elsewhere.
    expect(limits.lookup('203.0.113.9', 'n').ok).toBe(false);
    expect(limits.lookup('203.0.113.9', 'other').ok).toBe(true);
  });
});

test('an IPv6 network of 64 bits counts as one sender, an IPv4 address in IPv6 clothes as itself', () => {
  expect(networkOf('2001:db8:0:1::7')).toBe(networkOf('2001:db8:0:1:ffff:1:2:3'));
  expect(networkOf('2001:db8:0:1::7')).not.toBe(networkOf('2001:db8:0:2::7'));
  expect(networkOf('::ffff:203.0.113.5')).toBe('203.0.113.5');
  expect(networkOf('::1')).toBe('0:0:0:0');
});
