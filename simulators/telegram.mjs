// Telegram's side of a bot: updates with the secret token, and a Bot API that takes messages.
import { listen } from './listen.mjs';

export const options = {
  secret: { type: 'string', default: 'simulated-secret' },
  user: { type: 'string', default: '1111111' },
};

let last = Math.floor(Date.now() / 1000);

export function platform({ port = '0', told = () => {} }) {
  return listen(port, ({ path, body }) => {
    if (!path.endsWith('/sendMessage')) return { status: 404, body: { ok: false, error_code: 404, description: '' } };
    const { chat_id, text } = JSON.parse(body.toString());
    told(`${chat_id}: ${text}`);
    return { body: { ok: true, result: { message_id: ++last, date: 0, chat: { id: chat_id } } } };
  });
}

/** `kind` is `edited_message` for an edit; the same `update` twice is the platform's retry. */
export async function say(
  { gateway, account, secret, user = '1111111', update = ++last },
  words,
  fields = {},
  kind = 'message',
) {
  const id = Number(user);
  const message = {
    ...{ message_id: ++last, date: Math.floor(Date.now() / 1000), chat: { id, type: 'private' } },
    ...{ from: { id, is_bot: false, first_name: '模拟市民' }, text: words, ...fields },
  };
  const answer = await fetch(`${gateway}/in/${account}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret },
    body: JSON.stringify({ update_id: update, [kind]: message }),
  });
  if (answer.status !== 200) throw new Error(`the gateway answered ${answer.status}: ${await answer.text()}`);
  return '(taken; the words come by the API)';
}
