// civicline erase, backup, restore, rotate: operations on what is kept. Each says what it did in one JSON line.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { loadSettings } from '../config.ts';
import { parseCaseNo } from '../core/case-no.ts';
import { redact } from '../core/redact.ts';
import { masterKey, type Rooms } from '../rooms.ts';
import type { Settings } from '../settings.ts';
import { KEY_FILE, makeKeyFile, parseKey, replaceKeyFile } from '../store/key-file.ts';
import { restore } from '../store/sqlite/backup.ts';
import { usage } from './fail.ts';
import { printLine, withRooms } from './workshop.ts';

export const eraseCommand = (): Command =>
  new Command('erase')
    .description("destroy a case's key: its words, names and files can never be read again")
    .argument('<case>', 'case number')
    .requiredOption('--reason <text>', 'kept in the audit trail')
    .action(erase);

export const backupCommand = (): Command =>
  new Command('backup')
    .description('online copy of the store, checked; the key file is left out')
    .argument('<file>')
    .action(backup);

export const restoreCommand = (): Command =>
  new Command('restore')
    .description('put a backup in place of the store; the gateway must not run')
    .argument('<file>')
    .option('--force', 'where there is a store, move it aside')
    .action(restoreFrom);

export const rotateCommand = (): Command =>
  new Command('rotate')
    .description('wrap every data key under a new master key; the old one opens nothing afterwards')
    .requiredOption('--new-key-file <file>', 'file that holds the new key; made when it does not exist')
    .action(rotate);

async function erase(text: string, { reason }: { reason: string }): Promise<void> {
  const no = parseCaseNo(text);
  if (!no) throw usage(`${text} is no case number`, 'The last digit is a check digit; look for a typing error.');
  await withRooms((rooms) => eraseIn(rooms, no, reason));
}

async function eraseIn({ store, mint, settings }: Rooms, no: string, reason: string): Promise<void> {
  const found = await store.findCase(no);
  if (!found) throw usage(`there is no case ${no}`);
  const { utcOffsetMinutes } = settings.city;
  const given = { now: Date.now(), utcOffsetMinutes, ulid: mint.ulid, by: 'cli', reason };
  const { event, audit } = redact(found, given);
  const erased = await store.erase(no, audit, event);
  printLine({ caseNo: no, erased });
}

async function backup(file: string): Promise<void> {
  await withRooms(async ({ store }) => {
    const stats = await store.backup(path.resolve(file));
    printLine({ file: path.resolve(file), ...stats });
    process.stderr.write('The master key is not in this copy: keep it elsewhere, or the copy cannot be read.\n');
  });
}

async function restoreFrom(file: string, { force }: { force?: boolean }): Promise<void> {
  const settings = loadSettings(process.env);
  const key = keyIfAny(settings);
  if (!key) process.stderr.write('There is no master key here: whether it opens this backup could not be tried.\n');
  const how = { force: force ?? false, ...(key ? { masterKey: key } : {}) };
  const restored = restore(path.resolve(file), settings.store.dataDir, how);
  printLine(restored);
  if (!restored.erasedBefore)
    process.stderr.write('Which cases were erased in the store that was here cannot be read: erase them again.\n');
  await eraseAgain(restored.erasedBefore ?? [], key !== undefined);
}

/** A backup knows nothing of what was promised after it was made. */
async function eraseAgain(numbers: readonly string[], hasKey: boolean): Promise<void> {
  if (numbers.length === 0) return;
  if (!hasKey)
    throw usage(
      `cases that had been erased are back: ${numbers.join(', ')}`,
      'Set the master key and erase them again.',
    );
  await withRooms(async (rooms) => {
    for (const no of numbers) await eraseIn(rooms, no, 'erased before the backup was restored');
  });
}

/** Makes none: a new key would open nothing in a backup. */
function keyIfAny(settings: Settings): Uint8Array | undefined {
  const beside = path.join(settings.store.dataDir, KEY_FILE);
  return settings.secrets.masterKey || existsSync(beside) ? masterKey(settings).key : undefined;
}

async function rotate({ newKeyFile }: { newKeyFile: string }): Promise<void> {
  await withRooms(async ({ store, settings }) => {
    const master = masterKey(settings);
    // Before anything is sealed under it, the new key must be on disk.
    const made = !existsSync(newKeyFile);
    const key = made ? makeKeyFile(newKeyFile) : parseKey(readFileSync(newKeyFile, 'utf8').trim());
    if (made) process.stderr.write(`A new key was made in ${newKeyFile}: keep a copy elsewhere.\n`);
    const wrapped = await store.rotate(key);
    // The store opens with the new key from here on; a key file beside the data must say so before anything else happens.
    const oldKeyFile = master.path ? replaceKeyFile(master.path, key, Date.now()) : undefined;
    if (oldKeyFile)
      process.stderr.write(`Backups made before now open only with the old key, kept in ${oldKeyFile}.\n`);
    const files = {
      keyFile: master.path ?? null,
      oldKeyFile: oldKeyFile ?? null,
      newKeyFile: path.resolve(newKeyFile),
    };
    printLine({ rewrapped: wrapped, ...files, made });
    if (master.from === 'environment')
      process.stderr.write('Set CIVICLINE_KEY to the new key before the next start.\n');
  });
}
