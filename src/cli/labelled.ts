// Labelled lines from a file: {title?, text, label, group?}; what cannot be used is told with its line, all at once.
import type { Labelled } from '../core/learn/corpus.ts';
import { normalise } from '../core/text/normalise.ts';
import { usage } from './fail.ts';
import { type JsonLine, jsonLines } from './lines.ts';

const MOST_SHOWN = 10;
/** As many characters as all other rules read. */
const READ = 20_000;

/** Texts in the spelling the pipeline reads. Rejects with `usage` when a line is unusable or the file cannot be read. */
export async function readLabelled(file: string): Promise<Labelled[]> {
  const read: Labelled[] = [];
  const problems: string[] = [];
  try {
    for await (const line of jsonLines(file)) {
      const one = labelledOf(line);
      if (typeof one === 'string') problems.push(`line ${line.row}: ${one}`);
      else read.push(one);
    }
  } catch (cause) {
    throw usage(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (problems.length === 0) return read;
  const more = problems.length > MOST_SHOWN ? [`and ${problems.length - MOST_SHOWN} more`] : [];
  throw usage(`${file} has lines that cannot be used:\n  ${[...problems.slice(0, MOST_SHOWN), ...more].join('\n  ')}`);
}

function labelledOf({ value, problem }: JsonLine): Labelled | string {
  if (!value) return problem ?? 'not a JSON object';
  const { title, text, label, group } = value;
  if (typeof text !== 'string') return 'has no text';
  if (typeof label !== 'string' || label === '') return 'has no label';
  if (title !== undefined && title !== null && typeof title !== 'string') return 'its title is no text';
  return {
    title: normalise(title ?? ''),
    text: normalise(text.slice(0, READ)),
    label,
    ...(typeof group === 'string' && group !== '' ? { group } : {}),
  };
}
