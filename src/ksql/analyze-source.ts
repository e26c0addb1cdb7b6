import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import type { CreateSource } from './ast/index.js';
import type { RelationSchema, SchemaColumn } from './catalog.js';
import { readSettings, type Settings, setting, topicFormat } from './properties.js';
import type { KsqlType } from './types.js';

/** Turns CREATE STREAM|TABLE over a topic into a schema; undefined after a mistake that leaves nothing to work with. */
export function analyzeSource(statement: CreateSource, report: (d: Diagnostic) => void): RelationSchema | undefined {
  const settings = readSettings(statement.properties, report);
  const topic = setting(settings, 'KAFKA_TOPIC');
  const name = statement.name.name;
  if (topic === undefined) {
    report({
      code: 'missing-topic',
      severity: 'error',
      message: `${name} does not say which topic it reads.`,
      place: { span: statement.name.span },
      help: `add WITH (KAFKA_TOPIC='${name.toLowerCase()}', VALUE_FORMAT='JSON')`,
    });
  }
  if (statement.columns.length === 0) {
    report({
      code: 'missing-columns',
      severity: 'error',
      message: `${name} lists no columns; without a schema registry they cannot be looked up.`,
      place: { span: statement.name.span },
      help: `list the columns: CREATE ${statement.type.toUpperCase()} ${name} (ID BIGINT ${statement.type === 'table' ? 'PRIMARY KEY' : 'KEY'}, ...)`,
      next: 'pharmabi inspect INPUT shows the fields that an export has',
    });
    return undefined;
  }
  checkColumns(statement, report);
  const columns: SchemaColumn[] = statement.columns.map((c) => ({
    name: c.name.name,
    type: c.type,
    key: c.constraint === 'KEY' || c.constraint === 'PRIMARY KEY',
  }));
  const ordered = [...columns.filter((c) => c.key), ...columns.filter((c) => !c.key)];
  const timestamp = timestampOf(settings, ordered, name, report);
  const format = topicFormat(settings, topic ?? name, {}, ordered);
  return {
    name,
    kind: statement.type,
    columns: ordered,
    format,
    ...(timestamp === undefined ? {} : { timestamp }),
    declaration: {
      name,
      kind: statement.type,
      topic: topic ?? name,
      keyFormat: format.keyFormat,
      valueFormat: format.valueFormat,
      columns: ordered.map((c) => ({ ...c, used: true })),
      ...(timestamp === undefined ? {} : { timestamp }),
    },
  };
}

function checkColumns(statement: CreateSource, report: (d: Diagnostic) => void): void {
  const seen = new Set<string>();
  const table = statement.type === 'table';
  for (const column of statement.columns) {
    if (seen.has(column.name.name)) {
      report({
        code: 'repeated-column',
        severity: 'error',
        message: `The column ${column.name.name} stands twice in ${statement.name.name}.`,
        place: { span: column.span },
        help: 'rename or remove one of them',
      });
    }
    seen.add(column.name.name);
    const wrong = table ? column.constraint === 'KEY' : column.constraint === 'PRIMARY KEY';
    if (wrong) {
      report({
        code: 'wrong-key-word',
        severity: 'error',
        message: `A ${statement.type} has ${table ? 'a PRIMARY KEY' : 'a KEY'}, not ${table ? 'a KEY' : 'a PRIMARY KEY'}.`,
        place: { span: column.span },
        help: `write ${column.name.name} ... ${table ? 'PRIMARY KEY' : 'KEY'}`,
      });
    }
  }
  if (table && !statement.columns.some((c) => c.constraint === 'PRIMARY KEY' || c.constraint === 'KEY')) {
    report({
      code: 'table-without-key',
      severity: 'error',
      message: `The table ${statement.name.name} has no PRIMARY KEY: a table is one row per key.`,
      place: { span: statement.name.span },
      help: `mark its key column: ${statement.columns[0]?.name.name ?? 'ID'} ... PRIMARY KEY`,
    });
  }
}

/** The TIMESTAMP setting of a WITH clause, checked against the columns of its relation. */
export function timestampOf(
  settings: Settings,
  columns: readonly SchemaColumn[],
  name: string,
  report: (d: Diagnostic) => void,
): RelationSchema['timestamp'] | undefined {
  const property = settings.get('TIMESTAMP');
  if (property === undefined) return undefined;
  const asked = property.value.text.replaceAll('`', '');
  const column = columns.find((c) => c.name === asked) ?? columns.find((c) => c.name === asked.toUpperCase());
  if (column === undefined) {
    const near = suggest(
      asked.toUpperCase(),
      columns.map((c) => c.name),
    );
    report({
      code: 'unknown-column',
      severity: 'error',
      message: `TIMESTAMP names ${asked}, but ${name} has no such column.`,
      place: { span: property.value.span },
      expected: columns.map((c) => c.name).join(', '),
      found: asked,
      ...(near === undefined ? {} : { help: `did you mean ${near}?` }),
    });
    return undefined;
  }
  const format = setting(settings, 'TIMESTAMP_FORMAT');
  const kind: KsqlType['kind'] = column.type.kind;
  if (kind !== 'BIGINT' && kind !== 'TIMESTAMP' && !(kind === 'STRING' && format !== undefined)) {
    report({
      code: 'timestamp-type',
      severity: 'error',
      message: `TIMESTAMP names ${column.name}, which is ${kind}.`,
      place: { span: property.value.span },
      expected: 'BIGINT (epoch milliseconds), TIMESTAMP, or STRING with a TIMESTAMP_FORMAT',
      found: kind,
      ...(kind === 'STRING' ? { help: `add TIMESTAMP_FORMAT='yyyy-MM-dd HH:mm:ss'` } : {}),
    });
    return undefined;
  }
  return format === undefined ? { column: column.name } : { column: column.name, format };
}
