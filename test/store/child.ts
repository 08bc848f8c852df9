// Another process at a store, for tests that need one to hold it, to be killed or to be watched. Arguments: what to do, the file.
import { writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { GatewayError } from '../../src/core/errors.ts';
import { inThread, openInThread } from '../../src/store/sqlite/client.ts';
import { migrate } from '../../src/store/sqlite/migrate.ts';
import { MIGRATIONS } from '../../src/store/sqlite/migrations/index.ts';
import { openFile } from '../../src/store/sqlite/open.ts';
import { sqliteOn } from '../../src/store/sqlite/store.ts';
import { keep, Teller } from '../contract/teller.ts';

const [deed = '', file = '', level = ''] = process.argv.slice(2);
const options = { file, masterKey: Buffer.alloc(32, 7), instance: 'test' };
const say = (line: string): void => void writeSync(1, `${line}\n`);

/** Writes much, says so, and never ends: to be killed within. */
const SLOW = {
  name: '0001_slow',
  sql: `CREATE TABLE half (bytes blob);
    WITH RECURSIVE some(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM some WHERE n < 4000)
      INSERT INTO half SELECT randomblob(1000) FROM some;
    SELECT tell();
    WITH RECURSIVE endless(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM endless) SELECT count(*) FROM endless;`,
};

function slowly(torn: boolean): void {
  const db = new Database(file);
  db.pragma('cache_size = 10'); // what does not fit goes to disk before the commit
  db.function('tell', () => {
    say('within');
    return 1;
  });
  if (torn) db.exec(SLOW.sql);
  else migrate(db, [...MIGRATIONS, SLOW]);
}

/** One transaction after the other, each between two marks. */
async function write(): Promise<void> {
  const opened = openFile(file, false);
  const store = inThread(sqliteOn(opened, options), file);
  if (level !== '') opened.db.pragma(`synchronous = ${level}`);
  const tell = new Teller();
  for (let n = 0; n < 10; n += 1) {
    const one = tell.opened({ text: `第${n}件事` });
    say('MARK begin');
    await keep(store, one);
    say('MARK end');
  }
  await store.close();
}

async function run(): Promise<void> {
  switch (deed) {
    case 'hold': {
      const store = openInThread(options);
      await keep(store, new Teller().opened({ text: '路灯不亮' }));
      say('held');
      process.stdin.resume().once('end', () => void store.close());
      return;
    }
    case 'migrate':
      return slowly(false);
    case 'migrate-torn':
      return slowly(true);
    case 'write':
      return write();
    default:
      await openInThread(options).close();
      say('opened');
  }
}

run().catch((error: unknown) => {
  say(error instanceof GatewayError ? error.code : String(error));
  process.exitCode = 3;
});
