#!/usr/bin/env node
// Before `npm start`, `npm test` and the command line: installs what is missing, builds what is stale, else does nothing.
// Needs nothing but node. Speaks on standard error only: the command line's standard output is data.
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './setup/build.mjs';
import { databaseOpens, install } from './setup/install.mjs';
import { takeLock } from './setup/lock.mjs';
import { buildDue, installDue, installedMatchesLock, installKey } from './setup/stale.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const quiet = process.argv.includes('--quiet');

const say = (words) => process.stderr.write(`civicline: ${words}\n`);
const remark = (words) => {
  if (!quiet) say(words);
};

/** 20.19 is the first that can require the ES modules some packages are. */
function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Error(`Node ${process.versions.node} is too old: civicline needs 20.19 or newer.`);
}

async function ensureInstalled() {
  const key = installKey(root);
  const why = installDue(root, key);
  if (why === 'none') return;
  const stamp = path.join(root, 'node_modules', '.stamp');
  if (why !== 'missing' && installedMatchesLock(root) && (await databaseOpens(root)).code === 0) {
    remark('the installed packages are the locked ones');
  } else {
    say(
      `installing packages (${why === 'missing' ? 'first time' : 'they changed'}). ` +
        'Where SQLite must be compiled this takes about one to two minutes more.',
    );
    rmSync(stamp, { force: true });
    const began = Date.now();
    await install(root, remark);
    say(`installed in ${Math.round((Date.now() - began) / 1000)} s`);
  }
  writeFileSync(stamp, `${key}\n`);
}

async function ensureBuilt() {
  if (!buildDue(root)) return;
  say('building (some ten seconds)');
  const began = Date.now();
  await build(root);
  remark(`built in ${Math.round((Date.now() - began) / 1000)} s`);
}

const nothingDue = () => installDue(root, installKey(root)) === 'none' && !buildDue(root);

try {
  refuseOldNode();
  if (!nothingDue()) {
    const lock = path.join(root, 'dist', '.setup.lock');
    const release = await takeLock(lock, () => say('another command is setting up; waiting for it'));
    try {
      await ensureInstalled();
      await ensureBuilt();
    } finally {
      release();
    }
  }
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
