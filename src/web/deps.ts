// Deps: all that the citizens' pages ask of the house. Small on purpose: pages know no store and no server.
import type { Answer, Case, Divert, Kind, Score, Status, UnitRef } from '../core/case.ts';
import type { Accepted, Log } from '../core/channel.ts';
import type { City } from '../core/city.ts';
import type { AttachmentLimits, KeepBlob } from '../core/media/attachment.ts';
import type { Part, Thread } from '../core/message.ts';
import { standingOf } from '../core/rating.ts';

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly retryAfter: number };

/** `retryAfter` is in seconds. */
export interface Limits {
  intake(address: string, contentHash: string): Verdict;
  /** Counts as wrong at once; given back when it was not. */
  lookup(address: string, caseNo: string): Verdict;
  giveLookupBack(address: string, caseNo: string): void;
}

export interface Reply {
  readonly text: string;
  readonly from: string;
  readonly at: string;
}

/** What the holder of number and query code may see of a case. Times are RFC 3339. */
export interface CaseView {
  readonly caseNo: string;
  readonly status: Status;
  readonly kind: Kind;
  readonly openedAt: string;
  readonly updatedAt: string;
  readonly dueAt?: string;
  readonly unit?: UnitRef;
  readonly answer?: Answer;
  readonly divert?: Divert;
  /** Absent where the result cannot be rated now; `score` is what was said of it before. */
  readonly rating?: { readonly score?: Score };
  /** What units told the citizen, oldest first. */
  readonly replies: readonly Reply[];
  /** Other people's cases about the same thing are handled with it. */
  readonly joined: boolean;
}

/** The public view of a case. For reports (举报) and secret cases it never tells of others: nobody learns that somebody informed. */
export function viewOf(one: Case, replies: readonly Reply[] = [], now = Date.now()): CaseView {
  const standing = standingOf({ ...one, lastAt: Date.parse(one.updatedAt) }, now);
  const given = standing === 'rated' && one.rating ? { score: one.rating.score } : {};
  const silent = one.kind === 'report' || one.secret;
  return {
    caseNo: one.no,
    status: one.status,
    kind: one.kind,
    openedAt: one.openedAt,
    updatedAt: one.updatedAt,
    ...(one.dueAt ? { dueAt: one.dueAt } : {}),
    ...(one.unit ? { unit: one.unit } : {}),
    ...(one.answer ? { answer: one.answer } : {}),
    ...(one.divert ? { divert: one.divert } : {}),
    ...(standing === 'open' || standing === 'rated' ? { rating: given } : {}),
    replies,
    joined: !silent && one.matter?.role === 'joined',
  };
}

/** What the web channel's door takes; the shape of `WebPayload` in src/channels/web.ts. */
export interface Payload {
  readonly body: Readonly<Record<string, string | boolean>>;
  readonly idempotencyKey: string;
  readonly parts?: readonly Part[];
  readonly thread?: Thread;
}

export interface WebDeps {
  /** The web account's `door.accept`: resolves only when durable; rejects with GatewayError, then nothing was stored. */
  accept(payload: Payload): Promise<Accepted[]>;
  readonly blob: KeepBlob;
  /** One answer, undefined, for every pair that does not belong together. */
  lookup(caseNo: string, queryCode: string): Promise<CaseView | undefined>;
  city(): Pick<City, 'name' | 'utcOffsetMinutes' | 'emergencies' | 'kinds'> & { readonly hotline?: string };
  readonly attachments: AttachmentLimits;
  /** Public base URL, or empty. With https, cookies are marked Secure. */
  readonly publicUrl: string;
  readonly limits: Limits;
  /** Authenticated encryption under a key of this house; `open` gives undefined for anything it did not seal. */
  seal(text: string): string;
  open(token: string): string | undefined;
  now(): number;
  /** A fresh random name of at least 128 bits, visible ASCII. */
  token(): string;
  readonly log: Log;
  readonly retentionMonths?: number;
}

/** What a form may bring past the front: more files than are taken are named on the page, and no word is lost. */
export const formLimits = ({ attachments: { maxFiles, maxBytes } }: WebDeps) => ({
  bodyLimit: maxFiles * maxBytes + 1_048_576,
  files: { maxFiles: Math.max(50, maxFiles), maxBytes },
});

export const hotlineOf = (deps: WebDeps): string => deps.city().hotline ?? '12345';
