// What the doctor sees of the house itself: the master key, how long things are kept, the disk under the data.
import { accessSync, constants, existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { masterKey, storeFile } from '../../rooms.ts';
import type { Settings } from '../../settings.ts';
import type { MasterKey } from '../../store/key-file.ts';
import { type Finding, verdicts } from './finding.ts';

const MIB = 1_048_576;

/** Looks without making a key: a doctor changes nothing. */
export function keyFindings(settings: Settings): { readonly findings: Finding[]; readonly master?: MasterKey } {
  const { ok, warn, fail } = verdicts('keys');
  const made = existsSync(storeFile(settings));
  if (!settings.secrets.masterKey && !made)
    return { findings: [ok('no store yet: the first start makes a key file, unless CIVICLINE_KEY is set')] };
  let master: MasterKey;
  try {
    master = masterKey(settings);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return {
      findings: [fail(detail, 'Without the key nothing in the store can be read: bring it back from its safe place.')],
    };
  }
  const findings: Finding[] = [];
  if (master.from === 'file')
    findings.push(
      warn(
        `the master key lies beside the data (${master.path ?? ''})`,
        'Who steals the disk has both. Give the key as CIVICLINE_KEY from a place of its own, and keep a copy.',
      ),
    );
  if (master.exposed) findings.push(fail(`others may read ${master.path ?? 'the key file'}`, 'chmod 600 it.'));
  return { findings: findings.length > 0 ? findings : [ok('the master key comes from the environment')], master };
}

/** How long the city keeps what people told it. */
export function keepingFindings({ retention }: Settings): Finding[] {
  const { ok, warn } = verdicts('keeping');
  const { months } = retention;
  if (months !== undefined)
    return [ok(`settled cases, and messages that opened none, are erased after ${months} months`)];
  return [
    warn(
      'nothing is erased by itself: retention.months is not set',
      'Ask your legal office how long cases may be kept, then set retention.months in civicline.yaml.',
    ),
  ];
}

export async function diskFindings({ store }: Settings): Promise<Finding[]> {
  const { ok, warn, fail } = verdicts('disk');
  const { dataDir, minFreeBytes } = store;
  if (!existsSync(dataDir)) return [ok(`${dataDir} does not exist yet; the first start makes it`)];
  try {
    accessSync(dataDir, constants.W_OK);
  } catch {
    return [
      fail(`${dataDir} cannot be written`, 'Give the folder to the user the gateway runs as, or mount it writable.'),
    ];
  }
  const { bavail, bsize, blocks } = await statfs(dataDir);
  const free = bavail * bsize;
  const told = `${Math.floor(free / MIB)} MiB free under ${dataDir}`;
  if (free < minFreeBytes)
    return [fail(told, 'Intake is refused until there is room: free space or move the data folder.')];
  if (free < minFreeBytes * 10 || bavail < blocks / 20)
    return [warn(told, 'Make room soon; below the floor intake is refused.')];
  return [ok(told)];
}
