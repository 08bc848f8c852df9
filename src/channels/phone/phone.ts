// Phone 电话: what citizens say to the hotline, as exchanges and transcription services hand it in; a call becomes a case.
import { type AccountBlock, type Channel, type Door, defineChannel } from '../../core/channel.ts';
import { Unreadable } from '../../core/errors.ts';
import { bytesOf } from '../../core/payload.ts';
import type { Route, RouteAnswer, RouteRequest } from '../../core/route.ts';
import { openCallbacks } from '../common/callback.ts';
import { readPayload } from './body.ts';
import { files } from './files.ts';
import { proveSource } from './proof.ts';
import { read } from './read.ts';
import { isTooLong, MOST_ROWS, type RowRead, tooMany } from './records/lists.ts';
import { type PhoneSettings, settings } from './settings.ts';
import { payloadOf } from './take.ts';

const MOST_BYTES = 16_777_216;
/** What may stand in the address beside a body that has no room for it. Never believed where only the body is signed. */
const BESIDE = ['id', 'caller', 'start', 'duration', 'wait', 'title'];

async function take(request: RouteRequest, account: PhoneSettings, door: Door): Promise<RouteAnswer> {
  const bytes = bytesOf(request.body);
  const { source, by } = await proveSource(request, bytes, account, door.now());
  const beside = Object.entries(request.query).filter(([name]) => BESIDE.includes(name));
  const payload = await payloadOf(
    {
      ...{ bytes, mediaType: request.headers['content-type'] ?? '', source: source.name, proof: by },
      ...(source.secret === undefined && beside.length > 0 ? { call: Object.fromEntries(beside) } : {}),
    },
    door,
    account,
  );
  if (!payload.packed && isTooLong(payload.body, source.columns)) throw tooMany();
  const { rows = [], talk } = readPayload(payload, account);
  const counted = await count(rows, door);
  const accepted = talk || rows.length === 0 ? await door.accept(payload) : [];
  if (source.twilio) return TWIML;
  const [first] = accepted;
  const { outcome, caseNo } = first?.receipt ?? {};
  // Whoever hands a call in is the exchange, not the citizen: the query code is not theirs.
  const told = { accepted: accepted.length, ...(outcome ? { outcome } : {}), ...(caseNo ? { caseNo } : {}) };
  return { status: 200, body: { ...told, ...counted } };
}

/** Twilio takes any answer for words to say to the caller; this one says nothing. */
const TWIML: RouteAnswer = { status: 200, headers: { 'content-type': 'text/xml; charset=utf-8' }, body: '<Response/>' };

/** Rows that can be read are taken, the others told; throws Unreadable where none can. */
async function count(rows: readonly RowRead[], door: Door) {
  if (rows.length > MOST_ROWS) throw tooMany();
  const refused = rows.flatMap(({ row, refused: reason }) => (reason === undefined ? [] : [{ row, reason }]));
  const [first] = refused;
  if (first && refused.length === rows.length) throw new Unreadable(first.reason, `row ${first.row}`);
  const facts = rows.flatMap((row) => row.facts ?? []);
  const changed = facts.length > 0 ? await door.tally(facts) : [];
  if (rows.length === 0) return {};
  return { calls: { told: facts.length, changed: changed.filter((one) => one).length }, ...(first ? { refused } : {}) };
}

export const phone: Channel<PhoneSettings> = defineChannel({
  name: 'phone',
  settings: (block: AccountBlock) => settings(block),
  read,
  files,
  open(account, door) {
    const summary = 'Transcripts and records of calls, from the sources of a telephone account';
    const handle: Route['handle'] = (request) => take(request, account, door);
    return {
      ...openCallbacks(door, [{ method: 'POST', body: 'raw', bodyLimit: MOST_BYTES, summary, handle }]),
      // Nothing can be said by an exchange: somebody calls, or the answer is told at the next call.
      outward: { receipts: 'channel', byHand: 'call_to_be_made' },
    };
  },
});
