import { BLANK, CellReader, type CellRules } from './cell-reader.js';

/** A cell of the first rows of a dump. */
export interface HeadCell {
  readonly text: string;
  readonly quoted: boolean;
  readonly nullMark: boolean;
}

/** A record of the head of a dump. */
export interface HeadRow {
  readonly line: number;
  readonly cells: readonly HeadCell[];
  readonly fault: boolean;
}

const ROWS = 400;

/** The first records of a dump as the rules read them; blank lines left out, and the last one where `whole` is false: it may be cut off. */
export function headRows(head: string, rules: CellRules, whole: boolean): readonly HeadRow[] {
  const rows: HeadRow[] = [];
  let cells: HeadCell[] = [];
  const reader = new CellReader(rules, {
    cell: ({ bytes, size, quoted, nullMark }) =>
      void cells.push({ text: bytes.toString('utf8', 0, size), quoted, nullMark }),
    record(line, fault) {
      if (fault !== BLANK && rows.length < ROWS) rows.push({ line, cells, fault: fault !== null });
      cells = [];
    },
  });
  reader.add(Buffer.from(head));
  if (whole) reader.end();
  return rows;
}
