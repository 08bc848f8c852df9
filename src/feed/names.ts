// Names: a resolver of our own with a deadline and a short memory; the system's look-up takes 10 s on dead DNS, two at a time.
import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { GatewayError } from '../core/errors.ts';

/** All addresses of a name. Rejects with a retryable `name_unresolved`. */
export type Resolve = (name: string) => Promise<readonly string[]>;

const DEADLINE_MS = 2_000;
const KEEP_MS = 30_000;
const KEEP_FAILURE_MS = 5_000;
const KEEP_HOSTS_MS = 1_000;
const MOST_KEPT = 1_000;

/** `ask` is the look-up itself; `now` epoch milliseconds. Names are asked once at a time and kept for half a minute. */
export function openNames(now: () => number, ask: Resolve = asking()): Resolve {
  const kept = new Map<string, { readonly until: number; readonly answer: Promise<readonly string[]> }>();
  return (name) => {
    const known = kept.get(name);
    if (known && known.until > now()) return known.answer;
    const answer = ask(name);
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(name, { until: now() + KEEP_MS, answer });
    answer.catch(() => {
      if (kept.get(name)?.answer === answer) kept.set(name, { until: now() + KEEP_FAILURE_MS, answer });
    });
    return answer;
  };
}

/** The hosts file, then DNS: the machine's own servers, or those given as `address:port`. */
export function asking(servers?: readonly string[]): Resolve {
  let hosts: { readonly at: number; readonly text: Promise<string> } | undefined;
  return async (name) => {
    // Many names are asked for in one moment when many receivers are down: the file is read once for all of them.
    const now = performance.now();
    if (!hosts || now - hosts.at >= KEEP_HOSTS_MS) hosts = { at: now, text: hostsFile() };
    const listed = listedIn(await hosts.text, name);
    return listed.length > 0 ? listed : await askServers(name, servers);
  };
}

async function askServers(name: string, servers: readonly string[] | undefined): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: DEADLINE_MS, tries: 1 });
  if (servers) resolver.setServers(servers);
  const deadline = setTimeout(() => resolver.cancel(), DEADLINE_MS);
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  clearTimeout(deadline);
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length > 0) return addresses;
  const first = answers.find((answer) => answer.status === 'rejected');
  throw new GatewayError({
    code: 'name_unresolved',
    message: `The name ${name} has no address.`,
    retryable: true,
    advice: 'Check the spelling of the host name and the DNS servers of this machine.',
    cause: first?.reason,
  });
}

/** Cities name their inner systems in the hosts file; the resolver alone does not read it. */
async function hostsFile(): Promise<string> {
  return await readFile('/etc/hosts', 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EACCES') return '';
    throw error;
  });
}

function listedIn(text: string, name: string): string[] {
  const wanted = name.toLowerCase();
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/))
    .filter(([, ...names]) => names.includes(wanted))
    .flatMap(([address]) => (address ? [address] : []));
}
