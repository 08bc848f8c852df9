// Environment: what is set from outside the files: address, folders, keys, networks. Values are never quoted in problems.
import { isIP } from 'node:net';
import type { Ledger } from './problems.ts';

const FILE = 'environment';
const SHORTEST_KEY = 16;

export interface Environment {
  readonly host?: string;
  readonly port?: number;
  readonly instance?: string;
  readonly networks: readonly string[];
  readonly masterKey?: string;
  readonly adminKey?: string;
  readonly databaseUrl?: string;
}

export function readEnvironment(env: NodeJS.ProcessEnv, ledger: Ledger): Environment {
  const instance = given(env.CIVICLINE_INSTANCE);
  if (instance !== undefined && !/^[a-z0-9][a-z0-9-]{0,62}$/.test(instance)) {
    ledger.add(FILE, 'CIVICLINE_INSTANCE', 'may hold small letters, digits and - only', 'it stands in event sources');
  }
  const host = given(env.HOST);
  const port = portOf(given(env.PORT), ledger);
  const databaseUrl = given(env.DATABASE_URL);
  const masterKey = key(env, 'CIVICLINE_KEY', ledger);
  const adminKey = key(env, 'CIVICLINE_ADMIN_KEY', ledger);
  const networks = (env.CIVICLINE_ALLOWED_NETWORKS ?? '').split(/[\s,]+/).filter((network) => network !== '');
  for (const network of networks) checkNetwork(network, FILE, 'CIVICLINE_ALLOWED_NETWORKS', ledger);
  return {
    networks,
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(instance === undefined ? {} : { instance }),
    ...(masterKey === undefined ? {} : { masterKey }),
    ...(adminKey === undefined ? {} : { adminKey }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  };
}

export function checkNetwork(network: string, file: string, path: string, ledger: Ledger): void {
  const [address = '', bits = ''] = network.split('/');
  const version = isIP(address);
  const fits = /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
  if (version === 0 || !fits)
    ledger.add(file, path, `${network} is no network`, 'write for example 10.0.0.0/8 or fd00::/8');
}

/** An empty variable is as good as none. */
const given = (value: string | undefined): string | undefined =>
  value === undefined || value === '' ? undefined : value;

function portOf(text: string | undefined, ledger: Ledger): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  ledger.add(FILE, 'PORT', 'is no port', 'a number from 0 to 65535');
  return undefined;
}

function key(env: NodeJS.ProcessEnv, name: string, ledger: Ledger): string | undefined {
  const value = given(env[name]);
  if (value !== undefined && value.length < SHORTEST_KEY) {
    ledger.add(
      FILE,
      name,
      `is shorter than ${SHORTEST_KEY} characters`,
      'use a long random value, e.g. openssl rand -base64 32',
    );
  }
  return value;
}
