// civicline key: makes, lists and revokes API keys without the server. The token is shown once.
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { type ApiKey, SCOPES, type Scope } from '../core/access.ts';
import { toRfc3339 } from '../core/time.ts';
import { hashToken } from '../http/keyring.ts';
import { unknownTenant } from '../http/routes/keys.ts';
import { usage } from './fail.ts';
import { printLine, withRooms } from './workshop.ts';

interface CreateOptions {
  readonly scope: string[];
  readonly unit?: string;
  readonly tenant?: string;
}

export function keyCommand(): Command {
  const key = new Command('key').description('API keys: create, list, revoke');
  key
    .command('create')
    .argument('<name>')
    .requiredOption('--scope <scope...>', `one or more of ${SCOPES.join(', ')}`)
    .option('--unit <code>', 'sees and reports on this unit only')
    .option('--tenant <division>', 'sees this tenant only')
    .action(create);
  key.command('list').action(list);
  key.command('revoke').argument('<id>').action(revoke);
  return key;
}

const LONGEST_NAME = 100;
const isScope = (text: string): text is Scope => SCOPES.some((s) => s === text);

async function create(name: string, options: CreateOptions): Promise<void> {
  const scopes = options.scope.filter(isScope);
  const bad = options.scope.find((s) => !isScope(s));
  if (bad !== undefined) throw usage(`there is no scope ${bad}`, `Scopes: ${SCOPES.join(', ')}.`);
  if (name === '' || name.length > LONGEST_NAME) throw usage(`a name has 1 to ${LONGEST_NAME} characters`);
  if (scopes.includes('unit') && !options.unit) throw usage('a key with scope unit names its unit', 'Add --unit CODE.');
  await withRooms(async ({ store, mint, settings }) => {
    if (options.unit && !settings.city.units.some((u) => u.code === options.unit))
      throw usage(`there is no unit ${options.unit}`, 'Units stand in units.yaml.');
    const unknown = unknownTenant(options.tenant, settings);
    if (unknown) throw usage(unknown.message, unknown.advice);
    const token = `ck_${randomBytes(32).toString('base64url')}`;
    const at = toRfc3339(Date.now(), settings.city.utcOffsetMinutes);
    const key: ApiKey = {
      id: `key_${mint.ulid()}`,
      name,
      hash: hashToken(token),
      scopes,
      ...(options.unit ? { unit: options.unit } : {}),
      ...(options.tenant ? { tenant: options.tenant } : {}),
      createdAt: at,
    };
    await store.putKey(key);
    await store.audit({ at, actor: 'cli', action: 'key.create', subject: key.id, detail: { name, scopes } });
    const { hash: _, ...shown } = key;
    printLine({ ...shown, token });
  });
}

async function list(): Promise<void> {
  await withRooms(async ({ store }) => {
    for (const { hash: _, ...shown } of await store.keys()) printLine(shown);
  });
}

async function revoke(id: string): Promise<void> {
  await withRooms(async ({ store, settings }) => {
    const key = (await store.keys()).find((k) => k.id === id);
    if (!key) throw usage(`there is no key ${id}`, 'civicline key list shows them.');
    const at = toRfc3339(Date.now(), settings.city.utcOffsetMinutes);
    await store.putKey({ ...key, revokedAt: key.revokedAt ?? at });
    await store.audit({ at, actor: 'cli', action: 'key.revoke', subject: id });
    printLine({ id, revokedAt: key.revokedAt ?? at });
  });
}
