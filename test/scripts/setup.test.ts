// The set-up before the two commands: what it finds missing or stale, and that it then does just that.
import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Project, repository, runNode, tinyProject } from './project.ts';

interface Stale {
  installKey(root: string, machine?: object): string;
  installDue(root: string, key: string): string;
  installedMatchesLock(root: string): boolean;
  buildDue(root: string): boolean;
  outputsOf(sources: string[]): string[];
}
interface Install {
  installEnvironment(env: object, machine: object): Record<string, string>;
  npmCommand(env: object, execPath: string): [string, string[]];
  lastLines(text: string): string;
}
interface Lock {
  abandoned(file: string, now?: number): boolean;
}
const part = async <T>(name: string): Promise<T> =>
  (await import(pathToFileURL(path.join(repository, 'scripts/setup', name)).href)) as T;
const stale = await part<Stale>('stale.mjs');
const install = await part<Install>('install.mjs');
const lock = await part<Lock>('lock.mjs');

// The compiler really runs here, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

let project: Project;
beforeEach(() => {
  project = tinyProject();
});
afterEach(() => project.remove());
const at = (name: string): string => path.join(project.root, name);
const stamp = (key: string): void => writeFileSync(at('node_modules/.stamp'), key);

describe('what is installed', () => {
  test('without node_modules an install is due', () => {
    rmSync(at('node_modules'), { recursive: true });
    expect(stale.installDue(project.root, 'k')).toBe('missing');
  });

  test('the same packages on the same machine need no install, others or another node do', () => {
    const key = stale.installKey(project.root);
    stamp(`${key}\n`);
    expect(stale.installDue(project.root, key)).toBe('none');
    const newerNode = stale.installKey(project.root, { ...process, versions: { modules: '999' }, platform: 'linux' });
    expect(stale.installDue(project.root, newerNode)).toBe('stale');
    project.file('package-lock.json', '{"changed":true}');
    expect(stale.installDue(project.root, stale.installKey(project.root))).toBe('stale');
  });

  test('what npm installed by hand is taken over only when it is just what the lock wants', () => {
    expect(stale.installedMatchesLock(project.root)).toBe(true);
    const found = (packages: object) => project.file('node_modules/.package-lock.json', JSON.stringify({ packages }));
    found({ 'node_modules/typescript': { version: '6.0.2' } });
    expect(stale.installedMatchesLock(project.root)).toBe(false);
    found({});
    expect(stale.installedMatchesLock(project.root)).toBe(false);
    found({ 'node_modules/typescript': { version: '6.0.3' }, 'node_modules/more': { version: '1.0.0' } });
    expect(stale.installedMatchesLock(project.root)).toBe(false);
    rmSync(at('node_modules/.package-lock.json'));
    expect(stale.installedMatchesLock(project.root)).toBe(false);
  });

  test('an optional package of another platform may be absent', () => {
    const wanted = {
      'node_modules/typescript': { version: '6.0.3' },
      'node_modules/mac': { version: '1', optional: true },
    };
    project.file('package-lock.json', JSON.stringify({ packages: { '': {}, ...wanted } }));
    expect(stale.installedMatchesLock(project.root)).toBe(true);
  });
});

describe('how npm is run', () => {
  test('development packages come along and a silent caller does not silence a failure', () => {
    const env = install.installEnvironment({ NODE_ENV: 'production', PATH: '' }, { prefix: '/nowhere', cores: 2 });
    expect(env).toEqual({ PATH: '', JOBS: '2' });
    const [command, args] = install.npmCommand({ npm_execpath: '/nowhere/yarn.js' }, '/node');
    expect(command).toMatch(/^npm/);
    expect(args).toEqual(expect.arrayContaining(['ci', '--include=dev', '--loglevel=notice']));
  });

  test('the npm that runs us is the npm that installs', () => {
    project.file('npm-cli.js', '');
    const [command, args] = install.npmCommand({ npm_execpath: at('npm-cli.js') }, '/node');
    expect([command, args[0]]).toEqual(['/node', at('npm-cli.js')]);
  });

  test('native code is built from the headers beside node, and through ccache where there is one', () => {
    project.file('include/node/node.h', '');
    const made = install.installEnvironment(
      { npm_config_user_agent: 'npm/11.1.0 node/v20', CC: 'clang' },
      { prefix: project.root, has: () => true },
    );
    expect(made.npm_package_config_node_gyp_nodedir).toBe(project.root);
    expect(made.npm_config_nodedir).toBeUndefined();
    expect([made.CC, made.CXX]).toEqual(['clang', 'ccache g++']);
    const older = install.installEnvironment({ npm_config_user_agent: 'npm/10.8.2' }, { prefix: project.root });
    expect(older.npm_config_nodedir).toBe(project.root);
  });

  test('of a failure the last thirty lines are shown', () => {
    const lines = Array.from({ length: 50 }, (_, i) => `line ${i}`);
    expect(install.lastLines(`${lines.join('\n')}\n`).split('\n')).toEqual(lines.slice(20));
  });
});

