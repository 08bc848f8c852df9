// Figures from samples: quantiles, medians, and the arguments of a bench.

/** The q-quantile (0..1) of numbers in any order; NaN of none. */
export function quantile(numbers, q) {
  if (numbers.length === 0) return Number.NaN;
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}

export function median(numbers) {
  if (numbers.length === 0) return Number.NaN;
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** `--n 500 --control` over `{n: 5000, control: false}`; exits with usage on a name that has no default. */
export function options(defaults, args = process.argv.slice(2)) {
  const chosen = { ...defaults };
  for (let i = 0; i < args.length; i += 1) {
    const name = args[i].replace(/^--/, '');
    if (!args[i].startsWith('--') || !Object.hasOwn(defaults, name)) {
      const known = Object.entries(defaults).map(([k, v]) => `--${k} ${v}`);
      console.error(`unknown option ${args[i]}; known, with their defaults: ${known.join(' ')}`);
      process.exit(2);
    }
    if (typeof defaults[name] === 'boolean') chosen[name] = true;
    else chosen[name] = typeof defaults[name] === 'number' ? Number(args[++i]) : String(args[++i]);
    if (Number.isNaN(chosen[name])) {
      console.error(`${args[i - 1]} takes a number`);
      process.exit(2);
    }
  }
  return chosen;
}
