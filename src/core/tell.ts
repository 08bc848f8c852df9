// Tell: what the log says of a case that was opened and of the matter it stands in. Thin: ids, states, codes, links.
import { type Case, isHidden, type Proposal } from './case.ts';
import type { Given } from './draft.ts';
import { audience, type EventType, type NewEvent } from './event.ts';
import type { Mint } from './mint.ts';
import { toRfc3339 } from './time.ts';

/** An event at the moment of the decision. */
export function eventOf(
  type: EventType,
  subject: string,
  data: Record<string, unknown>,
  given: Given,
  mint: Mint,
  about: Pick<NewEvent, 'tenant' | 'caseversion' | 'unit' | 'coUnits' | 'barred'>,
): NewEvent {
  const time = toRfc3339(given.now, given.city.utcOffsetMinutes);
  return { id: `evt_${mint.ulid()}`, type, subject, time, data, ...about };
}

/** What every case event tells: ids, states, codes and a link; no words of anybody, no id a hidden sender gave. */
export function thin(c: Case): { readonly externalId?: string; readonly [field: string]: unknown } {
  const [best] = c.category;
  return {
    caseNo: c.no,
    tenant: c.tenant,
    level: c.level,
    status: c.status,
    kind: c.kind,
    urgency: c.urgency,
    ...(best ? { category: { code: best.code, name: best.name } } : {}),
    ...(c.division ? { division: c.division } : {}),
    ...(c.unit ? { unit: c.unit } : {}),
    ...(c.coUnits.length > 0 ? { coUnits: c.coUnits } : {}),
    ...(c.dueAt ? { dueAt: c.dueAt } : {}),
    ...(c.divert ? { divert: c.divert } : {}),
    ...(c.externalId === undefined || isHidden(c) ? {} : { externalId: c.externalId }),
    href: `/v1/cases/${c.no}`,
  };
}

/** A matter with its new case. */
export interface Grown {
  readonly id: string;
  readonly size: number;
  /** To which its urgency has risen with this case. */
  readonly urgency?: Case['urgency'];
}

/** One event that says most, and those on which somebody else acts. Not `shown`: nothing may tell that there is another in its matter, who hides: it looks like one alone. */
export function openEvents(
  c: Case,
  grown: Grown,
  given: Given,
  mint: Mint,
  by: { readonly messageId?: string; readonly alone?: true } = {},
  shown = true,
): NewEvent[] {
  const about = {
    tenant: c.tenant,
    caseversion: 1,
    ...audience(c),
  };
  const matter = { id: grown.id, size: shown ? grown.size : 1 };
  const data = { ...thin(c), matter, channel: c.channel, ...by };
  const type = c.divert
    ? 'case.diverted'
    : matter.size > 1
      ? 'case.joined'
      : c.answer
        ? 'case.answered'
        : 'case.opened';
  const events = [eventOf(type, c.no, data, given, mint, about)];
  if (given.known.keyReused) events.push(eventOf('message.key_reused', c.no, data, given, mint, about));
  if (c.proposals.length > 0) {
    const proposals = c.proposals.map(proposed);
    // The sender's id stands once, in the event that tells what became of the message: who matches by it counts one.
    const { externalId: _once, ...beside } = data;
    events.push(eventOf('case.proposed', c.no, { ...beside, proposals }, given, mint, about));
  }
  return shown ? [...events, ...matterEvents(c, grown, given, mint)] : events;
}

/** A reason to refuse is told with its code and its advice, which are the city's own words. */
function proposed({ id, type, value: { code, advice } }: Proposal): Record<string, unknown> {
  return type === 'refuse' ? { id, type, code, advice } : { id, type };
}

/** A matter is told of when a second person stands in it, again at the sizes the city asked for, and when its urgency rises. */
function matterEvents(c: Case, matter: Grown, given: Given, mint: Mint): NewEvent[] {
  const about = {
    tenant: c.tenant,
    ...audience(c),
  };
  const data = {
    matterId: matter.id,
    size: matter.size,
    category: c.category[0]?.code,
    ...(c.unit ? { unit: c.unit } : {}),
    caseNo: c.no,
    href: `/v1/matters/${matter.id}`,
  };
  const events: NewEvent[] = [];
  if (matter.size === 2) events.push(eventOf('matter.opened', matter.id, data, given, mint, about));
  const { urgency } = matter;
  if (given.city.relate.grownAt.includes(matter.size) || urgency)
    events.push(eventOf('matter.grown', matter.id, { ...data, ...(urgency ? { urgency } : {}) }, given, mint, about));
  return events;
}
