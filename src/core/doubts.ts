// Doubts: what a channel was not sure of when it read a message; all become flags of the case, some keep it for a person.
import type { Message } from './message.ts';

/** There is an original, but its words could not be read: nothing may be concluded from the words that stand for them. */
const UNREAD = new Set(['ocr_missing', 'mail_unread', 'no_transcript']);
/** The words are there, and may be wrong in every place, the address among them. */
const UNSURE = new Set(['ocr_uncertain']);

const has = ({ doubts = [] }: Pick<Message, 'doubts'>, kinds: ReadonlySet<string>): boolean =>
  doubts.some((doubt) => kinds.has(doubt));

export const isUnread = (message: Pick<Message, 'doubts'>): boolean => has(message, UNREAD);
/** A person reads the original before a unit gets it. */
export const wantsEyes = (message: Pick<Message, 'doubts'>): boolean => has(message, UNREAD) || has(message, UNSURE);
