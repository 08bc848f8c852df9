// Draft: what has been decided so far about one message, handed from step to step; Known: what the store recalled for it.
import type {
  Answer,
  Divert,
  Handling,
  Kind,
  Place,
  Proposal,
  Rating,
  Rival,
  Routing,
  Score,
  Status,
  UnitRef,
  Urgency,
} from './case.ts';
import type { City } from './city.ts';
import type { Message, SenderKey } from './message.ts';
import type { Joining, KnownClaim } from './party.ts';
import type { Receipt } from './receipt.ts';
import type { Announcement } from './text/announcement.ts';
import type { Appraisal } from './text/appraisal.ts';
import type { Binding } from './text/binding.ts';
import type { Enquiry } from './text/enquiry.ts';
import type { Label } from './understand/categorise.ts';
import type { Digest } from './understand/digest.ts';

/** The words of a message in the forms the steps need. All NFKC, without zero-width characters, digits half-width. */
export interface Words {
  /** Title and text for reading and matching, spaces collapsed. */
  readonly full: string;
  readonly title: string;
  /** As `full`, with phones, ids, cards, plates, mails and names masked. The only form kept outside the seal. */
  readonly masked: string;
}

/**
 * What is compared to find the same matter. `exact` is a hash of the masked words without punctuation and spaces;
 * `sketch` holds the smallest hashes of its character 4-grams (at most 5, unsigned 32-bit), or, where a model relates, those of its 30 rarest grams: texts that are nearly
 * identical share most of them, so the store can find candidates by equality.
 */
export interface Fingerprint {
  readonly exact: string;
  readonly sketch: readonly number[];
}

export interface KnownMatter {
  readonly id: string;
  readonly size: number;
  /** Absent: as many as its size. */
  readonly reporters?: number;
  readonly urgency?: Urgency;
  /** Matters a person told apart from it. */
  readonly apart?: readonly string[];
}

/** A case the store recalled as a candidate. `masked` is its first message's masked words. */
export interface KnownCase {
  readonly no: string;
  readonly kind: Kind;
  readonly status: Status;
  readonly secret: boolean;
  readonly anonymous: boolean;
  readonly category: string;
  readonly division?: string;
  readonly unit?: UnitRef;
  readonly coUnits?: readonly UnitRef[];
  readonly masked: string;
  readonly exact: string;
  readonly openedAt: number; // epoch ms, sentAt of its first message
  readonly lastAt: number;
  readonly version: number;
  readonly matter: KnownMatter;
  /** Units the case complains about; its later events stay hidden from them too. */
  readonly barred?: readonly string[];
}

/** A case that may be rated, with what decides whether. */
export interface KnownResult {
  readonly known: KnownCase;
  readonly handling?: Handling;
  readonly rating?: Rating;
}

export interface KnownWaiting {
  readonly id: string;
  readonly address?: string;
  readonly words?: string;
}

export const waitingOf = ({ id, address, text }: Message): KnownWaiting => ({
  id,
  ...(address === undefined ? {} : { address }),
  ...(text === '' ? {} : { words: text }),
});

/** What the store knows that bears on one message, as of one watermark. */
export interface Known {
  /** The same delivery again (account, external id, content): its first receipt. */
  readonly first?: Receipt;
  /** The external id was used before with other content. */
  readonly keyReused: boolean;
  /** The party one of the proved keys belongs to. */
  readonly party?: string;
  readonly claim?: KnownClaim;
  /** What the same sender sent just before and that is no case alone (files, 我要投诉), oldest first; an address is that of a pin. */
  readonly waiting?: readonly KnownWaiting[];
  /** Open cases of the same person by a proved key or by their party, newest first, at most 20, and those whose words are alike. By the party alone nothing secret, anonymous or informing. */
  readonly mine: readonly KnownCase[];
  /** Finished cases of the same person by the same keys, newest first, at most 20; recalled only when the ask says `again`. */
  readonly finished?: readonly KnownCase[];
  /** Of the same person, the newest first, or the one that is cited; recalled only when the ask says `rates`. */
  readonly results?: readonly KnownResult[];
  /** The case cited in the thread, when its number exists and the query code or a proved key shows it is theirs. */
  readonly cited?: KnownCase;
  /** Cases of anybody whose words may be the same matter, most alike first, at most 8, and some of those that people told apart from them. */
  readonly alike: readonly KnownCase[];
  /** Case numbers that may be the same person's by a merely stated key: a hint for operators. */
  readonly stated: readonly string[];
  /** Matters these cases stand in. */
  readonly statedIn?: readonly string[];
}

