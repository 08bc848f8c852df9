// A finding of the doctor: what was looked at, how it stands, and what to do about it.

type Check =
  | 'config'
  | 'keys'
  | 'store'
  | 'channels'
  | 'feed'
  | 'clock'
  | 'calendar'
  | 'routing'
  | 'knowledge'
  | 'keeping'
  | 'disk';

export interface Finding {
  readonly check: Check;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do; present unless all is well. */
  readonly advice?: string;
}

type Say = (detail: string) => Finding;
type Tell = (detail: string, advice: string) => Finding;

/** The three answers of one check. */
export function verdicts(check: Finding['check']): { readonly ok: Say; readonly warn: Tell; readonly fail: Tell } {
  return {
    ok: (detail) => ({ check, state: 'ok', detail }),
    warn: (detail, advice) => ({ check, state: 'warn', detail, advice }),
    fail: (detail, advice) => ({ check, state: 'fail', detail, advice }),
  };
}
