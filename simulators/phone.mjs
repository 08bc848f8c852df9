// An exchange and its transcription: events of a queue as the call goes on, then its words, with the token of a source.

export const options = {
  token: { type: 'string', default: 'simulated-token-0001' },
  caller: { type: 'string', default: '13800000001' },
  /** A department that is joined and answers with these words. */
  unit: { type: 'string' },
  answer: { type: 'string' },
  /** The caller hangs up before anybody answers. */
  abandon: { type: 'boolean', default: false },
  mail: { type: 'string' },
};

let last = Date.now();

/** Nothing is sent out to a telephone: no API stands here. */
export const platform = () => ({ close() {} });

export async function post({ gateway, account, token }, body, type = 'application/json') {
  const answer = await fetch(`${gateway}/in/${account}`, {
    method: 'POST',
    headers: { 'content-type': type, authorization: `Bearer ${token}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`the gateway answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}

/** `call.id` and more of `call` may be given; the answer names the case. */
export async function say(settings, words, call = {}) {
  const { caller = '13800000001', unit, answer, abandon = false, mail } = settings;
  last += 1;
  const id = call.id ?? `${Math.floor(last / 1000)}.${last % 1000}`;
  const begun = Date.now() / 1000 - 90;
  const event = (Event, after, more = {}) =>
    post(settings, {
      Event,
      Linkedid: id,
      Uniqueid: id,
      CallerIDNum: caller,
      Timestamp: String(begun + after),
      ...more,
    });
  await event('QueueCallerJoin', 0);
  if (abandon) {
    await event('QueueCallerAbandon', 40, { HoldTime: '40' });
    return '(the caller hung up after 40 s: no case, but a call to be made back)';
  }
  await event('AgentConnect', 8, { HoldTime: '8' });
  await event('AgentComplete', 88, { HoldTime: '8', TalkTime: '80' });
  const turns = [
    { speaker: 'agent', text: '您好，12345热线，请讲。', at: 0 },
    { speaker: 'citizen', text: words, at: 3 },
  ];
  if (unit)
    turns.push(
      { speaker: 'agent', text: '我为您接通，三方通话。', at: 30 },
      { speaker: 'department', text: answer, at: 40 },
    );
  const { outcome, caseNo } = await post(settings, {
    call: {
      ...{ id, caller, start: new Date(begun * 1000).toISOString(), duration: 80, wait: 8 },
      ...(mail ? { email: mail } : {}),
      ...(unit ? { transfers: [{ kind: 'three_way', unit, from: new Date((begun + 30) * 1000).toISOString() }] } : {}),
      ...call,
    },
    transcript: { turns },
  });
  return `(taken: ${outcome} ${caseNo ?? ''}; nothing is said back on a telephone)`;
}
