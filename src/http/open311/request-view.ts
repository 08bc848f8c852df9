// Request view: a case as a service request. Words and place only of what was sent through Open311, and with every name masked.
import { repliesIn } from '../../core/acts.ts';
import type { Case } from '../../core/case.ts';
import { OPEN_STATUS } from '../../core/status.ts';
import { mask } from '../../core/text/mask.ts';
import { normalise } from '../../core/text/normalise.ts';
import type { ApiStore } from '../deps.ts';
import { readJson } from '../json.ts';
import type { Row } from './answer.ts';

export const CHANNEL = 'open311';

/** Of a secret case, a report (举报) and a complaint about a unit nobody hears here, whatever key they show. */
export const isListed = (c: Case): boolean =>
  !c.secret && c.kind !== 'report' && c.barred.length === 0 && !c.flags.includes('erased');

/** Open311 knows two states. Who was told where to go has had the answer. */
export const stateOf = (c: Case): 'open' | 'closed' =>
  OPEN_STATUS.includes(c.status) && c.status !== 'diverted' ? 'open' : 'closed';

/** W3C time without fractions of a second, which some clients do not read. */
const moment = (time: string | undefined): string | null => time?.replace(/\.\d+/, '') ?? null;

export async function requestRow(c: Case, store: Pick<ApiStore, 'messagesOf'>): Promise<Row> {
  const [best] = c.category;
  const { notes, ...words } = await wordsOf(c, store);
  return {
    service_request_id: c.no,
    status: stateOf(c),
    status_notes: notes ?? c.divert?.advice ?? c.answer?.text ?? null,
    service_name: best?.name ?? '',
    service_code: best?.code ?? '',
    agency_responsible: c.unit?.name ?? null,
    service_notice: null,
    requested_datetime: moment(c.openedAt),
    updated_datetime: moment(c.updatedAt),
    expected_datetime: moment(c.dueAt),
    zipcode: null,
    media_url: null,
    ...words,
  };
}

const NOTHING = { description: null, address: null, address_id: null, lat: null, long: null, notes: null };

async function wordsOf(c: Case, store: Pick<ApiStore, 'messagesOf'>) {
  if (c.channel !== CHANNEL) return NOTHING;
  const messages = await store.messagesOf(c.no);
  const [first] = messages;
  if (!first) return NOTHING;
  const { name } = first.sender;
  const known = name === undefined ? [] : [name, ...name.split(' ')].map(normalise).filter((part) => part.length > 1);
  const clean = (text: string) => mask(normalise(text), known);
  const sent = fieldsOf(first.raw?.content);
  const reply = repliesIn(messages).at(-1);
  return {
    description: clean(sent.description ?? ''),
    address: sent.address_string ? clean(sent.address_string) : null,
    address_id: sent.address_id ?? null,
    lat: sent.lat ? Number(sent.lat) : null,
    long: sent.long ? Number(sent.long) : null,
    notes: reply ? clean(reply.text) : null,
  };
}

/** The fields as they were sent, kept under the seal as the original of the message. */
function fieldsOf(raw: string | undefined): Readonly<Record<string, string>> {
  const value: unknown = raw === undefined ? {} : readJson(Buffer.from(raw));
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
