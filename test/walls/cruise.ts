// Runs the wall checker as `npm run check` does, on the real tree or on a planted one.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';

export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const config = path.join(repository, '.dependency-cruiser.cjs');

export const walls: NonNullable<IFlattenedRuleSet['forbidden']> = createRequire(import.meta.url)(config).forbidden;

export async function cruiseTree(root: string): Promise<ICruiseResult> {
  const options = await extractDepcruiseOptions(config);
  const before = process.cwd();
  process.chdir(root);
  try {
    const tsConfig = extractTsConfig(path.join(root, 'tsconfig.json'));
    const { output } = await cruise(['src'], { ...options, baseDir: root }, undefined, { tsConfig });
    if (typeof output === 'string') throw new Error('the checker answered text instead of a result');
    return output;
  } finally {
    process.chdir(before);
  }
}

/** Lays out the files in a folder of their own, with the project's packages and settings beside them. */
export async function cruisePlanted(files: Readonly<Record<string, string>>): Promise<ICruiseResult> {
  const root = mkdtempSync(path.join(tmpdir(), 'civicline-walls-'));
  try {
    for (const name of ['package.json', 'tsconfig.json', 'node_modules'])
      symlinkSync(path.join(repository, name), path.join(root, name));
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), content);
    }
    return await cruiseTree(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Names of the walls that stopped something, each once. */
export const stoppedBy = (result: ICruiseResult): string[] => [
  ...new Set(result.summary.violations.map((v) => v.rule.name)),
];
