// Redact: what is told of a case that is erased: to the log that it is gone, to the trail who wanted it and why.
import type { AuditEntry } from './access.ts';
import type { Case } from './case.ts';
import { audience, type NewEvent } from './event.ts';
import { maskReason } from './text/mask.ts';
import { toRfc3339 } from './time.ts';

/** `now` is epoch ms; `by` the id of a key, `cli` or `system`. */
export interface RedactGiven {
  readonly now: number;
  readonly utcOffsetMinutes: number;
  /** A fresh time-ordered ULID. */
  readonly ulid: () => string;
  readonly by: string;
  readonly reason: string;
}

/** The event leaves out the id the sender gave: it goes with the case. */
export function redact(c: Case, given: RedactGiven): { readonly event: NewEvent; readonly audit: AuditEntry } {
  const at = toRfc3339(given.now, given.utcOffsetMinutes);
  return {
    event: {
      id: `evt_${given.ulid()}`,
      type: 'case.redacted',
      subject: c.no,
      caseversion: c.version + 1,
      time: at,
      data: { caseNo: c.no, status: c.status, href: `/v1/cases/${c.no}` },
      tenant: c.tenant,
      ...audience(c),
    },
    audit: { at, actor: given.by, action: 'case.erase', subject: c.no, reason: maskReason(given.reason) },
  };
}
