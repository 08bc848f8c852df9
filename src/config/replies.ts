// Replies: replies.yaml, the words in which the city writes to citizens by itself.
import Type from 'typebox';
import { Status } from '../core/case.ts';
import { strict } from './shapes.ts';

const Words = Type.String({ minLength: 1, maxLength: 2_000 });

export const Replies = strict({
  receipt: strict({ opened: Words, followed_up: Words, joined: Words, answered: Words, diverted: Words }),
  group: Words,
  outgoing: strict({ answer: Words, more: Words, result: Words, unresolved: Words, closed: Words }),
  enquiry: strict({
    ...{ shown: Words, unproved: Words, mistyped: Words, phone: Words },
    ...{ list: Words, line: Words, tell: Words },
  }),
  bind: strict({
    ...{ how: Words, sent: Words, done: Words, wrong: Words, undo: Words },
    ...{ hidden: Words, later: Words, unreached: Words, code: Words, codeTitle: Words },
  }),
  rating: strict({
    ...{ ask: Words, how: Words, mistyped: Words, thanks: Words, changed: Words, low: Words, reopened: Words },
    ...{ early: Words, late: Words, fixed: Words, none: Words },
  }),
  withdrawn: Words,
  notWithdrawn: Words,
  welcome: Words,
  status: Type.Record(Status, Words),
});
