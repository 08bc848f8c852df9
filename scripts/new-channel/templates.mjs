// What a new channel begins with: four honest members that compile, a contract test, and its block in the configuration.

const words = (name) => name.split('-');
const camel = (name) =>
  words(name)
    .map((word, i) => (i === 0 ? word : word[0].toUpperCase() + word.slice(1)))
    .join('');
const pascal = (name) => {
  const joined = camel(name);
  return joined[0].toUpperCase() + joined.slice(1);
};

/** Four members in the order a reader asks. `read` refuses everything until its payload is known. */
export const source = (name) => `// ${pascal(name)}: one sentence on what comes in here and from whom.
import { createHash, timingSafeEqual } from 'node:crypto';
import { type AccountBlock, type Channel, type Door, defineChannel } from '../core/channel.ts';
import { GatewayError, Unreadable } from '../core/errors.ts';
import type { Incoming } from '../core/message.ts';
import type { Route, RouteAnswer, RouteRequest } from '../core/route.ts';
import { openCallbacks } from './common/callback.ts';

export interface ${pascal(name)}Settings {
  /** What the platform shows as \`Authorization: Bearer\` with every callback. */
  readonly token: string;
}

const SHORTEST_TOKEN = 16;
const COMMON = ['channel', 'tenant', 'apiBase', 'maxSkewSeconds'];

function settings(block: AccountBlock): ${pascal(name)}Settings {
  const { token } = block;
  const stray = Object.keys(block).find((field) => field !== 'token' && !COMMON.includes(field));
  if (stray) throw badBlock(stray, 'is not known here');
  if (typeof token !== 'string' || token.length < SHORTEST_TOKEN)
    throw badBlock('token', \`must be text of at least \${SHORTEST_TOKEN} characters\`);
  return { token };
}

function badBlock(field: string, problem: string): GatewayError {
  const advice = \`Correct \${field} of the ${name} account in channels.yaml.\`;
  return new GatewayError({ code: 'bad_settings', message: \`\${field} \${problem}\`, retryable: false, field, advice });
}

/** Refuses everything: no payload of this platform has been described yet. Begin with a real one in test/fixtures/${name}/. */
function read(): Incoming[] {
  throw new Unreadable('the ${name} channel does not know any payload yet');
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function checkToken(request: RouteRequest, token: string): void {
  const shown = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  if (timingSafeEqual(digest(shown), digest(token))) return;
  throw new GatewayError({ code: 'wrong_token', message: 'the token is wrong', retryable: false, status: 403 });
}

async function take(request: RouteRequest, { token }: ${pascal(name)}Settings, door: Door): Promise<RouteAnswer> {
  checkToken(request, token);
  await door.accept(request.body);
  return { status: 204 };
}

export const ${camel(name)}: Channel<${pascal(name)}Settings> = defineChannel({
  name: '${name}',
  settings,
  read,
  open(settings, door) {
    const summary = 'Callbacks of the ${name} platform';
    const handle: Route['handle'] = (request) => take(request, settings, door);
    return openCallbacks(door, [{ method: 'POST', body: 'json', summary, handle }]);
  },
});
`;

export const test = (name) => `// The ${name} channel keeps every channel's promises.
import { ${camel(name)} } from '../../src/channels/${name}.ts';
import { channelContract } from '../contract/channel.ts';
import { requestOf } from '../web/serve.ts';

const token = 'a-token-for-tests-only';

channelContract(${camel(name)}, {
  settings: { channel: '${name}', token },
  badSettings: { block: { channel: '${name}' }, names: 'token' },
  arrive: async (door, payload) => {
    const headers = { 'content-type': 'application/json', authorization: \`Bearer \${token}\` };
    const bytes = Buffer.from(JSON.stringify(payload));
    return door.routes[0]?.handle(requestOf(bytes, headers, new URL('http://localhost/in/${name}')));
  },
});
`;

export const fixtures = (name) => `# Payloads of the ${name} channel

One pair of files a payload: \`NAME.in.json\` as the platform sends it, scrubbed of everything personal, and
\`NAME.out.json\` with the list of messages \`read\` must make of it. Say here where each payload comes from: a page of the
platform's documentation (with its address and the day you read it), or a delivery of your own. The contract test fails
until there is one.
`;

export const block = (name) => `#  city-${name}:
#    channel: ${name}
#    token: \${${name.toUpperCase().replaceAll('-', '_')}_TOKEN}
`;

export const line = (name) => {
  const key = /^[a-z][a-z0-9]*$/.test(name) ? name : `'${name}'`;
  return `  ${key}: async () => (await import('./${name}.ts')).${camel(name)},`;
};
