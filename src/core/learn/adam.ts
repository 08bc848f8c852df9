// Adam: the steps a net learns by (Kingma and Ba, 2015), for a stretch of its parameters at a time.

const KEEP_MEAN = 0.9;
const KEEP_SQUARE = 0.999;

export interface Parameters {
  readonly value: Float32Array;
  readonly slope: Float32Array;
  readonly mean: Float32Array;
  readonly square: Float32Array;
}

export function parameters(size: number, start: () => number): Parameters {
  return {
    value: Float32Array.from({ length: size }, start),
    slope: new Float32Array(size),
    mean: new Float32Array(size),
    square: new Float32Array(size),
  };
}

/** Step number `count`, from 1: moves parameters `from` to `to` against their slope, and forgets the slope. */
export function step(rate: number, count: number) {
  const pace = (rate * Math.sqrt(1 - KEEP_SQUARE ** count)) / (1 - KEEP_MEAN ** count);
  return ({ value, slope, mean, square }: Parameters, from: number, to: number, decay: number): void => {
    for (let i = from; i < to; i++) {
      const g = (slope[i] ?? 0) + decay * (value[i] ?? 0);
      const m = KEEP_MEAN * (mean[i] ?? 0) + (1 - KEEP_MEAN) * g;
      const s = KEEP_SQUARE * (square[i] ?? 0) + (1 - KEEP_SQUARE) * g * g;
      mean[i] = m;
      square[i] = s;
      slope[i] = 0;
      value[i] = (value[i] ?? 0) - (pace * m) / (Math.sqrt(s) + 1e-8);
    }
  };
}