describe('the lock', () => {
  test('is abandoned when its process is gone or has long been silent, not while it works', () => {
    const file = at('lock');
    writeFileSync(file, String(process.pid));
    expect(lock.abandoned(file)).toBe(false);
    expect(lock.abandoned(file, Date.now() + 60_000)).toBe(true);
    writeFileSync(file, '4194304999');
    expect(lock.abandoned(file)).toBe(true);
    writeFileSync(file, '');
    expect(lock.abandoned(file)).toBe(false);
    rmSync(file);
    expect(lock.abandoned(file)).toBe(false);
  });
});

/** Where typebox is found from dist, and whether a schema of one of its entries is understood by the others. */
const GATHERED = `import Type from 'typebox'; import Value from 'typebox/value'; import { Compile } from 'typebox/compile';
const schema = Type.Object({ n: Type.Number() });
const where = import.meta.resolve('typebox').includes('/dist/') ? 'dist' : 'elsewhere';
console.log(where, Value.Check(schema, { n: 1 }), Compile(schema).Check({ n: '1' }));`;

describe('the whole script', () => {
  const setup = (...args: string[]) => runNode(project.root, ['scripts/setup.mjs', ...args]);
  const builtAt = (): number => statSync(at('dist/.stamp')).mtimeMs;

  test('builds, says so on standard error alone, and does nothing the second time', async () => {
    project.file('src/web/page.css', 'body {}');
    project.file('dist/gone.js', 'of a file long deleted');
    const first = await setup();
    expect(first).toMatchObject({ code: 0, stdout: '' });
    expect(first.stderr).toContain('building');
    expect(existsSync(at('dist/cli.js'))).toBe(true);
    expect(readFileSync(at('dist/web/page.css'), 'utf8')).toBe('body {}');
    expect(existsSync(at('dist/gone.js'))).toBe(false);
    // What is slow to read lies gathered beside the code, and is what the built code finds.
    const found = await runNode(at('dist'), ['--input-type=module', '-e', GATHERED]);
    expect(found).toEqual({ code: 0, stdout: 'dist true false\n', stderr: '' });
    expect(existsSync(at('dist/.setup.lock'))).toBe(false);
    const built = builtAt();
    expect(await setup()).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(builtAt()).toBe(built);

    project.file('src/second.ts', 'export const two = 2;\n');
    await setup('--quiet');
    expect(existsSync(at('dist/second.js'))).toBe(true);
    rmSync(at('src/second.ts'));
    await setup('--quiet');
    expect(existsSync(at('dist/second.js'))).toBe(false);
    expect(existsSync(at('dist/second.js.map'))).toBe(false);
  });

  test('a build that fails is told, and tried again by the next command', async () => {
    project.file('src/cli.ts', 'export const answer: number = "forty-two";\n');
    for (let i = 0; i < 2; i += 1) {
      const failed = await setup('--quiet');
      expect(failed).toMatchObject({ code: 1, stdout: '' });
      expect(failed.stderr).toContain('src/cli.ts');
    }
    expect(stale.buildDue(project.root)).toBe(true);
  });

  test('two commands at once build once', async () => {
    const both = await Promise.all([setup(), setup()]);
    expect(both.map((r) => r.code)).toEqual([0, 0]);
    expect(both.filter((r) => r.stderr.includes('building'))).toHaveLength(1);
  });

  test('a file somebody deleted from dist comes back with the next build', async () => {
    await setup('--quiet');
    rmSync(at('dist/cli.js'));
    await setup('--quiet');
    expect(existsSync(at('dist/cli.js'))).toBe(true);
  });

  test('an edit during the build counts as newer than it', () => {
    project.file('dist/cli.js', '');
    project.file('dist/.stamp', '');
    const soon = new Date(Date.now() + 1_000);
    utimesSync(at('dist/.stamp'), soon, soon);
    expect(stale.buildDue(project.root)).toBe(false);
    const later = new Date(builtAt() + 1_000);
    utimesSync(at('src/cli.ts'), later, later);
    expect(stale.buildDue(project.root)).toBe(true);
  });

  test('an install that fails says what to install and exits with an error', async () => {
    rmSync(at('node_modules'), { recursive: true });
    writeFileSync(at('npm-cli.js'), "for (let i = 0; i < 40; i += 1) console.error('gyp ERR ' + i); process.exit(1);");
    const failed = await runNode(project.root, ['scripts/setup.mjs', '--quiet'], { npm_execpath: at('npm-cli.js') });
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toContain('gyp ERR 39');
    expect(failed.stderr).not.toContain('gyp ERR 9\n');
    expect(failed.stderr).toContain('python3, make and g++');
  });
});
