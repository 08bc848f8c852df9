#!/usr/bin/env node
// Answers: paraphrases of the example knowledge base and questions it cannot answer, tuned on and held out; --messages FILE tells what it would answer to real lines {id, title, text}. --show prints what went wrong.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { prepared, root } from './lib/steps.mjs';

const { city, decided } = await prepared((one) => ({ ...one, demo: true }));
const answerOf = new Map(city.knowledge.map((entry) => [entry.answer, entry.id]));
const show = process.argv.includes('--show');
const say = (line) => process.stdout.write(`${line}\n`);

function asked(text) {
  const draft = decided(text);
  return {
    kind: draft.kind,
    given: draft.answer && answerOf.get(draft.answer.text),
    offer: draft.proposals.find((one) => one.reason === 'knowledge_candidates')?.value.candidates,
  };
}

for (const [name, file] of [
  ['tuned on', 'knowledge-questions.txt'],
  ['held out', 'knowledge-held-out.txt'],
]) {
  const tally = { right: 0, wrong: 0, offered: 0, offeredWithRight: 0, silent: 0 };
  const foreign = { answered: 0, offered: 0, silent: 0 };
  for (const line of readFileSync(path.join(root, 'test/fixtures', file), 'utf8')
    .split('\n')
    .filter(Boolean)) {
    const at = line.indexOf(' ');
    const [want, words] = [line.slice(0, at), line.slice(at + 1)];
    const text = words.startsWith('请问') ? words : `请问${words}`;
    const { given, offer, kind } = asked(text);
    if (want === '-') foreign[given ? 'answered' : offer ? 'offered' : 'silent'] += 1;
    else if (given) tally[given === want ? 'right' : 'wrong'] += 1;
    else if (offer) {
      tally.offered += 1;
      if (offer.some((one) => one.entry === want)) tally.offeredWithRight += 1;
    } else tally.silent += 1;
    const well = want === '-' ? !given : given === want;
    if (show && !well)
      say(`  ${want} ${given ?? (offer ? offer.map((one) => `${one.entry} ${one.score}`).join(', ') : kind)} ${text}`);
  }
  say(`${name}: paraphrases ${JSON.stringify(tally)}, questions no entry answers ${JSON.stringify(foreign)}`);
}

const at = process.argv.indexOf('--messages');
if (at > 0) {
  const tally = { consultations: 0, answered: 0, offered: 0 };
  for (const line of readFileSync(process.argv[at + 1], 'utf8')
    .split('\n')
    .filter(Boolean)) {
    const { id, title, text } = JSON.parse(line);
    // As citizens write where there is no room for more: the title alone is the question.
    for (const words of [title, text].filter(Boolean)) {
      const { kind, given, offer } = asked(words);
      if (kind === 'consult') tally.consultations += 1;
      if (given) tally.answered += 1;
      else if (offer) tally.offered += 1;
      if (show && (given || offer))
        say(`  ${id} ${given ?? `? ${offer[0].entry} ${offer[0].score}`} ${words.slice(0, 60)}`);
    }
  }
  say(`real messages, title and text each: ${JSON.stringify(tally)}`);
}
