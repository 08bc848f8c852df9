// A disk that fills up: new work is refused with a time to come back, nothing is stored, and service resumes by itself.
import { spawnSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, type Answer, BUILT, type Gateway, newFolder, newHome, serve, until, wholeLog } from './house.ts';

const MIB = 1_048_576;
const LIFT = { content: '余姚市阳明街道小区的电梯停了，住在高层的老人出不了门。' };
const TREE = { content: '慈溪市浒山街道路边的大树被风刮倒，挡住了半条路。' };

/** A small disk of its own; undefined where this process may not mount one. */
function smallDisk(bytes: number): string | undefined {
  const folder = newFolder();
  const done = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]);
  return done.status === 0 ? folder : undefined;
}

/** What a refusal for want of room must be. */
function expectRefused({ status, headers, json }: Answer): void {
  expect([status, json.code]).toEqual([503, 'disk_low']);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(json.advice).toContain('Nothing was stored');
}

const figure = (text: string, name: string): number =>
  Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1]);

describe.skipIf(!BUILT)('a gateway whose disk fills up while it runs', () => {
  const disk = BUILT ? smallDisk(48 * MIB) : undefined;
  const filler = join(disk ?? '', 'something-else');
  if (!disk) console.warn('SKIPPED: this process may not mount a small disk');
  let gateway: Gateway;

  beforeAll(async () => {
    if (!disk) return;
    const home = newHome({ store: { minFreeBytes: 16 * MIB } });
    gateway = await serve(home, { CIVICLINE_DATA: disk });
  });
  afterAll(async () => {
    if (!disk) return;
    await gateway.end('SIGKILL');
    spawnSync('umount', [disk]);
  });

  it.skipIf(!disk)('takes messages while there is room', async () => {
    expect((await gateway.say(LIFT, 'lift')).status).toBe(201);
    expect((await gateway.ask('GET', '/readyz')).status).toBe(200);
  });

  it.skipIf(!disk)(
    'refuses new ones when the room is gone, stores nothing of them, and says it is not ready',
    async () => {
      const { bavail, bsize } = statfsSync(disk ?? '');
      writeFileSync(filler, Buffer.alloc(bavail * bsize - 8 * MIB));
      const readiness = () => gateway.ask('GET', '/readyz');
      await until(async () => (await readiness()).status === 503);
      const { json, headers } = await readiness();
      expect(json).toMatchObject({ status: 'unready', reasons: [{ code: 'disk_low' }] });
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
      expectRefused(await gateway.say(TREE, 'tree'));
      expectRefused(await gateway.ask('POST', '/in/web', { form: TREE, headers: { 'idempotency-key': 'tree' } }));
      const figures = await gateway.ask('GET', '/metrics');
      expect(figure(figures.text, 'civicline_messages')).toBe(1);
      expect(figure(figures.text, 'civicline_disk_free_bytes')).toBeLessThan(16 * MIB);
      expect((await gateway.ask('GET', '/healthz')).status).toBe(200);
    },
  );

  it.skipIf(!disk)('still shows what it has: the log, and a case to who has number and code', async () => {
    const log = await wholeLog(gateway.url);
    expect(log.map(({ data }) => data.externalId)).toEqual(['lift']);
    const answer = await gateway.ask('GET', '/v1/cases', { token: ADMIN });
    expect(answer.json.data).toHaveLength(1);
  });

  it.skipIf(!disk)('resumes by itself when there is room, and takes under its key what it had refused', async () => {
    rmSync(filler);
    await until(async () => (await gateway.ask('GET', '/readyz')).status === 200);
    expect((await gateway.say(TREE, 'tree')).status).toBe(201);
    expect((await wholeLog(gateway.url)).map(({ data }) => data.externalId)).toEqual(['lift', 'tree']);
  });
});

describe.skipIf(!BUILT)('a gateway that is started without the room it was told to keep', () => {
  it('starts, refuses, and tells an operator why', async () => {
    const home = newHome({ store: { minFreeBytes: 1e15 } });
    const gateway = await serve(home);
    expectRefused(await gateway.say(LIFT, 'lift'));
    const { status, json } = await gateway.ask('GET', '/readyz');
    expect([status, json.reasons[0].code]).toEqual([503, 'disk_low']);
    expect(await wholeLog(gateway.url)).toEqual([]);
    await until(() => gateway.said.err.includes('refused for now'));
    expect(gateway.said.err).toContain('disk_low');
  });
});
