// Compiles src into dist, gathers there what is slow to read, and leaves nothing that neither accounts for.
import { copyFileSync, existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GATHERED, gather } from './gather.mjs';
import { lastLines, run } from './install.mjs';
import { filesUnder, outputsOf } from './stale.mjs';

/** Throws with the compiler's words; then there is no new stamp and the next command tries again. */
export async function build(root) {
  const began = new Date();
  const dist = path.join(root, 'dist');
  mkdirSync(dist, { recursive: true });
  rmSync(path.join(dist, '.stamp'), { force: true });
  const sources = filesUnder(path.join(root, 'src'));
  const wanted = outputsOf(sources);
  const missing = () => wanted.filter((f) => f.endsWith('.js') && !existsSync(path.join(dist, f)));

  await compile(root);
  if (missing().length > 0) {
    // The compiler's memory of what it wrote is wrong when somebody deleted files in dist.
    rmSync(path.join(dist, '.tsbuildinfo'), { force: true });
    await compile(root);
  }
  for (const file of sources.filter((f) => !f.endsWith('.ts'))) {
    mkdirSync(path.dirname(path.join(dist, file)), { recursive: true });
    copyFileSync(path.join(root, 'src', file), path.join(dist, file));
  }
  const accounted = new Set(wanted);
  for (const file of filesUnder(dist)) {
    const ours = accounted.has(file) || file.startsWith('.') || file.startsWith(GATHERED + path.sep);
    if (!ours) rmSync(path.join(dist, file));
  }
  gather(root);
  // The stamp bears the time the build began: what was edited meanwhile counts as newer.
  writeFileSync(path.join(dist, '.stamp'), `${began.toISOString()}\n`);
  utimesSync(path.join(dist, '.stamp'), began, began);
}

async function compile(root) {
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const ran = await run(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root });
  if (ran.code !== 0) throw new Error(`The build failed:\n${lastLines(ran.output)}`);
}
