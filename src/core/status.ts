// Status: which states of a case are open, finished and settled. Apart from the schemas, so that the store's thread loads none.
import type { Status } from './case.ts';

/** States in which the city still owes something; only these take follow-ups. */
export const OPEN_STATUS: readonly Status[] = [
  'received',
  'needs_info',
  'triage',
  'dispatched',
  'signed',
  'in_progress',
  'returned',
  'extended',
  'follow_up',
  'reopened',
  'diverted',
];

/** Of these the citizen may say that it is not so: a rejected one was never dealt with. */
export const FINISHED_STATUS: readonly Status[] = ['answered', 'done', 'closed'];

/** The others: the city has answered, or will not. Only such a case may come to its end by retention. */
export const SETTLED_STATUS: readonly Status[] = ['answered', 'done', 'closed', 'rejected'];
