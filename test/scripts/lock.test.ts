// The lock file installs on every platform: nothing is missing from it and it ties nobody to one registry.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { repository } from './project.ts';

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
interface Lock {
  readonly packages: Readonly<Record<string, Entry>>;
}

/** Packages asked for as optional that the lock has no entry for: `npm ci` then refuses the lock on that platform. */
function missingOptionals({ packages }: Lock): string[] {
  return Object.entries(packages).flatMap(([at, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter(
        (name) => !packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`] && !packages[`node_modules/${name}`],
      )
      .map((name) => `${at} wants ${name}`),
  );
}
const tied = ({ packages }: Lock): string[] =>
  Object.keys(packages).filter((at) => packages[at]?.resolved !== undefined);

const lock = JSON.parse(readFileSync(path.join(repository, 'package-lock.json'), 'utf8')) as Lock;

test('every optional package has an entry of its own', () => {
  expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
  expect(missingOptionals(lock)).toEqual([]);
});

test('no package is tied to the registry it once came from', () => {
  expect(tied(lock)).toEqual([]);
});

test('a lock that leaves a platform out, or names a host, is noticed', () => {
  const broken: Lock = {
    packages: {
      'node_modules/tool': { version: '1.0.0', optionalDependencies: { 'tool-linux': '1.0.0', 'tool-mac': '1.0.0' } },
      'node_modules/tool-linux': { version: '1.0.0', resolved: 'https://packages.example/tool-linux.tgz' },
    },
  };
  expect(missingOptionals(broken)).toEqual(['node_modules/tool wants tool-mac']);
  expect(tied(broken)).toEqual(['node_modules/tool-linux']);
});
