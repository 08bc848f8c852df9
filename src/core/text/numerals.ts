// Numerals: numbers as they are spoken (一百二十, 一二零, 两千零五) in figures.
const DIGITS: Readonly<Record<string, number>> = {
  零: 0,
  〇: 0,
  一: 1,
  幺: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
};
const UNITS: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1_000 };

/** A regular expression's class of the characters spoken numbers are made of. */
export const NUMERAL = '[0-9零〇一幺二两三四五六七八九十百千]';

/** `said` consists of NUMERAL. Digits read one by one (一二零) and counted ones (一百二) alike; leading zeros stay. */
export function figures(said: string): string {
  if (!/[十百千]/.test(said)) return [...said].map((char) => DIGITS[char] ?? char).join('');
  let sum = 0;
  let digit: number | undefined;
  let last = 1;
  for (const char of said) {
    const unit = UNITS[char];
    if (unit === undefined) {
      digit = DIGITS[char] ?? Number(char);
      if (digit === 0) last = 10;
      continue;
    }
    sum += (digit ?? 1) * unit;
    digit = undefined;
    last = unit;
  }
  // 一百二 is 120, 一百零二 is 102, 十二 is 12.
  return String(sum + (digit ?? 0) * (last >= 100 ? last / 10 : 1));
}
