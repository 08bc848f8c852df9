// What the gateway's log says it opened, for comparing with what was promised and what was delivered.
import { api } from './servers.mjs';

/** Events with which a case comes into the world; `case.joined` is a case of its own within a matter. */
const OPENING = new Set(['case.opened', 'case.joined', 'case.answered', 'case.diverted']);

/** Case numbers by the sender's key, read from the whole log by its cursor. */
export async function openedByKey(url) {
  const opened = new Map();
  for (let after = 'earliest'; ; ) {
    const page = await api(url, 'GET', `/v1/events?after=${encodeURIComponent(after)}&limit=1000`);
    for (const event of page.data) {
      const { externalId, caseNo } = event.data;
      if (!OPENING.has(event.type) || !externalId) continue;
      opened.set(externalId, (opened.get(externalId) ?? new Set()).add(caseNo));
    }
    if (!page.has_more) return opened;
    after = page.next_cursor;
  }
}
