// Plain: what a schema finds wrong, in words of whoever wrote the settings.

/** What we use of an error of TypeBox. */
export interface Fault {
  readonly keyword: string;
  /** `/smtp/listen` */
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

const KINDS: Readonly<Record<string, string>> = {
  object: 'must be a block of settings',
  array: 'must be a list',
  string: 'must be text',
  integer: 'must be a whole number',
  number: 'must be a number',
  boolean: 'must be true or false',
};

/** Each place (`smtp.listen`) with its first problem; `says` has what a place must be, for those a schema tells in patterns. */
export function plainly(
  faults: readonly Fault[],
  within: string,
  says: Readonly<Record<string, string>> = {},
): [place: string, problem: string][] {
  const told = new Map<string, string>();
  for (const fault of faults) {
    // Says again what additionalProperties said.
    if (fault.keyword === 'boolean') continue;
    const at = `${within}${fault.instancePath.replaceAll('/', '.')}`;
    for (const [place, problem] of problemsOf(fault, at))
      if (!told.has(place)) told.set(place, inWords(problem, says[place]));
  }
  return [...told];
}

const MISSING = 'is missing';

function inWords(problem: string, says: string | undefined): string {
  if (says === undefined) return problem;
  return problem === MISSING ? `${MISSING}; it ${says}` : says;
}

function problemsOf({ keyword, message, params }: Fault, at: string): [string, string][] {
  const named = (name: string): string[] => [Reflect.get(params, name)].flat().map(String);
  if (keyword === 'required') return named('requiredProperties').map((one) => [`${at}.${one}`, MISSING]);
  if (keyword === 'additionalProperties')
    return named('additionalProperties').map((one) => [`${at}.${one}`, 'is not known here']);
  return [[at, (keyword === 'type' && KINDS[named('type')[0] ?? '']) || message]];
}
