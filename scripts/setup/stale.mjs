// What is missing or stale: decisions over files and folders; nothing here changes anything.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** What an installed node_modules depends on: the wanted packages, and the machine native code was built for. */
export function installKey(root, machine = process) {
  const hash = createHash('sha256');
  for (const file of ['package.json', 'package-lock.json']) hash.update(read(path.join(root, file))).update('\0');
  return hash.update([machine.versions.modules, machine.platform, machine.arch].join(' ')).digest('hex');
}

/** `none` when the stamp carries the key, else why an install is due. */
export function installDue(root, key) {
  if (!existsSync(path.join(root, 'node_modules'))) return 'missing';
  const stamp = read(path.join(root, 'node_modules', '.stamp')).trim();
  if (stamp === key) return 'none';
  return stamp === '' ? 'unstamped' : 'stale';
}

/**
 * Did npm itself already install just what the lock wants (somebody ran `npm ci` by hand)? Optional packages of other
 * platforms may be absent; anything more or of another version means no.
 */
export function installedMatchesLock(root) {
  const wanted = JSON.parse(read(path.join(root, 'package-lock.json')) || '{}').packages ?? {};
  const found = JSON.parse(read(path.join(root, 'node_modules', '.package-lock.json')) || '{}').packages;
  if (!found) return false;
  for (const [name, { version, optional }] of Object.entries(wanted)) {
    if (name === '' || (optional && !found[name])) continue;
    if (found[name]?.version !== version) return false;
  }
  return Object.keys(found).every((name) => name in wanted);
}

/** Newest change under a folder; the folders themselves count, so that a deleted file is seen too. 0 when absent. */
function newestUnder(folder) {
  if (!existsSync(folder)) return 0;
  let newest = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestUnder(full) : statSync(full).mtimeMs);
  }
  return newest;
}

/** Is anything the build reads newer than the moment the last good build began? */
export function buildDue(root) {
  const stamp = path.join(root, 'dist', '.stamp');
  if (!existsSync(stamp) || !existsSync(path.join(root, 'dist', 'cli.js'))) return true;
  const built = statSync(stamp).mtimeMs;
  const configs = readdirSync(root).filter((name) => /^(tsconfig.*|package)\.json$/.test(name));
  const newest = Math.max(
    newestUnder(path.join(root, 'src')),
    ...configs.map((n) => statSync(path.join(root, n)).mtimeMs),
  );
  return newest > built;
}

/** All files under a folder, as paths relative to it. */
export function filesUnder(folder, below = '') {
  if (!existsSync(path.join(folder, below))) return [];
  return readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(below, entry.name);
    return entry.isDirectory() ? filesUnder(folder, name) : [name];
  });
}

/** What a build of these sources leaves in dist: compiled scripts with their maps, everything else as it is. */
export function outputsOf(sources) {
  return sources.flatMap((file) => {
    if (file.endsWith('.d.ts')) return [];
    if (!file.endsWith('.ts')) return [file];
    const script = `${file.slice(0, -3)}.js`;
    return [script, `${script}.map`];
  });
}
