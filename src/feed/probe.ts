// Probe: whether a receiver can be had at all, looked at when somebody names it: a wrong name or certificate is told now, not after days of retries.
import type { buildConnector } from 'undici';
import { GatewayError } from '../core/errors.ts';

/** What could not be found out now; the receiver may be right all the same. */
export interface Doubt {
  readonly code: 'not_reached';
  readonly message: string;
}

/** By the resolver's codes: the name is not there, rather than the servers. */
const NO_NAME = new Set(['ENOTFOUND', 'ENODATA']);
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_/;

/**
 * Connects once and sends nothing. Throws `name_unresolved` and `certificate_untrusted` (422), and what the guard throws.
 * A receiver that is not up yet is a doubt.
 */
export async function probe(url: URL, connect: buildConnector.connector): Promise<Doubt | undefined> {
  const error = await tried(url, connect);
  if (error === undefined) return undefined;
  const code = codeOf(error) ?? '';
  if (error instanceof GatewayError && error.code === 'address_refused') throw error;
  if (NO_NAME.has(codeOf(error.cause) ?? '')) throw unresolved(url);
  if (UNTRUSTED.test(code)) throw untrusted(url, `${code}: ${error.message}`);
  return { code: 'not_reached', message: `${url.host} could not be reached now (${error.message}).` };
}

async function tried(url: URL, connect: buildConnector.connector): Promise<Error | undefined> {
  const { hostname, host, protocol, port } = url;
  return await new Promise((resolve) => {
    connect({ hostname: hostname.replace(/^\[|\]$/g, ''), host, protocol, port }, (error, socket) => {
      socket?.destroy();
      resolve(error ?? undefined);
    });
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function unresolved(url: URL): GatewayError {
  return new GatewayError({
    code: 'name_unresolved',
    message: `There is no host named ${url.hostname}.`,
    retryable: true,
    status: 422,
    field: 'url',
    advice: 'Check the spelling, the DNS servers of the gateway’s machine and its hosts file; then ask again.',
  });
}

function untrusted(url: URL, why: string): GatewayError {
  return new GatewayError({
    code: 'certificate_untrusted',
    message: `The certificate of ${url.host} is not trusted (${why}).`,
    retryable: true,
    status: 422,
    field: 'url',
    advice:
      'Give the receiver a certificate for this name by a known authority, or start the gateway with NODE_EXTRA_CA_CERTS naming your own authority’s file.',
  });
}
