// Auth: did this mail come from the domain its From names? All use of mailauth is in this file.
import { authenticate } from 'mailauth';

/** One of RFC 8601's results: pass, fail, softfail, neutral, none, temperror, permerror, policy. */
export interface Verdict {
  readonly spf: string;
  readonly dkim: string;
  readonly dmarc: string;
  /** SPF or DKIM passed for the domain of From: only then the mailbox is proved. */
  readonly aligned: boolean;
}

export const NO_VERDICT: Verdict = { spf: 'none', dkim: 'none', dmarc: 'none', aligned: false };

/** How the mail came to us; a mail fetched from a mailbox has no envelope, and SPF is not judged. */
export interface Envelope {
  readonly ip?: string;
  readonly helo?: string;
  readonly sender?: string;
}

/** As dns.promises.resolve: texts for TXT, addresses, objects for MX. */
export type Resolver = (name: string, type: string) => Promise<unknown>;

/** Asks DNS; where nobody answers the results are temperror or none, and nothing is proved. */
export async function verify(bytes: Uint8Array, envelope: Envelope, resolver: Resolver): Promise<Verdict> {
  const mail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = await authenticate(mail, {
    ...(envelope.ip ? { ip: envelope.ip } : {}),
    ...(envelope.helo ? { helo: envelope.helo } : {}),
    ...(envelope.sender ? { sender: envelope.sender } : {}),
    mta: 'civicline',
    trustReceived: false,
    disableArc: true,
    disableBimi: true,
    resolver: async (name, type) => rows(await resolver(name, type)),
  });
  const { spf, dkim, dmarc } = found;
  const domain = dkim.headerFrom?.length === 1 ? dkim.headerFrom[0]?.split('@').pop()?.toLowerCase() : undefined;
  const signed = dkim.results.filter((one) => one.status.result === 'pass');
  const byDkim = signed.some((one) => domain !== undefined && covers(one.signingDomain, domain));
  const spfPass = spf !== false && spf.status.result === 'pass';
  const bySpf = spfPass && domain !== undefined && covers(envelope.sender?.split('@').pop() ?? '', domain);
  const dmarcResult = dmarc === false ? 'none' : dmarc.status.result;
  return {
    spf: envelope.ip && spf !== false ? spf.status.result : 'none',
    dkim: signed.length > 0 ? 'pass' : (dkim.results[0]?.status.result ?? 'none'),
    dmarc: dmarcResult,
    aligned: dmarcResult === 'pass' || (dmarcResult === 'none' && domain !== undefined && (byDkim || bySpf)),
  };
}

/** mailauth reads MX answers as objects, though its declaration knows of texts alone. */
const rows = (found: unknown): string[][] => (Array.isArray(found) ? (found as string[][]) : []);

/** Relaxed alignment without a list of public suffixes: the same domain, or a domain above it that is no bare suffix. */
function covers(by: string | undefined, domain: string): boolean {
  const upper = by?.toLowerCase() ?? '';
  if (upper === domain) return true;
  return upper.split('.').length >= 3 && domain.endsWith(`.${upper}`);
}

/** As a header, so that the verdict stays with the original. */
export const headerOfVerdict = ({ spf, dkim, dmarc }: Verdict): string =>
  `Authentication-Results: civicline; spf=${spf}; dkim=${dkim}; dmarc=${dmarc}\r\n`;
