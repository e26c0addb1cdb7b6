import type { Diagnostic, Place } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import type { Pipeline } from './analyzed.js';
import type { RelationSchema } from './catalog.js';
import type { SourceDeclaration } from './source.js';

/** What a shop calls one table that a pipeline declares: its topic, and the fields that hold its columns. */
export interface TableMapping {
  /** The topic, as the pipeline's `KAFKA_TOPIC` names it; in any case. */
  readonly table: string;
  /** The topic or table of the export that meets it; absent where only columns differ. */
  readonly topic?: string;
  /** Column of the pipeline to field of the export; in any case. */
  readonly columns: readonly ColumnMapping[];
  /** Where the mapping names the table, and where its topic; absent in one that comes out of a manifest. */
  readonly namedAt?: Place;
  readonly place?: Place;
}

/** One column and the field that holds it. */
export interface ColumnMapping {
  readonly column: string;
  readonly field: string;
  readonly namedAt?: Place;
  readonly place?: Place;
}

/** The names of a shop, table by table. */
export interface SourceMapping {
  readonly tables: readonly TableMapping[];
  /** The file that it was read from, for messages. */
  readonly origin?: { readonly file: string; readonly text: string };
}

/**
 * A pipeline whose declarations read what the mapping names; its statements, relations and columns keep their names. What the
 * mapping speaks of and the pipeline does not have is reported at its place in the mapping.
 */
export function mapSources(pipeline: Pipeline, mapping: SourceMapping, report: (d: Diagnostic) => void): Pipeline {
  const topics = [...new Set([...pipeline.relations.values()].flatMap((r) => r.declaration?.topic ?? []))];
  const relations = new Map(pipeline.relations);
  for (const table of mapping.tables) {
    const topic = topics.find((t) => t.toLowerCase() === table.table.toLowerCase());
    if (topic === undefined) {
      report(unknown('table', table.table, 'The pipeline declares no source over', topics, table.namedAt));
      continue;
    }
    const readers = [...pipeline.relations.values()].filter((r) => r.declaration?.topic === topic);
    reportUnknownColumns(table, topic, readers, report);
    for (const reader of readers)
      relations.set(reader.name, { ...reader, declaration: mapped(reader.declaration!, table) });
  }
  return { ...pipeline, relations };
}

function mapped(source: SourceDeclaration, table: TableMapping): SourceDeclaration {
  const fields = new Map(table.columns.map((mapping) => [mapping.column.toLowerCase(), mapping]));
  return {
    ...source,
    ...(table.topic !== undefined && {
      topic: table.topic,
      declaredTopic: source.topic,
      ...(table.place !== undefined && { mappedAt: table.place }),
    }),
    columns: source.columns.map((column) => {
      const found = fields.get(column.name.toLowerCase());
      if (found === undefined) return column;
      return { ...column, field: found.field, ...(found.place !== undefined && { mappedAt: found.place }) };
    }),
  };
}

function reportUnknownColumns(
  table: TableMapping,
  topic: string,
  readers: readonly RelationSchema[],
  report: (d: Diagnostic) => void,
): void {
  const columns = [...new Set(readers.flatMap((r) => r.declaration!.columns.map((c) => c.name.toLowerCase())))];
  for (const { column, namedAt } of table.columns) {
    if (!columns.includes(column.toLowerCase()))
      report(unknown('column', column, `No source over "${topic}" declares`, columns.sort(), namedAt));
  }
}

function unknown(
  what: 'table' | 'column',
  name: string,
  says: string,
  known: readonly string[],
  place: Place | undefined,
): Diagnostic {
  const near = suggest(name, known);
  return {
    code: 'bad-mapping',
    severity: 'error',
    message: `${says} ${what === 'table' ? `a topic "${name}"` : `a column "${name}"`}.`,
    ...(place !== undefined && { place }),
    expected: known.join(', '),
    found: name,
    help:
      near === undefined
        ? `The left side is a ${what} of the pipeline, the right side of your data.`
        : `Did you mean ${near}?`,
    next: 'pharmabi check',
  };
}
