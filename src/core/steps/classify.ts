// Step classify: kind, category with its rivals and urgency, by the trained model where there is one and by the catalogue's words; greetings and the like are noted.
import type { Kind, Rival, Urgency } from '../case.ts';
import type { City, KindRule } from '../city.ts';
import type { Draft, Words } from '../draft.ts';
import { fill } from '../replies.ts';
import { announcementOf } from '../text/announcement.ts';
import { errandAt } from '../text/errand.ts';
import { type Hit, lexicon, once } from '../text/lexicon.ts';
import { noteFor } from '../text/notes.ts';
import { byWords, DOUBT, doubtOf, scored } from '../understand/catalogue.ts';
import { categorise, type Label, likelihoods } from '../understand/categorise.ts';

const MOCKING = /^(?:个屁|你妈|你大爷|你全家|才怪|个头|个鬼|不起来|不了)/;
const MOST_RIVALS = 5;

const kindWords = once((kinds: readonly KindRule[]) =>
  lexicon<KindRule>(
    kinds.flatMap((rule) => [rule.name, ...rule.words].map((word): [string, KindRule] => [word, rule])),
  ),
);

export function classify(draft: Draft, city: City): Draft {
  const announced = draft.message.parts.length > 0 ? undefined : announcementOf(draft.words.full, city.kinds);
  const reply = noteFor(draft.words.full, draft.message.parts.length > 0, city.notes);
  const noted = announced ? fill(city.replies.enquiry.tell, {}) : reply;
  const reading = read(draft.words, city);
  const { rivals, urgency, label } = reading;
  const kind = readKind(draft.words.full, reading, city);
  return {
    ...draft,
    ...(noted === undefined ? {} : { noted }),
    ...(announced ? { announced } : {}),
    ...(label === undefined ? {} : { label }),
    kind: kind.kind,
    kindConfidence: kind.confidence,
    categories: rivals.length > 0 ? rivals : [city.otherCategory],
    urgency,
  };
}

interface Reading {
  readonly rivals: readonly Rival[];
  readonly urgency: Urgency;
  readonly label?: Label;
  /** Whether a word of the catalogue was found: the sign of a matter. */
  readonly told: boolean;
}

function read(words: Words, city: City): Reading {
  const found = scored(words.full, words.title.length, city.categories);
  const urgency = found[0]?.rule.urgency ?? 'normal';
  const told = found.length > 0;
  const model = city.understanding?.category;
  const doubt = doubtOf(words.full, city.categories, () => kindWords(city.kinds).scan(words.full));
  if (!model) return { rivals: byWords(found, MOST_RIVALS, doubt), urgency, told };
  const said = { title: words.title, text: textOf(words) };
  const probabilities = likelihoods(model, said, found, city.categories, doubt);
  const { threshold } = city.understanding;
  const { length } = words.full;
  return { ...categorise(model, probabilities, found, city.categories, { threshold, length, doubt }), urgency, told };
}

/** What was said below the title. */
export function textOf({ full, title }: Words): string {
  return title !== '' && full.startsWith(`${title}\n`) ? full.slice(title.length + 1) : full === title ? '' : full;
}

/** A word inside a longer one of the list says nothing of its own: 何时 asks, 何时才能 reproaches. */
function whole(hits: readonly Hit<KindRule>[]): Hit<KindRule>[] {
  return hits.filter(({ at, word }) => {
    const to = at + word.length;
    return !hits.some((one) => one.word.length > word.length && one.at <= at && one.at + one.word.length >= to);
  });
}

function readKind(text: string, { told, rivals }: Reading, city: City): { kind: Kind; confidence: number } {
  const scores = new Map<Kind, number>();
  const seen = new Set<string>();
  for (const { at, word, value } of whole(kindWords(city.kinds).scan(text))) {
    if (seen.has(word) || (value.code === 'praise' && MOCKING.test(text.slice(at + word.length)))) continue;
    seen.add(word);
    // The kind's own name (我要投诉) says more than a hint; being said first settles a tie.
    const weight = (word === value.name ? 3 : 1) - at / (text.length + 1) / 2;
    scores.set(value.code, (scores.get(value.code) ?? 0) + weight);
  }
  const asked = errandAt(text);
  if (asked !== undefined) scores.set('consult', (scores.get('consult') ?? 0) + 1 - asked / (text.length + 1) / 2);
  // Thanks at the end of a request are manners, not praise; who asks for a grievance to be dealt with complains.
  if (scores.size > 1) scores.set('praise', (scores.get('praise') ?? 0) / 4);
  if (scores.has('complaint')) scores.set('help', (scores.get('help') ?? 0) / 2);
  let kind: Kind = told ? kindOf(rivals[0]?.code ?? '', city) : 'other';
  let most = 0;
  let sum = DOUBT;
  for (const [code, score] of scores) {
    sum += score;
    if (score > most) [kind, most] = [code, score];
  }
  return { kind, confidence: most > 0 ? most / sum : told ? 0.4 : 0.2 };
}

/** What messages of a category mostly are: unpaid wages a complaint, a lamp that is out a call for help. */
const kindOf = (category: string, { kinds }: City): Kind =>
  kinds.find(({ about }) => about?.some((code) => category.startsWith(code)))?.code ?? 'help';
