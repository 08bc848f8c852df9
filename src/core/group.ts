// Group: what is one person's is never told where others read along, whatever asked for it to be sent.
import { GatewayError } from './errors.ts';

/** Throws `not_in_a_group` when the words for a group hold the case's number, in whatever form it is written. */
export function checkGroupWords(words: string, caseNo: string): void {
  if (caseNo === '' || !words.replace(/[^\d]/g, '').includes(caseNo)) return;
  throw new GatewayError({
    code: 'not_in_a_group',
    message: 'a case number is never told a group',
    retryable: false,
  });
}
