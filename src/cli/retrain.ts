// civicline train --from-store: learns from what people of this city decided, and swaps the model only for a better one.
import path from 'node:path';
import { CATEGORY_MODEL } from '../config/models.ts';
import { compare, heldOut } from '../core/learn/compare.ts';
import type { Labelled } from '../core/learn/corpus.ts';
import { train } from '../core/learn/train.ts';
import { toRfc3339 } from '../core/time.ts';
import { encodeModel } from '../core/understand/model.ts';
import { predictor } from '../core/understand/predict.ts';
import { usage } from './fail.ts';
import { historyOf } from './history.ts';
import { readLabelled } from './labelled.ts';
import { replaceFile } from './replace.ts';
import { printLine, withRooms } from './workshop.ts';

export interface RetrainOptions {
  readonly labelled?: string;
  readonly out?: string;
  readonly seed: number;
  readonly plain: boolean;
  readonly progress: (what: string) => void;
}

/** Fewer held-out lines would compare chance with chance. */
const LEAST_TEST = 20;
/** Fewer lines of a label are too few to learn it. */
const LEAST_OF_LABEL = 5;

export async function retrain(options: RetrainOptions): Promise<void> {
  const base = options.labelled === undefined ? [] : await readLabelled(options.labelled);
  await withRooms(async ({ store, settings }) => {
    const { city, configDir } = settings;
    const lines = known(await historyOf(store, city), base);
    const at = toRfc3339(Date.now(), city.utcOffsetMinutes);
    const detail = { lines: lines.length };
    await store.audit({ at, actor: 'cli', action: 'model.train', subject: 'models/category', detail });
    const { train: own, test } = heldOut(lines, options.seed);
    if (test.length < LEAST_TEST)
      throw usage(
        `the store has ${lines.length} decided cases to learn from; ${LEAST_TEST * 5} are needed`,
        'Corrected cases count, and settled ones whose category stood.',
      );
    const means = { seed: options.seed, plain: options.plain, progress: options.progress };
    const trial = train([...base, ...own], { ...means, folds: 0 });
    const comparison = compare(city.understanding?.category, predictor(trial.model), test);
    const out = options.out ?? path.join(configDir, CATEGORY_MODEL);
    // What was held out has done its service: the model that goes to work learns from it too.
    if (comparison.better) replaceFile(out, encodeModel(train([...base, ...lines], { ...means, folds: 0 }).model));
    printLine({
      out,
      swapped: comparison.better,
      ...{ lines: lines.length, corrected: lines.filter((one) => one.by !== undefined).length, base: base.length },
      comparison,
    });
  });
}

/** Without labels too rare to be learnt. */
function known<T extends Labelled>(lines: readonly T[], base: readonly Labelled[]): T[] {
  const counts = new Map<string, number>();
  for (const { label } of [...lines, ...base]) counts.set(label, (counts.get(label) ?? 0) + 1);
  return lines.filter(({ label }) => (counts.get(label) ?? 0) >= LEAST_OF_LABEL);
}
