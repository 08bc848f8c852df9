// Asterisk: call detail records (event, JSON, CSV) and the events of its queues, which alone know when a person answered.
// Source: Asterisk 18 documentation, AMI events Cdr, CEL, QueueCallerJoin, QueueCallerAbandon, AgentConnect, AgentComplete.
import type { CallFact } from '../../../core/call-record.ts';
import { type Fields, textOf } from '../../../core/payload.ts';
import { between, fact, type Known, length, lower, time } from './fact.ts';

type Row = Readonly<Record<string, string>>;

/** `Event: Cdr` and its lines; several events are parted by an empty line. */
export const isAmiText = (text: string): boolean => /^(?:Event|Action|Response):[ \t]?\S/i.test(text);

export function amiText(text: string): Fields[] {
  return text
    .replace(/\r\n?/g, '\n')
    .split(/\n\s*\n/)
    .map((block) => Object.fromEntries(block.split('\n').flatMap((line) => pairOf(line))));
}

function pairOf(line: string): [string, string][] {
  const colon = line.indexOf(':');
  return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()]];
}

export const isAmi = (value: Fields): boolean => 'Event' in value || 'event' in value;

/** Undefined where it is no event of Asterisk's. Events that say nothing of a call are no facts. */
export function amiFacts(event: Fields, known: Known): CallFact[] | undefined {
  const row = lower(event);
  const call = row.linkedid || row.uniqueid;
  if (row.event === undefined || (!call && !('privilege' in row))) return undefined;
  if (!call) return [];
  if (row.event.toLowerCase() === 'cdr') return cdrFacts(cdrOfEvent(row), known);
  const at = time(row.timestamp, 'Timestamp', known) ?? known.now;
  return [ofQueue(row, call, at, known) ?? ofLine(row, call, at, known)].filter((one) => one !== undefined);
}

function ofQueue(row: Row, call: string, at: number, known: Known): CallFact | undefined {
  const shared = { call, rank: 2, ...(between(row.calleridnum ?? '', '', known) ?? {}) } as const;
  const waitMs = length(row.holdtime);
  switch (row.event?.toLowerCase()) {
    case 'queuecallerjoin':
      return fact({ ...shared, part: 'queue join', offeredAt: at });
    case 'queuecallerabandon':
      return fact({ ...shared, part: 'queue end', outcome: 'abandoned', waitMs, endedAt: at });
    case 'agentconnect':
      return fact({ ...shared, part: 'queue connect', outcome: 'answered', waitMs, answeredAt: at });
    case 'agentcomplete':
      return fact({ ...shared, part: 'queue complete', talkMs: length(row.talktime), endedAt: at, adds: true });
    default:
      return undefined;
  }
}

/** A line that rings for the hotline's number begins a call; that one ended tells only of a call known before. */
function ofLine(row: Row, call: string, at: number, known: Known): CallFact | undefined {
  const event = (row.event === 'CEL' ? (row.eventname ?? '') : (row.event ?? '')).toLowerCase();
  const when = time(row.eventtime, 'EventTime', known) ?? at;
  const first = row.uniqueid === undefined || row.uniqueid === call;
  const sides = between(row.calleridnum ?? '', row.exten ?? '', known);
  if ((event === 'newchannel' || event === 'chan_start') && first && known.lines.includes(row.exten ?? ''))
    return sides?.direction === 'in' ? fact({ call, part: 'line', rank: 0, ...sides, offeredAt: when }) : undefined;
  if ((event === 'hangup' || event === 'linkedid_end') && first)
    return fact({ call, part: 'hangup', rank: 0, endedAt: when, adds: true });
  return undefined;
}

const EVENT_NAMES: Readonly<Record<string, string>> = {
  ...{ source: 'src', destination: 'dst', destinationcontext: 'dcontext', destinationchannel: 'dstchannel' },
  ...{
    lastapplication: 'lastapp',
    starttime: 'start',
    answertime: 'answer',
    endtime: 'end',
    billableseconds: 'billsec',
  },
};
const cdrOfEvent = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [EVENT_NAMES[name] ?? name, value]));

/** The columns of Master.csv, which has no header. */
export const MASTER = [
  ...['accountcode', 'src', 'dst', 'dcontext', 'clid', 'channel', 'dstchannel', 'lastapp', 'lastdata', 'start'],
  ...['answer', 'end', 'duration', 'billsec', 'disposition', 'amaflags', 'uniqueid', 'userfield'],
] as const;

export const isCdr = (row: Row): boolean => 'disposition' in row && ('uniqueid' in row || 'dcontext' in row);

/** One record is one leg: a queue that rings three operators writes three, of which one is answered. */
export function cdrFacts(row: Row, known: Known): CallFact[] {
  const call = row.linkedid || row.uniqueid;
  const sides = between(row.src || row.clid || '', row.dst ?? '', known);
  if (!call || !sides) return [];
  const offeredAt = time(row.start || row.calldate, 'start', known);
  const whole = length(row.duration);
  const endedAt =
    time(row.end, 'end', known) ?? (offeredAt === undefined || whole === undefined ? undefined : offeredAt + whole);
  const outcome = ended(row);
  const talkMs = length(row.billsec);
  const answered = outcome === 'answered';
  const answeredAt = answered ? (time(row.answer, 'answer', known) ?? (endedAt ?? 0) - (talkMs ?? 0)) : undefined;
  // Queue() answers the line itself: then the record's own waiting time is none at all, and says nothing.
  const takenFirst = answered && answeredAt === offeredAt && /^queue$/i.test(row.lastapp ?? '') ? true : undefined;
  const leg = row.sequence || row.dstchannel || textOf(offeredAt);
  return [
    fact({
      ...{ call, part: `cdr ${row.uniqueid ?? ''} ${leg}`, rank: 1, ...sides, offeredAt, answeredAt, endedAt, outcome },
      ...(answered ? { talkMs, takenFirst } : {}),
    }),
  ];
}

/** ANSWERED says that the line was answered, be it by a menu: a person was there only where a second channel was. */
function ended(row: Row): NonNullable<CallFact['outcome']> {
  const disposition = (row.disposition ?? '').toUpperCase();
  if (disposition === 'ANSWERED') {
    if (row.dstchannel !== '') return 'answered';
    return /^(?:queue|dial)$/i.test(row.lastapp ?? '') ? 'abandoned' : 'menu';
  }
  return disposition === 'FAILED' || disposition === 'CONGESTION' || disposition === 'BUSY' ? 'failed' : 'abandoned';
}
