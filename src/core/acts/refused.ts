// Refused: what a unit may not say of a case, with what to do instead.
import { GatewayError } from '../errors.ts';

export function refused(status: number, code: string, message: string, field: string, advice: string): GatewayError {
  return new GatewayError({ code, message, retryable: false, status, field, advice });
}
