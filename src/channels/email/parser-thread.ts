// The thread mails are parsed in: one at a time, so that the one that never ends can be killed alone.
import { parentPort } from 'node:worker_threads';
import type { Parsed } from './mail.ts';
import { parseMail } from './parse.ts';

export interface Question {
  readonly bytes: Uint8Array;
}

export type Reply = { readonly ok: true; readonly parsed: Parsed } | { readonly ok: false; readonly why: string };

parentPort?.on('message', async ({ bytes }: Question) => {
  const reply = await parseMail(bytes).then(
    (parsed): Reply => ({ ok: true, parsed }),
    (error: unknown): Reply => ({ ok: false, why: error instanceof Error ? error.message : String(error) }),
  );
  const files = reply.ok ? reply.parsed.files.map(({ bytes: own }) => own.buffer) : [];
  parentPort?.postMessage(
    reply,
    [...new Set(files)].filter((buffer) => buffer instanceof ArrayBuffer),
  );
});
