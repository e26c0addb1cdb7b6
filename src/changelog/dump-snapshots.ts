import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import { isInstant } from '../input/forms/index.js';
import type { InputFile } from '../input/input-file.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { ColumnPlan } from './columns.js';
import { DROPPED, EVENTS, isFor } from './events-table.js';
import { timestampSql } from './rowtime.js';

/** What several dumps of one table came to: what is told of them, and what must be asked. */
export interface DumpSnapshots {
  readonly warnings: readonly Diagnostic[];
  readonly questions: readonly Diagnostic[];
}

/** A date in the name of a file, with the time behind it where there is one. */
const DATE =
  /(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?:[-_T ]?([01]\d|2[0-3])[-_.h]?([0-5]\d)?)?(?!\d{3})/;

/**
 * Dumps of one table are snapshots. Where the names of the files date them, the later one holds: a row that it lacks was deleted in
 * between, and of an undated row it has the last version; older versions that date themselves stay as history. Where nothing dates
 * them and they do not agree, it is a question. Two rows of one key in one dump of an undated table are an error.
 */
export async function dumpSnapshots(
  engine: Engine,
  files: readonly InputFile[],
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
): Promise<DumpSnapshots> {
  const dumps = files.flatMap((file, index) => (isInstant(file) ? [index] : []));
  const warnings: Diagnostic[] = [];
  const questions: Diagnostic[] = [];
  if (dumps.length === 0) return { warnings, questions };
  for (const [at, source] of sources.entries()) {
    const table = await Table.of(engine, files, dumps, sources, plan, at);
    if (table === null) continue;
    const twice = await table.twice();
    if (twice !== null) questions.push(twice);
    const told = table.fed.length > 1 ? await table.settle() : null;
    if (told?.severity === 'error') questions.push(told);
    else if (told != null) warnings.push(told);
    if (source.kind !== 'table') continue;
  }
  return { warnings: unique(warnings), questions: unique(questions) };
}

function unique(all: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(all.map((d) => [d.message, d])).values()];
}

/** The dumps of one keyed table. */
class Table {
  readonly fed: readonly number[];
  private readonly engine: Engine;
  private readonly files: readonly InputFile[];
  private readonly name: string;
  private readonly rows: string;
  private readonly own: string;

  private constructor(
    engine: Engine,
    files: readonly InputFile[],
    fed: readonly number[],
    name: string,
    rows: string,
    own: string,
  ) {
    this.engine = engine;
    this.files = files;
    this.fed = fed;
    this.name = name;
    this.rows = rows;
    this.own = own;
  }

  /** The dumps that feed a table with a key; null where there are none. */
  static async of(
    engine: Engine,
    files: readonly InputFile[],
    dumps: readonly number[],
    sources: readonly SourceDeclaration[],
    plan: ColumnPlan,
    at: number,
  ): Promise<Table | null> {
    const source = sources[at]!;
    const keys = source.columns.filter((c) => c.key).map((c) => `value${plan.bySource[at]!.get(c.name)}`);
    if (source.kind !== 'table' || keys.length === 0) return null;
    const values = [...new Set(plan.bySource[at]!.values())].map((v) => `value${v}`);
    const own = timestampSql(source, at, plan);
    const rows = `(SELECT rowid AS event_row, file_index, record, hash(${keys.join(', ')}) AS k, hash(${values.join(', ')}) AS content, ${own === 'NULL' ? 'NULL::BIGINT' : own} AS own FROM ${EVENTS} WHERE file_index IN (${dumps.join(', ')}) AND ${isFor([at])} AND misfit IS NULL AND class = 0)`;
    const fed = (await engine.rows(`SELECT DISTINCT file_index FROM ${rows} ORDER BY 1`)).map(([file]) => Number(file));
    return fed.length === 0 ? null : new Table(engine, files, fed, tableOfTopic(source.topic), rows, own);
  }

  private names(which: readonly number[] = this.fed): string {
    return which.map((index) => this.files[index]!.name).join(', ');
  }

  /** The same key twice in one dump of an undated table, with two contents. */
  async twice(): Promise<Diagnostic | null> {
    if (this.own !== 'NULL') return null;
    const [row] = await this.engine.rows(
      `SELECT file_index, min(record) + 1, max(record) + 1, count(*) OVER () FROM ${this.rows} GROUP BY file_index, k HAVING count(DISTINCT content) > 1 ORDER BY 1, 2 LIMIT 1`,
    );
    if (row === undefined) return null;
    const [file, first, second, keys] = row.map(Number) as [number, number, number, number];
    const name = this.files[file]!.name;
    return {
      code: 'key-twice-in-dump',
      severity: 'error',
      message: `${name} has ${keys === 1 ? 'one key' : `${keys} keys`} in more than one row with different content: rows ${first} and ${second} have one key.`,
      place: { file: name, topic: this.name },
      expected: `one row for each key of ${this.name}: it is a dump, and the table has no column that dates its rows`,
      found: `the same key in rows ${first} and ${second}`,
      help: 'If it is a history, declare the column that dates its rows as TIMESTAMP; if it is not, export the table once.',
      next: `pharmabi inspect ${name}`,
    };
  }

