// civicline train and evaluate: makes a model from labelled lines, and measures one on others.
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { loadSettings } from '../config.ts';
import type { CategoryRule } from '../core/city.ts';
import type { Labelled } from '../core/learn/corpus.ts';
import { type Figures, figuresOf } from '../core/learn/figures.ts';
import { train } from '../core/learn/train.ts';
import { doubtOf, scored } from '../core/understand/catalogue.ts';
import { likelihoods } from '../core/understand/categorise.ts';
import { decodeModel, encodeModel } from '../core/understand/model.ts';
import { type Predictor, predictor } from '../core/understand/predict.ts';
import { usage } from './fail.ts';
import { readLabelled } from './labelled.ts';
import { replaceFile } from './replace.ts';
import { retrain } from './retrain.ts';
import { retrainRelate } from './retrain-relate.ts';
import { runTrainRelate } from './train-relate.ts';
import { printLine } from './workshop.ts';

interface TrainOptions {
  readonly labelled?: string;
  readonly relate?: string | true;
  readonly out?: string;
  readonly fromStore?: boolean;
  readonly seed: string;
  readonly folds: string;
  readonly plain?: boolean;
}

const LEAST_LINES = 20;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

export function trainCommand(): Command {
  return new Command('train')
    .description('make a model from labelled lines {title?, text, label, group?}; prints cross-validated figures')
    .option('--labelled <file>', 'JSON Lines: a model of categories')
    .option('--relate [dir]', 'judged messages (dedup-*.jsonl): a model of relating, --out is then a folder')
    .option('--out <file>', 'the model; replaced when it stands already')
    .option(
      '--from-store',
      'learn from what people decided here, with --relate about matters; swap the model only for a better one',
    )
    .option('--seed <number>', 'the same seed and lines give the same model', '1')
    .option('--folds <number>', 'parts of the cross-validation; 0 leaves it out', '5')
    .option('--plain', 'without the net: smaller, for a few hundred lines')
    .action(runTrain);
}

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('measure a model on labelled lines: accuracy, macro-F1, classes, accuracy against coverage')
    .requiredOption('--labelled <file>', 'JSON Lines {title?, text, label}; not those it was trained on')
    .option('--model <file>', 'by default the one of the configuration')
    .action(runEvaluate);
}

async function runTrain(options: TrainOptions): Promise<void> {
  const seed = whole(options.seed, 'seed', 4_294_967_295);
  const folds = whole(options.folds, 'folds', 50);
  if (options.relate !== undefined && options.labelled === undefined) return trainRelating(options, folds);
  if (options.relate !== undefined || (options.labelled === undefined && !options.fromStore))
    throw usage(
      'train takes one of --labelled FILE, --relate DIR and --from-store; the last also with one of the others',
    );
  const progress = (what: string): void => say(`training: ${what}`);
  if (options.fromStore) {
    const { labelled, out, plain = false } = options;
    return retrain({ ...{ seed, plain, progress }, ...(labelled ? { labelled } : {}), ...(out ? { out } : {}) });
  }
  const { labelled: file, out } = options;
  if (file === undefined || out === undefined) throw usage('train --labelled needs --out FILE');
  const labelled = await readLabelled(file);
  refuseUseless(labelled, file);
  const began = Date.now();
  const { model, figures, textOnly } = train(labelled, {
    ...{ seed, folds },
    ...(options.plain ? { plain: true } : {}),
    progress,
  });
  const bytes = encodeModel(model);
  replaceFile(out, bytes);
  if (figures) say(table(figures, 'cross-validated'));
  if (textOnly) say(`without titles: accuracy ${textOnly.accuracy}, macro-F1 ${textOnly.macroF1}`);
  printLine({
    ...{ out, bytes: bytes.length, lines: labelled.length, labels: model.labels, seed, folds },
    seconds: Math.round((Date.now() - began) / 100) / 10,
    ...(figures ? { crossValidated: figures } : {}),
    ...(textOnly ? { textOnly: { accuracy: textOnly.accuracy, macroF1: textOnly.macroF1 } } : {}),
  });
}

async function trainRelating({ relate, fromStore, out }: TrainOptions, folds: number): Promise<void> {
  const dir = relate === true ? undefined : relate;
  if (fromStore) return retrainRelate(dir, out);
  if (dir === undefined) throw usage('train --relate needs a folder of judged messages, or --from-store');
  if (out === undefined) throw usage('train --relate needs --out DIR');
  runTrainRelate(dir, out, folds);
}

async function runEvaluate(options: { readonly labelled: string; readonly model?: string }): Promise<void> {
  const judge = openModel(options.model);
  const { categories } = loadSettings(process.env).city;
  const labelled = await readLabelled(options.labelled);
  if (labelled.length === 0) throw usage(`${options.labelled} is empty`);
  const began = performance.now();
  const figures = measure(judge, labelled, categories);
  const ms = performance.now() - began;
  const textOnly = measure(
    judge,
    labelled.map((one) => ({ ...one, title: '' })),
    categories,
  );
  say(table(figures, 'measured'));
  const unknown = labelled.filter((one) => !judge.labels.includes(one.label)).length;
  if (unknown > 0) say(`${unknown} lines have a label the model does not know: they count as wrong`);
  printLine({
    ...figures,
    textOnly: { accuracy: textOnly.accuracy, macroF1: textOnly.macroF1 },
    perSecond: Math.round((labelled.length / ms) * 1_000),
    trainedOn: judge.about,
  });
}

/** As the door judges: the model with the catalogue's words. */
function measure(judge: Predictor, labelled: readonly Labelled[], categories: readonly CategoryRule[]): Figures {
  const guesses = labelled.map(({ title, text, label }) => {
    const full = title === '' || text.startsWith(title) ? text : `${title}\n${text}`;
    const found = scored(full, title.length, categories);
    const doubt = doubtOf(full, categories, () => []);
    const probabilities = likelihoods(judge, { title, text }, found, categories, doubt);
    return { gold: judge.labels.indexOf(label), probabilities };
  });
  return figuresOf(judge.labels, guesses);
}

/** The model in `file`, else the one of the configuration. Throws `usage` where there is none. */
export function openModel(file: string | undefined): Predictor {
  if (file !== undefined) return predictor(decodeModel(readModelFile(file)));
  const model = loadSettings(process.env).city.understanding?.category;
  if (!model)
    throw usage('the configuration has no model', 'Name one with --model, or train one into models/category.bin.');
  return model;
}

function readModelFile(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw usage(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function refuseUseless(labelled: readonly Labelled[], file: string): void {
  const labels = new Set(labelled.map((one) => one.label));
  if (labelled.length < LEAST_LINES) throw usage(`${file} has ${labelled.length} lines; training needs ${LEAST_LINES}`);
  if (labels.size < 2) throw usage(`${file} has one label only; there is nothing to tell apart`);
}

function whole(text: string, name: string, most: number): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > most) throw usage(`--${name} is a whole number up to ${most}`);
  return Number(text);
}

function table(figures: Figures, how: string): string {
  const { accuracy, macroF1, topTwo, calibrationError, lines } = figures;
  const classes = figures.classes.map(
    (one) => `  ${one.label}\t${one.lines}\tprecision ${one.precision}\trecall ${one.recall}\tF1 ${one.f1}`,
  );
  const sure = figures.coverage.map((one) => `${one.share * 100} % ${one.accuracy}`).join('  ');
  return [
    `${how} on ${lines} lines: accuracy ${accuracy}, macro-F1 ${macroF1}, top two ${topTwo}, calibration error ${calibrationError}`,
    `  right among the surest: ${sure}`,
    ...classes,
  ].join('\n');
}
