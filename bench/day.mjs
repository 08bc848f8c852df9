#!/usr/bin/env node
// A simulated day: 6,000 deliveries over all channels in the mix cities report, with platforms' retries and reordering. Exactly the cases it should.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { allCases, counted, expected, planDay } from './lib/day.mjs';
import { openStreet, playDay } from './lib/day-street.mjs';
import { options } from './lib/figures.mjs';
import { api, freePort, gatewayHome, remove, startGateway } from './lib/servers.mjs';

const { n, seed, lanes } = options({ n: 6_000, seed: 1, lanes: 16 });
const PATIENCE_MS = 60_000;

const street = await openStreet();
const home = gatewayHome();
writeFileSync(path.join(home, 'config', 'channels.yaml'), stringify({ accounts: street.accounts }));
const server = startGateway(home, await freePort());
await server.ready();
const get = (route) => api(server.url, 'GET', route);

const dialogues = planDay(n, seed);
const wanted = expected(dialogues);
const sum = (sums, field) => Object.values(sums).reduce((all, one) => all + one[field], 0);
const began = Date.now();
await playDay(dialogues, {
  gateway: server.url,
  deliver: street.deliver,
  lanes,
  told: (done) => done % 500 === 0 && console.error(`${done} of ${dialogues.length} dialogues`),
});
// What is pulled (customer service, the mailbox) comes a little later.
let found = {};
for (
  let last = -1, quiet = Date.now();
  Date.now() - quiet < PATIENCE_MS;
  await new Promise((r) => setTimeout(r, 500))
) {
  found = counted(await allCases(get));
  if (JSON.stringify(sorted(found)) === JSON.stringify(sorted(wanted))) break;
  const messages = sum(found, 'messages');
  if (messages !== last) [last, quiet] = [messages, Date.now()];
}
const seconds = Math.round((Date.now() - began) / 100) / 10;
const quarantined = (await get('/v1/quarantine')).data.length;
await server.kill('SIGTERM');
remove(home);
await street.close();

function sorted(sums) {
  return Object.entries(sums).sort(([a], [b]) => (a < b ? -1 : 1));
}

const deliveries = dialogues.reduce((all, { steps }) => all + steps.reduce((times, step) => times + step.times, 0), 0);
console.log(`${deliveries} deliveries of ${dialogues.length} dialogues in ${seconds} s, quarantined ${quarantined}`);
let wrong = quarantined > 0 ? 1 : 0;
for (const [channel, should] of sorted(wanted)) {
  const is = found[channel] ?? { cases: 0, messages: 0, closed: 0 };
  const differs = Object.keys(should).filter((field) => should[field] !== is[field]);
  wrong += differs.length;
  const told = differs.map((field) => `${field} ${is[field]} instead of ${should[field]}`).join(', ');
  console.log(
    `${channel.padEnd(16)} ${should.cases} cases of ${should.messages} messages, ${should.closed} withdrawn  ${told || 'as it should'}`,
  );
}
console.log(wrong === 0 ? `day: exactly the ${sum(wanted, 'cases')} cases it should` : 'day: FAILED');
process.exit(wrong === 0 ? 0 : 1);
