// Read: a hand-in of the telephone exchange or its transcription as what a citizen said; no I/O, every format alike.
import type { Incoming } from '../../core/message.ts';
import { readPayload } from './body.ts';
import { messageOf } from './message.ts';
import type { PhoneSettings } from './settings.ts';

/** Throws Unreadable. Yields nothing for what is no talk: records of calls, half-heard sentences, calls nobody answered. */
export function read(payload: unknown, settings: PhoneSettings): Incoming[] {
  const { talk, source, payload: given } = readPayload(payload, settings);
  if (!talk) return [];
  const { body, mediaType = 'text/plain', proof = 'none', packed } = given;
  const original = { mediaType: packed ? `${mediaType}; encoding=gzip+base64` : mediaType, content: body };
  return [messageOf(talk, source.roles, { ...original, verified: proof })];
}
