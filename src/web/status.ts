// Status: a case's state in words a citizen uses, and its journey as stops on the line.
import type { Divert, DivertTo } from '../core/case.ts';
import type { CaseView } from './deps.ts';
import type { Stop, Visit } from './layout.ts';
import type { Text } from './text.ts';
import { day, moment } from './when.ts';

export const divertName = (t: Text, to: DivertTo): string => t.to[to];

type Trip = Pick<CaseView, 'status' | 'openedAt' | 'updatedAt'> & {
  readonly dueAt?: string;
  readonly unit?: { readonly name: string };
  readonly divert?: Divert;
};

export function statusText({ t, deps, look }: Visit, view: Trip): string {
  const due = view.dueAt ? day(Date.parse(view.dueAt), deps.city().utcOffsetMinutes, look.lang) : '';
  const text = t.status[view.status]
    .replace('{unit}', view.unit?.name ?? t.someUnit)
    .replace('{date}', due)
    .replace('{to}', divertName(t, view.divert?.to ?? 'other'))
    .trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const LOOKING = ['received', 'triage', 'returned', 'needs_info'];
const HANDLING = ['dispatched', 'signed', 'in_progress', 'extended', 'reopened'];
const ANSWERED = ['done', 'follow_up'];

/** Received, the unit found, handled, the citizen heard: each done, now or later. */
export function stopsOf(visit: Visit, view: Trip): Stop[] {
  const { t, deps, look } = visit;
  const offset = deps.city().utcOffsetMinutes;
  const at = (time: string): string => moment(Date.parse(time), offset, look.lang);
  const received: Stop = { state: 'done', title: t.trip.received, note: at(view.openedAt) };
  const latest = (title: string): Stop => ({ state: 'now', title, note: at(view.updatedAt) });
  if (view.status === 'answered') return [received, latest(t.trip.answered)];
  if (view.status === 'diverted') return [received, latest(t.trip.diverted)];
  if (view.status === 'rejected') return [received, latest(t.status.rejected)];

  const { status } = view;
  const looking = LOOKING.includes(status);
  const found: Stop = looking
    ? {
        state: 'now',
        title: status === 'needs_info' || status === 'returned' ? statusText(visit, view) : t.trip.finding,
        note: t.trip.findNote,
      }
    : { state: 'done', title: statusText(visit, { ...view, status: 'dispatched' }) };
  const due = view.dueAt ? t.trip.handleBy(day(Date.parse(view.dueAt), offset, look.lang)) : t.trip.handleNote;
  const handled: Stop = HANDLING.includes(status)
    ? { state: 'now', title: status === 'dispatched' ? t.trip.handle : statusText(visit, view), note: due }
    : looking
      ? { state: 'later', title: t.trip.handle, note: due }
      : { state: 'done', title: t.trip.done, note: ANSWERED.includes(status) ? at(view.updatedAt) : '' };
  const heard: Stop = { state: ANSWERED.includes(status) ? 'now' : 'later', title: t.trip.tell, note: t.trip.tellNote };
  if (status === 'closed') return [received, found, handled, latest(t.trip.closed)];
  return [received, found, handled, heard];
}
