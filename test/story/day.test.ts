// A small day of the whole street: some three hundred deliveries on every channel, with retries and reordering, make exactly the cases they should.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadSettings } from '../../src/config.ts';
import { type House, openHouse } from '../../src/main.ts';
import { quiet } from '../feed/house.ts';
import { ADMIN, ask, envOf, newHome, until } from './house.ts';

interface Dialogue {
  readonly channel: string;
  readonly steps: readonly { readonly times: number }[];
}
type Sums = Readonly<Record<string, { readonly cases: number; readonly messages: number; readonly closed: number }>>;
interface Day {
  planDay(n: number, seed?: number): Dialogue[];
  expected(dialogues: readonly Dialogue[]): Sums;
  counted(cases: readonly unknown[]): Sums;
  allCases(get: (path: string) => Promise<unknown>): Promise<unknown[]>;
}
interface Street {
  openStreet(): Promise<{ readonly accounts: object; readonly deliver: unknown; close(): Promise<unknown> }>;
  playDay(dialogues: readonly Dialogue[], how: object): Promise<void>;
}
const lib = async <T>(name: string): Promise<T> =>
  (await import(String(new URL(`../../bench/lib/${name}.mjs`, import.meta.url)))) as T;

describe('a small day of the hotline', () => {
  let house: House;
  let street: Awaited<ReturnType<Street['openStreet']>>;
  afterAll(async () => {
    await house?.close();
    await street?.close();
  });
  beforeAll(async () => {
    street = await (await lib<Street>('day-street')).openStreet();
    const home = newHome();
    writeFileSync(join(home, 'config', 'channels.yaml'), stringify({ accounts: street.accounts }));
    const env = { PORT: '0', CIVICLINE_ADMIN_KEY: ADMIN, DATABASE_URL: 'memory:' };
    house = await openHouse(loadSettings(envOf(home, env)), quiet, (error) => {
      throw error;
    });
  });

  it('makes exactly the cases it should on every channel, and nothing lands in quarantine', {
    timeout: 150_000,
  }, async () => {
    const { planDay, expected, counted, allCases } = await lib<Day>('day');
    const { playDay } = await lib<Street>('day-street');
    const dialogues = planDay(300);
    const deliveries = dialogues.flatMap((one) => one.steps).reduce((sum, { times }) => sum + times, 0);
    expect(deliveries).toBeGreaterThan(300);
    await playDay(dialogues, { gateway: house.url, deliver: street.deliver, lanes: 8 });
    const get = async (path: string) => (await ask(house.url, 'GET', path, { token: ADMIN })).json;
    const wanted = expected(dialogues);
    const sum = (sums: Sums) => Object.values(sums).reduce((all, one) => all + one.messages, 0);
    const patience = Date.now() + 30_000;
    await until(async () => Date.now() > patience || sum(counted(await allCases(get))) >= sum(wanted));
    expect(counted(await allCases(get))).toEqual(wanted);
    expect((await get('/v1/quarantine')).data).toEqual([]);
  });
});