  async settle(): Promise<Diagnostic | null> {
    const facts = await this.overlap();
    if (facts.shared === 0) return null;
    const dates = this.fed.map((index) => dateOf(this.files[index]!));
    const dated = dates.every((date) => date !== null) && new Set(dates).size === dates.length;
    if (dated) return await this.later(this.fed.map((index, i) => ({ index, date: dates[i]! })));
    const disagree = facts.different > 0 || (this.own === 'NULL' && facts.partial);
    return disagree ? this.question(facts) : null;
  }

  /** How many keys stand in several dumps, in how many of them rows differ that nothing dates, and whether no dump has all keys. */
  private async overlap(): Promise<{ shared: number; different: number; partial: boolean }> {
    const [row] = await this.engine.rows(
      `SELECT count(*) FILTER (n > 1), count(*) FILTER (n > 1 AND d > 1 AND d > o), count(*), (SELECT max(c) FROM (SELECT count(DISTINCT k) AS c FROM ${this.rows} GROUP BY file_index)) FROM (SELECT k, count(DISTINCT file_index) AS n, count(DISTINCT content) AS d, count(DISTINCT own) AS o FROM ${this.rows} GROUP BY k)`,
    );
    const [shared, different, all, most] = row!.map(Number) as [number, number, number, number];
    return { shared, different, partial: all > most };
  }

  /** Leaves out what the last dump lacks, and the versions that it has replaced. */
  private async later(dated: readonly { readonly index: number; readonly date: string }[]): Promise<Diagnostic | null> {
    const [last, ...older] = [...dated].sort((a, b) => (a.date < b.date ? 1 : -1));
    const before = `SELECT o.event_row, o.k, CASE WHEN l.k IS NULL THEN 'gone' WHEN o.content = l.content THEN 'same' ELSE 'changed' END AS what, (l.k IS NULL OR o.own IS NULL OR o.own >= l.own) AS leaves FROM ${this.rows} o LEFT JOIN (SELECT k, max(content) AS content, max(own) AS own FROM ${this.rows} WHERE file_index = ${last!.index} GROUP BY k) l ON l.k = o.k WHERE o.file_index <> ${last!.index}`;
    const [row] = await this.engine.rows(
      `SELECT count(DISTINCT k) FILTER (what = 'gone'), count(DISTINCT k) FILTER (what = 'changed') FROM (${before})`,
    );
    await this.engine.run(`INSERT INTO ${DROPPED} SELECT event_row, 'older-dump' FROM (${before}) WHERE leaves`);
    const [gone, changed] = row!.map(Number) as [number, number];
    if (gone + changed === 0) return null;
    return {
      code: 'dump-snapshots',
      severity: 'warning',
      message: `${this.name} is in more than one dump; the names of the files date them, and ${this.files[last!.index]!.name} is the last. Since the older ones ${changed} rows have changed and ${gone} are gone (between the dates of the dumps, nobody knows when): the last one holds.`,
      place: { topic: this.name },
      found: this.names([...older.map(({ index }) => index), last!.index]),
    };
  }

  private question({ shared, different }: { readonly shared: number; readonly different: number }): Diagnostic {
    const differ =
      different > 0 ? `${different} of them with different rows` : 'and each has rows that the others lack';
    return {
      code: 'several-dumps',
      severity: 'error',
      message: `${this.name} is in more than one dump (${this.names()}): ${shared} keys stand in several of them, ${differ}. Nothing tells which is the later one.`,
      place: { topic: this.name },
      expected: 'one dump of each table, or dumps whose names date them',
      found: `${this.fed.length} dumps: ${this.names()}`,
      help: `Give the last one alone; or put dates into the names (${this.name}_2026-02-11.csv, ${this.name}_2026-03-31.csv): the later then holds.`,
      next: `pharmabi inspect ${this.files[this.fed[0]!]!.name}`,
    };
  }
}

/** The date that a file's name (or its folder's) tells, as text that sorts. */
function dateOf(file: InputFile): string | null {
  const found =
    DATE.exec(file.name) ??
    (file.origin === undefined ? DATE.exec(file.path.split(/[\\/]/).slice(-2, -1).join('')) : null);
  return found === null
    ? null
    : found
        .slice(1)
        .map((part) => part ?? '00')
        .join('');
}
