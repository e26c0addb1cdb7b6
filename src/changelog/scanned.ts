import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { Engine } from '../engine/engine.js';
import { readerOf } from '../input/forms/index.js';
import type { InputFile } from '../input/input-file.js';
import { LineCheck } from '../input/scan.js';
import { COMBINATIONS, SCANNED, type ScanPlan } from '../input/scanned.js';
import { ChunkAppender, tableColumns } from '../scanner/append.js';
import { LineScanner } from '../scanner/lines.js';
import type { ScanMemory } from '../scanner/memory.js';
import { isFact, type ScanType } from '../scanner/request.js';
import { identifier, text } from '../sql/quote.js';
import type { ValueColumn } from './columns.js';
import type { Encoding } from './encoding.js';
import { encodingsOf, insertOf } from './load.js';
import type { LoadContext } from './load-context.js';
import { namesOf, rawSelect, requestOf } from './raw-select.js';

/** The lines of a file that a scan has left over. */
export interface Rest {
  /** The file as if it had these lines alone. */
  readonly file: InputFile;
  /** Of each its place in the whole file, from 0. */
  readonly records: readonly number[];
  /** Of the whole file. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Rows that stand in memory before they go into the events table. */
const BATCH = 122_880;
/** Bytes between two looks at whether somebody has interrupted. */
const BREATH = 32 << 20;
/** Lines after which a scan that leaves most of them over is given up. */
const TRIAL = 4_000;

/**
 * Scans a file into the events table: what is wanted is taken out of its lines, typed, in one pass. Gives the lines that are left for the
 * general reader; null where the file cannot be scanned as a whole: then nothing of it stands in the table.
 */
export async function scanInto(
  engine: Engine,
  file: InputFile,
  index: number,
  context: LoadContext,
): Promise<Rest | null> {
  const json = file.form.records!;
  if (json.wrapped || file.compression !== 'none' || file.readPath !== file.path || file.paths !== undefined)
    return null;
  const fields = fieldTypes(context, json.types);
  const plan = fields === null ? null : readerOf(file).scan?.(file, requestOf(context), fields.types);
  if (fields === null || plan == null) return null;
  const work = await Work.open(engine, file, index, context, plan, fields.native);
  try {
    return (await work.scan()) ? work.rest() : null;
  } finally {
    await work.close();
  }
}

type RecordTypes = ReadonlyMap<string, ReadonlySet<string>>;

interface FieldTypes {
  readonly types: ReadonlyMap<string, ScanType>;
  /** Fields whose scanned values are the values of all their columns. */
  readonly native: ReadonlySet<string>;
}

/** How each field is taken out of a line; null where one cannot be. */
function fieldTypes(context: LoadContext, seen: RecordTypes): FieldTypes | null {
  const known = { schemas: [], everySchema: false, base64: new Map(), history: context.history };
  const encodings = encodingsOf(context, known);
  const types = new Map<string, ScanType>();
  const native = new Set<string>();
  for (const field of new Set(context.values.map((v) => v.field))) {
    if (namesOf(context, field).length > 1) return null;
    const values = context.values.filter((v) => v.field === field);
    const type = scanType(values, seen.get(field));
    if (type === null) return null;
    types.set(field, type);
    const sensitive = context.deidentification?.sensitive.has(field) === true;
    if (!sensitive && values.every((v) => isNative(v, type, encodings.get(v)!))) native.add(field);
  }
  return { types, native };
}

/** By the JSON types in the head of the file, and by what is declared. */
function scanType(values: readonly ValueColumn[], seen: ReadonlySet<string> | undefined): ScanType | null {
  const [first] = values;
  const one = values.every((v) => JSON.stringify(v.type) === JSON.stringify(first!.type)) ? first!.type : null;
  if (one?.kind === 'DECIMAL') {
    const { precision, scale } = one;
    return precision > 38 ? null : { kind: 'decimal', precision, scale };
  }
  const json = seen?.size === 1 ? [...seen][0] : undefined;
  if (one?.kind === 'DOUBLE') return json === 'string' ? null : { kind: 'double' };
  if (json === 'boolean' || (json === undefined && one?.kind === 'BOOLEAN'))
    return one?.kind === 'BOOLEAN' ? { kind: 'boolean' } : null;
  if (json === 'number') return { kind: 'integer' };
  if (json === 'string') return { kind: 'text' };
  if (json !== undefined || one === null) return null;
  return one.kind === 'STRING' ? { kind: 'text' } : { kind: 'integer' };
}

const NATIVE: Readonly<Record<string, string>> = {
  integer: 'BIGINT',
  text: 'STRING',
  boolean: 'BOOLEAN',
  double: 'DOUBLE',
  decimal: 'DECIMAL',
};

/** True where a scanned value is the value of the column: nothing else tells how it is written. */
function isNative(v: ValueColumn, type: ScanType, encoding: Encoding): boolean {
  // A key is told apart by its text: decimals have several.
  const apart = !(v.key && (type.kind === 'decimal' || type.kind === 'double'));
  return NATIVE[type.kind] === v.type.kind && Object.keys(encoding).length === 0 && apart;
}

/** One scan: its tables, and the lines that it leaves over. */
class Work {
  private readonly engine: Engine;
  private readonly file: InputFile;
  private readonly plan: ScanPlan;
  private readonly insert: string;
  private readonly appender: ChunkAppender;
  private readonly scanner: LineScanner;
  private readonly lines = new LineCheck();
  private readonly records: number[] = [];
  private restPath: string | null = null;
  private restFile = -1;
  private batch = 0;
  private bytes = 0;
  private readonly hash = createHash('sha256');

