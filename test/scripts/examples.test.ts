// The samples integrators copy: each accepts a delivery signed by the Standard Webhooks library and refuses every change to it.
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Webhook } from 'standardwebhooks';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { vectors } from '../feed/vectors.ts';
import { repository } from './project.ts';

interface Sample {
  readonly runtime: string;
  /** What must be there to run it. */
  readonly needs: string;
  /** Command and arguments, after what has to be made once was made in `folder`. */
  prepare(folder: string): readonly string[];
}

const example = (file: string): string => path.join(repository, 'docs/examples', file);
const as = (runtime: string, needs: string, ...command: string[]): Sample => ({
  runtime,
  needs,
  prepare: () => command,
});

/** The compiler of the project stands in for a Node that reads TypeScript by itself. */
const typescript: Sample = {
  runtime: 'TypeScript',
  needs: process.execPath,
  prepare(folder) {
    const made = path.join(folder, 'verify.mjs');
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
    writeFileSync(
      made,
      ts.transpileModule(readFileSync(example('verify.ts'), 'utf8'), { compilerOptions: options }).outputText,
    );
    return [process.execPath, made];
  },
};
const java: Sample = {
  runtime: 'Java',
  needs: 'javac',
  prepare(folder) {
    expect(spawnSync('javac', ['-d', folder, example('Verify.java')], { encoding: 'utf8' }).stderr).toBe('');
    return ['java', '-Xshare:auto', '-XX:TieredStopAtLevel=1', '-cp', folder, 'Verify'];
  },
};
const go: Sample = {
  runtime: 'Go',
  needs: 'go',
  prepare(folder) {
    const made = path.join(folder, 'verify');
    expect(spawnSync('go', ['build', '-o', made, example('verify.go')], { encoding: 'utf8' }).stderr).toBe('');
    return [made];
  },
};
const SAMPLES: readonly Sample[] = [
  as('Node', process.execPath, process.execPath, example('verify.mjs')),
  typescript,
  as('Python', 'python3', 'python3', example('verify.py')),
  java,
  go,
  as('PHP', 'php', 'php', example('verify.php')),
  as('sh with openssl', 'openssl', 'sh', example('verify.sh')),
];

const secret = `whsec_${Buffer.from('thirty-two bytes of test secret!').toString('base64')}`;
const other = `whsec_${Buffer.from('another thirty-two bytes secret!').toString('base64')}`;
const id = 'evt_01KAVERIFYSAMPLE0000000000';
const body = '{"type":"case.opened","subject":"26112400382715","data":{"category":{"name":"道路"}}}\n';
const seconds = (ago: number): number => Math.floor(Date.now() / 1000) - ago;
const signed = (key: string, at: number): string => new Webhook(key).sign(id, new Date(at * 1000), body);

const present = (command: string): boolean =>
  spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;

const folder = mkdtempSync(path.join(tmpdir(), 'civicline-samples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

for (const { runtime, needs, prepare } of SAMPLES) {
  const here = present(needs);
  if (!here) console.warn(`skipped: the sample for ${runtime}, since there is no ${needs} here`);
  describe.skipIf(!here)(`the sample for ${runtime}${here ? '' : ' (skipped: it is not on this machine)'}`, () => {
    let run: readonly string[] = [];
    beforeAll(() => {
      run = prepare(folder);
    }, 60_000);
    const verdict = (at: number, signatures: string, bytes = body, key = secret): string => {
      const [command = '', ...args] = run;
      const env = { ...process.env, SECRET: key };
      return spawnSync(command, [...args, id, String(at), signatures], {
        input: bytes,
        encoding: 'utf8',
        env,
      }).stdout.trim();
    };

    test('accepts a genuine delivery, also among signatures of other keys and kinds', () => {
      const at = seconds(1);
      expect(verdict(at, signed(secret, at))).toBe('genuine');
      expect(verdict(at, `v1a,AAAA ${signed(other, at)} ${signed(secret, at)}`)).toBe('genuine');
    });

    test('refuses another body, another time, another key, no key and an old delivery', () => {
      const at = seconds(1);
      expect(verdict(at, signed(secret, at), body.trimEnd())).toBe('not genuine');
      expect(verdict(at - 1, signed(secret, at))).toBe('not genuine');
      expect(verdict(at, signed(other, at))).toBe('not genuine');
      expect(verdict(at, 'v1,')).toBe('not genuine');
      const anybody = createHmac('sha256', '').update(`${id}.${at}.${body}`).digest('base64');
      expect(verdict(at, `v1,${anybody}`, body, '')).toBe('not genuine');
      const old = seconds(600);
      expect(verdict(old, signed(secret, old))).toBe('not genuine');
    });
  });
}

interface Vector {
  readonly scheme: string;
  readonly secret: string;
  readonly id: string | null;
  readonly timestamp: number | string | null;
  readonly body: string;
  readonly signature_header: string | null;
  readonly valid: boolean;
  readonly now: number;
  readonly construct_error?: boolean;
}
const cases = vectors<{ cases: Vector[] }>('standard-webhooks')
  ?.cases.filter((one) => one.scheme === 'v1' && !one.construct_error)
  .map((one) => ({
    ...one,
    id: one.id ?? '',
    timestamp: `${one.timestamp ?? ''}`,
    signatures: one.signature_header ?? '',
  }));

describe.skipIf(!cases)('the vectors of Standard Webhooks', () => {
  const wanted = cases?.map(({ valid }) => valid);
  const given = JSON.stringify(cases);
  const javascript = (file: string) =>
    `import { genuine } from ${JSON.stringify(pathToFileURL(file).href)};
     const cases = JSON.parse(process.argv[1]);
     const told = cases.map((c) => genuine(c.secret, c.id, c.timestamp, c.signatures, Buffer.from(c.body), c.now));
     console.log(JSON.stringify(told));`;
  const python = `import json, sys
sys.path.insert(0, ${JSON.stringify(path.dirname(example('verify.py')))})
sys.dont_write_bytecode = True
from verify import genuine
cases = json.loads(sys.argv[1])
told = [genuine(c["secret"], c["id"], c["timestamp"], c["signatures"], c["body"].encode(), c["now"]) for c in cases]
print(json.dumps(told))`;
  const told = (command: string, ...args: string[]): unknown => {
    const ran = spawnSync(command, [...args, given], { encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    return JSON.parse(ran.stdout);
  };

  test('are judged rightly by the samples for Node, TypeScript and Python', () => {
    const [, compiled = ''] = typescript.prepare(folder);
    for (const file of [example('verify.mjs'), compiled])
      expect(told(process.execPath, '--input-type=module', '-e', javascript(file))).toEqual(wanted);
    if (present('python3')) expect(told('python3', '-c', python)).toEqual(wanted);
  });
});

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
