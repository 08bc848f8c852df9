#!/usr/bin/env node
// Place: the right division on the hand-labelled lines of test/fixtures/places. --show prints the wrong ones.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { prepared, root } from './lib/steps.mjs';

const { prepared: draftOf } = await prepared();
let all = 0;
let right = 0;
for (const part of ['tuning', 'held-out']) {
  const lines = readFileSync(path.join(root, `test/fixtures/places/${part}.txt`), 'utf8')
    .split('\n')
    .filter(Boolean);
  const looks = lines.map((line) => {
    const [code, text] = line.split(' ');
    return { code, text, place: draftOf(text).place };
  });
  const exact = looks.filter(({ code, place }) => place?.division === code);
  const district = looks.filter(({ code, place }) => place?.division?.slice(0, 6) === code.slice(0, 6));
  const share = (list) => `${((100 * list.length) / looks.length).toFixed(1)} %`;
  process.stdout.write(
    `${part}: ${looks.length} lines, division right ${share(exact)}, district right ${share(district)}\n`,
  );
  if (process.argv.includes('--show'))
    for (const { code, text, place } of looks.filter((one) => !exact.includes(one)))
      process.stdout.write(`  ${code} ${place?.division ?? '-'} ${text}\n`);
  all += looks.length;
  right += exact.length;
}
process.stdout.write(`together: ${right} of ${all} (${((100 * right) / all).toFixed(1)} %)\n`);
