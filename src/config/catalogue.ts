// Catalogue: catalogue.yaml, the kinds, the tree of categories flattened to rules, and the notes.
import Type, { type Static } from 'typebox';
import { Kind, type Rival, Urgency } from '../core/case.ts';
import type { CategoryRule, City } from '../core/city.ts';
import { normalise } from '../core/text/normalise.ts';
import type { Ledger } from './problems.ts';
import { CategoryCode, strict, Words } from './shapes.ts';

const FILE = 'catalogue.yaml';

const own = {
  code: CategoryCode,
  name: Type.String({ minLength: 1 }),
  words: Type.Optional(Words),
  urgency: Type.Optional(Urgency),
};
/** Four levels, which is what the deepest table seen uses. */
const Level4 = strict(own);
const Level3 = strict({ ...own, children: Type.Optional(Type.Array(Level4)) });
const Level2 = strict({ ...own, children: Type.Optional(Type.Array(Level3)) });
const Level1 = strict({ ...own, children: Type.Optional(Type.Array(Level2)) });

export const Catalogue = strict({
  kinds: Type.Array(strict({ code: Kind, name: Type.String({ minLength: 1 }), words: Words }), { minItems: 1 }),
  notes: Type.Array(strict({ words: Words, reply: Type.String({ minLength: 1 }) })),
  other: strict({ code: CategoryCode, name: Type.String({ minLength: 1 }) }),
  categories: Type.Array(Level1, { minItems: 1 }),
});
export type Catalogue = Static<typeof Catalogue>;

interface Node {
  readonly code: string;
  readonly name: string;
  readonly words?: readonly string[];
  readonly urgency?: Urgency;
  readonly children?: readonly Node[];
}

export function catalogueOf(
  { kinds, notes, other, categories }: Catalogue,
  ledger: Ledger,
): Pick<City, 'kinds' | 'notes' | 'categories' | 'otherCategory'> {
  const rules = categories.flatMap((node: Node, index) => flatten(node, [], `/categories/${index}`, ledger));
  const seen = new Set<string>([other.code]);
  for (const { code, name } of rules) {
    if (seen.has(code))
      ledger.add(FILE, '/categories', `code ${code} (${name}) is used twice`, 'give each category a code of its own');
    seen.add(code);
  }
  const otherCategory: Rival = { ...other, level1: other.name, path: [other.name], confidence: 0 };
  const tidyKinds = kinds.map((kind) => ({ ...kind, words: kind.words.map(normalise) }));
  return { kinds: tidyKinds, notes, categories: rules, otherCategory };
}

function flatten(node: Node, above: readonly Node[], at: string, ledger: Ledger): CategoryRule[] {
  const parent = above[above.length - 1];
  const path = [...above, node];
  if (parent !== undefined && above.length > 1 && !node.code.startsWith((above[0] ?? node).code)) {
    ledger.add(
      FILE,
      at,
      `code ${node.code} does not start with ${(above[0] ?? node).code}`,
      'a code begins with that of its level 1',
    );
  }
  const rule: CategoryRule = {
    code: node.code,
    name: node.name,
    level1: path[0]?.name ?? node.name,
    path: path.map((one) => one.name),
    words: (node.words ?? []).map(normalise),
    ...(node.urgency === undefined ? {} : { urgency: node.urgency }),
  };
  const below = (node.children ?? []).flatMap((child, index) =>
    flatten(child, path, `${at}/children/${index}`, ledger),
  );
  return [rule, ...below];
}
