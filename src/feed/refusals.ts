// Refusals: what several routes of the feed say in the same words.
import { GatewayError } from '../core/errors.ts';

/** 404, for an endpoint of somebody else too. */
export const unknownEndpoint = () =>
  new GatewayError({
    code: 'endpoint_unknown',
    message: 'There is no such endpoint.',
    retryable: false,
    status: 404,
    advice: 'GET /v1/endpoints lists yours.',
  });

export const notEnabled = () =>
  new GatewayError({
    code: 'endpoint_not_enabled',
    message: 'This endpoint is not enabled, so nothing is sent to it.',
    retryable: false,
    status: 409,
    advice: 'Enable it first; what waits for it is then sent by itself.',
  });

/** 409: a key that makes one more each time would use up what all share. */
export const tooMany = (code: string, what: string, most: number, advice: string) =>
  new GatewayError({ code, message: `There are ${most} ${what} already.`, retryable: false, status: 409, advice });
