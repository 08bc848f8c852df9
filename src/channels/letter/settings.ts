// Settings: one account of letters: a city's own names of columns, and how sure recognition must be to be believed.
import type { AccountBlock } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { FIELDS, type Field, type OwnColumns } from './columns.ts';

export interface LetterSettings {
  readonly columns: OwnColumns;
  /** 0 to 1; recognised words below it are checked by a person. */
  readonly minConfidence: number;
}

const KNOWN = ['channel', 'tenant', 'apiBase', 'maxSkewSeconds', 'columns', 'minConfidence'];
const MIN_CONFIDENCE = 0.85;
/** Fields as other channels call them. */
const SAME: Readonly<Record<string, Field>> = {
  content: 'text',
  id: 'number',
  time: 'receivedAt',
  sentAt: 'receivedAt',
};

/** Throws GatewayError `bad_settings` that names every wrong field. */
export function settings(block: AccountBlock): LetterSettings {
  const problems: [field: string, problem: string][] = Object.keys(block)
    .filter((field) => !KNOWN.includes(field))
    .map((field) => [field, 'is not known here']);
  const { minConfidence = MIN_CONFIDENCE, columns = {} } = block;
  if (typeof minConfidence !== 'number' || !(minConfidence >= 0 && minConfidence <= 1))
    problems.push(['minConfidence', 'must be a number from 0 to 1']);
  const own: Partial<Record<Field, readonly string[]>> = {};
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns))
    problems.push(['columns', 'must be a block of fields, such as text: [来信内容]']);
  else
    for (const [name, given] of Object.entries(columns)) {
      const field = FIELDS.find((one) => one === (SAME[name] ?? name));
      const names: unknown[] = Array.isArray(given) ? given : [given];
      if (!field) problems.push([`columns.${name}`, `is no field of a letter; known are ${FIELDS.join(', ')}`]);
      else if (!names.every((one) => typeof one === 'string' && one.trim() !== '' && one.length <= 100))
        problems.push([`columns.${name}`, 'must be the name of a column, or a list of names']);
      else own[field] = names.filter((one) => typeof one === 'string');
    }
  if (problems.length > 0) throw bad(problems);
  return { columns: own, minConfidence: Number(minConfidence) };
}

function bad(problems: readonly (readonly [string, string])[]): GatewayError {
  const message = problems.map(([field, problem]) => `${field} ${problem}`).join('; ');
  const field = problems[0]?.[0] ?? '';
  const advice = `Correct ${problems.map(([name]) => name).join(', ')} of this letter account in channels.yaml.`;
  return new GatewayError({ code: 'bad_settings', message, retryable: false, field, advice });
}