/** How a message relates to what was heard before. `same` = this person's open case; `joined` = another's same matter. */
export type Relation =
  | { readonly to: 'none' }
  | {
      readonly to: 'same';
      /** The case was finished, and is to be dealt with once more. */
      readonly reopens?: true;
      readonly other: KnownCase;
      readonly score: number;
      readonly rule: string;
      readonly evidence: readonly string[];
    }
  | {
      readonly to: 'joined';
      readonly other: KnownCase;
      readonly score: number;
      readonly rule: string;
      readonly evidence: readonly string[];
    };

/** What the message was compared with: the most likely first, at most three. `score`: how likely one matter, 0 to 1. */
export interface Weighed {
  readonly band: 'sure' | 'unsure' | 'new';
  readonly candidates: readonly { readonly no: string; readonly matter: string; readonly score: number }[];
  /** One Chinese sentence for an operator: why joined, or why not. */
  readonly why: string;
}

export interface Draft {
  readonly message: Message;
  readonly words: Words;
  readonly fingerprint: Fingerprint;
  /** Reply text when the message is no matter (greeting, thanks, a photo alone). */
  readonly noted?: string;
  /** It says that something is to come, of this kind, and not what. */
  readonly announced?: Announcement;
  /** It asks how a case stands. */
  readonly enquiry?: Enquiry;
  /** It rates a result; `rated` is what came of it. */
  readonly appraisal?: Appraisal;
  readonly rated?: Rated;
  /** It says that another key is theirs too; `bound` is what came of it. */
  readonly binding?: Binding;
  readonly bound?: Bound;
  /** Ids of messages that came alone and belong to it. */
  readonly adopts?: readonly string[];
  /** What the citizen is told when they want nothing any more; their case, the `same` one, closes. */
  readonly withdrawn?: string;
  readonly kind: Kind;
  readonly kindConfidence: number;
  readonly categories: readonly Rival[];
  /** The model's own best class; absent without a model. */
  readonly label?: Label;
  /** Cut out of the words, so sealed like them. */
  readonly digest?: Digest;
  readonly urgency: Urgency;
  readonly place?: Place;
  readonly relation: Relation;
  /** Where a model compared. */
  readonly weighed?: Weighed;
  readonly divert?: Divert;
  readonly answer?: Answer;
  readonly unit?: UnitRef;
  /** Units that help the one that leads. */
  readonly coUnits?: readonly UnitRef[];
  /** Candidates of the table of duties. */
  readonly routing?: Routing;
  /** The unit is the one that has the matter already. */
  readonly led?: boolean;
  readonly barred: readonly string[];
  readonly dueAt?: number; // epoch ms
  readonly proposals: readonly Omit<Proposal, 'id' | 'at'>[];
  /** e.g. `no_calendar`, `step_failed:relate`, `no_division`. */
  readonly flags: readonly string[];
}

export interface Rated {
  readonly rating: Rating;
  readonly previous?: Score;
  /** More was said with it. */
  readonly words: boolean;
  /** Somebody shall call. */
  readonly visit?: true;
  /** What its sender is told. */
  readonly note: string;
}

export type Bound =
  | { readonly join: Pick<Joining, 'keys' | 'how' | 'caseNo' | 'claim'> }
  | { readonly tried: string }
  | { readonly claim: { readonly claimant: SenderKey; readonly target: SenderKey; readonly isReached: boolean } };

/** Everything a deciding step may look at besides the draft. `now` is epoch ms. */
export interface Given {
  readonly city: City;
  readonly known: Known;
  readonly now: number;
  /** Can a message of ours reach a key of this kind unasked (a mail address)? */
  readonly reaches?: (kind: string) => boolean;
}

/** A step is pure and synchronous: the same draft and the same circumstances give the same result. */
export type PrepareStep = (draft: Draft, city: City) => Draft;
export type DecideStep = (draft: Draft, given: Given) => Draft;
