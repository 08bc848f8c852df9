// Guard: was this request made on our own pages, and is its sender not flooding us.
import { createHash } from 'node:crypto';
import type { RouteRequest } from '../core/route.ts';
import type { WebDeps } from './deps.ts';

/** By Sec-Fetch-Site, else by Origin. Old browsers send neither: there the sealed ticket alone vouches. */
export function fromHere(request: RouteRequest, deps: WebDeps): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  const named = hostOf(origin);
  return named !== undefined && (named === host || named === hostOf(deps.publicUrl));
}

const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).host : undefined);

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export const minutes = (seconds: number): number => Math.max(1, Math.ceil(seconds / 60));

export const retryAfter = (seconds: number): Readonly<Record<string, string>> => ({
  'retry-after': String(Math.max(1, Math.ceil(seconds))),
});
