// Check: is this a vCon one can rely on? Older field names become today's; what breaks the format is refused with its place.
// Source: draft-ietf-vcon-vcon-core (0.4.0) and its earlier versions 0.0.1 to 0.3.0.
import { MOST_TURNS } from '../../../core/call.ts';
import { Unreadable } from '../../../core/errors.ts';
import { type Fields, fieldsOf, isFields, listOf } from '../../../core/payload.ts';
import { timeOf } from '../told.ts';

export interface Vcon {
  readonly uuid: string;
  readonly subject?: string;
  readonly createdAt?: number;
  readonly updatedAt?: number;
  readonly parties: readonly Fields[];
  readonly dialog: readonly Fields[];
  readonly analysis: readonly Fields[];
  readonly attachments: readonly Fields[];
}

const OLD_NAMES: Readonly<Record<string, string>> = {
  mimetype: 'mediatype',
  appended: 'amended',
  must_support: 'critical',
  'transfer-target': 'transfer_target',
  'transfer-original': 'original',
  target: 'target_dialog',
};

/** Extensions whose meaning this reader takes into account. */
const KNOWN_EXTENSIONS = ['wtf_transcription'];
const DIALOG_TYPES = ['recording', 'recording-set', 'text', 'transfer', 'incomplete', 'audio', 'video'];
const DISPOSITIONS = ['no-answer', 'congestion', 'failed', 'busy', 'hung-up', 'voicemail-no-message'];
const ENCODINGS = ['base64url', 'base64', 'json', 'none', ''];

export const isVcon = (value: Fields): boolean =>
  'vcon' in value ||
  ('parties' in value && ['dialog', 'analysis', 'attachments', 'uuid'].some((name) => name in value));

function renamed(one: Fields): Fields {
  return Object.fromEntries(Object.entries(one).map(([name, value]) => [OLD_NAMES[name] ?? name, value]));
}

const bad = (place: string, why: string): Unreadable => new Unreadable(`the vCon is invalid: ${place} ${why}`, place);

/** Throws Unreadable, with the first place that is wrong. */
export function checkVcon(value: Fields): Vcon {
  const top = renamed(value);
  const critical = list(top.critical ?? [], 'critical', (one) => typeof one === 'string');
  const strange = critical.filter((name) => !KNOWN_EXTENSIONS.includes(String(name)));
  if (strange.length > 0) throw bad('critical', `needs ${strange.join(', ')}, which this reader does not know`);
  checkHead(top);
  const parties = objects(top.parties, 'parties', MOST_PARTIES);
  const dialog = objects(top.dialog ?? [], 'dialog', MOST_TURNS).map(renamed);
  const analysis = objects(top.analysis ?? [], 'analysis', MOST_TURNS).map(renamed);
  const attachments = objects(top.attachments ?? [], 'attachments', MOST_TURNS).map(renamed);
  for (const [at, one] of parties.entries()) checkParty(one, `parties[${at}]`);
  for (const [at, one] of dialog.entries()) checkDialog(one, `dialog[${at}]`, parties.length);
  for (const [at, one] of analysis.entries()) {
    if (typeof one.type !== 'string' || one.type === '') throw bad(`analysis[${at}].type`, 'must say what it is');
    indices(one.dialog, `analysis[${at}].dialog`, dialog.length);
    checkContent(one, `analysis[${at}]`);
  }
  for (const [at, one] of attachments.entries()) {
    checkContent(one, `attachments[${at}]`);
  }
  return {
    uuid: String(top.uuid ?? ''),
    ...(typeof top.subject === 'string' && top.subject !== '' ? { subject: top.subject } : {}),
    ...timesOf(top),
    ...{ parties, dialog, analysis, attachments },
  };
}

function timesOf({ created_at, updated_at }: Fields): Pick<Vcon, 'createdAt' | 'updatedAt'> {
  const [createdAt, updatedAt] = [timeOf(created_at), timeOf(updated_at)];
  return { ...(createdAt === undefined ? {} : { createdAt }), ...(updatedAt === undefined ? {} : { updatedAt }) };
}

/** What versions before 0.4.0 demanded is demanded of those that name their version. */
function checkHead(top: Fields): void {
  const { vcon, uuid, created_at, updated_at } = top;
  if (vcon !== undefined && !(typeof vcon === 'string' && /^\d+\.\d+\.\d+$/.test(vcon)))
    throw bad('vcon', 'must be a version like 0.4.0');
  if (typeof uuid !== 'string' || !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(uuid))
    throw bad('uuid', uuid === undefined ? 'is missing' : 'is no UUID');
  if (vcon !== undefined && created_at === undefined) throw bad('created_at', 'is missing');
  for (const [name, time] of Object.entries({ created_at, updated_at }))
    if (time !== undefined && time !== null && timeOf(time) === undefined) throw bad(name, 'is no time');
  if (top.subject !== undefined && top.subject !== null && typeof top.subject !== 'string')
    throw bad('subject', 'must be text');
}

