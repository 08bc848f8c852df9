// JWS: the signed form of a vCon (RFC 7515), checked by node's own crypto. Who signed counts only where the city named whom it trusts.
import { constants, createPublicKey, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { Unreadable } from '../../core/errors.ts';
import { decode, type Fields, fieldsOf, listOf, readJsonFields, textOf } from '../../core/payload.ts';

/** `trusted`: the signature's certificates lead to one the city trusts. Without it the signature only shows that nothing was changed. */
export interface Opened {
  readonly vcon: Fields;
  readonly trusted: boolean;
}

const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const COMPACT_JWE = /^[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$/;
const MOST_CERTIFICATES = 8;

export const isCompactJws = (text: string): boolean => text.startsWith('ey') && COMPACT.test(text);
export const isJws = (value: Fields): boolean => 'payload' in value && ('signatures' in value || 'signature' in value);

export const isEncrypted = (value: Fields): boolean =>
  'ciphertext' in value && ('recipients' in value || 'encrypted_key' in value || 'protected' in value);
export const isCompactJwe = (text: string): boolean => text.startsWith('ey') && COMPACT_JWE.test(text);

export const encrypted = (): Unreadable =>
  new Unreadable(
    'the vCon is encrypted (JWE): decrypt it before handing it in; this channel holds no key for it',
    'body',
  );

export function fromCompact(text: string): Fields {
  const [head, payload, signature] = text.split('.');
  return { payload, signatures: [{ protected: head, signature }] };
}

/** Throws Unreadable unless one of its signatures is right, and, where the city trusts anybody, is theirs. */
export function openJws(jws: Fields, trust: readonly X509Certificate[]): Opened {
  const payload = textOf(jws.payload);
  const signatures = 'signatures' in jws ? listOf(jws.signatures) : [jws];
  if (payload === '' || signatures.length === 0) throw new Unreadable('the signed vCon has no payload or signature');
  const judged = signatures.slice(0, 8).map((one) => judge(one, payload, trust));
  const good = judged.find((one) => one === 'trusted') ?? judged.find((one) => one === 'intact');
  if (!good) throw new Unreadable(`the signature of the vCon is wrong: ${judged[0] ?? 'none'}`, 'signatures');
  if (trust.length > 0 && good !== 'trusted')
    throw new Unreadable('the vCon is signed by nobody whose certificate is in `trust`', 'signatures');
  const vcon = readJsonFields(decode(Buffer.from(payload, 'base64url')));
  return { vcon, trusted: good === 'trusted' };
}

type Verdict = 'trusted' | 'intact' | `${string} `;
const no = (why: string): Verdict => `${why} `;

function judge(signature: Fields, payload: string, trust: readonly X509Certificate[]): Verdict {
  const head = textOf(signature.protected);
  const fields = head === '' ? {} : readJsonFields(decode(Buffer.from(head, 'base64url')));
  const header = { ...fieldsOf(signature.header), ...fields };
  if (header.crit !== undefined || header.b64 !== undefined) return no('it asks for rules this reader does not know');
  const chain = certificates(header.x5c);
  const [leaf] = chain;
  const keys = leaf ? [leaf.publicKey] : trust.map((one) => one.publicKey);
  if (keys.length === 0) return no('it names no certificate (x5c), and none is in `trust`');
  // What is signed must be in the protected header alone: an unprotected one anybody could have changed.
  const signed = Buffer.from(`${head}.${payload}`);
  const bytes = Buffer.from(textOf(signature.signature), 'base64url');
  const right = keys.some((key) => fits(textOf(fields.alg), key, signed, bytes));
  if (!right) return no('the words are not those that were signed, or the algorithm is none of RS, PS, ES or EdDSA');
  return !leaf || leadsTo(chain, trust) ? (trust.length > 0 ? 'trusted' : 'intact') : 'intact';
}

function certificates(x5c: unknown): X509Certificate[] {
  const texts = Array.isArray(x5c) ? x5c.slice(0, MOST_CERTIFICATES) : [];
  try {
    return texts.map((one) => new X509Certificate(Buffer.from(textOf(one), 'base64')));
  } catch (cause) {
    throw new Unreadable('the signed vCon carries what is no certificate', 'x5c', cause);
  }
}

/** Each certificate is signed by the next, and one of them is trusted or signed by one that is. */
function leadsTo(chain: readonly X509Certificate[], trust: readonly X509Certificate[]): boolean {
  for (const [at, one] of chain.entries()) {
    if (trust.some((root) => root.fingerprint256 === one.fingerprint256 || vouches(root, one))) return true;
    const next = chain[at + 1];
    if (!next || !vouches(next, one)) return false;
  }
  return false;
}

const vouches = (issuer: X509Certificate, one: X509Certificate): boolean =>
  issuer.ca && one.checkIssued(issuer) && one.verify(issuer.publicKey);

const HASHES: Readonly<Record<string, string>> = { '256': 'sha256', '384': 'sha384', '512': 'sha512' };
const CURVES: Readonly<Record<string, string>> = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' };

/** The algorithm must fit the key: a key is never taken for a secret, and `none` for a signature. */
function fits(alg: string, key: KeyObject, signed: Buffer, signature: Buffer): boolean {
  const hash = HASHES[alg.slice(2)];
  const type = key.asymmetricKeyType;
  if (alg === 'EdDSA') return type === 'ed25519' && verify(null, signed, key, signature);
  if (!hash) return false;
  if (alg.startsWith('RS')) return type === 'rsa' && verify(hash, signed, key, signature);
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
  if (alg.startsWith('PS')) return type === 'rsa' && verify(hash, signed, { key, padding, saltLength }, signature);
  if (!alg.startsWith('ES') || key.asymmetricKeyDetails?.namedCurve !== CURVES[alg]) return false;
  return verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** A certificate in PEM, as settings hold it; undefined when it is none. */
export function certificateOf(pem: string): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(pem);
    createPublicKey(pem);
    return certificate;
  } catch {
    return undefined;
  }
}
