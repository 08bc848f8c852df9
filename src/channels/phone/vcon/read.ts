// vCon: the conversation as one document becomes the call it was: who took part, what was said, who was joined.
import { MOST_TRANSFERS, type Transfer } from '../../../core/call.ts';
import { decode, type Fields, listOf, textOf } from '../../../core/payload.ts';
import { anyTranscript } from '../formats/index.ts';
import { isOffice, speakerCalled } from '../roles.ts';
import { NOTHING_TOLD, numberOf, type Role, rfc3339, type Talk, type Told, timeOf } from '../told.ts';
import { inner, piece, pieces, type Said, type Transcript } from '../transcript.ts';
import { checkVcon, metaOf, originatorOf, partiesOf, type Vcon } from './check.ts';

export interface VconHints {
  /** Numbers of the hotline itself: whoever has one is no citizen. */
  readonly lines: readonly string[];
}

export interface ReadVcon {
  readonly talk: Talk;
  readonly vcon: Vcon;
  /** Nothing came to be said: nobody answered, or the caller hung up. */
  readonly incomplete: boolean;
  readonly disposition?: string;
}

/** Throws Unreadable when it is no valid vCon. */
export function readVcon(value: Fields, hints: VconHints): ReadVcon {
  const vcon = checkVcon(value);
  const spoken = vcon.dialog.filter(({ type }) => ['recording', 'text', 'audio', 'video'].includes(textOf(type)));
  const failed = vcon.dialog.filter(({ type }) => type === 'incomplete');
  const roles = partyRoles(vcon, hints);
  const start = startOf(vcon);
  const transcript = wordsOf(vcon, start);
  const disposition = textOf(failed[0]?.disposition);
  return {
    talk: {
      told: toldOf(vcon, roles, start, transcript),
      transcript,
      heard: transcript.said.length > 0,
      ...(untranscribed(vcon) ? { untranscribed: true } : {}),
    },
    vcon,
    incomplete: spoken.length === 0 && failed.length > 0,
    ...(disposition ? { disposition } : {}),
  };
}

/** A recording of which nobody wrote down the words. */
const untranscribed = ({ dialog, analysis }: Vcon): boolean =>
  dialog.some(({ type }) => type === 'recording') && !analysis.some(({ type }) => TRANSCRIBES.test(textOf(type)));
const TRANSCRIBES = /transcri|diari[sz]/i;

const startOf = ({ dialog }: Vcon): number | undefined => {
  const starts = dialog.map(({ start }) => timeOf(start)).filter((one) => one !== undefined);
  return starts.length === 0 ? undefined : Math.min(...starts);
};

/** Told by the party itself; else the originator is the citizen, who has a line's number the hotline, who was joined the department. */
function partyRoles(vcon: Vcon, { lines }: VconHints): readonly Role[] {
  const first = vcon.dialog.find((one) => originatorOf(one) !== undefined);
  const caller = first === undefined ? 0 : originatorOf(first);
  const joined = new Set(vcon.dialog.flatMap(({ transfer_target }) => [transfer_target].flat()));
  const roles: Role[] = [];
  for (const [at, party] of vcon.parties.entries()) {
    const name = textOf(party.name);
    const unit = textOf(party.dept) || textOf(party.org) || (isOffice(name) ? name : '');
    const hasAgent = roles.some(({ speaker }) => speaker === 'agent');
    const called = calledIn(party);
    const isLine = lines.includes(numberOf(textOf(party.tel) || textOf(party.sip)) ?? '');
    const later = hasAgent || textOf(party.dept) !== '' || joined.has(at);
    const speaker = called ?? (isLine ? 'agent' : at === caller ? 'citizen' : later ? 'department' : 'agent');
    roles.push({ speaker, ...(name ? { who: name } : {}), ...(speaker === 'department' && unit ? { unit } : {}) });
  }
  return roles;
}

const calledIn = (party: Fields) =>
  [party.role, metaOf(party).role, party.type]
    .map((one) => speakerCalled(textOf(one)))
    .find((one) => one !== undefined);

