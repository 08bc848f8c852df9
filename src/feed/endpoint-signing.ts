// Endpoint signing: which signatures an endpoint asked for, and the signers that make them at a given time.
import type { Endpoint } from '../core/store.ts';
import { kindOf, liveOf, publicKeyOf } from './secrets.ts';
import { SCHEMES, type Scheme, type Signer, signersOf } from './sign.ts';

/** v1 always; v1a and sm3 where asked for. */
export function schemesOf({ options }: Pick<Endpoint, 'options'>): Scheme[] {
  const asked: readonly unknown[] = Array.isArray(options.signatures) ? options.signatures : [];
  return SCHEMES.filter((scheme) => scheme === 'v1' || asked.includes(scheme));
}

export interface LiveSigner {
  readonly signer: Signer;
  /** Epoch ms. */
  readonly until: number;
}

/** Made once for an endpoint: keys are parsed here, not at every attempt. */
export function endpointSigners(endpoint: Pick<Endpoint, 'secrets' | 'options'>): LiveSigner[] {
  const schemes = schemesOf(endpoint);
  return endpoint.secrets
    .filter(({ secret }) => kindOf(secret) === 'hmac' || schemes.includes('v1a'))
    .flatMap(({ secret, until }) =>
      signersOf(secret, schemes).map((signer) => ({ signer, until: until ?? Number.POSITIVE_INFINITY })),
    );
}

/** Public keys a receiver may hold v1a against at `now`, newest first. */
export function publicKeys({ secrets }: Pick<Endpoint, 'secrets'>, now: number): string[] {
  return liveOf(secrets, 'ed25519', now).map(publicKeyOf);
}
