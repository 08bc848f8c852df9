// A feed that a torture kills: booted and waiting, it begins when told, commits events without pause and sends them, and at the
// step it was told kills itself with SIGKILL, so that not even a promise is settled after it. Says each head it has committed.
import { agents, commit, endpoint, openLog, openPost } from './feeds.mjs';

const [dataDir, url, mind] = process.argv.slice(2);

/** What a delivery consists of; a kill comes before or after one of them. */
function watched(real, at) {
  const step =
    (name, act) =>
    async (...args) => {
      at(`${name} before`);
      const answer = await act(...args);
      at(`${name} after`);
      return answer;
    };
  /** The control's fault: places move on as if everything read had arrived. */
  const forgetful = async (rows, cursors) => {
    const head = await real.head();
    const left = rows.filter(({ state }) => state !== 'pending');
    await real.settle(
      left,
      cursors.map((one) => ({ ...one, cursor: head })),
    );
  };
  return Object.assign(Object.create(real), {
    append: step('commit', (events) => real.append(events)),
    settle: step('settle', mind === 'forgetful' ? forgetful : (...args) => real.settle(...args)),
  });
}

async function begin({ step, count = 1 }) {
  let left = count;
  const at = (name) => {
    if (name === step && --left <= 0) process.kill(process.pid, 'SIGKILL');
  };
  const store = watched(await openLog(dataDir), at);
  if ((await store.endpoints()).length === 0) {
    await store.putEndpoint(endpoint('ep_good', `${url}/good/ep_good`, { concurrency: 64 }));
    await store.putEndpoint(endpoint('ep_bad', `${url}/error/ep_bad`));
  }
  const { sender } = agents();
  const send = async (out) => {
    at('send before');
    const answer = await sender(out);
    at('send after');
    return answer;
  };
  const feed = await openPost(store, { schedule: [0, 1, 1, 2, 2, 5] }, { send });
  process.send({ head: await store.head() });
  for (let sent = await store.head(); step !== undefined; sent += 5) {
    await commit(store, 5, 40, sent);
    feed.nudge();
    process.send({ head: await store.head() });
    await new Promise((r) => setTimeout(r, 5));
  }
}

process.once('message', (told) => void begin(told));
process.on('disconnect', () => process.exit());
process.send({ booted: true });
