// Read: one configuration file from disk to checked data: YAML (or JSON), ${NAME} from the environment, then its schema.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { Ledger } from './problems.ts';

export interface Source {
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly ledger: Ledger;
}

/** What a setting must be, by its name. */
export type Hints = Readonly<Record<string, string>>;

const MOST_SHOWN = 20;

/** The checked content, or undefined when there is a problem (noted) or an optional file is absent. */
export function readFile<T extends TSchema>(
  source: Source,
  file: string,
  schema: T,
  options: { readonly optional?: boolean; readonly hints?: Hints } = {},
): Static<T> | undefined {
  const full = path.join(source.dir, file);
  if (!existsSync(full)) {
    if (!options.optional)
      source.ledger.add(file, '', 'is missing', `put it into ${source.dir}; the project ships an example`);
    return undefined;
  }
  return readText(source, file, readFileSync(full, 'utf8'), schema, 0, options.hints);
}

export function readText<T extends TSchema>(
  source: Source,
  file: string,
  text: string,
  schema: T,
  linesBefore = 0,
  hints: Hints = {},
): Static<T> | undefined {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, lineCounter });
  source.ledger.locate(file, (at) => lineIn(document, at, lineCounter, linesBefore));
  for (const error of document.errors) {
    const line = error.linePos && error.linePos[0].line + linesBefore;
    source.ledger.add(
      file,
      line === undefined ? '' : `line ${line}`,
      error.message.split('\n')[0] ?? 'not YAML',
      'correct the YAML',
    );
  }
  if (document.errors.length > 0) return undefined;
  const value = substitute(withoutEmpty(document.toJS() ?? {}), '', source, file);
  return check(source.ledger, file, schema, value, hints);
}

/** A key whose lines are all commented out is as if it were not there. */
const withoutEmpty = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null))
    : value;

/** The line of a place such as /units/3/superior, or of the nearest thing around it that is there. */
function lineIn(document: Document, at: string, counter: LineCounter, linesBefore: number): number | undefined {
  if (!at.startsWith('/')) return undefined;
  const keys = at
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  for (let end = keys.length; end > 0; end--) {
    const node: unknown = document.getIn(keys.slice(0, end), true);
    if (isNode(node) && node.range) return counter.linePos(node.range[0]).line + linesBefore;
  }
  return undefined;
}

/** Checks a value; unknown keys are refused, for a misspelt setting that is ignored is worse than an error. */
export function check<T extends TSchema>(
  ledger: Ledger,
  file: string,
  schema: T,
  value: unknown,
  hints: Hints = {},
): Static<T> | undefined {
  if (Value.Check(schema, value)) return value;
  for (const { instancePath, keyword, message, params } of Value.Errors(schema, value).slice(0, MOST_SHOWN)) {
    const stray = 'additionalProperties' in params ? [params.additionalProperties].flat().map(String) : [];
    const unknown = stray.length > 0 ? ` (${stray.join(', ')})` : '';
    if (keyword === 'boolean') continue; // says again what additionalProperties said
    const known = hints[instancePath.split('/').at(-1) ?? ''];
    const hint =
      known ?? (unknown === '' ? 'see the example in the shipped file' : 'remove it or correct its spelling');
    // Where the stray key stands, not where the whole it is in begins.
    const at = stray.length > 0 ? `${instancePath}/${stray[0]}` : instancePath;
    ledger.add(file, at, `${message}${unknown}`, hint);
  }
  return undefined;
}

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

function substitute(value: unknown, at: string, source: Source, file: string): unknown {
  if (typeof value === 'string') {
    return value.replace(VARIABLE, (whole, name: string) => {
      const found = source.env[name];
      if (found !== undefined && found !== '') return found;
      source.ledger.add(
        file,
        at,
        `needs the environment variable ${name}, which is not set`,
        `set ${name} before the start`,
      );
      return whole;
    });
  }
  if (Array.isArray(value)) return value.map((one, index) => substitute(one, `${at}/${index}`, source, file));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, substitute(one, `${at}/${key}`, source, file)]),
  );
}
