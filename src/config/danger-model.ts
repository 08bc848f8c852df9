// Danger model: models/danger.json, optional; a broken one is told like every other problem.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Type from 'typebox';
import { DivertTo } from '../core/case.ts';
import type { DangerModel } from '../core/city.ts';
import { check, type Source } from './read.ts';
import { strict } from './shapes.ts';

const FILE = 'models/danger.json';

const Model = strict({
  card: Type.String(),
  to: Type.Array(DivertTo, { minItems: 1 }),
  bias: Type.Array(Type.Number()),
  scale: Type.Number({ exclusiveMinimum: 0 }),
  sure: Type.Number(),
  sureLong: Type.Number(),
  sureSpoken: Type.Number(),
  ask: Type.Number(),
  askLong: Type.Number(),
  askSpoken: Type.Number(),
  grams: Type.String({ minLength: 1 }),
  weights: Type.String({ pattern: '^[!-|]+$' }),
});

export function readDangerModel(source: Source): DangerModel | undefined {
  const full = path.join(source.dir, FILE);
  if (!existsSync(full)) return undefined;
  // JSON is YAML, but a YAML parser takes a hundred times longer over a model.
  const model = check(source.ledger, FILE, Model, parsed(readFileSync(full, 'utf8'), source));
  if (model === undefined) return undefined;
  const classes = model.to.length + 1;
  const whole = model.weights.length === model.grams.split(' ').length * classes && model.bias.length === classes;
  if (!whole) source.ledger.add(FILE, '', 'has more or fewer weights than grams', 'train it anew');
  return model;
}

function parsed(text: string, { ledger }: Source): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    ledger.add(FILE, '', error instanceof Error ? error.message : String(error), 'train it anew');
    return {};
  }
}
