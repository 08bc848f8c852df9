// Models: models/*.bin as `civicline train` wrote them, checked against the catalogue they speak of.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CategoryRule, Understanding } from '../core/city.ts';
import { GatewayError } from '../core/errors.ts';
import { ruleOf } from '../core/understand/categorise.ts';
import { decodeModel } from '../core/understand/model.ts';
import { type Predictor, predictor } from '../core/understand/predict.ts';
import type { House } from './house.ts';
import type { Source } from './read.ts';

/** Where the model of the categories lies in the config folder. */
export const CATEGORY_MODEL = 'models/category.bin';
const THRESHOLD = 0.6;

/** Undefined where it is switched off; without a model file the catalogue's words decide alone. */
export function understandingOf(
  source: Source,
  house: House | undefined,
  categories: readonly CategoryRule[] | undefined,
): Understanding | undefined {
  const { enabled = true, threshold = THRESHOLD } = house?.understanding ?? {};
  if (!enabled) return undefined;
  const category = readModel(source, CATEGORY_MODEL);
  for (const label of category?.labels ?? [])
    if (categories && !ruleOf(label, categories))
      source.ledger.add(
        CATEGORY_MODEL,
        '',
        `was trained on ${label}, which is no level-1 name and no code of catalogue.yaml`,
        'train it on your own labels, or remove the file: then the words of the catalogue decide alone',
      );
  return { threshold, ...(category ? { category } : {}) };
}

function readModel({ dir, ledger }: Source, file: string): Predictor | undefined {
  const full = path.join(dir, file);
  if (!existsSync(full)) return undefined;
  try {
    return predictor(decodeModel(readFileSync(full)));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    ledger.add(file, '', error.message, error.advice ?? 'make it again');
    return undefined;
  }
}
