// Envelope: a city's own way to hand in a call: `call` says what the exchange knows, `transcript` is any vendor's result as it came.
import type { Transfer } from '../../core/call.ts';
import { MOST_TRANSFERS } from '../../core/call.ts';
import { Unreadable } from '../../core/errors.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../../core/payload.ts';
import { speakerCalled } from './roles.ts';
import { NOTHING_TOLD, numberOf, type Role, rfc3339, type SaidAnswered, type Told, timeOf } from './told.ts';
import { seconds } from './transcript.ts';

export const isEnvelope = (value: Fields): boolean =>
  isFields(value.call) && ['transcript', 'text', 'turns', 'vcon'].some((name) => name in value);

/** What is transcribed: an object or text. */
export const contentOf = (value: Fields): unknown =>
  value.vcon ?? value.transcript ?? (Array.isArray(value.turns) ? { turns: value.turns } : value.text);

/** Throws Unreadable for a time that is none: a call kept under a wrong day is not found again. */
export function toldIn(call: Fields): Told {
  const start = timeIn(call, 'start');
  const caller = numberOf(call.caller ?? call.from);
  const durationS = seconds(call.duration ?? call.durationS);
  const waitS = seconds(call.wait ?? call.waitS);
  return {
    ...NOTHING_TOLD,
    ...texts(call),
    ...(start === undefined ? {} : { start: rfc3339(start) }),
    ...(caller ? { caller } : {}),
    ...(durationS === undefined ? {} : { durationS }),
    ...(waitS === undefined ? {} : { waitS }),
    roles: rolesIn(fieldsOf(call.speakers)),
    transfers: listOf(call.transfers).slice(0, MOST_TRANSFERS).map(transferIn),
    ...(call.answered === undefined ? {} : { answered: answeredIn(call.answered) }),
    ...(call.secret === true ? { secret: true } : {}),
  };
}

function timeIn(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  const time = timeOf(value);
  if (time === undefined) throw new Unreadable(`call.${name} is no time`, `call.${name}`);
  return time;
}

const LENGTHS = { id: 256, name: 100, email: 254, address: 500, title: 500 } as const;

const texts = (call: Fields): Partial<Record<keyof typeof LENGTHS, string>> =>
  Object.fromEntries(
    Object.entries(LENGTHS).flatMap(([name, most]) => {
      const text = textOf(call[name]).trim().slice(0, most);
      return text === '' ? [] : [[name, text]];
    }),
  );

/** `{"0": "agent", "1": "citizen", "2": {"role": "department", "unit": "…"}}`; the words of roles.ts serve too. */
export function rolesIn(speakers: Fields): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>();
  for (const [label, value] of Object.entries(speakers)) {
    const role = roleIn(value);
    if (role) roles.set(label, role);
  }
  return roles;
}

function roleIn(value: unknown): Role | undefined {
  const fields = isFields(value) ? value : { role: value };
  const speaker = speakerCalled(textOf(fields.role));
  if (!speaker) return undefined;
  const unit = textOf(fields.unit).slice(0, 100);
  const who = textOf(fields.name).slice(0, 100);
  return { speaker, ...(unit ? { unit } : {}), ...(who ? { who } : {}) };
}

function transferIn(one: Fields): Transfer {
  const from = timeIn(one, 'from');
  const to = timeIn(one, 'to');
  const unit = textOf(one.unit).slice(0, 100);
  return {
    kind: one.kind === 'blind' ? 'blind' : 'three_way',
    who: speakerCalled(textOf(one.who)) === 'agent' ? 'agent' : 'department',
    outcome: one.outcome === 'no_answer' || one.outcome === 'refused' ? one.outcome : 'joined',
    ...(unit ? { unit } : {}),
    ...(from === undefined ? {} : { from: rfc3339(from) }),
    ...(to === undefined ? {} : { to: rfc3339(to) }),
  };
}

function answeredIn(value: unknown): boolean | SaidAnswered {
  if (!isFields(value)) return value === true || value === 'true';
  const { by, unit, speaker, text } = value;
  return {
    ...(by === 'operator' || by === 'department' ? { by } : {}),
    ...Object.fromEntries(
      Object.entries({ unit, speaker }).flatMap(([name, one]) =>
        textOf(one) ? [[name, textOf(one).slice(0, 100)]] : [],
      ),
    ),
    ...(textOf(text).trim() ? { text: textOf(text).trim().slice(0, 20_000) } : {}),
  };
}

/** What the later one tells stands before what the earlier one told. */
export const overTold = (below: Told, above: Told): Told => ({
  ...below,
  ...above,
  roles: new Map([...below.roles, ...above.roles]),
  transfers: above.transfers.length > 0 ? above.transfers : below.transfers,
});
