// Remembered: what was read from a text lately. In a flood the same words are compared again and again.

/** `read` must depend on the text alone. Forgets everything when `room` texts are known, which costs less than choosing. */
export function remembered<T>(room: number, read: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (text) => {
    const before = known.get(text);
    if (before) return before.value;
    const value = read(text);
    if (known.size >= room) known.clear();
    known.set(text, { value });
    return value;
  };
}
