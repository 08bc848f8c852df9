// `npm run simulate CHANNEL` as whoever tries it out meets it: a citizen's way, and what it says when something is amiss.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ADMIN, BUILT, newHome, serve, start } from '../story/house.ts';

const RUN = fileURLToPath(new URL('../../simulators/run.mjs', import.meta.url));

async function simulate(...args: string[]) {
  const { said, end } = start([RUN, ...args], { PATH: process.env.PATH ?? '' });
  return { exit: await end(), ...said };
}

const listening = async (port: number) => {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

/** A port somebody else listens at, until it is let go; the one before it is free. */
async function taken() {
  for (;;) {
    const server = await listening(0);
    const { port } = server.address() as AddressInfo;
    const before = await listening(port - 1).catch(() => undefined);
    if (before) {
      before.close();
      await once(before, 'close');
      return { port, free: () => void server.close() };
    }
    server.close();
  }
}

describe('who tries out a channel', () => {
  it.each([
    ['qq', 0],
    ['email', 0],
    // The server for answers stands at the next port.
    ['email', -1],
  ])('by %s is told that the port is taken, and how to take another', { timeout: 30_000 }, async (channel, beside) => {
    const { port, free } = await taken();
    const { exit, err } = await simulate(channel, '--port', String(port + beside));
    free();
    expect(err).toBe(
      `simulate: port ${port} is taken by another program; give another with --port, and the account the same\n`,
    );
    expect(exit).toBe(1);
  });

  it('is told that no gateway is there', { timeout: 30_000 }, async () => {
    const { port, free } = await taken();
    free();
    const { exit, err } = await simulate('web', '--gateway', `http://127.0.0.1:${port}`);
    expect(err).toBe(
      `simulate: nothing listens at 127.0.0.1:${port}; start the gateway, or say with --gateway where it is\n`,
    );
    expect(exit).toBe(1);
  });

  it.each([
    ['--port', 'abc'],
    ['--stay', 'long'],
    ['--sekret', 'x'],
  ])('is told of %s %s', { timeout: 30_000 }, async (option, value) => {
    const { exit, err } = await simulate('qq', option, value);
    expect(err).toMatch(new RegExp(`^simulate: .*${option}.*\nUse: npm run simulate CHANNEL`));
    expect(exit).toBe(2);
  });

  it.runIf(BUILT)(
    'gets a receipt and later the unit’s answer, and a word about an account that is not there',
    { timeout: 60_000 },
    async () => {
      const home = newHome();
      const accounts = { hotline: { channel: 'phone', sources: [{ name: 'speech', token: 'speech-token-0001' }] } };
      writeFileSync(join(home, 'config', 'channels.yaml'), stringify({ accounts }));
      const gateway = await serve(home);
      const at = (...args: string[]) => simulate(...args, '--gateway', gateway.url);
      const web = await at('web');
      expect(web).toMatchObject({ exit: 0, out: expect.stringMatching(/opened \d{14} [A-Z0-9]{8}\n$/) });
      const [, caseNo = '', queryCode = ''] = /opened (\d{14}) ([A-Z0-9]{8})/.exec(web.out) ?? [];
      const call = await at('phone', '--account', 'hotline', '--token', 'speech-token-0001', '--caller', '13800000009');
      expect(call).toMatchObject({ exit: 0, out: expect.stringMatching(/taken: joined \d{14}/) });
      const lost = await at('letter', '--account', 'nobody', '--key', ADMIN);
      expect(lost).toMatchObject({ exit: 1, err: expect.stringContaining('is there an account nobody') });
      // Out to a web citizen is the page of the case.
      const { unit } = (await gateway.ask('GET', `/v1/cases/${caseNo}`, { token: ADMIN })).json;
      for (const report of [{ type: 'signed' }, { type: 'answered', public: '路灯今晚修好，请您看看。' }])
        await gateway.ask('POST', `/v1/cases/${caseNo}/reports`, {
          token: ADMIN,
          body: { ...report, unit: unit.code },
        });
      const page = await gateway.ask('POST', '/case', { form: { caseNo, queryCode } });
      expect(page.text).toContain('路灯今晚修好，请您看看。');
      await gateway.end('SIGTERM');
    },
  );
});
