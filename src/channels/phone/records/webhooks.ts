// Webhooks of telephone services: Twilio's status and queue callbacks, Telnyx, Bandwidth, and recordings of Asterisk's ARI.
// Source: Twilio Voice request parameters and <Enqueue> action, Telnyx Call Control, Bandwidth Voice callbacks.
import type { CallFact } from '../../../core/call-record.ts';
import { type Fields, fieldsOf, isFields, textOf } from '../../../core/payload.ts';
import { between, fact, type Known, length, lower, time } from './fact.ts';

type Row = Readonly<Record<string, string>>;

export const isTwilio = (value: Fields): boolean => 'CallSid' in value || 'RecordingSid' in value;

/** The line is answered by a program; whether a person was, the leg to them says, and before all the queue. */
export function twilioFacts(value: Fields, known: Known): CallFact[] {
  const row = lower(value);
  const sid = row.callsid;
  if (!sid) return [];
  const at = time(row.timestamp, 'Timestamp', known) ?? known.now;
  const parent = row.parentcallsid;
  const facts = [parent ? ofLeg(row, sid, parent, at) : ofCall(row, sid, at, known)];
  if (row.queueresult) facts.push(ofQueue(row, sid, at));
  return facts.filter((one) => one !== undefined);
}

const GAVE_UP = ['no-answer', 'canceled'];
const WENT_WRONG = ['busy', 'failed'];

function ofCall(row: Row, call: string, at: number, known: Known): CallFact | undefined {
  const status = row.callstatus ?? '';
  const party = between(row.from ?? '', '', known)?.party;
  const called = between(row.to ?? '', '', known)?.party;
  const out = (row.direction ?? '').startsWith('outbound');
  const side = out ? called : party;
  const shared = {
    call,
    rank: 0,
    direction: out ? 'out' : 'in',
    ...(side === undefined ? {} : { party: side }),
  } as const;
  if (['queued', 'initiated', 'ringing'].includes(status)) return fact({ ...shared, part: 'begun', offeredAt: at });
  if (status === 'in-progress')
    return fact({ ...shared, part: 'taken', answeredAt: at, outcome: 'answered', takenFirst: true });
  if (status === 'completed')
    return fact({ ...shared, part: 'over', ...lasted(row, at), outcome: 'answered', takenFirst: true });
  if (GAVE_UP.includes(status)) return fact({ ...shared, part: 'over', endedAt: at, outcome: 'abandoned' });
  if (WENT_WRONG.includes(status)) return fact({ ...shared, part: 'over', endedAt: at, outcome: 'failed' });
  return undefined;
}

const lasted = (row: Row, endedAt: number): Pick<CallFact, 'answeredAt' | 'endedAt'> => {
  const ms = length(row.callduration);
  return { endedAt, ...(ms === undefined ? {} : { answeredAt: endedAt - ms }) };
};

function ofLeg(row: Row, sid: string, call: string, at: number): CallFact | undefined {
  const status = row.callstatus ?? '';
  const shared = { call, part: `leg ${sid}`, rank: 1 } as const;
  if (status === 'in-progress') return fact({ ...shared, answeredAt: at, outcome: 'answered' });
  if (status === 'completed')
    return fact({ ...shared, ...lasted(row, at), outcome: 'answered', talkMs: length(row.callduration) });
  return [...GAVE_UP, ...WENT_WRONG].includes(status) ? fact({ ...shared, outcome: 'abandoned' }) : undefined;
}

function ofQueue(row: Row, call: string, at: number): CallFact {
  const answered = row.queueresult === 'bridged' || row.queueresult === 'redirected-from-bridged';
  const failed = ['error', 'system-error', 'queue-full'].includes(row.queueresult ?? '');
  const outcome = answered ? 'answered' : failed ? 'failed' : 'abandoned';
  return fact({
    call,
    part: 'queue',
    rank: 2,
    outcome,
    waitMs: length(row.queuetime),
    ...(answered ? {} : { endedAt: at }),
  });
}

export const isTelnyx = (value: Fields): boolean =>
  isFields(value.data) && 'event_type' in value.data && isFields(value.data.payload);

export function telnyxFacts(value: Fields, known: Known): CallFact[] {
  const data = fieldsOf(value.data);
  const payload = fieldsOf(data.payload);
  const call = textOf(payload.call_session_id);
  if (!call || !textOf(data.event_type).startsWith('call.')) return [];
  const at = time(textOf(data.occurred_at), 'occurred_at', known) ?? known.now;
  const out = textOf(payload.direction) === 'outgoing';
  const side = between(textOf(out ? payload.to : payload.from), '', known)?.party;
  const shared = {
    call,
    direction: out ? ('out' as const) : ('in' as const),
    ...(side === undefined ? {} : { party: side }),
  };
  switch (textOf(data.event_type).slice(5)) {
    case 'initiated':
      return [fact({ ...shared, part: 'begun', rank: 0, offeredAt: at })];
    case 'answered':
      return [fact({ ...shared, part: 'taken', rank: 0, answeredAt: at, outcome: 'answered', takenFirst: true })];
    case 'bridged':
      return [fact({ ...shared, part: 'bridged', rank: 1, answeredAt: at, outcome: 'answered' })];
    case 'hangup':
      return [fact({ call, part: 'over', rank: 0, endedAt: at, adds: true })];
    default:
      return [];
  }
}

export const isBandwidth = (value: Fields): boolean => 'callId' in value && textOf(value.eventType) !== '';

export function bandwidthFacts(value: Fields, known: Known): CallFact[] {
  const call = textOf(value.callId);
  const at = time(textOf(value.eventTime), 'eventTime', known) ?? known.now;
  const out = textOf(value.direction) === 'outbound';
  const side = between(textOf(out ? value.to : value.from), '', known)?.party;
  const shared = {
    call,
    direction: out ? ('out' as const) : ('in' as const),
    ...(side === undefined ? {} : { party: side }),
  };
  const [begun, taken, over] = ['startTime', 'answerTime', 'endTime'].map((name) =>
    time(textOf(value[name]), name, known),
  );
  switch (textOf(value.eventType)) {
    case 'initiate':
      return [fact({ ...shared, part: 'begun', rank: 0, offeredAt: begun ?? at })];
    case 'answer':
      return [
        fact({ ...shared, part: 'taken', rank: 0, answeredAt: taken ?? at, outcome: 'answered', takenFirst: true }),
      ];
    case 'disconnect':
      return [
        fact({
          ...{ ...shared, part: 'over', rank: 0, offeredAt: begun, answeredAt: taken, endedAt: over ?? at },
          ...(taken === undefined
            ? { outcome: 'abandoned' as const }
            : { outcome: 'answered' as const, takenFirst: true as const }),
        }),
      ];
    default:
      return [];
  }
}

/** Events of Asterisk's ARI: that a recording lies somewhere, or a channel changed, tells nothing that the records of the call do not. */
export const isAri = (value: Fields): boolean =>
  ('asterisk_id' in value && 'type' in value) ||
  ('application' in value && isFields(value.channel)) ||
  'recording_name' in value ||
  ('target_uri' in value && 'format' in value) ||
  'recording' in value;
