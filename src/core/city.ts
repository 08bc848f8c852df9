// City: what the pipeline knows about the city it serves. Plain frozen data read from config/ by src/config.ts.

import type { DivertTo, Kind, Rival, Urgency } from './case.ts';
import type { HotSettings } from './heat.ts';
import type { Level } from './message.ts';
import type { Matcher } from './relate/model.ts';
import type { Replies } from './replies.ts';
import type { Predictor } from './understand/predict.ts';

export interface KindRule {
  readonly code: Kind;
  readonly name: string; // 咨询, 求助, …
  readonly words: readonly string[];
  /** Categories most messages of which are of this kind: said where the words tell none. A code covers what lies below it. */
  readonly about?: readonly string[];
}

export interface CategoryRule {
  readonly code: string;
  readonly name: string;
  readonly level1: string;
  readonly path: readonly string[];
  readonly words: readonly string[];
  /** Urgency a plain hit gives, e.g. `urgent` for a gas or water outage. */
  readonly urgency?: Urgency;
}

export interface Unit {
  readonly code: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly level: Level;
  /** 区划代码 this unit is responsible for; absent = the whole tenant. */
  readonly division?: string;
  /** Code of the unit above it: where a complaint about this unit goes. */
  readonly superior?: string;
  /** What people call its staff: 公交司机, 城管队员. */
  readonly staff?: readonly string[];
}

/** One row of the table of duties (派单目录): who has these categories, where, and from when. */
export interface RouteRule {
  /** Category codes; a code covers everything that starts with it. */
  readonly categories: readonly string[];
  /** Holds in this division only; absent = the whole tenant. */
  readonly division?: string;
  /** Code of a unit, or `local`: the one that answers for the division of the place. */
  readonly unit: string;
  /** Units that help, as `unit`. */
  readonly coUnits: readonly string[];
  /** First and last day it holds, YYYY-MM-DD; without `until` it holds until a later row takes its place. */
  readonly from: string;
  readonly until?: string;
}

export interface Division {
  readonly code: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly parent?: string;
  /** Squares, stations, zones without a code of their own that lie in it. */
  readonly landmarks?: readonly string[];
}

/** One row of the deadline table: the first row that fits, counts. `amount` in the clock's own unit. */
export interface DeadlineRule {
  readonly when: {
    readonly kind?: readonly Kind[];
    readonly urgency?: readonly Urgency[];
    readonly category?: readonly string[];
  };
  readonly clock: 'working_days' | 'calendar_days' | 'minutes';
  readonly amount: number;
  readonly source: string;
}

/** Days that differ from Monday to Friday, from the State Council's notice of that year (`source`). ISO dates. */
export interface CalendarYear {
  readonly year: number;
  readonly source: string;
  readonly holidays: readonly string[];
  readonly workdays: readonly string[];
}

export interface EmergencyRule {
  readonly to: DivertTo;
  readonly reason: string;
  readonly advice: string;
  readonly urgency: Urgency;
  /** Any of these hits … */
  readonly words: readonly string[];
  /** … or of these everyday words in a short message or beside a cue of haste (救命, 正在); elsewhere a person is asked … */
  readonly vague: readonly string[];
  /** … or one word of every group of a row, close together in one sentence; a loose row is as weak as an everyday word … */
  readonly together: readonly { readonly groups: readonly (readonly string[])[]; readonly loose: boolean }[];
  /** Words that say it is happening now; the same for all rules. */
  readonly cues: readonly string[];
  /** … unless the hit lies inside one of these look-alikes (打架子鼓, 杀价). */
  readonly unless: readonly string[];
}

/** A linear model over characters and pairs of them, for wordings of danger no list foresees. Trained by scripts/train-danger.mjs. */
export interface DangerModel {
  /** Its classes beside "no danger". */
  readonly to: readonly DivertTo[];
  /** One for "no danger", then one a class; the weights' unit is `scale`. */
  readonly bias: readonly number[];
  readonly scale: number;
  /** Log odds from which it is shown, or a person asked, in a short message and in a long one. */
  readonly sure: number;
  readonly sureLong: number;
  readonly sureSpoken: number;
  readonly ask: number;
  readonly askLong: number;
  readonly askSpoken: number;
  /** Single characters and pairs, parted by spaces. */
  readonly grams: string;
  /** One printable character a weight, O for nothing; a row of classes for each gram. */
  readonly weights: string;
}

