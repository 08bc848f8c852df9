// Once: while a platform sends the same thing again because we were slow, the first one's work is waited for, not done twice.

/** How many finished ones are remembered. */
const REMEMBERED = 512;

/**
 * Two deliveries with one key share one run of the work and its result. Failed work is forgotten: the platform's next
 * attempt does it again. Only a saving (files are fetched once); what makes a retry harmless is the door's unique key.
 */
export function once<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const runs = new Map<string, Promise<T>>();
  return (key, work) => {
    const before = runs.get(key);
    if (before) return before;
    const run = work();
    runs.set(key, run);
    run.catch(() => runs.delete(key));
    const oldest = runs.keys().next().value;
    if (runs.size > REMEMBERED && oldest !== undefined) runs.delete(oldest);
    return run;
  };
}
