// The simulator's mailbox (simulators/lib/imap.mjs) as tests see it.

export interface Mailbox {
  readonly port: number;
  /** Brings a mail and tells whoever idles. */
  put(mail: Buffer, flags?: readonly string[]): number;
  /** Numbers everything anew, as after a restore. */
  renumber(validity: number): void;
  /** Everything clients said, without passwords. */
  readonly said: string[];
  /** `fetching` may be set: called when the words of a mail are asked for, before they go out. */
  readonly watch: { fetching(uid: number): void };
  /** Cuts every connection. */
  cut(): void;
  close(): Promise<void>;
}

const simulator: { openMailbox(): Promise<Mailbox> } = await import(
  String(new URL('../../simulators/lib/imap.mjs', import.meta.url))
);
export const { openMailbox } = simulator;
