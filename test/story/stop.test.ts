// A stop that loses nobody: what is under way is answered; and a second gateway on the same data that is sent away.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, ask, BUILT, type Gateway, newHome, serve, startServing, until, wholeLog } from './house.ts';

const MANY = 60;

/** One connection over which requests are written by hand, so that it is known what stood on the wire when. */
class Line {
  readonly #socket: Socket;
  #heard = '';
  #closed = false;

  constructor(url: string) {
    this.#socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('utf8');
    this.#socket.on('data', (text: string) => {
      this.#heard += text;
    });
    this.#socket.on('close', () => {
      this.#closed = true;
    });
    this.#socket.on('error', () => {});
  }

  /** Answered once: a connection the gateway has not fetched from the system yet is reset with its listener, whatever was written. */
  async taken(): Promise<void> {
    await once(this.#socket, 'connect');
    this.write('GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
    await this.answered(1);
    this.#heard = '';
  }
  write = (text: string) => void this.#socket.write(text);

  /** Writes the head and then one character after the other, until the other side hangs up. */
  dribble(head: string): void {
    this.write(head);
    const timer = setInterval(() => this.write(' '), 50);
    this.#socket.once('close', () => clearInterval(timer));
  }

  hungUp = () => until(() => this.#closed);

  /** Status and body of each answer heard so far. */
  answers(): { readonly status: number; readonly body: string }[] {
    return [...this.#heard.matchAll(/HTTP\/1\.1 (\d{3})[\s\S]*?\r\n\r\n(\{[\s\S]*?\})(?=HTTP|$)/g)].map(
      ([, status, body]) => ({
        status: Number(status),
        body: body ?? '',
      }),
    );
  }

  /** Waits for so many answers, or until the other side hangs up. */
  async answered(count: number): Promise<ReturnType<Line['answers']>> {
    await until(() => this.answers().length >= count || this.#closed);
    return this.answers();
  }
}

const request = (i: number): { readonly head: string; readonly body: string } => {
  const body = JSON.stringify({ content: `海曙区第${i}号院的楼道灯不亮，老人走路要摸黑。` });
  const length = Buffer.byteLength(body);
  const lines = ['POST /in/web HTTP/1.1', 'host: 127.0.0.1', 'content-type: application/json'];
  return { head: [...lines, `idempotency-key: stop-${i}`, `content-length: ${length}`, '', ''].join('\r\n'), body };
};

describe.skipIf(!BUILT)('a gateway that is told to stop while people are speaking', () => {
  const home = newHome();
  let gateway: Gateway;
  let again: Gateway;
  let exit: Promise<number | null>;
  let fast: Line[];
  let slow: Line;
  let dribbling: Line;
  let waiting: Promise<{ status: number }>;

  beforeAll(async () => {
    gateway = await serve(home);
    fast = Array.from({ length: MANY }, () => new Line(gateway.url));
    slow = new Line(gateway.url);
    dribbling = new Line(gateway.url);
    await Promise.all([...fast, slow, dribbling].map((line) => line.taken()));
    waiting = ask(gateway.url, 'GET', '/v1/events?after=now&wait=30', { token: ADMIN });
    const half = request(MANY);
    slow.write(half.head + half.body.slice(0, 20));
    dribbling.dribble(request(MANY + 1).head.replace(/content-length: \d+/, 'content-length: 200000'));
    for (const [i, line] of fast.entries()) line.write(request(i).head + request(i).body);
    await until(() => fast.some((line) => line.answers().length > 0));
    exit = gateway.end('SIGTERM');
    await until(() => gateway.said.err.includes('closing: answering what is under way'));
    slow.write(half.body.slice(20));
  });

  it('answers everybody whose words had arrived: taken in, or to be sent again', async () => {
    for (const line of fast) {
      const answers = await line.answered(1);
      expect(answers).toHaveLength(1);
      expect([201, 503]).toContain(answers[0]?.status);
    }
  });

  it('answers the one whose words were still on their way, and the one who waited for events', async () => {
    const [answer] = await slow.answered(1);
    expect([201, 503]).toContain(answer?.status);
    expect((await waiting).status).toBe(200);
  });

  it('hangs up on the one who never comes to an end, and keeps nothing of it', async () => {
    await dribbling.hungUp();
    expect(dribbling.answers()).toEqual([]);
  });

  it('ends by itself, with exit code 0, and listens no more', async () => {
    expect(await exit).toBe(0);
    await expect(fetch(gateway.url)).rejects.toThrow();
  });

  it('has kept just what it acknowledged, and takes the rest when it is back', async () => {
    again = await serve(home);
    const logged = new Map((await wholeLog(again.url)).map(({ data }) => [data.externalId, data.caseNo]));
    for (const [i, line] of [...fast, slow].entries()) {
      const [answer] = line.answers();
      const { caseNo } = answer?.status === 201 ? JSON.parse(answer.body) : {};
      expect([i, logged.get(`stop-${i}`)]).toEqual([i, caseNo]);
      const { json } = await again.say(JSON.parse(request(i).body), `stop-${i}`);
      expect(json.outcome === 'repeated').toBe(caseNo !== undefined);
    }
  });

  it('sends a second gateway on the same data away at once, says why and what to do, and goes on itself', async () => {
    const second = startServing(home);
    expect(await second.end()).toBe(1);
    expect(second.said.err).toMatch(/^civicline: another gateway is using .*civicline\.db\n {2}Stop the other process/);
    expect(second.said.out).toBe('');
    expect((await again.say({ content: '象山县石浦镇的码头灯坏了，晚上看不见。' })).status).toBe(201);
  });
});
