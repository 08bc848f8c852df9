// Said: the words a change seals with its case, the citizen's first.
import type { Message } from '../core/message.ts';
import type { Change } from '../core/store.ts';

export const saidIn = ({ message, note }: Change): Message[] => [message, note].flatMap((m) => (m ? [m] : []));
