// Acts: what people decide about cases. Pure: a case and a decision in, the case after it with events and audit line out.
export { type AssignInput, assign } from './acts/assign.ts';
export { type CorrectInput, correct } from './acts/correct.ts';
export { type DecideInput, type DecideKnown, decide, proposedLike, proposedMatter } from './acts/decide.ts';
export { dueOf } from './acts/due.ts';
export { close, reopen } from './acts/finish.ts';
export { join, type LedMatter, move, split } from './acts/matter.ts';
export { apart, type Mended, merge, mergedIn } from './acts/merge.ts';
export { ASSISTANT, propose, type Suggested } from './acts/propose.ts';
export type { Acted, ActGiven } from './acts/record.ts';
export { type Reporter, report } from './acts/report.ts';
export { AnyReport, isReportType, REPORTS, type Report, type ReportType } from './acts/report-shapes.ts';
export { MOVES } from './acts/states.ts';
export { repliesIn } from './acts/words.ts';
