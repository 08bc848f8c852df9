// The inspector's thread: checks one file at rest from beginning to end, so that the writer's thread need not wait for it.
import { parentPort, workerData } from 'node:worker_threads';
import { inspect } from './backup.ts';
import { explain } from './errors.ts';
import { faultOf } from './wire.ts';

const { file }: { file: string } = workerData;
try {
  parentPort?.postMessage({ ok: true, value: inspect(file) });
} catch (error) {
  parentPort?.postMessage({ ok: false, fault: faultOf(explain(error, file)) });
}
