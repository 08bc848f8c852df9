// Checks: what must be put right before a citizen can go on, and what the check page asks about without insisting.
import type { DivertTo } from '../core/case.ts';
import { lexicon } from '../core/text/lexicon.ts';
import { normalise } from '../core/text/normalise.ts';
import { normalisePhone } from '../core/text/phone.ts';
import type { WebDeps } from './deps.ts';
import type { Text } from './text.ts';
import { type FileProblem, placeOf, type Typed } from './typed.ts';

export const MOST_WORDS = 2000;

/** `field` is the id of the control it stands at. */
export interface Problem {
  readonly field: 'title' | 'content' | 'files' | 'address' | 'occurredAt' | 'who' | 'name' | 'phone' | 'email' | 'ok';
  readonly text: string;
}

/** As the channel takes them. */
const LONGEST = { title: 500, address: 500, occurredAt: 100, name: 100, email: 254 } as const;

const isBlank = (text: string): boolean => text.replace(/[\s\p{Cc}\p{Cf}\u115f\u3164\uffa0]/gu, '') === '';

/** In the order of the form. */
export function findProblems(typed: Typed, files: readonly FileProblem[], deps: WebDeps, t: Text): Problem[] {
  const problems: Problem[] = [];
  const say = (field: Problem['field'], text: string | undefined): void => {
    if (text) problems.push({ field, text });
  };
  const e = t.errors;
  const isLong = (field: keyof typeof LONGEST, text: string): boolean => [...text].length > LONGEST[field];
  if (isLong('title', typed.title)) say('title', e.longField);
  if (isBlank(typed.content)) say('content', e.noContent);
  else if ([...typed.content].length > MOST_WORDS) say('content', e.longContent);
  if (typed.trap !== '') say('content', e.trap);
  for (const file of files) say('files', fileText(file, deps, t));
  if (isLong('address', placeOf(typed))) say('address', e.longField);
  if (isLong('occurredAt', typed.occurredAt)) say('occurredAt', e.longField);
  if (typed.who === '') say('who', e.noWho);
  if (typed.who === 'contact' || typed.who === 'secret') {
    if (isLong('name', typed.name)) say('name', e.longField);
    say('phone', phoneProblem(typed.phone, t));
    if (isLong('email', typed.email)) say('email', e.longField);
  }
  if (!typed.ok) say('ok', e.noOk);
  return problems;
}

function phoneProblem(phone: string, t: Text): string | undefined {
  if (phone === '') return t.errors.noPhone;
  const digits = normalisePhone(phone);
  if (digits === undefined || phone.length > 50) return t.errors.phoneOdd;
  if (/^1[3-9]/.test(digits) && digits.length !== 11) {
    const missing = 11 - digits.length;
    if (missing > 0 && missing <= 3) return t.errors.phoneShort(missing);
    if (missing < 0 && missing >= -3) return t.errors.phoneLong(-missing);
  }
  return digits.length < 7 ? t.errors.phoneOdd : undefined;
}

function fileText(file: FileProblem, deps: WebDeps, t: Text): string {
  const name = file.name || t.errors.file;
  if (file.why === 'tooMany') return t.errors.tooMany(deps.attachments.maxFiles);
  if (file.why === 'tooLarge') return t.errors.tooLarge(name, Math.floor(deps.attachments.maxBytes / 1_048_576));
  return t.errors[file.why](name);
}

export interface Hints {
  /** Numbers to call when the words tell of danger, most telling first. */
  readonly danger: readonly DivertTo[];
  /** It reads like informing on somebody. */
  readonly report: boolean;
}

const PHONES: readonly DivertTo[] = ['110', '119', '120', '122', '12356'];

/** Only hints for a person who still decides: the pipeline judges again, with more care, once it is sent. */
export function findHints(content: string, city: ReturnType<WebDeps['city']>): Hints {
  const text = normalise(content);
  const danger = city.emergencies.filter((rule) => {
    if (!PHONES.includes(rule.to)) return false;
    const spared = lexicon(rule.unless.map((word) => [word, true] as const)).scan(text);
    return lexicon(rule.words.map((word) => [word, true] as const))
      .scan(text)
      .some((hit) => !spared.some((s) => s.at <= hit.at && hit.at + hit.word.length <= s.at + s.word.length));
  });
  const reports = city.kinds.filter((kind) => kind.code === 'report').flatMap((kind) => [kind.name, ...kind.words]);
  return {
    danger: [...new Set(danger.map((rule) => rule.to))],
    report: lexicon(reports.map((word) => [word, true] as const)).scan(text).length > 0,
  };
}
