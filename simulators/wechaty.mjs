// What a gateway with wechaty speaks to: a puppet service, with wechaty's own mock puppet behind it, where citizens write to the city's account.
import { createRequire } from 'node:module';
import { createServer } from 'node:net';

export const options = {
  /** `options.token` of the account; wechaty wants what stands before the `_`. */
  token: { type: 'string', default: 'insecure_simulated' },
  user: { type: 'string', default: 'wechaty-citizen-1' },
  /** A group's id: the words are said there, naming the account. */
  group: { type: 'string' },
};

const INSTALL =
  'npm install --no-save --ignore-scripts wechaty@1.20.2 wechaty-puppet-service@1.19.9 wechaty-puppet-mock@1.19.4';
/** A puppet that says nothing for a minute is taken for dead. */
const HEARTBEAT_MS = 15_000;
const CITY = 'wechaty-city';

const require = createRequire(import.meta.url);

function packages() {
  try {
    const mock = require.resolve('wechaty-puppet-mock');
    return { ...require('wechaty-puppet-service'), ...require(mock), ...createRequire(mock)('file-box') };
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    throw new Error(`wechaty is not installed, and the gateway needs it too: ${INSTALL}`);
  }
}

/** A puppet service does not tell where it listens, nor well that it cannot: it is given a port that is free. */
async function freePort(port) {
  const server = createServer();
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), '127.0.0.1', resolve);
  });
  const { port: free } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return free;
}

/** Where `say` finds the account and the people. */
let stage;

export async function platform({ port = '0', token = 'insecure_simulated', told = () => {} }) {
  const { PuppetServer, PuppetMock, FileBox, mock } = packages();
  const endpoint = `127.0.0.1:${await freePort(port)}`;
  const mocker = new mock.Mocker();
  const puppet = new PuppetMock({ mocker });
  const city = mocker.createContact({ id: CITY, name: '12345 热线' });
  // Begins when a gateway starts the puppet, and again whenever it starts it anew.
  mocker.use(() => {
    mocker.login(city);
    const beating = setInterval(() => puppet.emit('heartbeat', { data: 'simulated' }), HEARTBEAT_MS);
    return () => clearInterval(beating);
  });
  const server = new PuppetServer({ puppet, token, endpoint, tls: { disable: true } });
  await server.start();
  stage = { puppet, mocker, city, told, FileBox };
  return {
    url: `http://${endpoint}`,
    says: `the puppet's service (options.endpoint of the account) is ${endpoint}`,
    async close() {
      await server.stop();
      await puppet.stop();
    },
  };
}

/** The people and groups there are; what the account says to them is told. */
function meet(id, make) {
  const { told } = stage;
  const one = make(id);
  one.on('message', (message) => {
    if (message.talker().id === CITY) told(`${id}: ${message.text()}`);
  });
  return one;
}
const person = (id) =>
  stage.mocker.cacheContactPayload.has(id)
    ? stage.mocker.ContactMock.load(id)
    : meet(id, () => stage.mocker.createContact({ id, name: '模拟市民' }));
// The mock puppet knows a group by the @ in its id.
const roomOf = (id) =>
  stage.mocker.cacheRoomPayload.has(id)
    ? stage.mocker.RoomMock.load(id)
    : meet(id, () => stage.mocker.createRoom({ id, topic: '模拟群', memberIdList: [CITY] }));

/** Waits for the gateway to come. `file` is {name, bytes}, said instead of the words. */
export async function say({ user = 'wechaty-citizen-1', group }, words, { file } = {}) {
  const { puppet, city, FileBox } = stage;
  if (!puppet.isLoggedIn) {
    console.error('simulate: waiting for the gateway; it comes when it is started, else within a minute');
    await new Promise((resolve) => puppet.once('login', resolve));
  }
  const citizen = person(user);
  if (file) citizen.say(FileBox.fromBase64(file.bytes.toString('base64'), file.name)).to(city);
  else if (group) citizen.say(words, [city]).to(roomOf(group.includes('@') ? group : `${group}@chatroom`));
  else citizen.say(words).to(city);
  return '(taken; the words come by wechaty)';
}
