// Killed under load and while starting, on the same data: what was acknowledged is there, once, under its number, and was delivered.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ok, receiver } from '../feed/house.ts';
import {
  ADMIN,
  BUILT,
  envOf,
  type Gateway,
  newHome,
  say,
  serve,
  start,
  startServing,
  until,
  wholeLog,
} from './house.ts';

const ACK_EARLY = fileURLToPath(new URL('../../bench/ack-early.mjs', import.meta.url));
const OPENING = ['case.opened', 'case.joined', 'case.answered', 'case.diverted'];
const ROUNDS = 3;
const LANES = 8;

const TROUBLES = ['电梯停了', '路灯不亮', '垃圾没人收', '水管漏水', '树枝压着电线', '公交车一直不来'];
const PLACES = ['海曙区', '江北区', '鄞州区', '镇海区', '北仑区'];
const words = (i: number): string =>
  `${PLACES[i % PLACES.length]}第${i}号楼前，${TROUBLES[i % TROUBLES.length]}已经${(i % 7) + 2}天了，请来看看。`;

/** What senders were told, and what they are still waiting for. */
class Senders {
  /** Key → the case number it was promised, or undefined where it was promised none. */
  readonly told = new Map<string, string | undefined>();
  readonly unanswered = new Set<number>();
  readonly contradicted: string[] = [];
  readonly name: string;
  #next = 0;

  constructor(name: string) {
    this.name = name;
  }

  readonly keyOf = (i: number): string => `${this.name}-${i}`;

  /** As platforms do: first again what was cut off, then what is new. Until `enough` were told, then `kill`. */
  async press(url: string, enough: number, kill: () => unknown): Promise<void> {
    const again = [...this.unanswered];
    let told = 0;
    let killed = false;
    const lane = async (): Promise<void> => {
      while (!killed) {
        const i = again.shift() ?? this.#next++;
        this.unanswered.add(i);
        const answer = await say(url, { content: words(i) }, this.keyOf(i)).catch(() => undefined);
        if (!answer) return;
        expect([200, 201, 503]).toContain(answer.status);
        if (answer.status === 503) continue;
        this.note(i, answer.json.caseNo);
        told += 1;
        if (told < enough || killed) continue;
        killed = true;
        kill();
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  note(i: number, caseNo: string | undefined): void {
    const key = this.keyOf(i);
    if (this.told.has(key) && this.told.get(key) !== caseNo) this.contradicted.push(key);
    this.told.set(key, caseNo);
    this.unanswered.delete(i);
  }

  /** Everything told is called in: sent again, it must be a repeat under the same number. Answers what was broken. */
  async callIn(url: string): Promise<string[]> {
    const broken: string[] = [];
    const open = [...this.told];
    const lane = async (): Promise<void> => {
      for (let one = open.pop(); one; one = open.pop()) {
        const [key, caseNo] = one;
        const i = Number(key.slice(this.name.length + 1));
        const { json } = await say(url, { content: words(i) }, key);
        if (json.outcome !== 'repeated' || (caseNo !== undefined && json.caseNo !== caseNo)) broken.push(key);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return broken;
  }
}

/** Case numbers by the sender's key, as the log tells. */
async function openedByKey(url: string): Promise<Map<string, string[]>> {
  const opened = new Map<string, string[]>();
  for (const { type, data } of await wholeLog(url))
    if (OPENING.includes(type)) opened.set(data.externalId, [...(opened.get(data.externalId) ?? []), data.caseNo]);
  return opened;
}

describe.skipIf(!BUILT)('a gateway that is killed under load', () => {
  const senders = new Senders('k');
  const env = { CIVICLINE_KEY: '7c'.repeat(32) };
  let post: Awaited<ReturnType<typeof receiver>>;
  let gateway: Gateway;

  beforeAll(async () => {
    post = await receiver(ok);
    const home = newHome({ http: { limits: { perAddressPerMinute: 1_000_000, sameContentPerMinute: 1_000 } } });
    for (let round = 0; round < ROUNDS; round += 1) {
      gateway = await serve(home, env);
      if (round === 0) await gateway.ask('POST', '/v1/endpoints', { token: ADMIN, body: { url: post.url } });
      const { url, end } = gateway;
      let gone: Promise<unknown> | undefined;
      await senders.press(url, 10 + Math.floor(Math.random() * 60), () => (gone = end('SIGKILL')));
      await gone;
    }
    const starting = startServing(home, env);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 800));
    await starting.end('SIGKILL');
    gateway = await serve(home, env);
  });
  afterAll(() => post.close());

  it('keeps every promise: each acknowledged message is a repeat, under the number it was told', async () => {
    expect(senders.told.size).toBeGreaterThanOrEqual(10 * ROUNDS);
    expect(await senders.callIn(gateway.url)).toEqual([]);
    expect(senders.contradicted).toEqual([]);
  });

  it('has each acknowledged case in its log exactly once, and no message doubled, acknowledged or not', async () => {
    const opened = await openedByKey(gateway.url);
    const wrong = [...senders.told].filter(([key, no]) => JSON.stringify(opened.get(key)) !== JSON.stringify([no]));
    expect(wrong).toEqual([]);
    expect([...opened].filter(([, numbers]) => numbers.length > 1)).toEqual([]);
  });

  it('has delivered every one at least once; a repeated delivery carries the same id and the same bytes', async () => {
    const arrived = () => post.heard.map(({ body }) => body.toString()).join('\n');
    const missing = (text: string) => [...senders.told.keys()].filter((key) => !text.includes(`"externalId":"${key}"`));
    await until(() => missing(arrived()).length === 0);
    const bodies = new Map<string, string>();
    for (const { headers, body } of post.heard) {
      const id = String(headers['webhook-id']);
      expect(bodies.get(id) ?? body.toString()).toBe(body.toString());
      bodies.set(id, body.toString());
    }
    const events = [...bodies.values()].map((body) => JSON.parse(body));
    const happenings = events.map(({ type, subject, caseversion }) => `${type} ${subject} ${caseversion}`);
    const openings = happenings.filter((one) => OPENING.some((type) => one.startsWith(`${type} `)));
    expect(new Set(openings).size).toBe(openings.length);
  });
});

describe.skipIf(!BUILT)('the control: a front that acknowledges before anything is committed', () => {
  it('is found out: promises are broken, and cases are missing from the log', async () => {
    const senders = new Senders('c');
    const home = newHome({ http: { limits: { perAddressPerMinute: 1_000_000, sameContentPerMinute: 1_000 } } });
    const gateway = await serve(home);
    const port = await freePort();
    const front = start([ACK_EARLY], { ...envOf(home), PORT: String(port), UPSTREAM: gateway.url });
    const url = `http://127.0.0.1:${port}`;
    await until(() => fetch(url).then(Boolean, () => false));
    await senders.press(url, 100, () => void Promise.all([front.end('SIGKILL'), gateway.end('SIGKILL')]));
    await Promise.all([front.end(), gateway.end()]);
    const again = await serve(home);
    const opened = await openedByKey(again.url);
    expect([...senders.told.keys()].filter((key) => !opened.has(key)).length).toBeGreaterThan(0);
    expect((await senders.callIn(again.url)).length).toBeGreaterThan(0);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
