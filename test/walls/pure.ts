// What the import checker cannot see: a clock, chance or the environment used in core without any import.

const IMPURE: Readonly<Record<string, RegExp>> = {
  'the clock (take `now` as an argument)': /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bperformance\s*\.\s*now\b/,
  'chance (take a Mint or a number as an argument)':
    /\bMath\.random\b|\bcrypto\.(?:getRandomValues|randomUUID)\b|\brandom(?:Bytes|UUID|Int|Fill)\b/,
  'the process (take what you need as an argument)': /\bprocess\s*[.[]|\bglobalThis\s*[.[]\s*['"]?process\b/,
  'the network (leave it to a channel or the feed)': /(?:\bawait|\breturn|=|\(|globalThis\.)\s*fetch\s*\(/,
};

/** Comments may name what code must not use. Strings are kept: nothing in core needs these words there either. */
const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\//g, (c) => c.replace(/[^\n]/g, ' ')).replace(/(^|[\s;{}(),])\/\/.*$/gm, '$1');

/** `line: what` for each impure use in the text of a core file. */
export function impurities(source: string): string[] {
  return withoutComments(source)
    .split('\n')
    .flatMap((line, i) =>
      Object.entries(IMPURE)
        .filter(([, pattern]) => pattern.test(line))
        .map(([what]) => `${i + 1}: ${what}`),
    );
}
