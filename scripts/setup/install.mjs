// Installs the locked packages with npm and proves that the native database opens.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';

const TAIL_LINES = 30;
const STILL_WORKING_MS = 20_000;

function onPath(command, env) {
  return (env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false; // not here; the next folder may have it
    }
  });
}

/** 11 of `npm/11.19.1 node/v20.20.2 linux x64`; NaN when npm does not run us. */
const npmMajor = (env) => Number(/^npm\/(\d+)\./.exec(env.npm_config_user_agent ?? '')?.[1] ?? Number.NaN);

/** The environment for `npm ci`: native code builds from the headers beside node, through ccache where there is one. */
export function installEnvironment(env, { prefix, cores = cpus().length, has = (name) => onPath(name, env) }) {
  const { NODE_ENV: _, ...rest } = env;
  const made = { ...rest, JOBS: String(cores) };
  if (existsSync(path.join(prefix, 'include', 'node', 'node.h'))) {
    made.npm_package_config_node_gyp_nodedir = prefix;
    // npm before 11 knows only the older name, npm from 11 on warns of it.
    if (npmMajor(env) < 11) made.npm_config_nodedir = prefix;
  }
  if (has('ccache')) {
    made.CC ??= 'ccache gcc';
    made.CXX ??= 'ccache g++';
  }
  return made;
}

/** The npm that runs us when it is one, else the npm on the PATH. Development packages too: the build needs them. */
export function npmCommand(env, execPath) {
  // `npm start --silent` hands its silence down; a failure must still be told.
  const args = ['ci', '--include=dev', '--no-progress', '--loglevel=notice'];
  const running = env.npm_execpath;
  if (running && path.basename(running) === 'npm-cli.js' && existsSync(running)) return [execPath, [running, ...args]];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', args];
}

/** Runs a command and keeps what it printed. Never touches our standard output, which may be data. */
export function run(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-100_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}` }));
    child.on('close', (code, signal) => resolve({ code: code ?? 1, output: signal ? `${output}\n${signal}` : output }));
  });
}

export const lastLines = (text) => text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');

/** Opens a database in memory once: a wrong ABI or a skipped install script shows here and not in the first message. */
export function databaseOpens(root) {
  const probe = "new (require('better-sqlite3'))(':memory:').close()";
  return run(process.execPath, ['-e', probe], { cwd: root });
}

/** Throws with the end of npm's output and what to do about it. */
export async function install(root, say) {
  const env = installEnvironment(process.env, { prefix: path.dirname(path.dirname(process.execPath)) });
  const [command, args] = npmCommand(process.env, process.execPath);
  const began = Date.now();
  const beat = setInterval(
    () => say(`still installing (${Math.round((Date.now() - began) / 1000)} s)`),
    STILL_WORKING_MS,
  );
  const ran = await run(command, args, { cwd: root, env, shell: command === 'npm.cmd' });
  clearInterval(beat);
  if (ran.code !== 0) {
    throw new Error(
      `npm ci failed. Its last lines:\n${lastLines(ran.output)}\n\n` +
        'SQLite is compiled from source where no ready build can be had: that needs python3, make and g++\n' +
        '(Debian, Ubuntu: apt-get install python3 make g++). Otherwise see whether the package registry can be reached.',
    );
  }
  const opened = await databaseOpens(root);
  if (opened.code !== 0) {
    throw new Error(
      `The packages are installed but SQLite does not open:\n${lastLines(opened.output)}\n\n` +
        'Was npm told to skip install scripts (ignore-scripts)? Remove that setting and node_modules, then try again.',
    );
  }
}
