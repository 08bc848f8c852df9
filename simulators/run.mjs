#!/usr/bin/env node
// `npm run simulate CHANNEL`: speaks to a running gateway as the platform does, signed, and stands in for the platform's API.
import { existsSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

const here = new URL('./', import.meta.url);
const names = readdirSync(here)
  .filter((file) => file.endsWith('.mjs') && !['run.mjs', 'listen.mjs'].includes(file))
  .map((file) => file.replace('.mjs', ''));

function usage(why) {
  console.error(`simulate: ${why}\nUse: npm run simulate CHANNEL -- [options]; channels: ${names.join(', ')}`);
  process.exit(2);
}

const [name, ...rest] = process.argv.slice(2);
if (!name || !existsSync(new URL(`${name}.mjs`, here)))
  usage(name ? `there is no simulator ${name}` : 'name a channel');

/** `options` as parseArgs takes them, `platform(settings)` → {url, close}, `say(settings, words)` → the reply in words. */
const simulator = await import(new URL(`${name}.mjs`, here));
const common = {
  gateway: { type: 'string', default: 'http://127.0.0.1:8345' },
  account: { type: 'string', default: `city-${name}` },
  words: { type: 'string', multiple: true, default: ['人民路12号门前的路灯三天不亮了，请派人修'] },
  port: { type: 'string', default: '9345' },
  /** Seconds to listen for what the gateway sends out. */
  stay: { type: 'string', default: '600' },
};
let settings;
try {
  settings = parseArgs({ args: rest, options: { ...common, ...simulator.options } }).values;
} catch (error) {
  usage(error.message);
}
let platform;
try {
  platform = await simulator.platform({ ...settings, told: (line) => console.log(`gateway → platform  ${line}`) });
} catch (error) {
  console.error(`simulate: ${error.message}`);
  process.exit(1);
}
const stands = platform.url.startsWith('ws')
  ? 'the platform is connected to'
  : "the platform's API (apiBase of the account) is";
console.log(`${stands} ${platform.url}`);
try {
  for (const words of settings.words) {
    console.log(`citizen → gateway   ${words}`);
    console.log(`gateway → citizen   ${await simulator.say(settings, words)}`);
  }
} catch (error) {
  console.error(`simulate: ${error.message}`);
  process.exitCode = 1;
}
const timer = setTimeout(() => platform.close(), Number(settings.stay) * 1000);
process.once('SIGINT', () => {
  clearTimeout(timer);
  platform.close();
});
