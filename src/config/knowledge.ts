// Knowledge: knowledge/*.md, each a front matter with questions, source and validity, and the answer as its text.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Type from 'typebox';
import type { Knowledge } from '../core/city.ts';
import { readText, type Source } from './read.ts';
import { Code, DivisionCode, IsoDate, isDate, strict, Words, wordsOf } from './shapes.ts';

const Front = strict({
  questions: Type.Array(Type.String({ minLength: 4 }), { minItems: 1 }),
  source: Type.String({ minLength: 1 }),
  validFrom: IsoDate,
  validUntil: IsoDate,
  unit: Type.Optional(Code),
  region: Type.Optional(DivisionCode),
  unless: Type.Optional(Words),
  example: Type.Optional(Type.Boolean()),
});

const FRONT_MATTER = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/;

/** Codes an entry may name; absent where their own file could not be read. */
export interface Named {
  readonly units?: ReadonlySet<string>;
  readonly divisions?: ReadonlySet<string>;
}

export function readKnowledge(source: Source, named: Named): Knowledge[] {
  const dir = path.join(source.dir, 'knowledge');
  if (!existsSync(dir)) return [];
  const files = readdirSync(dir).filter((name) => name.endsWith('.md') && name.toLowerCase() !== 'readme.md');
  return files.sort().flatMap((name) => readEntry(source, path.join(dir, name), `knowledge/${name}`, named) ?? []);
}

function readEntry(source: Source, full: string, file: string, { units, divisions }: Named): Knowledge | undefined {
  const match = FRONT_MATTER.exec(readFileSync(full, 'utf8'));
  const answer = match?.[2]?.trim() ?? '';
  if (match === null || answer === '') {
    source.ledger.add(
      file,
      '',
      'has no front matter or no answer',
      'begin with ---, settings, --- and then the answer',
    );
    return undefined;
  }
  const front = readText(source, file, match[1] ?? '', Front, 1);
  if (front === undefined) return undefined;
  for (const field of ['validFrom', 'validUntil'] as const) {
    const day = front[field];
    if (!isDate(day)) source.ledger.add(file, `/${field}`, `${day} is no date`, 'write YYYY-MM-DD');
  }
  if (front.validFrom > front.validUntil)
    source.ledger.add(file, '/validUntil', 'ends before it begins', 'swap the dates');
  if (front.region !== undefined && divisions?.has(front.region) === false)
    source.ledger.add(file, '/region', `${front.region} is not in places.yaml`, 'add the division or correct the code');
  if (front.unit !== undefined && units?.has(front.unit) === false) {
    source.ledger.add(file, '/unit', `there is no unit ${front.unit}`, 'use a code of units.yaml');
  }
  const id = file.replace(/^knowledge\//, '').replace(/\.md$/, '');
  return { id, answer, ...front, unless: wordsOf(front.unless), example: front.example ?? false };
}
