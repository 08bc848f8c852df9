// Train: cross-validation with groups kept whole, temperatures from the lines held out, then one model from all lines.
import type { Model } from '../understand/model.ts';
import { blend, predictor, type Scores, softmax } from '../understand/predict.ts';
import { corpusOf, type Labelled } from './corpus.ts';
import { type Figures, figuresOf, type Guess } from './figures.ts';
import { type FitOptions, fitModel, RECIPE } from './fit.ts';
import { foldsOf } from './folds.ts';

export interface TrainOptions {
  readonly seed: number;
  /** Parts of the cross-validation; 0 trains without it and takes the recipe's temperatures. */
  readonly folds: number;
  /** Without the net: a small model, for few lines. */
  readonly plain?: boolean;
  readonly progress?: (what: string) => void;
}

export interface Trained {
  readonly model: Model;
  /** Of the lines each fold held out; absent without cross-validation. */
  readonly figures?: Figures;
  /** The same with the titles hidden. */
  readonly textOnly?: Figures;
}

interface Held {
  readonly gold: number;
  readonly scores: Scores;
  readonly untitled: Scores;
}

/** The same lines, options and seed give the same model, byte for byte. */
export function train(labelled: readonly Labelled[], options: TrainOptions): Trained {
  const corpus = corpusOf(labelled);
  const { net, ...plain } = RECIPE;
  const recipe: FitOptions = { ...plain, ...(options.plain || !net ? {} : { net }), seed: options.seed };
  const held = options.folds > 1 ? holdOut(labelled, corpus, recipe, options) : [];
  const heat = held.length > 0 ? heatsOf(held, recipe.heat) : recipe.heat;
  options.progress?.('all lines');
  const about = { lines: labelled.length, seed: options.seed, recipe: 'character pairs, linear with net' };
  const rows = labelled.map((_, row) => row);
  const heats = { linearHeat: heat.linear, netHeat: heat.net };
  const guesses = (part: 'scores' | 'untitled'): Guess[] =>
    held.map((one) => ({ gold: one.gold, probabilities: blend(heats, one[part]) }));
  const figures = held.length > 0 ? figuresOf(corpus.labels, guesses('scores')) : undefined;
  const textOnly = held.length > 0 ? figuresOf(corpus.labels, guesses('untitled')) : undefined;
  const told = figures ? { crossValidated: brief(figures), textOnly: textOnly ? brief(textOnly) : {} } : {};
  const model = fitModel(corpus, rows, { ...recipe, heat }, { ...about, ...told });
  return { model, ...(figures ? { figures } : {}), ...(textOnly ? { textOnly } : {}) };
}

const brief = ({ accuracy, macroF1, topTwo, calibrationError }: Figures) => ({
  ...{ accuracy, macroF1, topTwo, calibrationError },
});

function holdOut(
  labelled: readonly Labelled[],
  corpus: ReturnType<typeof corpusOf>,
  recipe: FitOptions,
  { folds, seed, progress }: TrainOptions,
): Held[] {
  const fold = foldsOf(labelled, folds, seed);
  const held: Held[] = [];
  for (let part = 0; part < folds; part++) {
    progress?.(`fold ${part + 1} of ${folds}`);
    const rows = labelled.flatMap((_, row) => (fold[row] === part ? [] : [row]));
    if (rows.length === labelled.length || rows.length === 0) continue;
    const judge = predictor(fitModel(corpus, rows, recipe));
    labelled.forEach(({ title, text }, row) => {
      if (fold[row] !== part) return;
      const scores = judge.scores(title, text);
      held.push({
        gold: corpus.lines[row]?.label ?? 0,
        scores,
        untitled: title === '' ? scores : judge.scores('', text),
      });
    });
  }
  return held;
}

/** For each half the temperature under which the lines held out were likeliest. */
function heatsOf(held: readonly Held[], usual: FitOptions['heat']): FitOptions['heat'] {
  const linear = coolest((heat) => loss(held, ({ scores }) => softmax(scores.linear, heat)), usual.linear);
  const net = held[0]?.scores.net
    ? coolest((heat) => loss(held, ({ scores }) => softmax(scores.net ?? scores.linear, heat)), usual.net)
    : usual.net;
  return { linear, net };
}

function loss(held: readonly Held[], of: (one: Held) => Float64Array): number {
  return held.reduce((sum, one) => sum - Math.log(Math.max(1e-12, of(one)[one.gold] ?? 0)), 0);
}

/** Golden section search on a logarithmic scale, a factor of five around the usual value. */
function coolest(lossAt: (heat: number) => number, usual: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.log(usual / 5), Math.log(usual * 5)];
  for (let step = 0; step < 30; step++) {
    const a = high - golden * (high - low);
    const b = low + golden * (high - low);
    if (lossAt(Math.exp(a)) < lossAt(Math.exp(b))) high = b;
    else low = a;
  }
  return Math.exp((low + high) / 2);
}
