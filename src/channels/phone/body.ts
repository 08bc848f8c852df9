// Body: finds out by what came whether it is a talk, in which of all formats, or records of calls.
import { createHash } from 'node:crypto';
import Type from 'typebox';
import Value from 'typebox/value';
import { Unreadable } from '../../core/errors.ts';
import { type Incoming, Part } from '../../core/message.ts';
import { type Fields, fieldsOf, isFields, readJson, textOf } from '../../core/payload.ts';
import { contentOf, isEnvelope, overTold, toldIn } from './envelope.ts';
import { isInterim } from './formats/funasr.ts';
import { textTranscript, transcriptIn } from './formats/index.ts';
import { encrypted, fromCompact, isCompactJwe, isCompactJws, isEncrypted, isJws, openJws } from './jws.ts';
import { type Known, past } from './records/fact.ts';
import { recordsInJson, recordsInText } from './records/index.ts';
import type { RowRead } from './records/lists.ts';
import { OF_A_FILE, type PhoneSettings, type PhoneSource } from './settings.ts';
import { NOTHING_TOLD, numberOf, type Talk } from './told.ts';
import { bounded, piece, pieces } from './transcript.ts';
import { isVcon } from './vcon/check.ts';
import { vconFact } from './vcon/fact.ts';
import { readVcon } from './vcon/read.ts';

/** One hand-in: its text as it came, who handed it in, and what stood beside it in the address. */
const Payload = Type.Object({
  body: Type.String({ minLength: 1, maxLength: 16_777_216 }),
  mediaType: Type.Optional(Type.String()),
  source: Type.Optional(Type.String()),
  proof: Type.Optional(Type.Union([Type.Literal('signature'), Type.Literal('token'), Type.Literal('none')])),
  call: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  parts: Type.Optional(Type.Array(Part)),
  at: Type.Optional(Type.Number()),
});

export interface PhonePayload {
  readonly body: string;
  /** It was read elsewhere, and `body` is in gzip and base64. */
  readonly packed?: true;
  readonly mediaType?: string;
  readonly source?: string;
  readonly proof?: Incoming['verified'];
  readonly call?: Fields;
  readonly parts?: readonly Part[];
  /** When it came, epoch ms: for events that tell no time of their own. */
  readonly at?: number;
}

export interface Read {
  readonly payload: PhonePayload;
  readonly source: PhoneSource;
  readonly talk?: Talk;
  /** Records of calls, row by row; a row that cannot be read says why. */
  readonly rows?: readonly RowRead[];
}

/** What a body says: a talk, records, both (a vCon is also counted), or neither. */
export type Found = Pick<Read, 'talk' | 'rows'>;

/** What was read of a hand-in: the door reads it once to count, and again to take it in. */
const readBefore = new WeakMap<object, { readonly settings: PhoneSettings; readonly read: Read }>();

export function readPayload(payload: unknown, settings: PhoneSettings): Read {
  const before = typeof payload === 'object' && payload !== null ? readBefore.get(payload) : undefined;
  if (before?.settings === settings) return before.read;
  const read = readAfresh(payload, settings);
  if (typeof payload === 'object' && payload !== null) readBefore.set(payload, { settings, read });
  return read;
}

/** It was read elsewhere: what was found there is what reading it here would find. */
export function remember(payload: PhonePayload, settings: PhoneSettings, { talk, rows }: Found): void {
  const { parts } = payload;
  const own = talk && { ...talk, ...(parts && parts.length > 0 ? { parts } : {}) };
  const found = { ...(own ? { talk: own } : {}), ...(rows ? { rows } : {}) };
  readBefore.set(payload, { settings, read: { payload, source: sourceIn(payload, settings), ...found } });
}

const sourceIn = ({ source }: Pick<PhonePayload, 'source'>, { sources }: PhoneSettings): PhoneSource =>
  sources.find(({ name }) => name === source) ?? OF_A_FILE;

function readAfresh(payload: unknown, settings: PhoneSettings): Read {
  if (!Value.Check(Payload, payload))
    throw new Unreadable('this is no hand-in of a call: body must be its text', 'body');
  const source = sourceIn(payload, settings);
  const now = payload.at ?? 0;
  const reading = { source, settings, known: { lines: settings.lines, offsetMinutes: source.offsetMinutes, now } };
  const { talk, rows } = foundIn(payload, reading);
  return { payload, source, ...(talk ? { talk: withId(talk, payload) } : {}), ...(rows ? { rows } : {}) };
}

interface Reading {
  readonly source: PhoneSource;
  readonly settings: PhoneSettings;
  readonly known: Known;
}

/** Without an id of its own a call is known by its bytes: handed in again it is the same. */
function withId(whole: Talk, { body, parts }: PhonePayload): Talk {
  const talk = { ...whole, transcript: bounded(whole.transcript) };
  const kept = parts && parts.length > 0 ? { parts } : {};
  if (talk.told.id !== undefined) return { ...talk, ...kept };
  const id = `call-${createHash('sha256').update(body).digest('hex').slice(0, 32)}`;
  return { ...talk, told: { ...talk.told, id }, ...kept };
}

