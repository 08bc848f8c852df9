// A tiny project with our set-up script in it, for tests that let the script work for real.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function runNode(cwd: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...args], { cwd, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });
}

export interface Project {
  readonly root: string;
  file(name: string, content: string): void;
  remove(): void;
}

/** A few packages stand in for all: what the build needs (compiler, gatherer, gathered) and the database, which set-up tries. */
export function tinyProject(): Project {
  const root = mkdtempSync(path.join(tmpdir(), 'civicline-setup-'));
  const file = (name: string, content: string): void => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  };
  const packages = { 'node_modules/typescript': { version: '6.0.3' } };
  file('package.json', '{"name":"tiny","version":"1.0.0","type":"module"}');
  file('package-lock.json', JSON.stringify({ lockfileVersion: 3, packages: { '': { name: 'tiny' }, ...packages } }));
  file('node_modules/.package-lock.json', JSON.stringify({ lockfileVersion: 3, packages }));
  const options = {
    target: 'es2023',
    lib: ['es5'],
    skipLibCheck: true,
    module: 'nodenext',
    types: [],
    rootDir: 'src',
    outDir: 'dist',
    sourceMap: true,
  };
  const incremental = { incremental: true, tsBuildInfoFile: 'dist/.tsbuildinfo' };
  file('tsconfig.build.json', JSON.stringify({ compilerOptions: { ...options, ...incremental }, include: ['src'] }));
  file('src/cli.ts', 'export const answer: number = 42;\n');
  for (const name of ['typescript', 'esbuild', 'typebox', 'better-sqlite3', 'bindings', 'file-uri-to-path']) {
    symlinkSync(path.join(repository, 'node_modules', name), path.join(root, 'node_modules', name));
  }
  cpSync(path.join(repository, 'scripts'), path.join(root, 'scripts'), { recursive: true });
  return { root, file, remove: () => rmSync(root, { recursive: true, force: true }) };
}
