// The page for integrators keeps its word: its receivers, run as printed there, verify what the feed sends.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parseCaseNo } from '../../src/core/case-no.ts';
import { sign, signersOf } from '../../src/feed/sign.ts';
import { ADMIN, desk } from './desk.ts';
import { endpoint, feedOver, SECRET } from './house.ts';
import { LogFake } from './log-fake.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/integrators.md', import.meta.url)), 'utf8');
const sample = (language: string): string => new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';

it('the receiver in Node confirms its endpoint, takes a genuine event and refuses a forged one', async () => {
  const code = sample('js').replace(
    '.listen(9000)',
    ".listen(0, '127.0.0.1', function () { console.log(this.address().port) })",
  );
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { env: { ...process.env, SECRET } });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const url = `http://127.0.0.1:${(await lines.next()).value}/`;
    const store = new LogFake();
    await store.putEndpoint(endpoint({ url, state: 'pending' }));
    const feed = await feedOver(store);
    const verified = await desk(feed, store)(ADMIN, 'POST', '/v1/endpoints/ep_1/verify');
    expect(verified.json).toMatchObject({ state: 'enabled' });
    store.commit({ type: 'case.opened', subject: 'A' });
    feed.nudge();
    expect((await lines.next()).value).toMatch(/^0{19}\d (endpoint\.enabled ep_1|case\.opened A)$/);
    const forged = await feed.guard.request(url, { method: 'POST', headers: { 'webhook-id': 'evt_1' }, body: '{}' });
    expect(forged.status).toBe(401);
    await feed.close();
  } finally {
    child.kill();
  }
});

it('the event shown has a case number that is one', () => {
  const { subject, partitionkey, data } = JSON.parse(sample('json'));
  expect(parseCaseNo(subject)).toBe(subject);
  expect([partitionkey, data.caseNo, data.href]).toEqual([subject, subject, `/v1/cases/${subject}`]);
});

const python = (() => {
  try {
    execFileSync('python3', ['--version']);
    return true;
  } catch {
    console.warn('skipped: the sample in Python, since there is no python3 here');
    return false;
  }
})();
it.skipIf(!python)('the sample in Python tells a genuine body from a changed one', () => {
  const now = Math.floor(Date.now() / 1_000);
  const headers = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(now),
    'webhook-signature': `v1,AAAA ${sign(signersOf(SECRET, ['v1']), 'evt_1', now, '{"积水":1}')}`,
  };
  const program = `${sample('python')}\nimport json, sys\nfor body in ('{"积水":1}', '{"积水":2}'):\n    print(genuine(sys.argv[1], json.loads(sys.argv[2]), body.encode()))\n`;
  const said = execFileSync('python3', ['-', SECRET, JSON.stringify(headers)], { input: program, encoding: 'utf8' });
  expect(said.trim().split('\n')).toEqual(['True', 'False']);
});
