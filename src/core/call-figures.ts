// Call figures: connection rate and waiting, counted as GB/T 33358-2016 asks: at least 95 % in any 24 hours, answered within 15 s.

export const SOON_MS = 15_000;
export const LEAST_RATE = 0.95;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The incoming calls of one hour, as the store sums them up. `at` is where the hour begins, epoch ms. */
export interface CallHour {
  readonly at: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly failed: number;
  readonly menu: number;
  readonly open: number;
  /** Answered, and known to have waited at most 15 s. */
  readonly soon: number;
  /** Answered with a known waiting time, and the sum and the longest of it; of those who gave up the sum and their number. */
  readonly waited: number;
  readonly waitMs: number;
  readonly longestMs: number;
  readonly gaveUp: number;
  readonly gaveUpMs: number;
  readonly talked: number;
  readonly talkMs: number;
}

export interface CallFigures {
  /** Calls that asked for a person and have ended: answered, abandoned and failed ones. */
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly failed: number;
  /** Not among the offered: what a machine dealt with, and what is still under way. */
  readonly menu: number;
  readonly open: number;
  /** 接通率: answered ÷ offered; null without calls. */
  readonly rate: number | null;
  readonly answeredWithin15s: number;
  /** Answered within 15 s ÷ offered; null where no waiting time is known. */
  readonly rateWithin15s: number | null;
  readonly wait: { readonly known: number; readonly averageS: number | null; readonly longestS: number | null };
  readonly abandonedAfterS: number | null;
  readonly talk: { readonly known: number; readonly averageS: number | null };
}

export interface CallReport {
  readonly total: CallFigures;
  /** The worst 24 hours in the period, by the hour; absent without calls. `meets` is whether even they reach 95 %. */
  readonly lowest24h?: { readonly from: number; readonly to: number; readonly rate: number; readonly offered: number };
  readonly meets: boolean | null;
}

const sum = (hours: readonly CallHour[], of: (hour: CallHour) => number): number =>
  hours.reduce((all, hour) => all + of(hour), 0);

const round = (number: number, digits: number): number => Math.round(number * 10 ** digits) / 10 ** digits;
const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : round(part / whole, 4));
const seconds = (ms: number, count: number): number | null => (count === 0 ? null : round(ms / count / 1000, 1));

export function callFigures(hours: readonly CallHour[]): CallFigures {
  const [answered, abandoned, failed] = [
    sum(hours, (h) => h.answered),
    sum(hours, (h) => h.abandoned),
    sum(hours, (h) => h.failed),
  ];
  const offered = answered + abandoned + failed;
  const soon = sum(hours, (h) => h.soon);
  const waited = sum(hours, (h) => h.waited);
  const talked = sum(hours, (h) => h.talked);
  const longest = hours.reduce((most, hour) => Math.max(most, hour.longestMs), 0);
  return {
    ...{ offered, answered, abandoned, failed },
    menu: sum(hours, (h) => h.menu),
    open: sum(hours, (h) => h.open),
    rate: ratio(answered, offered),
    answeredWithin15s: soon,
    rateWithin15s: waited === 0 ? null : ratio(soon, offered),
    wait: {
      known: waited,
      averageS: seconds(
        sum(hours, (h) => h.waitMs),
        waited,
      ),
      longestS: waited === 0 ? null : round(longest / 1000, 1),
    },
    abandonedAfterS: seconds(
      sum(hours, (h) => h.gaveUpMs),
      sum(hours, (h) => h.gaveUp),
    ),
    talk: {
      known: talked,
      averageS: seconds(
        sum(hours, (h) => h.talkMs),
        talked,
      ),
    },
  };
}

/** `hours` in the order of time, hours without a call left out. */
export function callReport(hours: readonly CallHour[]): CallReport {
  const lowest = lowestDay(hours);
  return {
    total: callFigures(hours),
    ...(lowest ? { lowest24h: lowest } : {}),
    meets: lowest ? lowest.rate >= LEAST_RATE : null,
  };
}

/** A window that begins with each hour that has calls: any other holds no more of them. */
function lowestDay(hours: readonly CallHour[]): CallReport['lowest24h'] {
  const offeredIn = (h: CallHour): number => h.answered + h.abandoned + h.failed;
  let lowest: CallReport['lowest24h'];
  let [first, answered, offered] = [0, 0, 0];
  for (const hour of hours) {
    answered += hour.answered;
    offered += offeredIn(hour);
    for (let old = hours[first]; old && old.at <= hour.at - DAY; old = hours[first]) {
      answered -= old.answered;
      offered -= offeredIn(old);
      first += 1;
    }
    const to = hour.at + HOUR;
    const rate = offered === 0 ? 1 : answered / offered;
    if (offered > 0 && (lowest === undefined || rate < lowest.rate))
      lowest = { from: to - DAY, to, rate: round(rate, 4), offered };
  }
  return lowest;
}
