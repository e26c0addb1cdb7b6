import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import type { Engine } from '../engine/engine.js';
import type { InputFile } from '../input/input-file.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { SourceDeclaration } from '../ksql/source.js';
import { EVENTS, type LoadContext } from './load.js';

/** One error per declared source that no record and no file of the input belongs to. */
export async function missingSources(
  engine: Engine,
  files: readonly InputFile[],
  sources: readonly SourceDeclaration[],
): Promise<readonly Diagnostic[]> {
  const met = BigInt(
    (await engine.rows(`SELECT coalesce(bit_or(mask), 0)::VARCHAR FROM ${EVENTS}`))[0]?.[0]?.toString() ?? '0',
  );
  const missing = sources.filter(
    (source, at) => (met & (2n ** BigInt(at))) === 0n && !files.some((f) => emptyFileOf(f, source)),
  );
  if (missing.length === 0) return [];
  const found = (await engine.rows(`SELECT DISTINCT stream FROM ${EVENTS} WHERE stream IS NOT NULL ORDER BY 1`)).map(
    (row) => String(row[0]),
  );
  // Placed records keep no name of their topic: the sources that were met name theirs.
  for (const source of sources)
    if (!missing.includes(source) && !found.some((f) => tableOfTopic(f) === tableOfTopic(source.topic)))
      found.push(source.topic);
  found.sort();
  const aside = files.filter((f) => f.form.kind === 'set-aside').map((f) => f.name);
  return missing.map((source) => {
    const near = suggest(source.topic, [...new Set(found.flatMap((f) => [f, tableOfTopic(f)]))]);
    const listed =
      found.length === 0
        ? 'no topic at all'
        : `${found.slice(0, 20).join(', ')}${found.length > 20 ? `, and ${found.length - 20} more` : ''}`;
    const refused = aside.length === 0 ? '' : ` (set aside: ${aside.slice(0, 5).join(', ')})`;
    return {
      code: 'no-input-for-source',
      severity: 'error' as const,
      message: `No file holds the topic "${source.topic}" that ${source.name} is declared over.`,
      place: { topic: source.topic },
      expected: `records of topic or table ${source.topic}`,
      found: listed + refused,
      help:
        near === undefined
          ? `If a router renamed the topic, give --topic ${source.topic}=NAME.`
          : `Did you mean ${near}? If a router renamed the topic, give --topic ${source.topic}=${near}.`,
      next: 'pharmabi inspect',
    };
  });
}

/** A file that is there but has no record yet: the table is known, and empty. */
function emptyFileOf(file: InputFile, source: SourceDeclaration): boolean {
  if (file.form.kind === 'set-aside' && file.form.code !== 'empty-file') return false;
  return tableOfTopic(file.fileTopic) === tableOfTopic(source.topic);
}

/** Warnings on declared columns that no record has. */
export async function missingColumns(
  engine: Engine,
  files: readonly InputFile[],
  context: LoadContext,
): Promise<readonly Diagnostic[]> {
  const { values } = context.plan;
  if (values.length === 0) return [];
  const counts = (
    await engine.rows(
      `SELECT ${values.map((v) => `count(v${v.index}) + count(*) FILTER (abs(bad) IN (${v.index}, ${v.index + 1}))`).join(', ')} FROM ${EVENTS}`,
    )
  )[0]!;
  const known = new Set<string>();
  for (const file of files) {
    if ('json' in file.form) for (const lower of file.form.json.fields.keys()) known.add(lower);
    if (file.form.kind === 'dump') for (const name of file.form.header) known.add(name.toLowerCase());
  }
  const warnings: Diagnostic[] = [];
  for (const [at, source] of context.sources.entries()) {
    for (const column of source.columns) {
      const index = context.plan.bySource[at]!.get(column.name);
      if (index === undefined || Number(counts[index]) > 0 || known.has(column.name.toLowerCase())) continue;
      const near = suggest(column.name, [...known]);
      warnings.push({
        code: 'column-not-in-data',
        severity: 'warning',
        message: `${source.name} declares ${column.name}, but no record of "${source.topic}" has a field of that name: it is null everywhere.`,
        place: { topic: source.topic, column: column.name },
        ...(near === undefined ? {} : { help: `The nearest field is ${near}.` }),
        next: 'pharmabi inspect',
      });
    }
  }
  return warnings;
}
