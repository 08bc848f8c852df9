// Block: reads the texts of one account's block, and tells everything that is wrong with it at once.
import type { AccountBlock } from './channel.ts';
import { GatewayError } from './errors.ts';

/** What one field must look like, and how to say so when it does not: `must be ...`. */
export interface Wanted {
  readonly like: RegExp;
  readonly says: string;
}

export const ANY_TEXT: Wanted = { like: /^[\x21-\x7e]{1,512}$/, says: 'must be 1 to 512 visible ASCII characters' };

const COMMON = ['channel', 'tenant', 'apiBase', 'maxSkewSeconds'];

/**
 * The fields `needs` and, where given, those of `may`; whole numbers (YAML reads `agentId: 1000002` as one) as text.
 * Throws GatewayError `bad_settings` that names every missing, malformed and unknown field.
 */
export function readBlock<K extends string, L extends string = never>(
  block: AccountBlock,
  needs: Readonly<Record<K, Wanted>>,
  may?: Readonly<Record<L, Wanted>>,
): Readonly<Record<K, string>> & Readonly<Partial<Record<L, string>>> {
  const known = new Map<string, Wanted>([...Object.entries<Wanted>(needs), ...Object.entries<Wanted>(may ?? {})]);
  const texts: Record<string, string> = {};
  const problems: [field: string, problem: string][] = [];
  for (const field of Object.keys(block))
    if (!known.has(field) && !COMMON.includes(field)) problems.push([field, 'is not known here']);
  for (const [field, { like, says }] of known) {
    const given = Number.isSafeInteger(block[field]) ? String(block[field]) : block[field];
    if (given === undefined && !Object.hasOwn(needs, field)) continue;
    if (typeof given === 'string' && like.test(given)) texts[field] = given;
    else problems.push([field, given === undefined ? `is missing; it ${says}` : says]);
  }
  if (problems.length > 0) throw badFields(problems);
  // Every needed field was found to be text above.
  return texts as Record<K, string> & Partial<Record<L, string>>;
}

/** All that is wrong with a block, the first of it named as its field. */
export function badFields(problems: readonly (readonly [string, string])[]): GatewayError {
  const message = problems.map(([field, problem]) => `${field} ${problem}`).join('; ');
  const field = problems[0]?.[0] ?? '';
  const advice = `Correct ${problems.map(([name]) => name).join(', ')} of this account in channels.yaml.`;
  return new GatewayError({ code: 'bad_settings', message, retryable: false, field, advice });
}