function list(value: unknown, place: string, fits: (one: unknown) => boolean): readonly unknown[] {
  if (!Array.isArray(value)) throw bad(place, value === undefined ? 'is missing' : 'must be a list');
  const at = value.findIndex((one) => !fits(one));
  if (at >= 0) throw bad(`${place}[${at}]`, 'is not what this list holds');
  return value;
}

/** A conversation, not a register: what is compared each with each must not be without end. */
const MOST_PARTIES = 500;

function objects(value: unknown, place: string, most: number): readonly Fields[] {
  const all = listOf(list(value, place, isFields));
  if (all.length > most) throw bad(place, `has ${all.length} entries, and at most ${most} are read`);
  return all;
}

function checkParty(party: Fields, place: string): void {
  for (const name of ['tel', 'mailto', 'name', 'sip', 'role', 'uuid'])
    if (party[name] !== undefined && party[name] !== null && typeof party[name] !== 'string')
      throw bad(`${place}.${name}`, 'must be text');
}

function checkDialog(one: Fields, place: string, parties: number): void {
  const { type, start, duration } = one;
  // An empty object holds the place of a conversation one knows of, and nothing more.
  if (Object.keys(one).length === 0) return;
  if (!DIALOG_TYPES.includes(String(type))) throw bad(`${place}.type`, `must be one of ${DIALOG_TYPES.join(', ')}`);
  if (type !== 'transfer' && timeOf(start) === undefined)
    throw bad(`${place}.start`, start === undefined ? 'is missing' : 'is no time');
  if (duration !== undefined && duration !== null && !(Number(duration) >= 0))
    throw bad(`${place}.duration`, 'must be seconds');
  indices(one.parties, `${place}.parties`, parties);
  indices(one.originator, `${place}.originator`, parties);
  for (const role of ['transferee', 'transferor', 'transfer_target']) indices(one[role], `${place}.${role}`, parties);
  if (type === 'incomplete' && one.disposition !== undefined && !DISPOSITIONS.includes(String(one.disposition)))
    throw bad(`${place}.disposition`, `must be one of ${DISPOSITIONS.join(', ')}`);
  if ((type === 'incomplete' || type === 'transfer') && (one.body !== undefined || one.url !== undefined))
    throw bad(place, `is ${type} and can hold no content`);
  checkContent(one, place);
  const { mediatype } = one;
  if (
    mediatype !== undefined &&
    mediatype !== null &&
    !(typeof mediatype === 'string' && /^[\w.+-]+\/[\w.+-]+/.test(mediatype))
  )
    throw bad(`${place}.mediatype`, 'must be a media type');
}

function checkContent(one: Fields, place: string): void {
  const { encoding, url } = one;
  if (encoding !== undefined && encoding !== null && !ENCODINGS.includes(String(encoding)))
    throw bad(`${place}.encoding`, 'must be base64url, json or none');
  if (url !== undefined && url !== null && url !== '' && !(typeof url === 'string' && URL.canParse(url)))
    throw bad(`${place}.url`, 'is no address');
}

/** One index, a list of them, or a list of lists (channels of a recording); null holds a silent channel's place. */
function indices(value: unknown, place: string, length: number): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) {
    for (const one of value) indices(one, place, length);
    return;
  }
  // Older ones wrote -1, or nothing, for an analysis or attachment of the whole conversation.
  if (value === '' || value === -1) return;
  if (!Number.isInteger(value) || Number(value) < 0 || Number(value) >= length)
    throw bad(place, `names ${JSON.stringify(value)}, and there are ${length}`);
}

/** The parties of a dialog as they are listed. */
export const partiesOf = (dialog: Fields): number[] =>
  (Array.isArray(dialog.parties) ? dialog.parties.flat() : [dialog.parties]).filter(
    (one): one is number => typeof one === 'number',
  );

/** Who began it: named, or the first listed. */
export const originatorOf = (dialog: Fields): number | undefined =>
  typeof dialog.originator === 'number' ? dialog.originator : partiesOf(dialog)[0];

export const metaOf = (party: Fields): Fields => fieldsOf(party.meta);
