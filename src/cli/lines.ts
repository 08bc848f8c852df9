// Reads a file line by line without holding it whole; a line that is no JSON object is reported, not thrown.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

export interface JsonLine {
  /** From 1. */
  readonly row: number;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly problem?: string;
}

export async function* jsonLines(file: string): AsyncGenerator<JsonLine> {
  const input = createReadStream(file, 'utf8');
  const opened = new Promise<void>((resolve, reject) => input.once('open', () => resolve()).once('error', reject));
  await opened;
  let row = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    row += 1;
    if (line.trim() === '') continue;
    yield parseLine(row, line);
  }
}

export function parseLine(row: number, line: string): JsonLine {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { row, value: { ...value } };
    return { row, problem: 'not a JSON object' };
  } catch (error) {
    return { row, problem: error instanceof Error ? error.message : String(error) };
  }
}
