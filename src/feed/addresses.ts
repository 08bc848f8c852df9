// Addresses: which of them a city's gateway may connect to. Only global unicast, unless the operator allows a network.
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { GatewayError } from '../core/errors.ts';

export interface Target {
  readonly protocol: string; // 'http:' or 'https:'
  readonly port: number;
}

export interface AddressRules {
  /** Why this address must not be connected to, or undefined when it may. */
  refuse(address: string, target: Target): string | undefined;
  /** Does the operator allow any network at all? Without one, plain http and other ports can be refused by name. */
  readonly allowsAny: boolean;
}

/** Not reachable from anywhere else on purpose: no setting opens these (cloud metadata, link-local, multicast, tunnels). */
const NEVER = blockList([
  '0.0.0.0/8 169.254.0.0/16 168.63.129.16/32 100.100.100.200/32 192.0.0.192/32 224.0.0.0/4 240.0.0.0/4',
  '::/128 fe80::/10 fec0::/10 ff00::/8 fd00:ec2::254/128 64:ff9b::/96 64:ff9b:1::/48 2002::/16 2001::/32',
]);

/** Private, shared, documentation, benchmark and other special IPv4 blocks of the IANA registry. */
const NOT_GLOBAL_V4 = blockList([
  '10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24',
  '192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24',
]);
const GLOBAL_V6 = blockList(['2000::/3']);
/** Special blocks inside 2000::/3. */
const NOT_GLOBAL_V6 = blockList(['2001::/23 2001:db8::/32 3fff::/20']);

/** Throws `settings_invalid` for a network that is no CIDR. `ownPorts` are the ports this gateway listens on. */
export function addressRules(allowedNetworks: readonly string[], ownPorts: () => readonly number[]): AddressRules {
  const allowed = blockList(allowedNetworks);
  return {
    allowsAny: allowedNetworks.length > 0,
    refuse(written, { protocol, port }) {
      const { address, family } = canonical(written);
      if (family === undefined) return `${written} is no address`;
      if (NEVER.check(address, family))
        return `${address} is link-local, metadata, multicast or a tunnel; no setting opens it`;
      if (ownPorts().includes(port) && isThisMachine(address)) return `${address} port ${port} is this gateway itself`;
      if (allowed.check(address, family)) return undefined;
      if (!isGlobal(address, family))
        return `${address} is not a public address; only CIVICLINE_ALLOWED_NETWORKS opens it`;
      if (protocol !== 'https:') return `plain http to ${address} is allowed only inside CIVICLINE_ALLOWED_NETWORKS`;
      if (port !== 443) return `port ${port} of ${address} is allowed only inside CIVICLINE_ALLOWED_NETWORKS`;
      return undefined;
    },
  };
}

/** One spelling for each address: no zone, shortest IPv6, IPv4 inside IPv6 (`::ffff:…`) as the IPv4 it is. */
export function canonical(written: string): { address: string; family: 'ipv4' | 'ipv6' | undefined } {
  const bare = written.replace(/%.*$/, '');
  const version = isIP(bare);
  if (version === 4) return { address: bare, family: 'ipv4' };
  if (version !== 6) return { address: bare, family: undefined };
  const address = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (!mapped) return { address, family: 'ipv6' };
  const bytes = [mapped[1], mapped[2]].map((group) => Number.parseInt(group ?? '', 16));
  return { address: bytes.map((pair) => `${pair >> 8}.${pair & 255}`).join('.'), family: 'ipv4' };
}

function isGlobal(address: string, family: 'ipv4' | 'ipv6'): boolean {
  if (family === 'ipv4') return !NOT_GLOBAL_V4.check(address, family);
  return GLOBAL_V6.check(address, family) && !NOT_GLOBAL_V6.check(address, family);
}

function isThisMachine(address: string): boolean {
  if (address === '::1' || address.startsWith('127.')) return true;
  return Object.values(networkInterfaces()).some((all) =>
    all?.some((one) => canonical(one.address).address === address),
  );
}

function blockList(groups: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of groups.flatMap((group) => group.split(/\s+/)).filter((text) => text !== '')) {
    const [base = '', bits, ...more] = network.split('/');
    const { address, family } = canonical(base);
    const widest = family === 'ipv4' ? 32 : 128;
    const prefix = bits === undefined ? widest : Number(bits);
    const sound = family !== undefined && more.length === 0 && /^\d{1,3}$/.test(bits ?? '0') && prefix <= widest;
    if (!sound) {
      throw new GatewayError({
        code: 'settings_invalid',
        message: `${network} is no network in CIDR form.`,
        retryable: false,
        field: 'CIVICLINE_ALLOWED_NETWORKS',
        advice: 'Write networks like 10.20.0.0/16 or fd12::/48, separated by commas.',
      });
    }
    list.addSubnet(address, prefix, family);
  }
  return list;
}
