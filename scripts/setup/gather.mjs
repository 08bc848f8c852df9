// Gathers packages of hundreds of small files into a few beside the built code: reading them took a third of every start.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Where gathered packages lie in dist: Node looks there first for whatever dist imports, so no import changes. */
export const GATHERED = 'node_modules';

/** Packages of pure ES modules that load nothing by a name made at run time. */
const PACKAGES = ['typebox'];

export function gather(root) {
  rmSync(path.join(root, 'dist', GATHERED), { recursive: true, force: true });
  for (const name of PACKAGES) gatherOne(root, name);
}

function gatherOne(root, name) {
  const from = path.join(root, 'node_modules', name);
  const to = path.join(root, 'dist', GATHERED, name);
  const { exports, version } = JSON.parse(readFileSync(path.join(from, 'package.json'), 'utf8'));
  // Every entry the package has, under its own name: '.' is index, './value' is value.
  const files = Object.keys(exports).map((entry) => [entry, entry === '.' ? 'index' : entry.slice(2)]);
  // From the project's own packages: this script may be called for another folder than its own.
  const { buildSync } = createRequire(path.join(root, 'package.json'))('esbuild');
  buildSync({
    // Together, so that what two entries share stays one thing: a type made by one is known to the other.
    entryPoints: Object.fromEntries(files.map(([entry, file]) => [file, path.join(from, exports[entry].import)])),
    outdir: to,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outExtension: { '.js': '.mjs' },
    logLevel: 'silent',
  });
  mkdirSync(to, { recursive: true });
  const where = Object.fromEntries(files.map(([entry, file]) => [entry, `./${file}.mjs`]));
  writeFileSync(path.join(to, 'package.json'), JSON.stringify({ name, version, type: 'module', exports: where }));
  copyFileSync(path.join(from, 'license'), path.join(to, 'license'));
}
