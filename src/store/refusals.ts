// Refusals: what every store answers when something cannot be kept as it was asked, in the same words.
import { GatewayError } from '../core/errors.ts';

/** A message that no entry of the log tells of would be invisible to every follower: lost, though stored. */
export const eventless = (messageId: string): GatewayError =>
  new GatewayError({
    code: 'no_event',
    message: `message ${messageId} comes without an event`,
    retryable: false,
    status: 500,
    advice: 'Every message is told of in the log: at least as message.noted.',
  });

export const twin = (cause?: unknown): GatewayError =>
  new GatewayError({
    code: 'twin',
    message: 'the same delivery stands twice in one batch, or was already taken in',
    retryable: false,
    status: 500,
    advice: 'Recall again: the second one is a repeat of the first.',
    cause,
  });

export const noMatter = (id: string, tenant: string): GatewayError =>
  new GatewayError({
    code: 'no_matter',
    message: `there is no matter ${id} in ${tenant}`,
    retryable: false,
    status: 404,
    advice: 'Name an existing matter of the same tenant.',
  });

export const noCase = (no: string): GatewayError =>
  new GatewayError({ code: 'no_case', message: `there is no case ${no}`, retryable: false, status: 404 });

export const matterExists = (cause?: unknown): GatewayError =>
  new GatewayError({
    code: 'matter_exists',
    message: 'a matter of this id was opened before',
    retryable: false,
    status: 409,
    advice: 'Name the matter without opening it, or mint another id.',
    cause,
  });

export const noBlob = (ref: string): GatewayError =>
  new GatewayError({
    code: 'no_blob',
    message: `the attachment ${ref} is not waiting for a message: swept, or already taken`,
    retryable: false,
    status: 400,
    field: 'parts',
    advice: 'Upload the attachment again and send it within an hour.',
  });

export const keyTaken = (cause?: unknown): GatewayError =>
  new GatewayError({
    code: 'key_taken',
    message: 'another key has the same hash',
    retryable: false,
    status: 409,
    advice: 'Make a new random key.',
    cause,
  });

export const gone = (why: string, cause?: unknown): GatewayError =>
  new GatewayError({
    code: 'store_lost',
    message: why,
    retryable: true,
    status: 503,
    retryAfter: 5,
    advice: 'The gateway must be started anew. What was answered is stored; send again what was not.',
    cause,
  });

export const erasedCase = (no: string): GatewayError =>
  new GatewayError({
    code: 'erased',
    message: `case ${no} was erased and takes no words any more`,
    retryable: false,
    status: 409,
    advice: 'Open a new case.',
  });
