// Archive: how a channel reads files of its own kind (mails, transcripts, letters), so that a city's past can be imported.

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

/** One item of a file, `row` counted from 1 where it has several. What a payload says goes through the door as ever. */
export type FileItem =
  | { readonly row?: number; readonly payload: unknown }
  | { readonly row?: number; readonly automatic: string }
  | { readonly row?: number; readonly refused: string };
