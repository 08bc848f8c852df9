// A page or program of the city's own that hands in what citizens write, at POST /in/web; there is no platform to stand in for.
import { randomUUID } from 'node:crypto';

export const options = {
  phone: { type: 'string' },
  name: { type: 'string' },
};

/** Nothing is ever sent to a web citizen: they read on the case's page. */
export const platform = () => ({ close() {} });

/** The same `key` twice is a retry. */
export async function say({ gateway, phone, name, key = randomUUID() }, words) {
  const answer = await fetch(`${gateway}/in/web`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ content: words, ...(phone ? { phone } : {}), ...(name ? { name } : {}) }),
  });
  const receipt = await answer.json();
  if (!answer.ok) throw new Error(`the gateway answered ${answer.status}: ${receipt.detail}`);
  return receipt.note ?? `${receipt.outcome} ${receipt.caseNo ?? ''} ${receipt.queryCode ?? ''}`.trim();
}
