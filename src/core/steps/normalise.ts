// Step normalise: the message's words in the forms all later steps read, and masked for what is kept outside the seal.
import type { Draft } from '../draft.ts';
import { mask } from '../text/mask.ts';
import { normalise as tidy } from '../text/normalise.ts';

export function normalise(draft: Draft): Draft {
  const { message } = draft;
  const title = tidy(message.title ?? '');
  const text = tidy(message.text);
  // Forms often copy the start of the text into the title; said once, it should weigh once.
  const full = title === '' || text.startsWith(title) ? text : text === '' ? title : `${title}\n${text}`;
  const known = message.sender.name === undefined ? [] : [tidy(message.sender.name)];
  return { ...draft, words: { full, title, masked: mask(full, known) } };
}
