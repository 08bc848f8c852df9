// Rating 满意度: how a citizen takes the result of their case, in the five levels of 好差评; when it may be said, and for how long.
import type { Handling, Rating, Score, Status } from './case.ts';
import { FINISHED_STATUS } from './status.ts';

/** A result may be rated for so long after it was told, and the rating changed for so long after it was first said. */
export const RATE_DAYS = 30;
export const CHANGE_DAYS = 7;
/** A digit alone answers the question only as long as WeChat lets us put it; later it may be meant for anything. */
export const DIGIT_HOURS = 48;
/** Below 满意 in all its degrees: somebody calls. */
export const isLow = (score: Score): boolean => score <= 2;

/** One rating as figures count it: codes and times, nobody's name or words. `at` is epoch ms. */
export interface RatedRow {
  readonly caseNo: string;
  readonly round: number;
  readonly tenant: string;
  readonly at: number;
  readonly score: Score;
  readonly unit?: string;
  readonly category: string;
}

/** What the store knows of a result. */
export interface Outcome {
  readonly status: Status;
  readonly lastAt: number;
  readonly handling?: Handling;
  readonly rating?: Rating;
}

export type Standing = 'open' | 'rated' | 'early' | 'late' | 'fixed';

const DAY = 86_400_000;

export const roundOf = ({ handling }: Pick<Outcome, 'handling'>): number => handling?.reopened ?? 0;

/** `open`: may be rated; `rated`: may be changed; `early`: nothing to rate yet; `late`, `fixed`: not any more. `now` is epoch ms. */
export function standingOf(outcome: Outcome, now: number): Standing {
  const { status, rating } = outcome;
  if (!FINISHED_STATUS.includes(status) && status !== 'follow_up') return 'early';
  if (rating && rating.round === roundOf(outcome))
    return now - Date.parse(rating.first) <= CHANGE_DAYS * DAY ? 'rated' : 'fixed';
  return now - toldAt(outcome) <= RATE_DAYS * DAY ? 'open' : 'late';
}

/** When the result was told, epoch ms. */
export function toldAt({ handling, lastAt }: Pick<Outcome, 'handling' | 'lastAt'>): number {
  const { doneAt, answeredAt, closedAt } = handling ?? {};
  const times = [doneAt, answeredAt, closedAt].flatMap((time) => (time === undefined ? [] : Date.parse(time)));
  return times.length > 0 ? Math.max(...times) : lastAt;
}
