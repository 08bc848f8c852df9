// Replies: the city's own words to citizens, filled into its templates. Pure; what proves nothing shows nothing.
import type { Status } from './case.ts';
import { formatCaseNo, formatQueryCode } from './case-no.ts';
import type { Receipt } from './receipt.ts';
import { parseTime } from './time.ts';

/** config/replies.yaml. `{name}` is filled in; a line with a name that has no value is left out. */
export interface Replies {
  readonly receipt: Readonly<Record<'opened' | 'followed_up' | 'joined' | 'answered' | 'diverted', string>>;
  /** Said in a group instead of any receipt. */
  readonly group: string;
  readonly outgoing: Readonly<Record<'answer' | 'more' | 'result' | 'unresolved' | 'closed', string>>;
  /** `tell` asks whoever announced a matter what it is about. */
  readonly enquiry: Readonly<Record<'shown' | 'unproved' | 'mistyped' | 'phone' | 'list' | 'line' | 'tell', string>>;
  /** Proving that another key is theirs too; `code` is what goes there. */
  readonly bind: Readonly<
    Record<'how' | 'sent' | 'done' | 'wrong' | 'undo' | 'hidden' | 'later' | 'unreached' | 'code' | 'codeTitle', string>
  >;
  /** `ask` follows every result; the others answer a rating, or say why there is none. */
  readonly rating: Readonly<
    Record<
      'ask' | 'how' | 'mistyped' | 'thanks' | 'changed' | 'low' | 'reopened' | 'early' | 'late' | 'fixed' | 'none',
      string
    >
  >;
  readonly withdrawn: string;
  /** Nothing of theirs is open, or the number they named is not shown to be theirs. */
  readonly notWithdrawn: string;
  readonly welcome: string;
  readonly status: Readonly<Record<Status, string>>;
}

export type Fillings = Readonly<Record<string, string | undefined>>;

const NAME = /\{([A-Za-z]+)\}/g;

export function fill(template: string, fillings: Fillings): string {
  const lines = template.split('\n').flatMap((line) => {
    const names = [...line.matchAll(NAME)].map((match) => match[1] ?? '');
    if (names.some((name) => !fillings[name])) return [];
    return [line.replace(NAME, (_, name: string) => fillings[name] ?? '')];
  });
  return lines.join('\n').trim();
}

/** The receipt in words; a repeat says again what it said, a note its own reply. */
export function receiptWords(receipt: Receipt, replies: Replies, utcOffsetMinutes: number): string {
  if (receipt.outcome === 'noted') return receipt.note ?? '';
  if (receipt.note) return receipt.note;
  const template = replies.receipt[templateOf(receipt)];
  return fill(template, {
    ...numbers(receipt.caseNo, receipt.queryCode),
    unit: receipt.unit?.name,
    due: dayOf(receipt.dueAt, utcOffsetMinutes),
    text: receipt.divert?.advice ?? receipt.answer?.text,
    source: receipt.answer?.source,
  });
}

function templateOf(receipt: Receipt): keyof Replies['receipt'] {
  if (receipt.outcome !== 'repeated' && receipt.outcome !== 'noted') return receipt.outcome;
  if (receipt.divert) return 'diverted';
  if (receipt.answer) return 'answered';
  if (receipt.matter) return 'joined';
  return receipt.queryCode ? 'opened' : 'followed_up';
}

export const numbers = (caseNo: string | undefined, queryCode?: string): Fillings => ({
  caseNo: caseNo && formatCaseNo(caseNo),
  queryCode: queryCode && formatQueryCode(queryCode),
});

/** 12月3日; undefined when no time is known. */
export function dayOf(time: string | undefined, utcOffsetMinutes: number): string | undefined {
  const at = time === undefined ? undefined : parseTime(time, utcOffsetMinutes);
  if (at === undefined) return undefined;
  const day = new Date(at + utcOffsetMinutes * 60_000);
  return `${day.getUTCMonth() + 1}月${day.getUTCDate()}日`;
}
