// Catalogue: catalogue.yaml, the kinds, the categories with their words, and what is no matter.
import Type, { type Static } from 'typebox';
import { Kind, type Rival } from '../core/case.ts';
import type { CategoryRule, City } from '../core/city.ts';
import { normalise } from '../core/text/normalise.ts';
import type { Ledger } from './problems.ts';
import { CategoryCode, strict, Words, wordsOf } from './shapes.ts';

const FILE = 'catalogue.yaml';

/** One line a category, `code name: words`: hundreds of lines stay readable, and quick to parse. */
const Categories = Type.Record(Type.String({ pattern: '^[0-9]{2,12} [^ ].*$' }), Type.Union([Type.Null(), Words]));

export const Catalogue = strict({
  kinds: Type.Array(
    strict({ code: Kind, name: Type.String({ minLength: 1 }), words: Words, about: Type.Optional(Words) }),
    { minItems: 1 },
  ),
  notes: Type.Array(strict({ words: Words, reply: Type.String({ minLength: 1 }) })),
  other: strict({ code: CategoryCode, name: Type.String({ minLength: 1 }) }),
  categories: Categories,
  urgent: Type.Optional(Type.Array(CategoryCode)),
});
export type Catalogue = Static<typeof Catalogue>;

export function catalogueOf(
  { kinds, notes, other, categories, urgent = [] }: Catalogue,
  ledger: Ledger,
): Pick<City, 'kinds' | 'notes' | 'categories' | 'otherCategory'> {
  const names = new Map<string, string>();
  for (const key of Object.keys(categories)) {
    const [code, name] = split(key);
    if (names.has(code) || code === other.code) {
      ledger.add(FILE, `/categories/${key}`, `code ${code} is used twice`, 'give each category a code of its own');
    }
    names.set(code, name);
  }
  for (const code of urgent) {
    if (!names.has(code)) ledger.add(FILE, '/urgent', `there is no category ${code}`, 'use a code of categories');
  }
  const abouts = kinds.map(({ about }) => (about === undefined ? [] : wordsOf(about)));
  for (const [at, code] of abouts.flatMap((codes, i) => codes.map((code): [number, string] => [i, code])))
    if (!names.has(code))
      ledger.add(FILE, `/kinds/${at}/about`, `there is no category ${code}`, 'use a code of categories');
  const rules = Object.entries(categories).map(([key, words]): CategoryRule => {
    const [code, name] = split(key);
    const path = pathOf(code, names);
    const rule = { code, name, level1: path[0] ?? name, path, words: wordsOf(words ?? undefined).map(normalise) };
    return urgent.includes(code) ? { ...rule, urgency: 'urgent' } : rule;
  });
  const otherCategory: Rival = { ...other, level1: other.name, path: [other.name], confidence: 0 };
  return {
    kinds: kinds.map((kind, at) => ({ ...kind, words: wordsOf(kind.words).map(normalise), about: abouts[at] ?? [] })),
    notes: notes.map((note) => ({ ...note, words: wordsOf(note.words) })),
    categories: rules,
    otherCategory,
  };
}

function split(key: string): [code: string, name: string] {
  const at = key.indexOf(' ');
  return [key.slice(0, at), key.slice(at + 1).trim()];
}

/** Names from level 1 down: those of all categories whose code begins this one. */
function pathOf(code: string, names: ReadonlyMap<string, string>): string[] {
  const path: string[] = [];
  for (let end = 1; end <= code.length; end++) {
    const name = names.get(code.slice(0, end));
    if (name !== undefined) path.push(name);
  }
  return path;
}
