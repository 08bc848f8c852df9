// Fetch file: gets what a citizen sent from where the platform keeps it, before the message is taken in.
import type { Door } from '../channel.ts';
import { GatewayError } from '../errors.ts';
import type { Part } from '../message.ts';
import { type AttachmentLimits, keepAttachment } from './attachment.ts';

export interface FileAt {
  readonly url: string;
  readonly mediaType?: string | undefined;
  readonly name?: string | undefined;
  readonly headers?: Record<string, string>;
  /** The platform's own address, named by the operator; never set for one that stood in a message. */
  readonly api?: boolean;
  /** How long it is waited for, ms; by default as long as a platform waits for us. */
  readonly patienceMs?: number;
  /** Where the answer is no file, but tells where the file lies: that address, which the guard judges like a citizen's. */
  readonly elsewhere?: (answer: Uint8Array) => string | undefined;
}

export const CHAT_FILES: AttachmentLimits = {
  maxFiles: 9,
  maxBytes: 20 * 1_048_576,
  mediaTypes: [
    ...['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/heic', 'image/avif'],
    ...['audio/amr', 'audio/silk', 'audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/wav'],
    ...['video/mp4', 'video/quicktime', 'video/3gpp', 'video/webm'],
    ...['application/pdf', 'application/zip', 'application/x-ole-storage', 'application/msword', 'text/plain'],
    ...['application/vnd.ms-excel', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ],
};

/** Platforms send again after five seconds: the message must be committed by then, with its files or without. */
const PATIENCE_MS = 3_000;

/**
 * All that can be had in time, in their order; `undefined` stands for one that cannot be had: the message is taken in
 * without it, and its words say that there was one. Rejects only when the house has no room for new work.
 */
export function fetchFiles(files: readonly FileAt[], door: Door): Promise<(Part | undefined)[]> {
  return Promise.all(files.slice(0, CHAT_FILES.maxFiles).map((file) => fetchFile(file, door)));
}

async function fetchFile(file: FileAt, door: Door): Promise<Part | undefined> {
  const answer = await download(file, door);
  const other = answer && file.elsewhere?.(answer);
  const { patienceMs } = file;
  const elsewhere = { url: other ?? '', ...(patienceMs === undefined ? {} : { patienceMs }) };
  const bytes = other ? await download(elsewhere, door) : answer;
  if (!bytes) return undefined;
  // A phone's claim is often only 'voice' or wrong: what counts here is what the bytes are.
  const offered = { bytes, ...(file.name ? { name: file.name } : {}) };
  try {
    return await keepAttachment(offered, CHAT_FILES, (kept, info) => door.blob(kept, info));
  } catch (error) {
    if (!(error instanceof GatewayError) || error.retryable) throw error;
    door.log.warn({ account: door.account, code: error.code }, 'a file of a citizen was not kept');
    return undefined;
  }
}

const isRefused = (error: unknown): boolean => error instanceof GatewayError && error.code === 'address_refused';

async function download(
  { url, headers, api, patienceMs = PATIENCE_MS }: FileAt,
  door: Door,
): Promise<Uint8Array | undefined> {
  const limits = { maxBytes: CHAT_FILES.maxBytes, timeoutMs: patienceMs };
  const options = { ...limits, ...(headers ? { headers } : {}), ...(api ? { api } : {}) };
  try {
    const answer = await door.fetch(url, options).catch((error: unknown) => {
      // WeChat names its pictures and films by http, and hands them out by https too, which the guard lets out.
      if (api || !isRefused(error) || !url.startsWith('http:')) throw error;
      return door.fetch(url.replace('http:', 'https:'), options);
    });
    if (answer.status === 200) return answer.bytes;
    door.log.warn({ account: door.account, status: answer.status }, 'a file of a citizen could not be fetched');
  } catch (error) {
    const code = error instanceof GatewayError ? error.code : 'failed';
    door.log.warn({ account: door.account, code }, 'a file of a citizen could not be fetched');
  }
  return undefined;
}
