import type { Engine } from '../engine/engine.js';
import { fileText } from './forms/index.js';
import { type InputOptions, recogniseInputs } from './index.js';
import { type InputFile, setAside } from './input-file.js';
import { type Declared, type FileInspection, inspectFile } from './inspect-file.js';

export type { Declared, FileInspection, TableInspection } from './inspect-file.js';
export type { GuessedType } from './inspect-guesses.js';

/** What is in the input, as facts about records and fields: never a value of a row. Plain JSON. */
export interface Inspection {
  readonly files: readonly FileInspection[];
  readonly totals: {
    readonly files: number;
    readonly bytes: number;
    readonly records: number;
    readonly setAside: number;
  };
  /** What the input as a whole does not tell. */
  readonly missing: readonly string[];
}

/**
 * Looks through every record of the input: forms, tables, operations, times, repeats, what is missing. `declared` is what a
 * pipeline says of the data.
 */
export async function inspectInputs(
  engine: Engine,
  paths: readonly string[],
  options: InputOptions & { readonly declared?: Declared },
): Promise<Inspection> {
  const files: FileInspection[] = [];
  for (const file of await recogniseInputs(engine, paths, options))
    files.push(
      await inspected(engine, file, options.declared ?? { decimals: new Set(), times: new Map(), typed: new Map() }),
    );
  return {
    files,
    totals: {
      files: files.length,
      bytes: files.reduce((n, f) => n + f.bytes, 0),
      records: files.reduce((n, f) => n + f.records, 0),
      setAside: files.reduce((n, f) => n + Object.values(f.sideTopics).reduce((a, b) => a + b, 0), 0),
    },
    missing: missingOfAll(files),
  };
}

function missingOfAll(files: readonly FileInspection[]): readonly string[] {
  const logs = files.filter(({ tables }) => tables.some(({ operations }) => 'c' in operations || 'u' in operations));
  if (logs.length === 0) return [];
  const truncates = logs.some(({ tables }) => tables.some(({ operations }) => 't' in operations));
  const history = files.some(({ sideTopics }) => 'schema-change' in sideTopics);
  const postgres = logs.every(({ connector }) => connector === 'postgresql');
  return [
    ...(truncates
      ? []
      : [
          'no truncate: by default (skipped.operations=t) a connector leaves them out, and emptied tables seem to live on',
        ]),
    ...(history
      ? []
      : [
          `no schema-change topic${postgres ? ' (PostgreSQL has none)' : ''}: rows from before an ADD COLUMN ... DEFAULT lack the default, and a renamed column is two`,
        ]),
  ];
}

async function inspected(engine: Engine, file: InputFile, declared: Declared): Promise<FileInspection> {
  const refused = setAside(file);
  if (refused === null) return await inspectFile(engine, file, declared);
  return {
    name: file.name,
    bytes: file.bytes,
    sha256: file.sha256,
    form: fileText(file),
    connector: null,
    fileTopic: file.fileTopic,
    records: 0,
    tombstones: 0,
    sideTopics: {},
    tables: [],
    undecodable: [{ line: null, reason: setAsideText(refused.reason, refused.help) }],
    missing: [],
    schemaChanges: [],
    guesses: [],
  };
}

function setAsideText(reason: string, help: string | undefined): string {
  return help === undefined ? reason : `${reason}. ${help}`;
}
