// States: the one table of what may happen to a case in which state, and what state it is in then. docs/states.md is drawn from it.
import type { Case, Status } from '../case.ts';
import { GatewayError } from '../errors.ts';

/** `lead`: the unit that holds the case; `helper`: its co-units as well; `desk`: the hotline's own people. */
export type Role = 'lead' | 'helper' | 'desk';

export interface Move {
  readonly by: Role;
  /** The state it may come from, and the state it leads to. */
  readonly to: Readonly<Partial<Record<Status, Status>>>;
}

const working = { signed: 'in_progress', in_progress: 'in_progress', extended: 'extended' } as const;

export const MOVES = {
  signed: { by: 'lead', to: { dispatched: 'signed', reopened: 'signed' } },
  returned: {
    by: 'lead',
    to: {
      dispatched: 'returned',
      signed: 'returned',
      in_progress: 'returned',
      extended: 'returned',
      reopened: 'returned',
    },
  },
  extension: { by: 'lead', to: { signed: 'signed', in_progress: 'in_progress', extended: 'extended' } },
  contacted: { by: 'helper', to: { ...working, done: 'done' } },
  progressed: { by: 'helper', to: working },
  answered: { by: 'lead', to: { ...working, done: 'done' } },
  resolved: { by: 'lead', to: { signed: 'done', in_progress: 'done', extended: 'done' } },
  extended: { by: 'desk', to: { signed: 'extended', in_progress: 'extended', extended: 'extended' } },
  closed: {
    by: 'desk',
    to: { needs_info: 'closed', answered: 'closed', diverted: 'closed', done: 'closed', follow_up: 'closed' },
  },
  reopened: {
    by: 'desk',
    to: {
      answered: 'reopened',
      diverted: 'reopened',
      done: 'reopened',
      follow_up: 'reopened',
      closed: 'reopened',
      rejected: 'reopened',
    },
  },
} as const satisfies Readonly<Record<string, Move>>;

export type Act = keyof typeof MOVES;

/** The state a case is in after an act. Throws `wrong_state` (409) with the states the act needs. */
export function stateAfter(c: Case, act: Act): Status {
  const { to }: Move = MOVES[act];
  const after = to[c.status];
  if (after !== undefined) return after;
  throw new GatewayError({
    code: 'wrong_state',
    message: `case ${c.no} is ${c.status}; ${act} needs one that is ${Object.keys(to).join(', ')}`,
    retryable: false,
    status: 409,
    field: 'status',
    advice: 'Look at the case again; docs/states.md draws which act follows which.',
  });
}