  private constructor(engine: Engine, file: InputFile, plan: ScanPlan, insert: string, appender: ChunkAppender) {
    this.engine = engine;
    this.file = file;
    this.plan = plan;
    this.insert = insert;
    this.appender = appender;
    this.scanner = new LineScanner(plan.request, {
      rows: (memory, count) => this.take(memory, count),
      rest: (line, record) => this.leave(line, record),
    });
  }

  static async open(
    engine: Engine,
    file: InputFile,
    index: number,
    context: LoadContext,
    plan: ScanPlan,
    native: ReadonlySet<string>,
  ): Promise<Work> {
    const select = rawSelect(file, plan.relation, context, native);
    const fields = [...new Set(context.values.map((v) => v.field))];
    const typed = (v: ValueColumn): string | undefined =>
      native.has(v.field) ? `field${fields.indexOf(v.field)}` : undefined;
    const reading = { context, request: {}, base64: new Map() };
    const insert = insertOf(plan.relation, index, reading, typed)(select, [], false);
    const appender = await ChunkAppender.open(engine.connection, '$scanned', plan.request);
    return new Work(engine, file, plan, insert, appender);
  }

  /** Scans the whole file; false where it is not one for this. */
  async scan(): Promise<boolean> {
    await this.begin();
    const handle = await open(this.file.path, 'r');
    try {
      for (;;) {
        const room = this.scanner.room();
        const { bytesRead } = await handle.read(room, 0, room.length, null);
        if (bytesRead === 0) break;
        this.hash.update(room.subarray(0, bytesRead));
        this.scanner.took(bytesRead);
        this.bytes += bytesRead;
        if (!this.isUseful()) return false;
        if (this.batch >= BATCH) await this.finish();
        if (this.bytes % BREATH < bytesRead) await setImmediate();
      }
    } finally {
      await handle.close();
    }
    this.scanner.end();
    this.lines.end();
    if (!this.isUseful()) return false;
    await this.finish();
    return true;
  }

  rest(): Rest {
    const { file, records, restPath, bytes } = this;
    const { whole: _, ...seen } = file;
    return { file: { ...seen, readPath: restPath ?? file.readPath }, records, sha256: this.hash.digest('hex'), bytes };
  }

  async close(): Promise<void> {
    if (this.restFile >= 0) closeSync(this.restFile);
    this.appender.finish();
    for (const table of [SCANNED, COMBINATIONS]) await this.engine.run(`DROP TABLE IF EXISTS ${table}`);
  }

  private async begin(): Promise<void> {
    const columns = tableColumns(this.plan.request).map(([name, type]) => `${identifier(name)} ${type}`);
    await this.engine.run(`CREATE OR REPLACE TEMP TABLE ${SCANNED} (${columns.join(', ')})`);
    await this.appender.begin();
    this.batch = 0;
  }

  private take(memory: ScanMemory, count: number): void {
    this.appender.append(memory, count);
    this.batch += count;
  }

  private leave(line: Buffer, record: number): void {
    this.restPath ??= this.engine.spool('rest');
    if (this.restFile < 0) this.restFile = openSync(this.restPath, 'w', 0o600);
    const whole = Buffer.concat([line, Buffer.from('\n')]);
    writeSync(this.restFile, whole);
    this.lines.add(whole);
    this.records.push(record);
  }

  /** False where bytes are odd, or most lines are of no template. */
  private isUseful(): boolean {
    const { lines, scanner } = this;
    const odd =
      lines.blankLines ||
      lines.longLines ||
      lines.invalidText ||
      lines.bareReturns ||
      lines.oddLines ||
      lines.openLines ||
      lines.deepLines;
    return scanner.sound && !odd && !(scanner.records >= TRIAL && scanner.restLines * 2 > scanner.records);
  }

  /** Puts the rows so far into the events table. */
  private async finish(): Promise<void> {
    this.appender.finish();
    if (this.batch > 0) {
      await this.engine.run(this.combinationsSql());
      await this.engine.run(this.insert);
    }
    await this.begin();
  }

  /** The texts of all combinations of facts so far. */
  private combinationsSql(): string {
    const { fields, constant } = this.plan.request;
    const { memory, constants } = this.scanner;
    const facts = fields.flatMap(({ name, type }, i) => (isFact(type) ? [{ name, i }] : []));
    const value = (sql: string | null): string => (sql === null ? 'NULL::VARCHAR' : text(sql));
    const rows = Array.from({ length: memory.exports.combinationNumber() }, (_, number) => {
      const { texts, mark } = memory.combination(number);
      const schema = constant === undefined ? [] : [value(constants[mark]!)];
      return `(${[`${number}::USMALLINT`, ...facts.map(({ i }) => value(texts[i]!)), ...schema].join(', ')})`;
    });
    const names = ['fact', ...facts.map(({ name }) => identifier(name)), ...(constant === undefined ? [] : ['schema'])];
    return `CREATE OR REPLACE TEMP TABLE ${COMBINATIONS} AS SELECT * FROM (VALUES ${rows.join(', ')}) t(${names.join(', ')})`;
  }
}
