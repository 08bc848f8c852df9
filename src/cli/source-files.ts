// Source files: the files an import was given, folders walked in the order of their names.
import { accessSync, constants, createReadStream, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SourceFile } from '../core/archive.ts';
import { usage } from './fail.ts';

/**
 * Before anything is taken in: a run over ten files does not stop at a mistyped ninth. Hidden files of a folder are left,
 * and a folder is walked only where the channel reads its own kind of files. Throws GatewayError `usage`.
 */
export function listFiles(given: readonly string[], folders: boolean): string[] {
  return given.flatMap((file) => {
    try {
      accessSync(file, constants.R_OK);
      if (!statSync(file).isDirectory()) return [file];
      if (!folders) throw new Error('it is a folder');
      return walk(file);
    } catch (cause) {
      throw usage(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  });
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

export function sourceFile(file: string): SourceFile {
  return {
    path: file,
    name: path.basename(file),
    size: statSync(file).size,
    bytes: () => readFile(file),
    chunks: () => createReadStream(file),
  };
}
