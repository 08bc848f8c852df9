// TLS: the certificate of the SMTP server, read from the files an account names, and again when they have been renewed.
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { GatewayError } from '../../core/errors.ts';
import type { TlsSettings } from './settings.ts';

export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Throws GatewayError `bad_settings` with the path that cannot be read, or when certificate and key do not fit. */
export function readCertificate({ cert, key }: TlsSettings): Certificate {
  try {
    const pair = { cert: readFileSync(cert), key: readFileSync(key) };
    createSecureContext(pair);
    return pair;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GatewayError({
      code: 'bad_settings',
      message: `smtp.tls: the certificate cannot be used: ${why}`,
      retryable: false,
      field: 'smtp.tls',
      advice: `See that ${cert} and ${key} are there, readable, PEM, and belong together.`,
      cause,
    });
  }
}

const LOOK_EVERY_MS = 60_000;

/** Answers the certificate when its files changed since it was last read; one that cannot be read leaves the old one in use. */
export function renewals(settings: TlsSettings, now: () => number, failed: (error: unknown) => void) {
  const stamp = (): string => [settings.cert, settings.key].map((file) => statSync(file).mtimeMs).join();
  let [known, looked] = [stamp(), now()];
  return (): Certificate | undefined => {
    if (now() - looked < LOOK_EVERY_MS) return undefined;
    looked = now();
    try {
      const found = stamp();
      if (found === known) return undefined;
      const certificate = readCertificate(settings);
      known = found;
      return certificate;
    } catch (error) {
      failed(error);
      return undefined;
    }
  };
}
