import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  drawCaseNo,
  drawQueryCode,
  formatCaseNo,
  formatQueryCode,
  parseCaseNo,
  parseQueryCode,
} from '../../src/core/case-no.ts';

const CHINA = 480;
const DAY = 86_400_000;
/** A uniform source that replays the numbers of a property run. */
const from = (numbers: readonly number[]) => {
  let i = 0;
  return (below: number) => {
    i += 1;
    return ((numbers[i % numbers.length] ?? 0) + i * 7_919) % below;
  };
};
const seeds = fc.array(fc.nat(9_999_999), { minLength: 1, maxLength: 8 });
const times = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2060, 0, 1) });
const numbers = fc.tuple(times, seeds).map(([now, seed]) => drawCaseNo(now, CHINA, from(seed)));

function luhn(no: string): boolean {
  const sum = [...no].reverse().reduce((all, d, i) => all + (i % 2 ? Number('0246813579'[Number(d)]) : Number(d)), 0);
  return sum % 10 === 0;
}

describe('case numbers', () => {
  test('a number starts with the local day, also between midnight and eight', () => {
    const now = Date.parse('2026-11-24T00:30:00+08:00');
    expect(drawCaseNo(now, CHINA, () => 38_271)).toMatch(/^2611240038271\d$/);
  });

  test('a number is read back however it is written', () => {
    const no = drawCaseNo(Date.parse('2026-11-24T12:00:00+08:00'), CHINA, () => 38_271);
    const wide = [...no].map((d) => String.fromCharCode(0xff10 + Number(d))).join('');
    for (const written of [
      no,
      formatCaseNo(no),
      `工单号：${formatCaseNo(no)}`,
      ` ${formatCaseNo(no).replaceAll('-', ' ')} `,
      wide,
      `【工单编号】${no}。`,
    ])
      expect(parseCaseNo(written), written).toBe(no);
  });

  test('every number passes its own check and is never a possible card number', () => {
    fc.assert(
      fc.property(numbers, (no) => {
        expect(parseCaseNo(no)).toBe(no);
        expect(luhn(no)).toBe(false);
      }),
    );
  });

  test('one wrong digit is always refused', () => {
    fc.assert(
      fc.property(numbers, fc.nat(13), fc.integer({ min: 1, max: 9 }), (no, place, by) => {
        const wrong = no.slice(0, place) + ((Number(no[place]) + by) % 10) + no.slice(place + 1);
        expect(parseCaseNo(wrong)).toBeUndefined();
      }),
    );
  });

  test('two swapped neighbours are always refused', () => {
    fc.assert(
      fc.property(numbers, fc.nat(12), (no, place) => {
        fc.pre(no[place] !== no[place + 1]);
        const wrong = `${no.slice(0, place)}${no[place + 1]}${no[place]}${no.slice(place + 2)}`;
        expect(parseCaseNo(wrong)).toBeUndefined();
      }),
    );
  });

  test('numbers of a later day sort behind those of an earlier one', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 400 }), seeds, seeds, (now, days, a, b) => {
        expect(drawCaseNo(now, CHINA, from(a)) < drawCaseNo(now + days * DAY, CHINA, from(b))).toBe(true);
      }),
    );
  });

  test('what is no case number is no case number', () => {
    for (const text of [
      '',
      '1',
      'XXXXXX',
      '00000000000000',
      '12345',
      '电话13800000000',
      'x'.repeat(5_000),
      '26112400382',
      '2611-24',
    ])
      expect(parseCaseNo(text), text.slice(0, 20)).toBeUndefined();
  });

  test('free text never makes reading a number throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseCaseNo(text)));
  });
});

describe('query codes', () => {
  test('a code has 8 letters none of which is mistaken for another', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(drawQueryCode(from(seed))).toMatch(/^[2-9ACDEFGHJKMNPQRTUVWXY]{8}$/);
      }),
    );
  });

  test('a code is read back in small letters, with hyphen and spaces', () => {
    const code = drawQueryCode(from([3, 14, 15, 92]));
    expect(parseQueryCode(formatQueryCode(code).toLowerCase())).toBe(code);
    expect(parseQueryCode(` ${code.slice(0, 4)} ${code.slice(4)} `)).toBe(code);
  });

  test('what is no code is no code', () => {
    for (const text of ['', 'XXXXXX', 'ABCDEFGHJ', 'AAAAAAA0', 'x'.repeat(4_000)])
      expect(parseQueryCode(text)).toBeUndefined();
  });
});
