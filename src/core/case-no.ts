// Case numbers and query codes: how they are drawn, shown and read back; pure, the randomness is an argument.

/** A whole number from 0 up to but without `below`, each equally likely. */
export type Uniform = (below: number) => number;

/**
 * Damm's table (H. M. Damm, 2004): totally anti-symmetric, so one wrong digit and two swapped neighbours are always seen.
 * Row = interim digit, column = next digit.
 */
const DAMM = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
];
const CODE_LETTERS = '23456789ACDEFGHJKMNPQRTUVWXY';
const CODE_LENGTH = 8;

function damm(digits: string): number {
  let interim = 0;
  for (const digit of digits) interim = Number(DAMM[interim]?.[Number(digit)] ?? Number.NaN);
  return interim;
}

/** Bank cards pass this; a case number never does, so no filter for card numbers swallows it. */
function luhnValid(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** yyMMdd of the local day of `now` (epoch ms) + 7 random digits + check digit: 14 digits that sort by day. */
export function drawCaseNo(now: number, utcOffsetMinutes: number, random: Uniform): string {
  const day = new Date(now + utcOffsetMinutes * 60_000).toISOString().slice(2, 10).replaceAll('-', '');
  for (;;) {
    const body = day + String(random(10_000_000)).padStart(7, '0');
    const no = body + damm(body);
    if (!luhnValid(no)) return no;
  }
}

/** `26112400382715` → `261124-0038-2715`, as people read it out. */
export function formatCaseNo(no: string): string {
  return `${no.slice(0, 6)}-${no.slice(6, 10)}-${no.slice(10)}`;
}

const BETWEEN = /[\s\p{Pd}·._]/gu;
const NUMBER = /^[^\d]{0,16}(\d{14})[^\d]{0,4}$/;
const DAY = /^\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/;

/**
 * The 14 digits meant by `text`, however they are spaced, hyphenated, full-width or introduced (工单号：…).
 * Undefined when it is no case number: a wrong length, an impossible day or a wrong check digit.
 */
export function parseCaseNo(text: string): string | undefined {
  if (text.length > 80) return undefined;
  const no = NUMBER.exec(text.normalize('NFKC').replace(BETWEEN, ''))?.[1];
  if (no === undefined || !DAY.test(no) || damm(no) !== 0 || luhnValid(no)) return undefined;
  return no;
}

/** 8 letters and digits of which none is mistaken for another (no 0 O 1 I L 5-like S, 8-like B, 2-like Z). */
export function drawQueryCode(random: Uniform): string {
  let code = '';
  while (code.length < CODE_LENGTH) code += CODE_LETTERS[random(CODE_LETTERS.length)] ?? '';
  return code;
}

/** `K7MPA3XW` → `K7MP-A3XW` */
export function formatQueryCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

const CODE = new RegExp(`^[${CODE_LETTERS}]{${CODE_LENGTH}}$`);

/** The code meant by `text`: upper case, without spaces and hyphens; undefined when it can be no code. */
export function parseQueryCode(text: string): string | undefined {
  if (text.length > 40) return undefined;
  const code = text.normalize('NFKC').replace(BETWEEN, '').toUpperCase();
  return CODE.test(code) ? code : undefined;
}