/** Why a hotline must not accept something (不予受理). */
export const REFUSALS = [
  'outside',
  'emergency',
  'litigation',
  'arbitration',
  'discipline',
  'review',
  'petition',
  'other_organs',
  'military',
  'secret',
  'unlawful',
  'settled',
  'repeated',
  'empty',
  'abuse',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** One reason with its advice, and the words that speak of it: any of `words`, or one of every group of a row, in one sentence. */
export interface RefusalRule {
  readonly code: Refusal;
  readonly name: string;
  readonly advice: string;
  /** Who is in charge instead. */
  readonly to?: DivertTo;
  /** Only for these kinds; absent = all. */
  readonly kinds?: readonly Kind[];
  readonly words: readonly string[];
  readonly together: readonly (readonly (readonly string[])[])[];
  /** Look-alikes, which silence the reason in their sentence. */
  readonly unless: readonly string[];
}

/** Reply to a greeting, a thank-you, a menu word: answered without a case. Matched against the whole message. */
export interface NoteRule {
  readonly words: readonly string[];
  readonly reply: string;
}

export interface Knowledge {
  readonly id: string;
  readonly questions: readonly string[];
  readonly answer: string;
  readonly source: string;
  readonly validFrom: string;
  readonly validUntil: string;
  readonly unit?: string;
  /** 区划代码 it holds for; absent = the whole city. */
  readonly region?: string;
  /** Look-alikes: who says one of these asks something else. */
  readonly unless: readonly string[];
  /** An example for the demonstration city: answers nobody unless `demo: true`. */
  readonly example: boolean;
}

export interface RelateSettings {
  readonly enabled: boolean;
  /** Days between two messages beyond which they are never related by the machine. */
  readonly windowDays: number;
  /** Likelihood (0..1) from which the machine joins by itself; between `unsure` and `sure` a person is asked. The model's own unless the city sets them. */
  readonly sure: number;
  readonly unsure: number;
  /** From here the same person's open case is followed up, where a model compares. */
  readonly own: number;
  /** Minutes within which one proved sender's messages are one conversation. */
  readonly conversationMinutes: number;
  /** Matter sizes at which `matter.grown` is written and, from `urgentFrom`, the matter's new cases turn urgent. */
  readonly grownAt: readonly number[];
  readonly urgentFrom: number;
  /** Open cases of one person touched within a day from which a new one is flagged `frequent_sender`. */
  readonly frequentFrom: number;
  readonly hot: HotSettings;
  /** Trained matcher; without one the rules of step relate decide by `sure` and `unsure` as shares of alike pairs. */
  readonly model?: Matcher;
}

/** What was learnt from labelled messages. Without a model the catalogue's words decide alone. */
export interface Understanding {
  /** Labels are level-1 names of the catalogue, or its codes. */
  readonly category?: Predictor;
  /** Below this confidence of the model, categories it was never shown are proposed too. */
  readonly threshold: number;
}

export interface City {
  readonly tenant: string;
  readonly level: Level;
  readonly name: string;
  /** Minutes east of UTC for naive times and for output; 480 for China. */
  readonly utcOffsetMinutes: number;
  readonly kinds: readonly KindRule[];
  readonly categories: readonly CategoryRule[];
  /** Used when no keyword hits. */
  readonly otherCategory: Rival;
  readonly units: readonly Unit[];
  readonly routes: readonly RouteRule[];
  /** Below this confidence (0..1) no case is sent to a unit: a person decides. */
  readonly routeFrom: number;
  /** Unit that takes what no rule routes: the hotline's own dispatch desk. */
  readonly fallbackUnit: string;
  readonly divisions: readonly Division[];
  readonly deadlines: readonly DeadlineRule[];
  readonly calendar: readonly CalendarYear[];
  readonly emergencies: readonly EmergencyRule[];
  /** Absent: the rules stand alone. */
  readonly dangerModel?: DangerModel;
  readonly refusals: readonly RefusalRule[];
  readonly notes: readonly NoteRule[];
  readonly knowledge: readonly Knowledge[];
  readonly demo: boolean;
  readonly relate: RelateSettings;
  readonly replies: Replies;
  readonly understanding?: Understanding;
}

/** A unit by its code, its name or one of its other names. */
export const unitNamed = (name: string, { units }: Pick<City, 'units'>): Unit | undefined =>
  units.find((unit) => unit.code === name || unit.name === name || unit.aliases.includes(name));
