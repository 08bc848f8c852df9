// Commands beside a running gateway: they borrow its store, and what they do is seen at once.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, BUILT, type Gateway, newHome, serve, typesOf, wholeLog } from '../story/house.ts';
import { command as commandIn } from './command.ts';

const WORDS = '鄞州区东吴镇河道里有死鱼，水都发黑了。';

describe.skipIf(!BUILT)('commands beside a running gateway', () => {
  const home = newHome();
  let gateway: Gateway;
  let receipt: { caseNo: string; queryCode: string };

  beforeAll(async () => {
    gateway = await serve(home);
    receipt = (await gateway.say({ content: WORDS, name: '测试人' }, 'river-1')).json;
  });
  afterAll(() => gateway.end('SIGKILL'));

  const command = (...args: string[]) => commandIn(home, args);
  const status = async (path: string, token: string) => (await gateway.ask('GET', path, { token })).status;

  it('makes a key that opens at once, shows it without its token, and takes it back at once', async () => {
    const made = await command('key', 'create', '区平台', '--scope', 'integrator', 'metrics');
    expect([made.exit, made.err]).toEqual([0, '']);
    const [{ id, token, ...key }] = made.lines;
    expect(key).toMatchObject({ name: '区平台', scopes: ['integrator', 'metrics'] });
    expect(await status('/v1/events', token)).toBe(200);
    expect(await status('/v1/keys', token)).toBe(403);
    const listed = await command('key', 'list');
    expect(listed.lines).toContainEqual({ id, ...key });
    expect(listed.out).not.toContain(token);
    const revoked = await command('key', 'revoke', id);
    expect(revoked.lines).toEqual([{ id, revokedAt: expect.any(String) }]);
    expect(await status('/v1/events', token)).toBe(401);
    const trail = await gateway.ask('GET', `/v1/audit?subject=${id}`, { token: ADMIN });
    const actions = trail.json.data.map(({ actor, action }: { actor: string; action: string }) => [actor, action]);
    expect(actions).toEqual([
      ['cli', 'key.revoke'],
      ['cli', 'key.create'],
    ]);
  });

  it('imports into the same store, and the gateway shows the case', async () => {
    const file = join(home, 'more.jsonl');
    writeFileSync(file, `${JSON.stringify({ id: 'm-1', text: '奉化区溪口镇的公厕没有水。' })}\n`);
    const { exit, lines } = await command('import', '--channel', 'web', '--json', file);
    expect(exit).toBe(0);
    expect((await gateway.ask('GET', `/v1/cases/${lines[0].caseNo}`, { token: ADMIN })).status).toBe(200);
  });

  it('copies the store while it runs', async () => {
    const file = join(home, 'copy.db');
    const { exit, lines, err } = await command('backup', file);
    expect(exit).toBe(0);
    expect(lines).toEqual([expect.objectContaining({ file, messages: 2, cases: 2 })]);
    expect(err).toContain('The master key is not in this copy');
    const key = readFileSync(join(home, 'data', 'key'), 'utf8').trim();
    const bytes = readFileSync(file);
    expect(bytes.includes(key) || bytes.includes(Buffer.from(key, 'base64'))).toBe(false);
    const again = await command('backup', file);
    expect([again.exit, again.out]).toEqual([1, '']);
    expect(again.err).toContain('exists already');
  });

  it('erases a case for good: nobody reads it again, and integrators are told', async () => {
    const { caseNo, queryCode } = receipt;
    const { exit, lines } = await command('erase', caseNo, '--reason', '本人申请');
    expect([exit, lines]).toEqual([0, [{ caseNo, erased: true }]]);
    const looked = await gateway.ask('POST', '/v1/lookup', { body: { caseNo, queryCode } });
    expect(looked.status).toBe(404);
    const seen = await gateway.ask('GET', `/v1/cases/${caseNo}/messages`, { token: ADMIN });
    expect(seen.text).not.toMatch(/死鱼|测试人/);
    const events = (await wholeLog(gateway.url)).filter(({ subject }) => subject === caseNo);
    // Between them a person may have been asked which unit it is for.
    const told = typesOf(events).filter((type) => type !== 'case.proposed');
    expect(told).toEqual(['case.opened', 'case.redacted']);
    const trail = await gateway.ask('GET', `/v1/audit?subject=${caseNo}`, { token: ADMIN });
    expect(trail.json.data[0]).toMatchObject({ actor: 'cli', action: 'case.erase', reason: '本人申请' });
  });

  it('refuses to put a backup in the place of a store that is in use', async () => {
    const { exit, out, err } = await command('restore', '--force', join(home, 'copy.db'));
    expect([exit, out]).toEqual([1, '']);
    expect(err).toMatch(/another gateway is using/);
    expect((await gateway.say({ content: '宁海县西店镇的路牌倒了。' })).status).toBe(201);
  });

  it('examines the house without disturbing it', async () => {
    const { exit, lines } = await command('doctor');
    expect(lines.find(({ check }) => check === 'store')).toMatchObject({ state: 'ok' });
    expect(lines.filter(({ state }) => state === 'fail')).toEqual([]);
    expect(exit).toBe(0);
  });
});
