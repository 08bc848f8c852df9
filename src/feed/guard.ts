// Guard: every connection to an address somebody else named goes through here and is judged at the moment it is made.
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { Agent, buildConnector, Pool } from 'undici';
import { GatewayError } from '../core/errors.ts';
import { type AddressRules, addressRules, type Target } from './addresses.ts';
import { type Clock, realClock } from './clock.ts';
import { passOverContinue } from './interim.ts';
import { openNames, type Resolve } from './names.ts';
import { type Doubt, probe } from './probe.ts';
import { send } from './send.ts';

export interface GuardSettings {
  readonly allowedNetworks: readonly string[];
  /** Ports this gateway listens on: never connected to on this machine. Asked at each connection. */
  readonly ownPorts: () => readonly number[];
  /** Look-up of names; the default asks the hosts file and DNS with a deadline of two seconds. */
  readonly resolve?: Resolve;
  readonly clock?: Clock;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  /** Default 1 MiB; a longer answer rejects with `too_large`. */
  readonly maxBytes?: number;
  /** Default 15 s, for everything. */
  readonly timeoutMs?: number;
}

export interface Guard {
  /** Parses and judges what can be judged without DNS. Throws `url_invalid` or `address_refused` (400). */
  checkUrl(text: string): URL;
  /** Connects once, to tell what is wrong with a URL as soon as it is named; see `probe`. */
  probe(url: URL): Promise<Doubt | undefined>;
  /** A dispatcher whose every connection is guarded, with at most `connections` to one origin. */
  agent(connections: number): Agent;
  /** Ends the connections of such a dispatcher, and what is under way there. */
  letGo(agent: Agent): Promise<void>;
  /** One guarded request, redirects not followed: what a channel's `door.fetch` is made of. */
  request(
    url: string,
    options?: RequestOptions,
  ): Promise<{ status: number; headers: Record<string, string>; bytes: Uint8Array }>;
  close(): Promise<void>;
}

const CONNECT_MS = 5_000;
/** Somebody waits for the answer of a probe. */
const PROBE_MS = 2_000;
const KEEP_ALIVE_MS = 30_000;
const LONGEST_URL = 2_048;

export function openGuard(settings: GuardSettings): Guard {
  const clock = settings.clock ?? realClock;
  const rules = addressRules(settings.allowedNetworks, settings.ownPorts);
  const resolve = settings.resolve ?? openNames(() => clock.now());
  const agents = new Set<Agent>();
  const agent = (connections: number): Agent => {
    const made = new Agent({
      connections,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      factory: (origin, options) =>
        new Pool(origin, { ...options, connect: guarded(new URL(String(origin)), rules, resolve) }),
    });
    agents.add(made);
    return made;
  };
  let own: Agent | undefined;
  return {
    checkUrl: (text) => checkUrl(text, rules),
    async probe(url) {
      // A literal address over plain http has been judged, and has neither name nor certificate.
      const nothing = url.protocol === 'http:' && literalOf(url.hostname) !== undefined;
      return nothing ? undefined : await probe(url, guarded(url, rules, resolve, PROBE_MS));
    },
    agent,
    async letGo(one) {
      agents.delete(one);
      await one.destroy();
    },
    async request(text, options = {}) {
      const url = checkUrl(text, rules);
      own ??= agent(8);
      const { method = 'GET', headers = {}, body, maxBytes = 2 ** 20, timeoutMs = 15_000 } = options;
      const out = { url, method, headers, timeoutMs, maxBytes, ...(body === undefined ? {} : { body }) };
      const answer = await send(own, out, clock);
      if (answer.truncated) throw tooLarge(maxBytes);
      return { status: answer.status, headers: { ...answer.headers }, bytes: answer.bytes };
    },
    async close() {
      await Promise.all([...agents].map((one) => one.destroy()));
    },
  };
}

function checkUrl(text: string, rules: AddressRules): URL {
  if (text.length > LONGEST_URL || !URL.canParse(text)) {
    throw new GatewayError({
      code: 'url_invalid',
      message: 'This is no complete URL, or it is longer than 2,048 characters.',
      retryable: false,
      field: 'url',
      advice: 'Write it in full, like https://receiver.example/hook.',
    });
  }
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused(`${url.protocol} is not https`);
  if (url.username !== '' || url.password !== '') throw refused('a URL must not carry a user name or password');
  const target = targetOf(url);
  const literal = literalOf(url.hostname);
  if (literal !== undefined) {
    const why = rules.refuse(literal, target);
    if (why) throw refused(why);
  } else if (!rules.allowsAny && (target.protocol !== 'https:' || target.port !== 443)) {
    throw refused('only https on port 443 is possible where CIVICLINE_ALLOWED_NETWORKS is empty');
  }
  return url;
}

/**
 * The connector of one origin. A literal address is judged here, since no look-up happens for it; a name when it is
 * resolved, all its answers; and the peer once more when connected, so that nothing in between can swap it.
 */
function guarded(origin: URL, rules: AddressRules, resolve: Resolve, timeout = CONNECT_MS): buildConnector.connector {
  const target = targetOf(origin);
  const literal = literalOf(origin.hostname);
  const lookup: LookupFunction = (name, options, done) => {
    const asked = literal === undefined ? resolve(name) : Promise.resolve([literal]);
    asked.then(
      (addresses) => {
        const why = addresses.map((address) => rules.refuse(address, target)).find((reason) => reason !== undefined);
        if (why) return done(refused(`${name}: ${why}`), []);
        const all = addresses.map((address) => ({ address, family: isIP(address) }));
        const [first] = all;
        if (!first) return done(new Error(`${name} has no address`), []);
        return options.all ? done(null, all) : done(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => done(error, []),
    );
  };
  const connect = buildConnector({ timeout, lookup, autoSelectFamily: true });
  return (options, callback) => {
    const why = literal === undefined ? undefined : rules.refuse(literal, target);
    if (why) {
      callback(refused(why), null);
      return;
    }
    connect(options, (...result) => {
      const socket = result[1];
      const peer = socket?.remoteAddress;
      const late = socket ? (peer === undefined ? 'the peer has no address' : rules.refuse(peer, target)) : undefined;
      if (!late) {
        if (socket) passOverContinue(socket);
        return callback(...result);
      }
      socket?.destroy();
      return callback(refused(late), null);
    });
  };
}

function targetOf(url: URL): Target {
  const fallback = url.protocol === 'https:' ? 443 : 80;
  return { protocol: url.protocol, port: url.port === '' ? fallback : Number(url.port) };
}

/** The address a host name plainly is: an IP in any spelling (the URL parser has made it canonical), or localhost. */
function literalOf(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(bare)) return bare;
  return bare === 'localhost' || bare.endsWith('.localhost') ? '127.0.0.1' : undefined;
}

export function refused(why: string): GatewayError {
  return new GatewayError({
    code: 'address_refused',
    message: `The address guard refuses this address: ${why}.`,
    retryable: false,
    status: 400,
    field: 'url',
    advice: why.includes('CIVICLINE_ALLOWED_NETWORKS')
      ? 'Use https on port 443 of a public host, or have the operator add its network to CIVICLINE_ALLOWED_NETWORKS (CIDR).'
      : 'Give the https address of the receiver itself, without user name or password.',
  });
}

function tooLarge(maxBytes: number): GatewayError {
  return new GatewayError({
    code: 'too_large',
    message: `The answer is longer than ${maxBytes} bytes.`,
    retryable: false,
    status: 502,
    advice: 'Answer with a status alone, or a short body.',
  });
}
