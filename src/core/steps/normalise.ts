// Step normalise: the message's words in the forms all later steps read, and masked for what is kept outside the seal.
import type { Draft } from '../draft.ts';
import { mask } from '../text/mask.ts';
import { normalise as spelt } from '../text/normalise.ts';
import { simplified } from '../text/traditional.ts';

/** Characters the rules read, however long a mail is or grows by NFKC (one Arabic ligature becomes 18). All is stored. */
export const READ = 20_000;

/** What is kept is the message as it came; only what the steps read is simplified. */
const tidy = (text: string): string => simplified(spelt(text));

export function normalise(draft: Draft): Draft {
  const { message } = draft;
  const title = tidy(message.title ?? '');
  const said = tidy(message.text.slice(0, READ));
  const partly = message.text.length > READ || said.length > READ;
  const text = partly ? beginning(said) : said;
  // Forms often copy the start of the text into the title; said once, it should weigh once.
  const full = title === '' || text.startsWith(title) ? text : text === '' ? title : `${title}\n${text}`;
  const known = message.sender.name === undefined ? [] : [tidy(message.sender.name)];
  const flags = partly ? [...draft.flags, 'read_in_part'] : draft.flags;
  return { ...draft, flags, words: { full, title, masked: mask(full, known) } };
}

/** Cut after a sentence: half a phone or name at the end would not be masked. */
function beginning(text: string): string {
  const cut = text.slice(0, READ);
  return cut.slice(0, -200) + cut.slice(-200).replace(/[^。;!?]+$/, '');
}
