// Remembered: what was read from a text lately. In a flood the same words are compared again and again.

/** Characters a text has on the whole; a flood of the longest ones must not fill the memory. */
const USUAL = 1_000;

/** `read` must depend on the text alone. Forgets everything when `room` usual texts are known, which costs less than choosing. */
export function remembered<T>(room: number, read: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly value: T }>();
  let held = 0;
  return (text) => {
    const before = known.get(text);
    if (before) return before.value;
    const value = read(text);
    if (known.size >= room || held + text.length > room * USUAL) {
      known.clear();
      held = 0;
    }
    known.set(text, { value });
    held += text.length;
    return value;
  };
}