/** Transcripts in the order of what they transcribe, or what was written as text; times from the start of the whole. */
function wordsOf(vcon: Vcon, start: number | undefined): Transcript {
  const texts = vcon.dialog.flatMap((dialog) => written(dialog, vcon, start));
  const taken = new Set<number>();
  const heard = vcon.analysis
    .filter(({ type }) => TRANSCRIBES.test(textOf(type)))
    .sort((a, b) => rank(a) - rank(b))
    .flatMap((analysis) => {
      const of = [analysis.dialog].flat().filter((one): one is number => typeof one === 'number' && one >= 0);
      // Several transcripts of one recording say the same: the best one counts.
      if ((of.length === 0 && taken.size > 0) || (of.length > 0 && of.every((one) => taken.has(one)))) return [];
      const found = anyTranscript(bodyOf(analysis));
      if (!found || found.said.length === 0) return [];
      for (const one of of.length > 0 ? of : [0]) taken.add(one);
      const shift = offset(vcon.dialog[of[0] ?? 0], start);
      return [{ at: of[0] ?? 0, said: found.said.map((one) => shifted(one, shift)) }];
    });
  const spoken = heard.sort((a, b) => a.at - b.at).flatMap(({ said }) => said);
  return { said: [...spoken, ...texts], ...durationOf(vcon, start) };
}

const rank = ({ type }: Fields): number =>
  textOf(type) === 'wtf_transcription' ? 0 : textOf(type) === 'transcript' ? 1 : 2;

const shifted = (one: Said, by: number): Said => ({
  ...one,
  ...(one.at === undefined ? {} : { at: round(one.at + by) }),
  ...(one.to === undefined ? {} : { to: round(one.to + by) }),
});
const round = (number: number): number => Math.round(number * 1000) / 1000;

const offset = (dialog: Fields | undefined, start: number | undefined): number => {
  const at = dialog && timeOf(dialog.start);
  return at === undefined || start === undefined ? 0 : Math.max(0, (at - start) / 1000);
};

function durationOf({ dialog }: Vcon, start: number | undefined): { durationS?: number } {
  const ends = dialog.map((one) => offset(one, start) + (Number(one.duration) || 0));
  const durationS = round(Math.max(0, ...ends));
  return durationS > 0 ? { durationS } : {};
}

function written(dialog: Fields, vcon: Vcon, start: number | undefined): Said[] {
  if (dialog.type !== 'text') return [];
  const body = bodyOf(dialog);
  const text = plainPart(typeof body === 'string' ? body : '', textOf(dialog.mediatype));
  const party = originatorOf(dialog);
  return pieces([
    piece({ label: party === undefined ? '' : labelOfParty(party, vcon), text, at: offset(dialog, start) }),
  ]);
}

