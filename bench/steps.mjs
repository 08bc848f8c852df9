#!/usr/bin/env node
// CPU by step: where the gateway spends its time for a message. The profiler costs some of its own: read the shares; the total is `npm run bench`'s.
import { cpuBySteps, stepTable } from './lib/cpu-steps.mjs';
import { options } from './lib/figures.mjs';
import { freePort, RULES_ONLY } from './lib/servers.mjs';
import { startSink } from './lib/sink.mjs';

const { n, warm, connections, rules } = options({ n: 5_000, warm: 5_000, connections: 64, rules: false });
const sink = await startSink(await freePort());
const measure = (settings) => cpuBySteps({ settings, sink, n, warm, connections });
const columns = { 'rules only': await measure(RULES_ONLY), ...(rules ? {} : { 'everything on': await measure({}) }) };
await sink.close();
console.log(stepTable(columns));
