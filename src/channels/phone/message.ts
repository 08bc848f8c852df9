// Message: a call becomes what its citizen said: their turns are the words, the whole conversation lies beside them.
import { type Call, MOST_TRANSFERS, MOST_TURNS, type Turn } from '../../core/call.ts';
import type { Incoming, LineAnswer, Sender, SenderKey } from '../../core/message.ts';
import { cut } from '../../core/payload.ts';
import { answerIn } from './answered.ts';
import { rolesOf } from './roles.ts';
import type { Role, Talk, Told } from './told.ts';
import { LONGEST_TURN, MOST_CALL, type Said } from './transcript.ts';

const MOST_TEXT = 100_000;
/** What the citizen would have said first stands in the words when nobody can tell whose they are. */
const NAMES: Readonly<Record<Turn['speaker'], string>> = {
  citizen: '市民',
  agent: '坐席',
  department: '部门',
  unknown: '通话',
};

export interface Original {
  readonly mediaType: string;
  readonly content: string;
  readonly verified: Incoming['verified'];
}

/** `roles`: what the source's settings say of its labels. */
export function messageOf(talk: Talk, roles: ReadonlyMap<string, Role>, original: Original): Incoming {
  const { told } = talk;
  const { turns, shortened } = turnsOf(talk.transcript.said, new Map([...roles, ...told.roles]));
  const answered = answerIn(turns, told);
  const { text, doubts } = wordsOf(turns, talk);
  return {
    ...(told.id === undefined ? {} : { externalId: told.id }),
    sender: senderOf(told),
    ...(told.start === undefined ? {} : { sentAt: told.start }),
    ...(told.title === undefined ? {} : { title: told.title }),
    text,
    ...(told.address === undefined ? {} : { address: told.address }),
    ...(talk.parts && talk.parts.length > 0 ? { parts: [...talk.parts] } : {}),
    ...(answered ? { answered: withUnit(answered, turns, talk, roles) } : {}),
    call: callOf(talk, turns),
    ...withDoubts([
      ...doubts,
      ...(talk.heard && talk.untranscribed ? ['recording_unread'] : []),
      ...(shortened ? ['call_shortened'] : []),
    ]),
    raw: { mediaType: original.mediaType, content: original.content },
    verified: talk.signed ? 'signature' : original.verified,
  };
}

const withDoubts = (doubts: readonly string[]): Pick<Incoming, 'doubts'> =>
  doubts.length > 0 ? { doubts: [...doubts] } : {};

/** The number the exchange reports is proved to be the caller's; one they merely say stands in the words alone. */
function senderOf({ caller, name, email, secret }: Told): Sender {
  const keys: SenderKey[] = caller ? [{ kind: 'phone', scope: '', value: caller, proved: true }] : [];
  return {
    keys,
    ...(name ? { name: cut(name, 100) } : {}),
    ...(caller ? { phone: caller } : {}),
    ...(email ? { email: cut(email, 254) } : {}),
    anonymous: false,
    secret: secret ?? false,
  };
}

/** Who speaks alone without a label is the citizen only where nobody could be anybody else. */
function turnsOf(said: readonly Said[], told: ReadonlyMap<string, Role>): { turns: Turn[]; shortened: boolean } {
  const roles = rolesOf(said, told);
  const turns: Turn[] = [];
  let room = MOST_CALL;
  for (const one of said) {
    if (turns.length >= MOST_TURNS || room <= 0) break;
    const role = roles.get(one.label);
    const text = cut(one.text, Math.min(LONGEST_TURN, room));
    room -= text.length;
    const who = role?.who ?? (one.label || undefined);
    turns.push({
      speaker: role?.speaker ?? 'unknown',
      ...(who === undefined ? {} : { who: cut(who, 100) }),
      ...(one.at === undefined ? {} : { at: one.at }),
      ...(one.to === undefined ? {} : { to: one.to }),
      text,
      ...(one.confidence === undefined ? {} : { confidence: one.confidence }),
    });
  }
  const whole = turns.length === said.length && turns.every((turn, at) => turn.text.length === said[at]?.text.length);
  return { turns, shortened: !whole };
}

/** The citizen's words; where nobody can be told apart everybody's, marked for a person. */
function wordsOf(turns: readonly Turn[], { heard }: Talk): { text: string; doubts: string[] } {
  if (!heard) return { text: '〔通话录音，尚未转写，请收听〕', doubts: ['no_transcript'] };
  const own = turns.filter(({ speaker }) => speaker === 'citizen');
  const unclear = turns.some(({ speaker }) => speaker === 'unknown');
  const lines =
    own.length > 0
      ? own.map(({ text }) => text)
      : unclear
        ? turns.filter(({ speaker }) => speaker === 'unknown').map(({ text }) => text)
        : turns.map(({ speaker, text }) => `${NAMES[speaker]}：${text}`);
  const text = lines.join('\n');
  const doubts = own.length > 0 && !unclear ? [] : own.length > 0 ? ['speakers_partly_known'] : ['speakers_unknown'];
  return { text: cut(text, MOST_TEXT), doubts: text.length > MOST_TEXT ? [...doubts, 'words_cut'] : doubts };
}

/** The unit that spoke: told by the answer, by the speaker's role, or by the one that was joined. */
function withUnit(
  answer: LineAnswer,
  turns: readonly Turn[],
  talk: Talk,
  roles: ReadonlyMap<string, Role>,
): LineAnswer {
  if (answer.unit !== undefined || answer.by === 'operator') return answer;
  const known = [...roles.values(), ...talk.told.roles.values()].find(
    (role) => role.speaker === 'department' && role.unit,
  );
  const joined = talk.told.transfers.find(
    ({ who, outcome, unit }) => who === 'department' && outcome === 'joined' && unit,
  );
  const called = turns.find(
    ({ speaker, who }) => speaker === 'department' && who !== undefined && /\p{Script=Han}/u.test(who),
  );
  const unit = known?.unit ?? joined?.unit ?? called?.who;
  return unit === undefined ? answer : { ...answer, unit: cut(unit, 100) };
}

function callOf({ told, transcript }: Talk, turns: Turn[]): Call {
  const durationS = told.durationS ?? transcript.durationS;
  return {
    ...(told.id === undefined ? {} : { id: told.id }),
    ...(told.start === undefined ? {} : { start: told.start }),
    ...(durationS === undefined ? {} : { durationS }),
    ...(told.waitS === undefined ? {} : { waitS: told.waitS }),
    turns,
    ...(told.transfers.length > 0 ? { transfers: told.transfers.slice(0, MOST_TRANSFERS) } : {}),
  };
}
