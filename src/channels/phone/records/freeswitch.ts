// FreeSWITCH: the records of mod_json_cdr, with what mod_callcenter says of its queue.
// Source: mod_json_cdr.c (values may be URL-encoded, all are texts) and mod_callcenter's channel variables.
import type { CallFact } from '../../../core/call-record.ts';
import { type Fields, fieldsOf, isFields, listOf } from '../../../core/payload.ts';
import { between, fact, type Known, length, lower, time } from './fact.ts';

export const isJsonCdr = (value: Fields): boolean =>
  isFields(value.variables) &&
  ('callflow' in value || 'core-uuid' in value || 'channel_data' in value || 'uuid' in value.variables);

function decoded(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // a percent sign that is one
  }
}

const plain = (fields: Fields): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(lower(fields)).map(([name, value]) => [name, decoded(value)]));

/** The leg to the operator is written down too, and belongs to the call that was put through to it. */
const isLeg = (v: Readonly<Record<string, string>>): boolean =>
  v.direction === 'outbound' && Boolean(v.originating_leg_uuid || v.originator || v.other_loopback_leg_uuid);

export function jsonCdrFacts(value: Fields, known: Known): CallFact[] {
  const v = plain(fieldsOf(value.variables));
  const profiles = listOf(value.callflow).map((one) => plain(fieldsOf(one.caller_profile)));
  const first = profiles.at(-1) ?? {};
  const call = v.call_uuid || v.uuid || plain(fieldsOf(value.channel_data)).uuid;
  if (!call || isLeg(v)) return [];
  const from = v.caller_id_number || first.caller_id_number || first.ani || v.sip_from_user || '';
  const to = v.destination_number || first.destination_number || v.sip_to_user || '';
  const sides = v.direction === 'outbound' ? between('', to, known) && outward(to, known) : between(from, to, known);
  if (!sides) return [];
  const at = (name: string): number | undefined => time(v[`${name}_epoch`] || v[`${name}_stamp`], name, known);
  const shared = { call, ...sides };
  const queue = ofQueue(v, shared, known);
  return [
    fact({
      ...{ ...shared, part: 'json_cdr', rank: 1, offeredAt: at('start'), answeredAt: at('answer'), endedAt: at('end') },
      outcome: ended(v),
      talkMs: at('answer') === undefined ? undefined : length(v.billsec),
    }),
    ...(queue ? [queue] : []),
  ];
}

function outward(to: string, known: Known): Pick<CallFact, 'direction' | 'party'> {
  const { party } = between(to, '', known) ?? {};
  return { direction: 'out', ...(party === undefined ? {} : { party }) };
}

/** Where a queue took the call, it alone says whether a person answered. */
function ofQueue(
  v: Readonly<Record<string, string>>,
  shared: Pick<CallFact, 'call' | 'direction' | 'party'>,
  known: Known,
): CallFact | undefined {
  if (!v.cc_queue && !v.cc_queue_joined_epoch) return undefined;
  const at = (name: string): number | undefined => time(v[`cc_queue_${name}_epoch`], name, known);
  const [joined, answered, over] = [at('joined'), at('answered'), at('terminated') ?? at('canceled')];
  const until = answered ?? over;
  return fact({
    ...{ ...shared, part: 'callcenter', rank: 2, offeredAt: joined, answeredAt: answered, endedAt: over },
    outcome: answered === undefined ? 'abandoned' : 'answered',
    waitMs: joined === undefined || until === undefined ? undefined : Math.max(0, until - joined),
  });
}

/** `bridge_epoch` 0 says that nobody was put through, however long a menu spoke. */
function ended(v: Readonly<Record<string, string>>): NonNullable<CallFact['outcome']> {
  if (v.answer_epoch && v.answer_epoch !== '0') return v.bridge_epoch === '0' ? 'menu' : 'answered';
  const cause = v.hangup_cause ?? '';
  return /BUSY|CONGESTION|FAILURE|UNALLOCATED|REJECTED|OUT_OF_ORDER|INCOMPATIBLE/.test(cause) ? 'failed' : 'abandoned';
}

/** What its event socket says of a recording: only that a known call was still going on. */
export const isRecordingEvent = (value: Fields): boolean =>
  'uuid' in value && ('record_seconds' in value || 'recording_file' in value || 'recording_url' in value);
