// Body: finds out by what came whether it is a talk, in which of all formats, or nothing a city has to do with.
import { createHash } from 'node:crypto';
import Type from 'typebox';
import Value from 'typebox/value';
import { Unreadable } from '../../core/errors.ts';
import { type Incoming, Part } from '../../core/message.ts';
import { type Fields, fieldsOf, isFields, textOf } from '../../core/payload.ts';
import { contentOf, isEnvelope, overTold, toldIn } from './envelope.ts';
import { isInterim } from './formats/funasr.ts';
import { textTranscript, transcriptIn } from './formats/index.ts';
import { encrypted, fromCompact, isCompactJwe, isCompactJws, isEncrypted, isJws, openJws } from './jws.ts';
import { OF_A_FILE, type PhoneSettings, type PhoneSource } from './settings.ts';
import { NOTHING_TOLD, type Talk } from './told.ts';
import { isVcon } from './vcon/check.ts';
import { readVcon } from './vcon/read.ts';

/** One hand-in: its text as it came, who handed it in, and what stood beside it in the address. */
const Payload = Type.Object({
  body: Type.String({ minLength: 1, maxLength: 16_777_216 }),
  mediaType: Type.Optional(Type.String()),
  source: Type.Optional(Type.String()),
  proof: Type.Optional(Type.Union([Type.Literal('signature'), Type.Literal('token'), Type.Literal('none')])),
  call: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  parts: Type.Optional(Type.Array(Part)),
});

export interface PhonePayload {
  readonly body: string;
  readonly mediaType?: string;
  readonly source?: string;
  readonly proof?: Incoming['verified'];
  readonly call?: Fields;
  readonly parts?: readonly Part[];
}

export interface Read {
  readonly payload: PhonePayload;
  readonly source: PhoneSource;
  readonly talk?: Talk;
}

export function readPayload(payload: unknown, settings: PhoneSettings): Read {
  if (!Value.Check(Payload, payload))
    throw new Unreadable('this is no hand-in of a call: body must be its text', 'body');
  const source = settings.sources.find(({ name }) => name === payload.source) ?? OF_A_FILE;
  const talk = talkIn(payload, source, settings);
  return { payload, source, ...(talk ? { talk: withId(talk, payload) } : {}) };
}

/** Without an id of its own a call is known by its bytes: handed in again it is the same. */
function withId(talk: Talk, { body, parts }: PhonePayload): Talk {
  const kept = parts && parts.length > 0 ? { parts } : {};
  if (talk.told.id !== undefined) return { ...talk, ...kept };
  const id = `call-${createHash('sha256').update(body).digest('hex').slice(0, 32)}`;
  return { ...talk, told: { ...talk.told, id }, ...kept };
}

function talkIn({ body, call = {} }: PhonePayload, source: PhoneSource, settings: PhoneSettings): Talk | undefined {
  const text = body.replace(/^\ufeff/, '').trim();
  if (text === '') throw new Unreadable('there is nothing in it', 'body');
  const beside = toldIn(call);
  const talk =
    /^[[{]/.test(text) && !isStamped(text) ? ofJson(jsonIn(text), source, settings) : ofText(text, source, settings);
  return talk && { ...talk, told: overTold(talk.told, beside) };
}

/** `[00:12] 市民：…` is no JSON. */
const isStamped = (text: string): boolean => /^\[\s*(?:\d+:|\p{Script=Han})/u.test(text);

export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Unreadable('the body begins like JSON and is none', 'body', cause);
  }
}

function ofText(text: string, source: PhoneSource, settings: PhoneSettings): Talk | undefined {
  if (isCompactJwe(text)) throw encrypted();
  if (isCompactJws(text)) return ofJson(fromCompact(text), source, settings);
  const transcript = textTranscript(text);
  if (transcript.said.length === 0) throw new Unreadable('nobody says anything in it', 'body');
  return { told: NOTHING_TOLD, transcript, heard: true };
}

function ofJson(value: unknown, source: PhoneSource, settings: PhoneSettings): Talk | undefined {
  if (isFields(value)) {
    if (isEncrypted(value)) throw encrypted();
    if (isJws(value)) return signed(value, source, settings);
    if (isEnvelope(value)) return enveloped(value, source, settings);
    if (isVcon(value)) return ofVcon(value, settings);
    if (isInterim(value)) return undefined;
  }
  const transcript = transcriptIn(value);
  if (!transcript) throw new Unreadable('this is no transcript and no record of a call that is known here', 'body');
  if (transcript.said.length === 0) throw new Unreadable('nobody says anything in it', 'body');
  return { told: NOTHING_TOLD, transcript, heard: true };
}

function signed(jws: Fields, source: PhoneSource, settings: PhoneSettings): Talk | undefined {
  const { vcon, trusted } = openJws(jws, source.trust);
  if (isEncrypted(vcon)) throw encrypted();
  const talk = ofVcon(vcon, settings);
  return talk && { ...talk, signed: trusted };
}

/** A conversation that never came to be is no message of a citizen; the records count it. */
function ofVcon(value: Fields, { lines }: PhoneSettings): Talk | undefined {
  const { talk, vcon, incomplete } = readVcon(value, { lines });
  if (incomplete || (vcon.dialog.length === 0 && !talk.heard)) return undefined;
  return talk;
}

function enveloped(value: Fields, source: PhoneSource, settings: PhoneSettings): Talk | undefined {
  const told = toldIn(fieldsOf(value.call));
  const content = contentOf(value);
  const talk =
    typeof content === 'string'
      ? textOf(content).trim() === ''
        ? undefined
        : talkIn({ body: content }, source, settings)
      : ofJson(content, source, settings);
  return talk && { ...talk, told: overTold(talk.told, told) };
}
