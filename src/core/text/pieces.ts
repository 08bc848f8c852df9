// Pieces: cuts a reply at line ends into what a platform takes at once, measured in bytes as it measures.

export function pieces(text: string, longestBytes: number): string[] {
  const all: string[] = [];
  let now = '';
  for (const line of text.match(/[^\n]{1,300}\n?|\n/gu) ?? []) {
    if (Buffer.byteLength(now + line) > longestBytes && now !== '') {
      all.push(now.trimEnd());
      now = '';
    }
    now += line;
  }
  return now.trim() === '' ? all : [...all, now.trimEnd()];
}
