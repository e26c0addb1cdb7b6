import type { DuckDBAppender, DuckDBConnection, DuckDBType } from '@duckdb/node-api';
import type { DataChunk, Vector } from '@duckdb/node-bindings';
import type { ScanMemory } from './memory.js';
import { isFact, type ScanRequest, type ScanType } from './request.js';

type Api = typeof import('@duckdb/node-api');
type Bindings = typeof import('@duckdb/node-bindings');

/** The columns of a table that scanned rows go into: `record` (place in the file, from 0), `fact` (number of the row's combination), then the fields that are no facts, by their names. */
export function tableColumns(request: ScanRequest): readonly (readonly [name: string, type: string])[] {
  const fields = request.fields.filter(({ type }) => !isFact(type));
  return [
    ['record', 'BIGINT'],
    ['fact', 'USMALLINT'],
    ...fields.map(({ name, type }) => [name, sqlType(type)] as const),
  ];
}

function sqlType(type: ScanType): string {
  switch (type.kind) {
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'text':
      return 'VARCHAR';
    case 'boolean':
      return 'BOOLEAN';
    case 'double':
      return 'DOUBLE';
    default:
      return 'BIGINT';
  }
}

function duckType(api: Api, type: ScanType): DuckDBType {
  switch (type.kind) {
    case 'decimal':
      return api.DECIMAL(type.precision, type.scale);
    case 'text':
      return api.VARCHAR;
    case 'boolean':
      return api.BOOLEAN;
    case 'double':
      return api.DOUBLE;
    default:
      return api.BIGINT;
  }
}

/** Copies scanned columns into a table, chunk by chunk: as they stand in memory, without a value object. */
export class ChunkAppender {
  private readonly chunk: InstanceType<Api['DuckDBDataChunk']>;
  private readonly raw: DataChunk;
  private appender: DuckDBAppender | null = null;
  private readonly fields: readonly number[];

  private readonly bindings: Bindings;
  private readonly connection: DuckDBConnection;
  private readonly table: string;

  private constructor(bindings: Bindings, api: Api, connection: DuckDBConnection, table: string, request: ScanRequest) {
    this.bindings = bindings;
    this.connection = connection;
    this.table = table;
    this.fields = request.fields.flatMap(({ type }, i) => (isFact(type) ? [] : [i]));
    const types = this.fields.map((i) => duckType(api, request.fields[i]!.type));
    const all = [api.BIGINT, api.USMALLINT, ...types];
    this.raw = bindings.create_data_chunk(all.map((t) => t.toLogicalType().logical_type));
    this.chunk = new api.DuckDBDataChunk(this.raw);
  }

  /** An appender to a table of `tableColumns`; rows reach it with `append`. */
  static async open(connection: DuckDBConnection, table: string, request: ScanRequest): Promise<ChunkAppender> {
    const api = await import('@duckdb/node-api');
    const bindings = (await import('@duckdb/node-bindings')).default as unknown as Bindings;
    return new ChunkAppender(bindings, api, connection, table, request);
  }

  /** Begins a batch: the table must be there. */
  async begin(): Promise<void> {
    this.appender = await this.connection.createAppender(this.table, 'main', 'temp');
  }

  /** Appends the first `count` rows of the columns. */
  append(memory: ScanMemory, count: number): void {
    const { bindings, raw } = this;
    bindings.data_chunk_reset(raw);
    bindings.data_chunk_set_size(raw, count);
    const vectors = this.fields.map((_, i) => bindings.data_chunk_get_vector(raw, i + 2));
    this.copy(bindings.data_chunk_get_vector(raw, 0), memory, memory.recordColumn, 8 * count);
    this.copy(bindings.data_chunk_get_vector(raw, 1), memory, memory.factColumn, 2 * count);
    for (const [i, field] of this.fields.entries()) {
      const column = memory.columns[field]!;
      const vector = vectors[i]!;
      this.copy(vector, memory, column.data, column.width * count);
      bindings.vector_ensure_validity_writable(vector);
      const words = 8 * Math.ceil(count / 64);
      bindings.copy_data_to_vector_validity(vector, 0, memory.bytes.buffer as ArrayBuffer, column.validity, words);
    }
    for (const { field, row, at, length } of memory.longTexts()) {
      const vector = vectors[this.fields.indexOf(field)]!;
      bindings.vector_assign_string_element_len(vector, row, memory.bytes.subarray(at, at + length));
    }
    this.appender!.appendDataChunk(this.chunk);
  }

  /** Ends the batch: its rows stand in the table. */
  finish(): void {
    this.appender?.closeSync();
    this.appender = null;
  }

  private copy(vector: Vector, memory: ScanMemory, at: number, bytes: number): void {
    this.bindings.copy_data_to_vector(vector, 0, memory.bytes.buffer as ArrayBuffer, at, bytes);
  }
}
