// Figures: how good predictions are: accuracy, macro-F1, each class, accuracy against coverage, calibration, confusion.

export interface Guess {
  /** Numbers into the list of labels; -1 for a label the model does not know. */
  readonly gold: number;
  readonly probabilities: Float64Array;
}

export interface ClassFigures {
  readonly label: string;
  readonly lines: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface Figures {
  readonly lines: number;
  readonly accuracy: number;
  /** Over the labels that occur. */
  readonly macroF1: number;
  readonly topTwo: number;
  /** Expected calibration error: by how much confidence and accuracy differ, over ten bins of confidence. */
  readonly calibrationError: number;
  readonly meanConfidence: number;
  /** How many are right among the share the model is surest of. */
  readonly coverage: readonly { readonly share: number; readonly accuracy: number; readonly confidenceFrom: number }[];
  readonly classes: readonly ClassFigures[];
  /** Row = what people said, column = what the model said, in the order of `classes`. */
  readonly confusion: readonly (readonly number[])[];
}

interface Judged {
  readonly gold: number;
  readonly guess: number;
  readonly confidence: number;
  readonly inTwo: boolean;
}

const SHARES = [0.5, 0.6, 0.7, 0.8, 0.9, 1];
const BINS = 10;
const exact = (one: number): number => Math.round(one * 10_000) / 10_000;

export function figuresOf(labels: readonly string[], guesses: readonly Guess[]): Figures {
  const judged = guesses.map(judge);
  const confusion = labels.map(() => labels.map(() => 0));
  for (const { gold, guess } of judged) {
    const row = confusion[gold];
    if (row) row[guess] = (row[guess] ?? 0) + 1;
  }
  const classes = labels.map((label, c) => classFigures(label, c, judged));
  const occurring = classes.filter((one) => one.lines > 0);
  return {
    lines: judged.length,
    accuracy: exact(share(judged, right)),
    macroF1: exact(occurring.reduce((sum, one) => sum + one.f1, 0) / Math.max(1, occurring.length)),
    topTwo: exact(share(judged, (one) => one.inTwo)),
    calibrationError: exact(calibration(judged)),
    meanConfidence: exact(judged.reduce((sum, one) => sum + one.confidence, 0) / Math.max(1, judged.length)),
    coverage: coverage(judged),
    classes,
    confusion,
  };
}

const right = ({ gold, guess }: Judged): boolean => gold === guess;

function share<T>(all: readonly T[], those: (one: T) => boolean): number {
  return all.length === 0 ? 0 : all.filter(those).length / all.length;
}

function judge({ gold, probabilities }: Guess): Judged {
  let [first, second] = [0, -1];
  for (let c = 1; c < probabilities.length; c++) {
    const p = probabilities[c] ?? 0;
    if (p > (probabilities[first] ?? 0)) [first, second] = [c, first];
    else if (second < 0 || p > (probabilities[second] ?? 0)) second = c;
  }
  return { gold, guess: first, confidence: probabilities[first] ?? 0, inTwo: gold === first || gold === second };
}

function classFigures(label: string, c: number, judged: readonly Judged[]): ClassFigures {
  const hits = judged.filter((one) => one.gold === c && right(one)).length;
  const lines = judged.filter((one) => one.gold === c).length;
  const said = judged.filter((one) => one.guess === c).length;
  return {
    label,
    lines,
    precision: exact(said === 0 ? 0 : hits / said),
    recall: exact(lines === 0 ? 0 : hits / lines),
    f1: exact(lines + said === 0 ? 0 : (2 * hits) / (lines + said)),
  };
}

function coverage(judged: readonly Judged[]): Figures['coverage'] {
  const sorted = [...judged].sort((a, b) => b.confidence - a.confidence);
  return SHARES.map((part) => {
    const sure = sorted.slice(0, Math.floor(sorted.length * part));
    return { share: part, accuracy: exact(share(sure, right)), confidenceFrom: exact(sure.at(-1)?.confidence ?? 0) };
  });
}

function calibration(judged: readonly Judged[]): number {
  const gaps = new Float64Array(BINS);
  for (const one of judged) {
    const bin = Math.min(BINS - 1, Math.floor(one.confidence * BINS));
    gaps[bin] = (gaps[bin] ?? 0) + one.confidence - (right(one) ? 1 : 0);
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / Math.max(1, judged.length);
}
