// Phone 电话: what citizens say to the hotline, as exchanges and transcription services hand it in; a call becomes a case.
import { type AccountBlock, type Channel, type Door, defineChannel } from '../../core/channel.ts';
import { bytesOf } from '../../core/payload.ts';
import { accountClosed } from '../../core/proof.ts';
import type { RouteAnswer, RouteRequest } from '../../core/route.ts';
import { files } from './files.ts';
import { proveSource } from './proof.ts';
import { read } from './read.ts';
import { type PhoneSettings, settings } from './settings.ts';
import { payloadOf } from './take.ts';

const MOST_BYTES = 16_777_216;
/** What may stand in the address beside a body that has no room for it. Never believed where only the body is signed. */
const BESIDE = ['id', 'caller', 'start', 'duration', 'wait', 'title'];

async function take(request: RouteRequest, account: PhoneSettings, door: Door): Promise<RouteAnswer> {
  const bytes = bytesOf(request.body);
  const { source, by } = proveSource(request, bytes, account, door.now());
  const beside = Object.entries(request.query).filter(([name]) => BESIDE.includes(name));
  const payload = await payloadOf(
    {
      ...{ bytes, mediaType: request.headers['content-type'] ?? '', source: source.name, proof: by },
      ...(source.secret === undefined && beside.length > 0 ? { call: Object.fromEntries(beside) } : {}),
    },
    door,
  );
  const accepted = await door.accept(payload);
  const [first] = accepted;
  const { outcome, caseNo } = first?.receipt ?? {};
  // Whoever hands a call in is the exchange, not the citizen: the query code is not theirs.
  return {
    status: 200,
    body: { accepted: accepted.length, ...(outcome ? { outcome } : {}), ...(caseNo ? { caseNo } : {}) },
  };
}

export const phone: Channel<PhoneSettings> = defineChannel({
  name: 'phone',
  settings: (block: AccountBlock) => settings(block),
  read,
  files,
  open(account, door) {
    let open = true;
    door.route({
      ...{ method: 'POST', path: `/in/${door.account}`, access: 'public', tags: ['intake'] },
      ...{ body: 'raw', bodyLimit: MOST_BYTES },
      summary: 'Transcripts and records of calls, from the sources of a telephone account',
      handle: (request) => {
        if (!open) throw accountClosed();
        return take(request, account, door);
      },
    });
    return {
      async close() {
        open = false;
      },
    };
  },
});
