// Is this delivery genuine? Needs nothing but Node. Run: SECRET=whsec_… node verify.mjs ID TIMESTAMP 'v1,…' < body
import { createHmac, timingSafeEqual } from 'node:crypto';
import { pathToFileURL } from 'node:url';

/** `body` must be the bytes as they came, before any JSON parser touched them. `now` in seconds. */
export function genuine(secret, id, timestamp, signatures, body, now = Date.now() / 1000) {
  if (!(Math.abs(now - Number(timestamp)) <= 300)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (key.length === 0) return false; // without a secret anybody could sign
  const want = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  return signatures.split(' ').some((one) => {
    const got = Buffer.from(one.startsWith('v1,') ? one.slice(3) : '', 'base64');
    return got.length === want.length && timingSafeEqual(got, want);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [id, timestamp, signatures] = process.argv.slice(2);
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const good = genuine(process.env.SECRET, id, timestamp, signatures, Buffer.concat(chunks));
  console.log(good ? 'genuine' : 'not genuine');
  process.exitCode = good ? 0 : 1;
}
