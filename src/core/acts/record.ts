// What every decision of a person leaves behind: the case one version on, its events and the line of the audit trail.
import type { AuditEntry } from '../access.ts';
import type { Case, Proposal, Status, UnitRef } from '../case.ts';
import type { City } from '../city.ts';
import { GatewayError } from '../errors.ts';
import { audience, type EventType, type NewEvent } from '../event.ts';
import type { NewMatter } from '../matter.ts';
import type { Message } from '../message.ts';
import type { Ruling } from '../ruling.ts';
import type { SizeOf } from '../store.ts';
import { thin } from '../tell.ts';
import { maskReason } from '../text/mask.ts';
import { toRfc3339 } from '../time.ts';

/** The circumstances of a decision. `now` is epoch ms, `by` the id of the key that decides. */
export interface ActGiven {
  readonly city: City;
  readonly now: number;
  readonly by: string;
  /** A fresh time-ordered ULID. */
  readonly ulid: () => string;
  /** When the case as it now stands is due (RFC 3339); `no_calendar` when no notice covers the year; undefined without a rule. */
  readonly due: (c: Case) => string | undefined;
}

/** The whole outcome of a decision; written in one transaction. `move` names the matter the case goes to. */
export interface Acted {
  readonly case: Case;
  readonly events: NewEvent[];
  readonly audit: AuditEntry;
  /** What the citizen is told, and what the house is. */
  readonly message?: Message;
  readonly note?: Message;
  readonly move?: { readonly id: string; readonly open?: NewMatter };
  readonly rulings?: readonly Ruling[];
  /** Sizes the decision rests on: nobody may have joined or left in between. */
  readonly expectSizes?: readonly SizeOf[];
}

const FINISHED: readonly Status[] = ['done', 'closed', 'rejected'];

/** A finished case is not decided upon any more: it has to be reopened first. */
export function refuseFinished(c: Case, doing: string): void {
  if (!FINISHED.includes(c.status)) return;
  throw new GatewayError({
    code: 'wrong_state',
    message: `case ${c.no} is ${c.status} and cannot be ${doing}`,
    retryable: false,
    status: 409,
    field: 'status',
    advice: 'Look at the case again; a finished case has to be reopened first.',
  });
}

export function unitOf(code: string, given: ActGiven, field: string): UnitRef {
  const unit = given.city.units.find((u) => u.code === code);
  if (unit) return { code: unit.code, name: unit.name };
  throw new GatewayError({
    code: 'unknown_unit',
    message: `there is no unit ${code}`,
    retryable: false,
    status: 422,
    field,
    advice: 'GET /v1/units lists the codes.',
  });
}

/** A case that changes hands leaves behind what was asked about its unit: more time, another one, a look of the desk. */
export function settled(proposals: readonly Proposal[], given: ActGiven, unit?: string): Proposal[] {
  return proposals.map((p) => {
    if (p.decided || (p.type !== 'extension' && p.type !== 'route' && p.value.returnedBy === undefined)) return p;
    const { unit: wanted } = p.value;
    const accept = typeof wanted === 'object' && wanted !== null && Reflect.get(wanted, 'code') === unit;
    return { ...p, decided: { accept, by: given.by, at: at(given), reason: '工单已转其他单位' } };
  });
}

/** A complaint about a unit or its staff never goes to that unit. */
export function refuseBarred(c: Case, unit: UnitRef, field: string): void {
  if (!c.barred.includes(unit.code)) return;
  throw new GatewayError({
    code: 'unit_barred',
    message: `case ${c.no} complains about ${unit.name} and is not given to it`,
    retryable: false,
    status: 409,
    field,
    advice: 'Choose the unit above it, or the hotline itself.',
  });
}

export function at(given: ActGiven): string {
  return toRfc3339(given.now, given.city.utcOffsetMinutes);
}

/** The case one version on. */
export function next(c: Case, change: Partial<Case>, given: ActGiven): Case {
  return { ...c, ...change, version: c.version + 1, updatedAt: at(given) };
}

/** An event of the case as it stands after the decision. `more` stays thin: ids, states, codes. */
export function caseEvent(type: EventType, c: Case, given: ActGiven, more: Record<string, unknown> = {}): NewEvent {
  return {
    id: `evt_${given.ulid()}`,
    type,
    subject: c.no,
    caseversion: c.version,
    time: at(given),
    data: { ...thin(c), ...more },
    tenant: c.tenant,
    ...audience(c),
  };
}

/** `detail` holds codes and names of fields, never what somebody said. */
export function auditLine(
  action: string,
  subject: string,
  reason: string | undefined,
  detail: Record<string, unknown>,
  given: ActGiven,
): AuditEntry {
  return {
    at: at(given),
    actor: given.by,
    action,
    subject,
    ...(reason === undefined ? {} : { reason: maskReason(reason) }),
    detail,
  };
}
