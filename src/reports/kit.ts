import { bannerOf, type SmallNumbers, titled } from '../disclosure/small-numbers.js';
import { hiddenCellsOf } from './column.js';
import type { ReportContext, ReportDefinition } from './definition.js';
import { said, type Told } from './finding.js';
import { knownStatuses } from './known-statuses.js';
import { type ParameterValues, readParameters } from './parameters.js';
import { asOf, replayProvenance } from './provenance.js';
import {
  type Cell,
  type Chart,
  type ProvenanceEntry,
  type Report,
  type ReportColumn,
  type ReportTable,
  SUPPRESSED,
} from './report.js';

/** A column as one value: its name, words, unit and help, its value in a row, and when that is hidden. */
export interface Column<Row> extends ReportColumn {
  of(row: Row): Cell;
  /** Absent: never hidden. */
  readonly hidden?: (row: Row) => boolean;
}

/** How a column is shown: `screen` where it belongs on a screen of 80 columns; `hidden` says in which rows its value is a star. */
interface Showing<Row> {
  readonly screen?: boolean;
  readonly hidden?: (row: Row) => boolean;
}

/** A column of rows of one kind. */
export function field<Row>(
  name: string,
  label: string,
  unit: ReportColumn['unit'],
  help: string,
  of: (row: Row) => Cell,
  { screen = false, hidden }: Showing<Row> = {},
): Column<Row> {
  return { name, label, unit, help, ...(screen && { terminal: true }), of, ...(hidden !== undefined && { hidden }) };
}

/** The same columns with a rule of hiding for each that has none of its own. */
export function hiding<Row>(hidden: (row: Row) => boolean, columns: readonly Column<Row>[]): readonly Column<Row>[] {
  return columns.map((column) => ({ ...column, hidden: column.hidden ?? hidden }));
}

/** The ends of an interval, which stand on the screen together or not at all. */
export function ends<Row>(
  unit: ReportColumn['unit'],
  help: string,
  of: (row: Row) => { readonly low: number | null; readonly high: number | null },
  showing: Showing<Row> = {},
): readonly Column<Row>[] {
  return [
    field('ci_low', 'From', unit, `Lower end of ${help}.`, (row: Row) => of(row).low, showing),
    field('ci_high', 'To', unit, 'Upper end of it.', (row: Row) => of(row).high, showing),
  ];
}

/** The last column of a table with hidden rows. */
export function suppressedColumn<Row>(of: (row: Row) => boolean): Column<Row> {
  const help = 'True where numbers are hidden because few patients stand behind them.';
  return field('suppressed', 'Hidden', 'bool', help, of);
}

/** A table of rows of one kind; `of` says under which rules small numbers are hidden (its title carries the banner). */
export function table<Row>(
  name: string,
  title: string,
  of: { readonly small: SmallNumbers },
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  unit?: string,
): ReportTable {
  return {
    name,
    title: titled(title, of.small),
    columns: columns.map(({ name: column, label, unit: kind, help, terminal }) => ({
      name: column,
      label,
      unit: kind,
      help,
      ...(terminal === true && { terminal }),
    })),
    rows: rows.map((row) => columns.map((column) => (column.hidden?.(row) === true ? SUPPRESSED : column.of(row)))),
    ...(unit !== undefined && { unit }),
  };
}

/** What a report makes of its data. The kit adds the rest: instant, order, banner, where the numbers come from. */
export interface Made {
  readonly tables: readonly ReportTable[];
  readonly charts: readonly Chart[];
  /** The sentences; given how many cells of the tables are hidden. */
  tell(hiddenCells: number): Told;
  /** Definitions and warnings; what the replay has to say follows them. */
  readonly notes: readonly string[];
  /** What stands in the provenance block beside the replay's own lines. */
  provenance(hiddenCells: number): readonly ProvenanceEntry[];
}

/** A report as it is declared: its id, question, parameters and what it reads, and how it is made. */
export interface ReportSpecification<Options> extends Omit<ReportDefinition, 'run'> {
  /** The sentence on cause beside the answer. */
  readonly caveat: string | null;
  /** Reads the parameters; throws a DiagnosticError (usage) for one out of range. */
  options(values: ParameterValues): Options;
  /** Loads what makes the report: the distributions take 0.2 s, for which a list of reports or a wrong parameter need not wait. */
  load(): Promise<(context: ReportContext, options: Options) => Promise<Made>>;
}

/** A report from its specification. */
export function defineReport<Options extends { readonly small: SmallNumbers }>(
  specification: ReportSpecification<Options>,
): ReportDefinition {
  const { caveat, options: optionsOf, load, ...definition } = specification;
  return {
    ...definition,
    async run(context): Promise<Report> {
      const options = optionsOf(readParameters(definition, context.parameters));
      await knownStatuses(context, definition, options);
      const { tables, charts, tell, notes, provenance } = await (await load())(context, options);
      const hiddenCells = hiddenCellsOf(tables);
      return {
        id: definition.id,
        title: definition.title,
        question: definition.question,
        order: context.replay.order,
        asOf: asOf(context),
        tables,
        ...said(tell(hiddenCells)),
        notes: [...notes, ...context.notes],
        caveat,
        banner: bannerOf(options.small),
        charts,
        provenance: [...replayProvenance(context), ...provenance(hiddenCells)],
      };
    },
  };
}
