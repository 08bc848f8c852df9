#!/usr/bin/env node
// `npm run new:channel NAME`: writes the files a new channel begins with, or says why not and writes nothing.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as made from './new-channel/templates.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const DIRECTORY = 'src/channels/index.ts';
const CONFIG = 'config/channels.yaml';
const DIRECTORY_END = /(export const CHANNELS: Directory = \{\n(?: {2}.*\n)*)\};/;
// Names that are words of the language, or files and folders that mean something else.
const TAKEN = new Set(
  (
    'index test new case class const default delete do else enum export extends false finally for function if import in ' +
    'instanceof let null package private public return static super switch this throw true try typeof var void while ' +
    'with yield await async'
  ).split(' '),
);

const at = (file) => path.join(root, file);
const read = (file) => readFileSync(at(file), 'utf8');

function refuse(why) {
  console.error(`new:channel: ${why}`);
  process.exit(2);
}

function nameFrom(args) {
  if (args.length !== 1) refuse('give one name, for example: npm run new:channel douyin');
  const [name] = args;
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) || name.length > 32)
    refuse(`"${name}" is no name for a channel: small letters and digits, parts joined by -, at most 32 characters`);
  if (TAKEN.has(name)) refuse(`"${name}" is a word of the language or of the house; take another`);
  return name;
}

/** Path and content of every file to write; refuses where something of that name is there already. */
function plan(name) {
  const fresh = {
    [`src/channels/${name}.ts`]: made.source(name),
    [`test/channels/${name}.test.ts`]: made.test(name),
    [`test/fixtures/${name}/README.md`]: made.fixtures(name),
  };
  const existing = [...Object.keys(fresh), `src/channels/${name}`].find((file) => existsSync(at(file)));
  if (existing) refuse(`${existing} is there already`);
  const directory = read(DIRECTORY);
  if (directory.includes(`/${name}.ts'`)) refuse(`${DIRECTORY} names ${name} already`);
  if (!DIRECTORY_END.test(directory)) refuse(`the list CHANNELS was not found in ${DIRECTORY}`);
  return {
    ...fresh,
    [DIRECTORY]: directory.replace(DIRECTORY_END, (_, list) => `${list}${made.line(name)}\n};`),
    [CONFIG]: `${read(CONFIG).trimEnd()}\n${made.block(name)}`,
  };
}

const name = nameFrom(process.argv.slice(2));
const files = plan(name);
for (const [file, content] of Object.entries(files)) {
  mkdirSync(path.dirname(at(file)), { recursive: true });
  writeFileSync(at(file), content);
}
console.log(`Wrote ${Object.keys(files).join(', ')}.

Next:
1. Put a real payload, scrubbed, into test/fixtures/${name}/first.in.json and what it means into first.out.json.
2. Teach \`read\` in src/channels/${name}.ts that payload; replace the token by the platform's own signature.
3. npx vitest run test/channels/${name}.test.ts, then npm run check.
4. Write docs/channels/${name}.md: how a city connects it.`);
