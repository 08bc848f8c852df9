// Train: cross-validation with groups kept whole, the mix of both halves from the lines held out, then one model from all lines.
import type { Model } from '../understand/model.ts';
import { mixed, predictor, type Scores } from '../understand/predict.ts';
import { corpusOf, type Labelled } from './corpus.ts';
import { type Figures, figuresOf, type Guess } from './figures.ts';
import { type FitOptions, fitModel, RECIPE } from './fit.ts';
import { foldsOf } from './folds.ts';
import { type HeldOut, learnMix } from './mix.ts';

export interface TrainOptions {
  readonly seed: number;
  /** Parts of the cross-validation; 0 trains without it and mixes as usual. */
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

interface Held extends HeldOut {
  readonly untitled: Scores;
  readonly part: number;
}

/** The same lines, options and seed give the same model, byte for byte. */
export function train(labelled: readonly Labelled[], options: TrainOptions): Trained {
  const corpus = corpusOf(labelled);
  const { net, ...plain } = RECIPE;
  const recipe: FitOptions = { ...plain, ...(options.plain || !net ? {} : { net }), seed: options.seed };
  const held = options.folds > 1 ? holdOut(labelled, corpus, recipe, options) : [];
  const mix = held.length > 0 ? { mix: learnMix(held, corpus.labels.length) } : {};
  options.progress?.('all lines');
  const about = { lines: labelled.length, seed: options.seed, recipe: 'character pairs, linear with net' };
  const rows = labelled.map((_, row) => row);
  const guesses = held.length > 0 ? judged(held, options.folds, corpus.labels.length) : undefined;
  const figures = guesses && figuresOf(corpus.labels, guesses.titled);
  const textOnly = guesses && figuresOf(corpus.labels, guesses.untitled);
  const told = figures ? { crossValidated: brief(figures), textOnly: textOnly ? brief(textOnly) : {} } : {};
  const model = fitModel(corpus, rows, { ...recipe, ...mix }, { ...about, ...told });
  return { model, ...(figures ? { figures } : {}), ...(textOnly ? { textOnly } : {}) };
}

const brief = ({ accuracy, macroF1, topTwo, calibrationError }: Figures) => ({
  ...{ accuracy, macroF1, topTwo, calibrationError },
});

/** Each fold is judged by a mix the other folds taught: the figures are of lines that nothing was learnt from. */
function judged(held: readonly Held[], folds: number, labels: number): { titled: Guess[]; untitled: Guess[] } {
  const titled: Guess[] = [];
  const untitled: Guess[] = [];
  for (let part = 0; part < folds; part++) {
    const own = held.filter((one) => one.part === part);
    if (own.length === 0) continue;
    const others = held.filter((one) => one.part !== part);
    const mix = learnMix(others, labels);
    for (const { gold, scores, untitled: bare } of own) {
      titled.push({ gold, probabilities: mixed(mix, scores) });
      untitled.push({ gold, probabilities: mixed(mix, bare) });
    }
  }
  return { titled, untitled };
}

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
        part,
        gold: corpus.lines[row]?.label ?? 0,
        scores,
        untitled: title === '' ? scores : judge.scores('', text),
      });
    });
  }
  return held;
}
