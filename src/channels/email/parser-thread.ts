// The thread mails are parsed and verified in: one at a time, so that the one that never ends can be killed alone.
import { parentPort } from 'node:worker_threads';
import { type Envelope, type Resolver, type Verdict, verify } from './auth.ts';
import type { Parsed } from './mail.ts';
import { parseMail } from './parse.ts';

export type Question =
  | { readonly parse: Uint8Array }
  | { readonly verify: Uint8Array; readonly envelope: Envelope }
  | { readonly dns: number; readonly found?: unknown; readonly code?: string };

export type Reply =
  | { readonly parsed: Parsed }
  | { readonly verdict: Verdict }
  | { readonly failed: string }
  /** The thread has no network of its own: whoever started it resolves names. */
  | { readonly dns: number; readonly name: string; readonly type: string };

const say = (reply: Reply): void => parentPort?.postMessage(reply);

const asked = new Map<number, { resolve(found: unknown): void; reject(error: Error): void }>();
let last = 0;

const resolver: Resolver = (name, type) =>
  new Promise((resolve, reject) => {
    last += 1;
    asked.set(last, { resolve, reject });
    say({ dns: last, name, type });
  });

function resolved({ dns, found, code }: Extract<Question, { dns: number }>): void {
  const waiting = asked.get(dns);
  asked.delete(dns);
  if (found) waiting?.resolve(found);
  else waiting?.reject(Object.assign(new Error('the name was not resolved'), { code: code ?? 'ESERVFAIL' }));
}

/** Copied here, where nobody waits; from here on, to the store's thread too, it is only handed over. */
function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

/** What comes is shared with whoever asked, and not everything reads shared memory: it is copied here, where nobody waits. */
async function answer(question: Question): Promise<void> {
  if ('dns' in question) return resolved(question);
  if ('verify' in question)
    return say({ verdict: await verify(new Uint8Array(question.verify), question.envelope, resolver) });
  const parsed = await parseMail(new Uint8Array(question.parse));
  say({ parsed: { ...parsed, files: parsed.files.map((file) => ({ ...file, bytes: shared(file.bytes) })) } });
}

parentPort?.on('message', (question: Question) => {
  answer(question).catch((error: unknown) => say({ failed: error instanceof Error ? error.message : String(error) }));
});
