// Remembered: what was read from a text lately. In a flood the same words are compared again and again.

/** Characters a text has on the whole; a flood of the longest ones must not fill the memory. */
const USUAL = 1_000;

/**
 * `read` must depend on the text alone. Of at most `room` usual texts: when half of that was read, what was not asked for
 * since the half before is forgotten. So what is compared again and again stays, and choosing costs nothing.
 */
export function remembered<T>(room: number, read: (text: string) => T): (text: string) => T {
  let known = new Map<string, { readonly value: T }>();
  let before: typeof known = new Map();
  let held = 0;
  const most = (room * USUAL) / 2;
  return (text) => {
    const found = known.get(text);
    if (found) return found.value;
    const kept = before.get(text) ?? { value: read(text) };
    if (2 * known.size >= room || held + text.length > most) {
      before = held > most ? new Map() : known; // one text alone may be longer than all that should be kept
      known = new Map();
      held = 0;
    }
    known.set(text, kept);
    held += text.length;
    return kept.value;
  };
}
