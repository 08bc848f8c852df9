#!/usr/bin/env node
// Answers: paraphrases of the example knowledge base and questions it cannot answer. --show prints what went wrong.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { prepared, root } from './lib/steps.mjs';

const { city, decided } = await prepared((one) => ({ ...one, demo: true }));
const answerOf = new Map(city.knowledge.map((entry) => [entry.answer, entry.id]));
const tally = { right: 0, wrong: 0, offered: 0, offeredWithRight: 0, silent: 0 };
const foreign = { answered: 0, offered: 0, silent: 0 };
for (const line of readFileSync(path.join(root, 'test/fixtures/knowledge-questions.txt'), 'utf8')
  .split('\n')
  .filter(Boolean)) {
  const at = line.indexOf(' ');
  const [want, text] = [line.slice(0, at), `请问${line.slice(at + 1)}`];
  const draft = decided(text);
  const given = draft.answer && answerOf.get(draft.answer.text);
  const offer = draft.proposals.find((one) => one.reason === 'knowledge_candidates');
  if (want === '-') foreign[given ? 'answered' : offer ? 'offered' : 'silent'] += 1;
  else if (given) tally[given === want ? 'right' : 'wrong'] += 1;
  else if (offer) {
    tally.offered += 1;
    if (offer.value.candidates.some((one) => one.entry === want)) tally.offeredWithRight += 1;
  } else tally.silent += 1;
  const well = want === '-' ? !given && !offer : given === want;
  if (process.argv.includes('--show') && !well)
    process.stdout.write(`  ${want} ${given ?? JSON.stringify(offer?.value.candidates ?? draft.kind)} ${text}\n`);
}
process.stdout.write(`paraphrases: ${JSON.stringify(tally)}\nquestions no entry answers: ${JSON.stringify(foreign)}\n`);
