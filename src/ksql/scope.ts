import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import type { SourceUse } from './analyzed.js';
import type { ColumnReference } from './ast/index.js';
import type { Scope, ScopeColumn } from './expression.js';
import { BIGINT, type KsqlType } from './types.js';

/** A column of one of the sources of a query, with the source that it belongs to. */
export interface OwnedColumn extends ScopeColumn {
  readonly owner: SourceUse;
  readonly key: boolean;
}

/** Names of the sources of a query: every column under `NAME`, `ALIAS.NAME` or `SOURCE.NAME`. */
export interface SourceScope extends Scope {
  readonly uses: readonly SourceUse[];
  readonly columns: readonly OwnedColumn[];
  find(reference: ColumnReference): OwnedColumn | Diagnostic;
  /** True where the bare name stands in more than one source. */
  ambiguous(name: string): boolean;
}

/** The DuckDB column that holds `alias`'s column: bare where there is one source, `ALIAS.NAME` behind a join. */
export function columnSql(alias: string, name: string, joined: boolean): string {
  return `"${(joined ? `${alias}.${name}` : name).replaceAll('"', '""')}"`;
}

const PSEUDO: Readonly<Record<string, string>> = { ROWTIME: '$ts' };

/** Builds the scope over the sources of a query. */
export function sourceScope(uses: readonly SourceUse[]): SourceScope {
  const joined = uses.length > 1;
  const own = (owner: SourceUse, name: string, type: KsqlType, key: boolean, stored: string): OwnedColumn => ({
    name,
    type,
    sql: columnSql(owner.alias, stored, joined),
    owner,
    key,
  });
  const columns = uses.flatMap((u) => u.schema.columns.map((c) => own(u, c.name, c.type, c.key, c.name)));
  const pseudo = uses.flatMap((u) =>
    Object.entries(PSEUDO).map(([name, stored]) => own(u, name, BIGINT, false, stored)),
  );
  const all = [...columns, ...pseudo];
  const find = (reference: ColumnReference): OwnedColumn | Diagnostic => {
    const { qualifier, name } = reference;
    const known =
      qualifier === undefined
        ? uses
        : uses.filter((u) => u.alias === qualifier.name || u.schema.name === qualifier.name);
    if (known.length === 0) return unknownSource(reference, uses);
    const found = all.filter((c) => c.name === name.name && known.includes(c.owner));
    const first = found[0];
    if (first === undefined) return unknownColumn(reference, known);
    if (found.length > 1) return ambiguousColumn(reference, found);
    return first;
  };
  return {
    uses,
    columns,
    find,
    resolve: find,
    ambiguous: (name) => all.filter((c) => c.name === name).length > 1,
  };
}

/** True where a lookup gave a problem instead of a column. */
export function isDiagnostic(value: ScopeColumn | Diagnostic): value is Diagnostic {
  return 'code' in value;
}

function unknownSource(reference: ColumnReference, uses: readonly SourceUse[]): Diagnostic {
  const name = reference.qualifier?.name ?? '';
  const near = suggest(
    name,
    uses.map((u) => u.alias),
  );
  return {
    code: 'unknown-source',
    severity: 'error',
    message: `No source of this query is called ${name}.`,
    place: { span: reference.qualifier?.span ?? reference.span },
    expected: uses.map((u) => u.alias).join(', '),
    found: name,
    ...(near === undefined ? {} : { help: `did you mean ${near}?` }),
  };
}

function unknownColumn(reference: ColumnReference, uses: readonly SourceUse[]): Diagnostic {
  const names = uses.flatMap((u) => u.schema.columns.map((c) => c.name));
  const near = suggest(reference.name.name, names);
  const where = uses.map((u) => u.schema.name).join(', ');
  return {
    code: 'unknown-column',
    severity: 'error',
    message: `${where} has no column ${reference.name.name}.`,
    place: { span: reference.name.span },
    expected: uses.map((u) => `${u.schema.name} (${u.schema.columns.map((c) => c.name).join(', ')})`).join('; '),
    found: reference.name.name,
    ...(near === undefined ? {} : { help: `did you mean ${near}?` }),
    next: 'pharmabi inspect INPUT shows the fields that an export has',
  };
}

function ambiguousColumn(reference: ColumnReference, found: readonly OwnedColumn[]): Diagnostic {
  return {
    code: 'ambiguous-column',
    severity: 'error',
    message: `${reference.name.name} stands in more than one source of this query.`,
    place: { span: reference.span },
    help: `write ${found.map((c) => `${c.owner.alias}.${c.name}`).join(' or ')}`,
  };
}
