// civicline train --relate [DIR] --from-store: relating learns from people's decisions, and the model is swapped only for a better one.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { RELATE_MODEL } from '../config/relate-model.ts';
import { learnFromPeople } from '../core/learn/relate-people.ts';
import { encode, unpack } from '../core/relate/model.ts';
import { toRfc3339 } from '../core/time.ts';
import { usage } from './fail.ts';
import { rulingsIn } from './relate-history.ts';
import { replaceFile } from './replace.ts';
import { readJudged } from './train-relate.ts';
import { printLine, withRooms } from './workshop.ts';

/** Fewer would compare chance with chance. */
const LEAST_RULINGS = 20;

/** `dir`: judged messages the running model must not forget. `out`: a folder; by default the one of the configuration. */
export async function retrainRelate(dir: string | undefined, out: string | undefined): Promise<void> {
  const base = dir === undefined ? undefined : readJudged(dir);
  await withRooms(async ({ store, settings }) => {
    const { city, configDir } = settings;
    const running = readRunning(path.join(configDir, RELATE_MODEL));
    const { judged, rulings } = await rulingsIn(store, city);
    const at = toRfc3339(Date.now(), city.utcOffsetMinutes);
    const detail = { rulings, cases: judged.stream.length };
    await store.audit({ at, actor: 'cli', action: 'model.train', subject: 'models/relate', detail });
    if (rulings < LEAST_RULINGS)
      throw usage(
        `people decided about ${rulings} pairs of cases here; ${LEAST_RULINGS} are needed`,
        'Joining, splitting, merging and deciding on proposed joins count; secret, anonymous and erased cases do not.',
      );
    process.stderr.write(`training: ${rulings} pairs people spoke of, among ${judged.stream.length} cases\n`);
    const { weights, comparison } = learnFromPeople(running, judged, base);
    const about = { ...weights.about, rulings, cases: judged.stream.length };
    const file = out === undefined ? path.join(configDir, RELATE_MODEL) : path.join(out, path.basename(RELATE_MODEL));
    if (comparison.better) replaceFile(file, encode({ ...weights, about }, running.tables));
    const forgets = base === undefined ? {} : { base: base.stream.length };
    printLine({ out: file, swapped: comparison.better, rulings, cases: judged.stream.length, ...forgets, comparison });
  });
}

function readRunning(file: string): ReturnType<typeof unpack> {
  if (!existsSync(file))
    throw usage(`${file} is not there to learn on from`, 'Make a model with civicline train --relate DIR --out first.');
  return unpack(readFileSync(file));
}