function foundIn({ body, mediaType = '', call = {} }: PhonePayload, reading: Reading): Found {
  const text = body.replace(/^\ufeff/, '').trim();
  if (text === '') throw new Unreadable('there is nothing in it', 'body');
  if (isBareJson(text, mediaType)) throw new Unreadable('JSON of a call is an object or a list', 'body');
  const isJson = /^[[{]/.test(text) && !isStamped(text);
  const form = isJson ? undefined : formIn(text, mediaType);
  const found =
    form !== undefined ? ofJson(form, reading) : isJson ? ofJson(jsonIn(text), reading) : ofText(text, reading);
  const { talk } = found;
  return talk ? { ...found, talk: { ...talk, told: overTold(talk.told, toldIn(call)) } } : found;
}

/** What a program sends as JSON that has nothing to tell. As text it would become somebody's words. */
const isBareJson = (text: string, mediaType: string): boolean =>
  /^application\/(?:[\w.-]+\+)?json\b/i.test(mediaType) && /^(?:null|true|false|-?\d[\d.eE+-]*|".*")$/s.test(text);

/** `[00:12] 市民：…` is no JSON. */
const isStamped = (text: string): boolean => /^\[\s*(?:\d+:|\p{Script=Han})/u.test(text);

/** Fields as Twilio sends them, or the one field in which FreeSWITCH puts its record, plain or in base64. */
function formIn(text: string, mediaType: string): unknown {
  if (!mediaType.startsWith('application/x-www-form-')) return undefined;
  if (!mediaType.endsWith('base64-encoded')) {
    const fields = Object.fromEntries(new URLSearchParams(text));
    return fields.cdr === undefined ? fields : jsonIn(fields.cdr);
  }
  return jsonIn(Buffer.from(text.replace(/^cdr=/, ''), 'base64').toString('utf8'));
}

export function jsonIn(text: string): unknown {
  try {
    return readJson(text);
  } catch (cause) {
    const why = cause instanceof Unreadable ? `: ${cause.message}` : '';
    throw new Unreadable(`the body begins like JSON and cannot be read${why}`, 'body', cause);
  }
}

function ofText(text: string, reading: Reading): Found {
  if (isCompactJwe(text)) throw encrypted();
  if (isCompactJws(text)) return ofJson(fromCompact(text), reading);
  const rows = recordsInText(text, reading.known, reading.source.columns);
  if (rows) return { rows };
  const transcript = textTranscript(text);
  if (transcript.said.length === 0) throw new Unreadable('nobody says anything in it', 'body');
  return { talk: { told: NOTHING_TOLD, transcript, heard: true } };
}

function ofJson(value: unknown, reading: Reading): Found {
  if (isFields(value)) {
    if (isEncrypted(value)) throw encrypted();
    if (isJws(value)) return signed(value, reading);
    if (isEnvelope(value)) return enveloped(value, reading);
    if (isVcon(value)) return ofVcon(value, reading);
    if (isInterim(value)) return {};
    if ('TranscriptionText' in value) return transcribed(value);
  }
  const rows = recordsInJson(value, reading.known, reading.source.columns);
  if (rows) return { rows };
  const transcript = transcriptIn(value);
  if (!transcript) throw new Unreadable('this is no transcript and no record of a call that is known here', 'body');
  if (transcript.said.length === 0) throw new Unreadable('nobody says anything in it', 'body');
  return { talk: { told: NOTHING_TOLD, transcript, heard: true } };
}

function signed(jws: Fields, reading: Reading): Found {
  const { vcon, trusted } = openJws(jws, reading.source.trust);
  if (isEncrypted(vcon)) throw encrypted();
  const found = ofVcon(vcon, reading);
  return found.talk ? { ...found, talk: { ...found.talk, signed: trusted } } : found;
}

/** A conversation that never came to be is no message of a citizen, but a call all the same. */
function ofVcon(value: Fields, { settings, source, known }: Reading): Found {
  const read = readVcon(value, { lines: settings.lines });
  const counted = source.counts ? vconFact(read) : undefined;
  if (counted) past(counted.offeredAt ?? counted.answeredAt ?? 0, 'dialog.start', known);
  const rows = counted ? { rows: [{ row: 1, facts: [counted] }] } : {};
  if (read.incomplete || (read.vcon.dialog.length === 0 && !read.talk.heard)) return rows;
  return { talk: read.talk, ...rows };
}

function enveloped(value: Fields, reading: Reading): Found {
  const told = toldIn(fieldsOf(value.call));
  const content = contentOf(value);
  const found = typeof content === 'string' ? foundIn({ body: content }, reading) : ofJson(content, reading);
  return found.talk ? { ...found, talk: { ...found.talk, told: overTold(found.talk.told, told) } } : found;
}

/** What Twilio heard on a recording: the caller's words alone. */
function transcribed({ TranscriptionText, CallSid, From, TranscriptionStatus }: Fields): Found {
  const caller = numberOf(From);
  const said = pieces([piece({ label: 'citizen', text: TranscriptionText })]);
  if (said.length === 0) throw new Unreadable(`the recognition has no result: ${textOf(TranscriptionStatus)}`, 'body');
  const id = textOf(CallSid).slice(0, 256);
  const told = { ...NOTHING_TOLD, ...(id ? { id } : {}), ...(caller ? { caller } : {}) };
  return { talk: { told, transcript: { said }, heard: true } };
}
