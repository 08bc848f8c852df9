// Districts: cities and counties written as a code (A市, A3区), as published collections of messages do; a city holds its districts.

export const DISTRICT = /[a-z]\d{0,2}[市区县]+/g;

/** Both name some, and none of one's lies in or around one of the other's. Names of real places are the gazetteer's. */
export function districtsApart(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && b.length > 0 && !a.some((one) => b.some((two) => nested(one, two)));
}

function nested(one: string, two: string): boolean {
  const [a, b] = [one.replace(/[市区县]+$/, ''), two.replace(/[市区县]+$/, '')];
  return a.startsWith(b) ? a === b || b.length === 1 : b.startsWith(a) && a.length === 1;
}
