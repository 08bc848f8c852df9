// Is this delivery genuine? Needs nothing but Node. Run: SECRET=whsec_… node verify.ts ID TIMESTAMP 'v1,…' < body (Node 22.18 or newer)
import { createHmac, timingSafeEqual } from 'node:crypto';

/** `body` must be the bytes as they came, before any JSON parser touched them. `now` in seconds. */
export function genuine(
  secret: string,
  id: string,
  timestamp: string,
  signatures: string,
  body: Uint8Array,
  now: number = Date.now() / 1000,
): boolean {
  if (!(Math.abs(now - Number(timestamp)) <= 300)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (key.length === 0) return false; // without a secret anybody could sign
  const want = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  return signatures.split(' ').some((one) => {
    const got = Buffer.from(one.startsWith('v1,') ? one.slice(3) : '', 'base64');
    return got.length === want.length && timingSafeEqual(got, want);
  });
}

const [id = '', timestamp = '', signatures = ''] = process.argv.slice(2);
if (id !== '') {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const good = genuine(process.env.SECRET ?? '', id, timestamp, signatures, Buffer.concat(chunks));
  console.log(good ? 'genuine' : 'not genuine');
  process.exitCode = good ? 0 : 1;
}
