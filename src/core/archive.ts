// Archive: how a channel reads files of its own kind (mails, transcripts, letters), so that a city's past can be imported.
import type { CallFact } from './call-record.ts';

/** One file named on the command line or found in a folder. */
export interface SourceFile {
  readonly path: string;
  /** The last part of the path. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  bytes(): Promise<Uint8Array>;
  chunks(): AsyncIterable<Uint8Array>;
}

/** One item of a file, `row` counted from 1 where it has several. What a payload says goes through the door as ever; calls go into the book of calls. */
export type FileItem =
  | { readonly row?: number; readonly payload: unknown; readonly calls?: readonly CallFact[] }
  | { readonly row?: number; readonly payload?: undefined; readonly calls: readonly CallFact[] }
  | { readonly row?: number; readonly automatic: string }
  | { readonly row?: number; readonly refused: string };
