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

/**
 * `options` as parseArgs takes them; `platform(settings)` → {url, says?, close}, without `url` where nothing goes out to it;
 * `say(settings, words)` → the reply in words.
 */
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
if (!/^\d{1,5}$/.test(settings.port) || Number(settings.port) > 65534) usage(`--port ${settings.port} is no port`);
if (!/^\d{1,6}$/.test(settings.stay)) usage(`--stay ${settings.stay} is no number of seconds`);

/** An error in the words of who can mend it. */
function meaning(error) {
  const { code, address, port, message } = error.cause ?? error;
  if (code === 'EADDRINUSE')
    return `port ${port} is taken by another program; give another with --port, and the account the same`;
  if (code === 'ECONNREFUSED')
    return `nothing listens at ${address}:${port}; start the gateway, or say with --gateway where it is`;
  const missing = /answered 404/.test(message) ? `; is there an account ${settings.account} in channels.yaml?` : '';
  return `${error.cause ? `${error.message}: ` : ''}${message}${missing}`;
}
const refuse = (error) => {
  console.error(`simulate: ${meaning(error)}`);
  process.exitCode = 1;
};

async function play(platform) {
  const api = "the platform's API (apiBase of the account) is";
  if (platform.url) console.log(platform.says ?? `${api} ${platform.url}`);
  try {
    for (const words of settings.words) {
      console.log(`citizen → gateway   ${words}`);
      console.log(`gateway → citizen   ${await simulator.say(settings, words)}`);
    }
  } catch (error) {
    refuse(error);
    return platform.close();
  }
  if (!platform.url) return platform.close();
  console.log(`listening for what the gateway sends out, for ${settings.stay} s; Ctrl-C ends it`);
  const timer = setTimeout(() => platform.close(), Number(settings.stay) * 1000);
  process.once('SIGINT', () => {
    clearTimeout(timer);
    platform.close();
  });
}

try {
  await play(await simulator.platform({ ...settings, told: (line) => console.log(`gateway → platform  ${line}`) }));
} catch (error) {
  refuse(error);
}