/** The text/plain part of a mail that lies in a vCon, however deep; other media types as they stand. */
function plainPart(body: string, mediatype: string): string {
  if (!/^\s*multipart\//i.test(mediatype)) return /html/i.test(mediatype) ? body.replace(/<[^>]{0,500}>/g, ' ') : body;
  const lines = body.split(/\r?\n/);
  const head = lines.findIndex((line) => /^content-type:\s*text\/plain/i.test(line));
  const begin = head < 0 ? -1 : lines.findIndex((line, at) => at > head && line.trim() === '');
  if (begin < 0) return '';
  const end = lines.findIndex((line, at) => at > begin && line.startsWith('--'));
  const words = lines.slice(begin + 1, end < 0 ? undefined : end).join('\n');
  const coded = lines.slice(Math.max(0, head - 3), begin).some((line) => /encoding:\s*base64/i.test(line));
  return coded ? text(Buffer.from(words, 'base64')) : words;
}

/** Content as it lies inside: JSON, base64url, or text. */
function bodyOf({ body, encoding }: Fields): unknown {
  if (typeof body !== 'string') return body;
  const coded = textOf(encoding);
  if (coded === 'base64url' || coded === 'base64')
    return inner(text(Buffer.from(body, 'base64url'))) ?? text(Buffer.from(body, 'base64url'));
  const asJson = coded === 'json' || /^\s*[[{]/.test(body) ? inner(body) : undefined;
  return asJson ?? body;
}

function text(bytes: Buffer): string {
  try {
    return decode(bytes);
  } catch {
    return ''; // a sound, not words
  }
}

const labelOfParty = (at: number, { parties }: Vcon): string => textOf(parties[at]?.name) || `party ${at}`;

function toldOf(vcon: Vcon, roles: readonly Role[], start: number | undefined, { durationS }: Transcript): Told {
  const citizen = vcon.parties[roles.findIndex(({ speaker }) => speaker === 'citizen')] ?? {};
  const session = vcon.dialog.map(sessionOf).find((one) => one !== '');
  const id = session || vcon.uuid;
  const caller = numberOf(textOf(citizen.tel) || textOf(citizen.sip));
  const name = textOf(citizen.name);
  const email = textOf(citizen.mailto).replace(/^mailto:/i, '');
  return {
    ...NOTHING_TOLD,
    id,
    ...(start === undefined ? {} : { start: rfc3339(start) }),
    ...(durationS === undefined ? {} : { durationS }),
    ...(caller ? { caller } : {}),
    ...(name ? { name } : {}),
    ...(/^\S+@\S+$/.test(email) ? { email } : {}),
    ...(vcon.subject ? { title: vcon.subject } : {}),
    roles: new Map(vcon.parties.flatMap((_, at) => named(at, roles[at], vcon))),
    transfers: transfersOf(vcon, roles),
  };
}

/** SIP's Session-ID; the exchange's own records carry it too, where it has one. */
function sessionOf({ session_id }: Fields): string {
  const [first] = [session_id].flat();
  if (typeof first === 'string') return first;
  if (typeof first !== 'object' || first === null) return '';
  return textOf(Reflect.get(first, 'local'));
}

const named = (at: number, role: Role | undefined, vcon: Vcon): [string, Role][] =>
  role
    ? [
        [labelOfParty(at, vcon), role],
        [`party ${at}`, role],
      ]
    : [];

/** As many as a call can have: whoever names more is not looked into to the end. */
function some<T>(from: readonly T[], of: (one: T) => readonly Transfer[]): Transfer[] {
  const found: Transfer[] = [];
  for (const one of from) {
    if (found.length >= MOST_TRANSFERS) break;
    found.push(...of(one));
  }
  return found;
}

/** Joined by a transfer, or by the history of the parties of a dialog. */
function transfersOf(vcon: Vcon, roles: readonly Role[]): Transfer[] {
  const transfers = vcon.dialog.filter(({ type }) => type === 'transfer');
  const targets = transfers.flatMap((dialog) => [dialog.transfer_target].flat().map((target) => ({ dialog, target })));
  const byTransfer = some(targets, ({ dialog, target }) => transferred(dialog, target, vcon, roles));
  const byHistory = some(vcon.dialog, (dialog) => joins(dialog, roles));
  const known = new Set(byTransfer.map(({ unit, from }) => `${unit} ${from}`));
  return [...byTransfer, ...byHistory.filter(({ unit, from }) => !known.has(`${unit} ${from}`))];
}

function transferred(dialog: Fields, target: unknown, vcon: Vcon, roles: readonly Role[]): Transfer[] {
  const role = typeof target === 'number' ? roles[target] : undefined;
  if (!role || typeof target !== 'number') return [];
  const legs = [dialog.target_dialog].flat().map((at) => (typeof at === 'number' ? vcon.dialog[at] : undefined));
  const leg = legs.find((one) => one !== undefined && Object.keys(one).length > 0);
  const failed = leg?.type === 'incomplete';
  const from = timeOf(leg?.start ?? dialog.start);
  const length = leg?.duration === undefined ? undefined : Number(leg.duration) * 1000 || undefined;
  // With the operator still in the conversation it is one of three.
  const three = leg !== undefined && partiesOf(leg).length > 2;
  const refused = leg?.disposition === 'busy' ? 'refused' : 'no_answer';
  const transfer: Transfer = {
    kind: three ? 'three_way' : 'blind',
    who: role.speaker === 'agent' ? 'agent' : 'department',
    outcome: failed ? refused : 'joined',
    ...(role.unit ? { unit: role.unit } : {}),
    ...(from === undefined ? {} : { from: rfc3339(from) }),
    ...(from === undefined || length === undefined || failed ? {} : { to: rfc3339(from + length) }),
  };
  return [transfer];
}

function joins(dialog: Fields, roles: readonly Role[]): Transfer[] {
  const events = new Map<unknown, Fields[]>();
  for (const one of listOf(dialog.party_history)) {
    const known = events.get(one.party);
    if (known) known.push(one);
    else events.set(one.party, [one]);
  }
  const listed = new Set(partiesOf(dialog));
  return roles.flatMap((role, at): Transfer[] => {
    if (role.speaker !== 'department') return [];
    const own = events.get(at) ?? [];
    const from = timeOf(own.find(({ event }) => event === 'join')?.time);
    const to = timeOf(own.find(({ event }) => event === 'drop')?.time);
    const there = listed.has(at);
    if (from === undefined && !there) return [];
    const begin = from ?? timeOf(dialog.start);
    return [
      {
        ...{ kind: 'three_way', who: 'department', outcome: 'joined' },
        ...(role.unit ? { unit: role.unit } : {}),
        ...(begin === undefined ? {} : { from: rfc3339(begin) }),
        ...(to === undefined ? {} : { to: rfc3339(to) }),
      },
    ];
  });
}
