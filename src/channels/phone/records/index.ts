// Records: finds out whose call record or event it is, and tells the facts of it; undefined when it is none.
import { Unreadable } from '../../../core/errors.ts';
import { type Fields, isFields } from '../../../core/payload.ts';
import { amiFacts, amiText, isAmi, isAmiText } from './asterisk.ts';
import type { Known } from './fact.ts';
import { isJsonCdr, isRecordingEvent, jsonCdrFacts } from './freeswitch.ts';
import { csvRows, jsonRows, type RowRead } from './lists.ts';
import { bandwidthFacts, isAri, isBandwidth, isTelnyx, isTwilio, telnyxFacts, twilioFacts } from './webhooks.ts';

type Own = Readonly<Record<string, string>>;

export function recordsInJson(value: unknown, known: Known, own: Own): RowRead[] | undefined {
  if (isFields(value)) {
    const facts = one(value, known);
    if (facts) return [{ row: 1, facts }];
  }
  if (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((each) => isFields(each) && (isAmi(each) || isJsonCdr(each)))
  )
    return value.map((each: unknown, at) => guarded(at + 1, () => (isFields(each) ? (one(each, known) ?? []) : [])));
  return jsonRows(value, known, own);
}

function one(value: Fields, known: Known) {
  if (isJsonCdr(value)) return jsonCdrFacts(value, known);
  if (isTwilio(value)) return twilioFacts(value, known);
  if (isTelnyx(value)) return telnyxFacts(value, known);
  if (isBandwidth(value)) return bandwidthFacts(value, known);
  if (isAmi(value)) return amiFacts(value, known);
  return isRecordingEvent(value) || isAri(value) ? [] : undefined;
}

export function recordsInText(text: string, known: Known, own: Own): RowRead[] | undefined {
  if (!isAmiText(text)) return csvRows(text, known, own);
  return amiText(text).map((event, at) => guarded(at + 1, () => amiFacts(event, known) ?? []));
}

function guarded(row: number, reading: () => RowRead['facts']): RowRead {
  try {
    const facts = reading();
    return facts ? { row, facts } : { row };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { row, refused: error.message };
  }
}
