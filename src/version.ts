// The version of this build, as package.json says.
import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
const parsed: unknown = JSON.parse(text);
const found = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'version') : undefined;

export const version: string = typeof found === 'string' ? found : '0.0.0';
