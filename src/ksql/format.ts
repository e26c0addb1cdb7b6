import type {
  ColumnDefinition,
  CreateAsSelect,
  CreateSource,
  Duration,
  Expression,
  Identifier,
  Join,
  Property,
  Select,
  SelectItem,
  SourceReference,
  Statement,
  WindowExpression,
} from './ast/index.js';
import { formatExpression, formatLiteral, formatType } from './format-expression.js';
import { needsQuotes } from './token.js';

export { formatExpression } from './format-expression.js';

/**
 * A statement as one line with its semicolon: words of the language in upper case, names in quotes only where they need
 * them. Parsing the line gives the same tree; SET, DROP and their kin keep the text of their author.
 */
export function formatStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'create-source':
      return `${createHead(statement)}${formatColumns(statement.columns)}${formatProperties(statement.properties)};`;
    case 'create-as-select':
      return `${createHead(statement)}${formatProperties(statement.properties)} AS ${formatSelect(statement.query)};`;
    case 'insert-into':
      return `INSERT INTO ${formatIdentifier(statement.target)}${formatProperties(statement.properties)} ${formatSelect(statement.query)};`;
    case 'insert-values': {
      const columns = statement.columns.length === 0 ? '' : ` (${statement.columns.map(formatIdentifier).join(', ')})`;
      return `INSERT INTO ${formatIdentifier(statement.target)}${columns} VALUES (${statement.values.map((v) => formatExpression(v)).join(', ')});`;
    }
    case 'other':
      return `${statement.text};`;
  }
}

/** A name as it must be written: in backticks where it is not a plain upper-case word, or reads as a word of the language. */
function formatIdentifier(identifier: Pick<Identifier, 'name'>): string {
  return needsQuotes(identifier.name) ? `\`${identifier.name.replaceAll('`', '``')}\`` : identifier.name;
}

function createHead(statement: CreateSource | CreateAsSelect): string {
  const orReplace = statement.orReplace ? ' OR REPLACE' : '';
  const source = statement.kind === 'create-source' && statement.readOnly ? ' SOURCE' : '';
  const ifNotExists = statement.ifNotExists ? ' IF NOT EXISTS' : '';
  return `CREATE${orReplace}${source} ${statement.type.toUpperCase()}${ifNotExists} ${formatIdentifier(statement.name)}`;
}

function formatColumns(columns: readonly ColumnDefinition[]): string {
  return columns.length === 0 ? '' : ` (${columns.map(formatColumn).join(', ')})`;
}

function formatColumn(column: ColumnDefinition): string {
  const constraint = column.constraint === undefined ? '' : ` ${column.constraint}`;
  const header = column.headerName === undefined ? '' : `(${quoteText(column.headerName)})`;
  return `${formatIdentifier(column.name)} ${formatType(column.type)}${constraint}${header}`;
}

function formatProperties(properties: readonly Property[]): string {
  if (properties.length === 0) return '';
  return ` WITH (${properties.map((p) => `${formatPropertyName(p.name)}=${formatLiteral(p.value)}`).join(', ')})`;
}

function formatPropertyName(name: string): string {
  return /^[A-Z_][A-Z0-9_]*$/.test(name) ? name : quoteText(name);
}

/** A query without semicolon, as one line. */
function formatSelect(select: Select): string {
  const parts = [
    `SELECT ${select.items.map(formatItem).join(', ')}`,
    `FROM ${formatSource(select.from)}`,
    ...select.joins.map(formatJoin),
  ];
  if (select.window !== undefined) parts.push(formatWindow(select.window));
  if (select.where !== undefined) parts.push(`WHERE ${formatExpression(select.where)}`);
  if (select.partitionBy.length > 0) parts.push(`PARTITION BY ${formatKeys(select.partitionBy)}`);
  if (select.groupBy.length > 0) parts.push(`GROUP BY ${formatKeys(select.groupBy)}`);
  if (select.having !== undefined) parts.push(`HAVING ${formatExpression(select.having)}`);
  if (select.emit !== undefined) parts.push(`EMIT ${select.emit.toUpperCase()}`);
  if (select.limit !== undefined) parts.push(`LIMIT ${select.limit}`);
  return parts.join(' ');
}

function formatKeys(keys: readonly Expression[]): string {
  return keys.map((key) => formatExpression(key, { place: 'operand' })).join(', ');
}

function formatItem(item: SelectItem): string {
  switch (item.kind) {
    case 'star':
      return item.qualifier === undefined ? '*' : `${formatIdentifier(item.qualifier)}.*`;
    case 'struct-star':
      return `${formatExpression(item.operand, { place: 'postfix' })}->*`;
    case 'expression':
      return (
        formatExpression(item.expression) + (item.alias === undefined ? '' : ` AS ${formatIdentifier(item.alias)}`)
      );
  }
}

function formatSource(source: SourceReference): string {
  return formatIdentifier(source.name) + (source.alias === undefined ? '' : ` AS ${formatIdentifier(source.alias)}`);
}

const JOIN_WORDS = { inner: 'JOIN', left: 'LEFT JOIN', right: 'RIGHT JOIN', full: 'FULL OUTER JOIN' } as const;

function formatJoin(join: Join): string {
  const parts = [JOIN_WORDS[join.type], formatSource(join.source)];
  if (join.within !== undefined) parts.push(`WITHIN ${formatWithin(join.within)}`);
  if (join.grace !== undefined) parts.push(`GRACE PERIOD ${formatDuration(join.grace)}`);
  parts.push(`ON ${formatExpression(join.on)}`);
  return parts.join(' ');
}

function formatWithin(within: NonNullable<Join['within']>): string {
  const before = formatDuration(within.before);
  const after = formatDuration(within.after);
  return before === after ? before : `(${before}, ${after})`;
}

function formatWindow(window: WindowExpression): string {
  const parts = [window.type === 'session' ? formatDuration(window.size) : `SIZE ${formatDuration(window.size)}`];
  if (window.advance !== undefined) parts.push(`ADVANCE BY ${formatDuration(window.advance)}`);
  if (window.retention !== undefined) parts.push(`RETENTION ${formatDuration(window.retention)}`);
  if (window.grace !== undefined) parts.push(`GRACE PERIOD ${formatDuration(window.grace)}`);
  return `WINDOW ${window.type.toUpperCase()} (${parts.join(', ')})`;
}

function formatDuration(duration: Duration): string {
  return duration.text;
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
