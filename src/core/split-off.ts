// Split off: where one message asks for several things and a person says so, each further request becomes a message of its own.
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import type { Case, Proposal } from './case.ts';
import type { City } from './city.ts';
import type { Message } from './message.ts';
import { prepare } from './pipeline.ts';

const Requests = Type.Array(
  Type.Object({ from: Type.Integer({ minimum: 0 }), to: Type.Integer({ minimum: 1 }), category: Type.String() }),
  { minItems: 2, maxItems: 8 },
);

/** The requests an undecided proposal offers for splitting; none when it offers nothing of the kind. */
export function offeredBy(c: Case, proposal: string): Static<typeof Requests> {
  const found = c.proposals.find(({ id }) => id === proposal);
  return found && !found.decided ? requestsOf(found) : [];
}

const requestsOf = ({ value }: Proposal): Static<typeof Requests> =>
  Value.Check(Requests, value.split) ? value.split : [];

interface Part {
  /** Which of the requests offered, from 1. */
  readonly request: number;
  readonly message: Message;
}

/**
 * A message for each request but the first, which the case itself stays about. The words are the citizen's own; files and the
 * call stay with the case. Their names are made of the case's and the proposal's, so that a second acceptance finds them taken in.
 */
export function partsOf(
  messages: readonly Message[],
  c: Case,
  proposal: string,
  given: { readonly city: City; readonly receivedAt: string; readonly ulid: () => string },
): Part[] {
  const requests = offeredBy(c, proposal);
  const end = requests.at(-1)?.to ?? 0;
  const read = messages
    .filter(({ direction }) => direction === 'in')
    .map((message) => ({ message, full: prepare(message, given.city).words.full }));
  // A file or an announcement that came before the words is too short to hold them.
  const said = read.find(({ full }) => full.length >= end);
  if (!said) return [];
  return requests.slice(1).flatMap(({ from, to }, at) => {
    const text = wordsAt(said, from, to);
    if (text === '') return [];
    const name = `split:${c.no}:${proposal}:${at + 1}`;
    const {
      title: _title,
      parts: _parts,
      thread: _thread,
      answered: _answered,
      call: _call,
      raw: _raw,
      ...rest
    } = said.message;
    const message = {
      ...rest,
      ...{ id: `msg_${given.ulid()}`, externalId: name, externalIdGiven: false, contentHash: `split:${name}` },
      ...{ receivedAt: given.receivedAt, text, parts: [], splitFrom: c.no },
    };
    return [{ request: at + 2, message }];
  });
}

/** As the citizen wrote it where that runs alongside what the rules read; else as they read it. */
function wordsAt({ message, full }: { message: Message; full: string }, from: number, to: number): string {
  const { title = '', text } = message;
  const raw = title === '' || text.startsWith(title) ? text : text === '' ? title : `${title}\n${text}`;
  return (raw.length === full.length ? raw : full).slice(from, to).trim();
}
