// Replies through a OneBot implementation: the same actions over HTTP and over its own connection, in the words of v11 or v12.
import type { Outgoing } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { checkGroupWords } from '../../core/group.ts';
import { type Fields, fieldsOf, textOf } from '../../core/payload.ts';
import { type Said, saidIn } from './read.ts';

export interface Action {
  readonly version: 11 | 12;
  readonly action: string;
  readonly params: Fields;
}

/** Carries out one action and resolves with the implementation's answer `{status, retcode, data}`. */
export type Call = (action: Action) => Promise<Fields>;

/** Throws GatewayError: `no_address`, `not_in_a_group`. `version` is the one last heard, for words without their original. */
export function actionFor(outgoing: Outgoing, version: 11 | 12): Action {
  const { inReply, caseNo, message } = outgoing;
  const to = inReply?.raw ? readSaid(inReply.raw.content) : privately(outgoing, version);
  if (!to) throw new GatewayError({ code: 'no_address', message: 'there is nothing to reply to', retryable: false });
  if (!to.private) checkGroupWords(message.text, caseNo);
  return saying(to, message.text);
}

/** Where words go, and in which version's spelling. */
export type Place = Pick<Said, 'version' | 'private' | 'user' | 'group' | 'guild'>;

/** A later word of the citizen may come without its original: in a private chat their number is the address. */
function privately({ inReply, to }: Outgoing, version: 11 | 12): Place | undefined {
  const own = to.keys.find(({ kind, proved }) => kind === 'im_user' && proved)?.value;
  return own !== undefined && !inReply?.group ? { version, private: true, user: own, group: '', guild: '' } : undefined;
}

/** Always as plain text: what stands in the words is never read as a code. */
export function saying(said: Place, text: string): Action {
  const { version, user, group } = said;
  if (version === 12) {
    const channel = { detail_type: 'channel', guild_id: said.guild, channel_id: group };
    const many = said.guild === '' ? { detail_type: 'group', group_id: group } : channel;
    const where = said.private ? { detail_type: 'private', user_id: user } : many;
    return { version, action: 'send_message', params: { ...where, message: [{ type: 'text', data: { text } }] } };
  }
  const words = { message: text, auto_escape: true };
  return said.private
    ? { version, action: 'send_private_msg', params: { user_id: numberOf(user), ...words } }
    : { version, action: 'send_group_msg', params: { group_id: numberOf(group), ...words } };
}

const numberOf = (id: string): number | string => (Number.isSafeInteger(Number(id)) ? Number(id) : id);

function readSaid(content: string): Said | undefined {
  try {
    return saidIn(JSON.parse(content));
  } catch (cause) {
    throw new GatewayError({ code: 'no_address', message: 'the original is not readable', retryable: false, cause });
  }
}

/** Resolves with the message's id on the platform. */
export async function deliver(call: Call, outgoing: Outgoing, version: 11 | 12): Promise<string | undefined> {
  const { status, retcode, data } = await call(actionFor(outgoing, version));
  if (status === 'ok' || status === 'async') return textOf(fieldsOf(data).message_id) || undefined;
  const message = `the OneBot implementation answered ${textOf(status) || 'nothing'} with ${textOf(retcode) || 'no code'}`;
  throw new GatewayError({ code: 'platform_refused', message, retryable: false });
}
