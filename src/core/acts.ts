// Acts: what people decide about cases. Pure: a case and a decision in, the case after it with events and audit line out.
export { type AssignInput, assign } from './acts/assign.ts';
export { type CorrectInput, correct } from './acts/correct.ts';
export { type DecideInput, type DecideKnown, decide, proposedMatter } from './acts/decide.ts';
export { dueOf } from './acts/due.ts';
export { join, split } from './acts/matter.ts';
export type { Acted, ActGiven, NewMatter } from './acts/record.ts';
