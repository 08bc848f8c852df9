// A feed that a torture kills: commits events without pause and sends them; says each head it has committed.
import { commit, endpoint, openLog, openPost } from './feeds.mjs';

const [dataDir, url, mind, drain] = process.argv.slice(2);
const real = await openLog(dataDir);
/** The control's fault: places move on as if everything read had arrived. */
const forgetful = {
  settle: async (rows, cursors) => {
    const head = await real.head();
    await real.settle(
      rows.filter(({ state }) => state !== 'pending'),
      cursors.map((one) => ({ ...one, cursor: head })),
    );
  },
};
const store = mind === 'forgetful' ? Object.assign(Object.create(real), forgetful) : real;
if ((await store.endpoints()).length === 0) {
  await store.putEndpoint(endpoint('ep_good', `${url}/good/ep_good`, { concurrency: 64 }));
  await store.putEndpoint(endpoint('ep_bad', `${url}/error/ep_bad`));
}
const feed = await openPost(store, { schedule: [0, 1, 1, 2, 2, 5] });
process.send({ head: await store.head() });
for (let sent = await store.head(); drain === undefined; sent += 5) {
  await commit(store, 5, 40, sent);
  feed.nudge();
  process.send({ head: await store.head() });
  await new Promise((r) => setTimeout(r, 5));
}
