// The samples integrators copy: each accepts a delivery signed by the Standard Webhooks library and refuses every change to it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { repository } from './project.ts';

const SAMPLES = [
  ['node', process.execPath, 'verify.mjs'],
  ['python3', 'python3', 'verify.py'],
  ['sh with openssl', 'sh', 'verify.sh'],
] as const;

const secret = `whsec_${Buffer.from('thirty-two bytes of test secret!').toString('base64')}`;
const other = `whsec_${Buffer.from('another thirty-two bytes secret!').toString('base64')}`;
const id = 'evt_01KAVERIFYSAMPLE0000000000';
const body = '{"type":"case.opened","subject":"26112400382715","data":{"category":{"name":"道路"}}}\n';
const seconds = (ago: number): number => Math.floor(Date.now() / 1000) - ago;
const signed = (key: string, at: number): string => new Webhook(key).sign(id, new Date(at * 1000), body);

const present = (command: string): boolean =>
  spawnSync(command, ['-c', 'exit 0'], { stdio: 'ignore' }).error === undefined &&
  (command !== 'sh' || spawnSync('openssl', ['version']).error === undefined);

for (const [runtime, command, file] of SAMPLES) {
  const here = present(command);
  describe.skipIf(!here)(`the sample for ${runtime}${here ? '' : ' (skipped: it is not on this machine)'}`, () => {
    const verdict = (at: number, signatures: string, bytes = body): string =>
      spawnSync(command, [path.join(repository, 'docs/examples', file), id, String(at), signatures], {
        input: bytes,
        encoding: 'utf8',
        env: { ...process.env, SECRET: secret },
      }).stdout.trim();

    test('accepts a genuine delivery, also among signatures of other keys and kinds', () => {
      const at = seconds(1);
      expect(verdict(at, signed(secret, at))).toBe('genuine');
      expect(verdict(at, `v1a,AAAA ${signed(other, at)} ${signed(secret, at)}`)).toBe('genuine');
    });

    test('refuses another body, another time, another key and an old delivery', () => {
      const at = seconds(1);
      expect(verdict(at, signed(secret, at), body.trimEnd())).toBe('not genuine');
      expect(verdict(at - 1, signed(secret, at))).toBe('not genuine');
      expect(verdict(at, signed(other, at))).toBe('not genuine');
      expect(verdict(at, 'v1,')).toBe('not genuine');
      const old = seconds(600);
      expect(verdict(old, signed(secret, old))).toBe('not genuine');
    });
  });
}

describe.each(['README.md', 'README.zh-CN.md'])('the five lines in %s', (file) => {
  const page = readFileSync(path.join(repository, file), 'utf8');
  const [, lines = ''] = /```js\n([\s\S]*?)```/.exec(page) ?? [];

  const genuine = (signatures: string, at: number, bytes: string): boolean => {
    const headers = { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signatures };
    const given = JSON.stringify({ secret, headers, body: bytes });
    const program = `const { secret, headers, body } = ${given};\n${lines}\nconsole.log(genuine);`;
    const imports = "import { createHmac, timingSafeEqual } from 'node:crypto';\n";
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', imports + program], { encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    return ran.stdout.trim() === 'true';
  };

  test('are five, accept a genuine delivery and refuse a changed one', () => {
    expect(lines.trimEnd().split('\n')).toHaveLength(5);
    const at = seconds(1);
    expect(genuine(signed(secret, at), at, body)).toBe(true);
    expect(genuine(`v1,AAAA ${signed(secret, at)}`, at, body)).toBe(true);
    expect(genuine(signed(secret, at), at, `${body} `)).toBe(false);
    expect(genuine(signed(other, at), at, body)).toBe(false);
    expect(genuine(signed(secret, seconds(600)), seconds(600), body)).toBe(false);
  });
});
