// Table: what CSV and XLSX have in common, rows of texts as they come, each with the number a person sees beside it.

export interface Row {
  /** Counted from 1, the header's among them, as a spreadsheet shows it. */
  readonly row: number;
  readonly cells: readonly string[];
  /** Of a workbook. */
  readonly sheet?: string;
  /** Why this row cannot be read, in words for a person. */
  readonly wrong?: string;
  /** Columns whose value comes from a merged cell that begins further up. */
  readonly merged?: ReadonlySet<number>;
}

/** A sheet that cannot be read at all, with what to do. */
export class BadSheet extends Error {}

/** More columns no register has; what lies beyond is not looked at. */
export const MOST_COLUMNS = 500;
