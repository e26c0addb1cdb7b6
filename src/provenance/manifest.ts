import type { SourceMapping } from '../ksql/mapping.js';
import { keyFingerprint } from '../privacy/hash-key.js';
import type { CsvOption, EngineVersion, InputFact, ReplayOptions, RunCounts } from '../relation.js';
import { sha256 } from './digest.js';
import type { EngineVersions } from './versions.js';

/** Version of the manifest's form. Fields are only ever added under one version. */
export const MANIFEST_SCHEMA = 'pharmabi-manifest/1';

/** What was asked for. Parameters are those that were typed, by name, as typed. */
export type ManifestCommand =
  | {
      readonly kind: 'report';
      readonly id: string;
      readonly parameters: Readonly<Record<string, string>>;
      /** A report of a user's own, as it was. */
      readonly file?: ManifestReportFile;
    }
  | { readonly kind: 'replay'; readonly relation: string; readonly changes: boolean };

/** A file with a report: its base name, digest and text. */
export interface ManifestReportFile {
  readonly name: string;
  readonly sha256: string;
  readonly text: string;
}

/** Options of a replay as they stand in a manifest: all of them, times as ISO 8601 in UTC. */
export interface ManifestOptions {
  readonly order: ReplayOptions['order'];
  /** Absent in manifests of versions before this option. */
  readonly engine?: EngineVersion;
  readonly until: string | null;
  readonly knownAt: string | null;
  readonly baseline: ReplayOptions['baseline'];
  readonly topics: ReplayOptions['topics'];
  readonly decimalScales: ReplayOptions['decimalScales'];
  /** How dumps were read where the user said so. */
  readonly csv?: readonly CsvOption[];
  /** Where given: forms of columns that the data do not tell, and that the pipeline's own scales count. */
  readonly readAs?: ReplayOptions['readAs'];
  readonly declaredScales?: true;
  /** Schemas of Confluent-framed Avro: their folder, relative to the manifest, and the digest of all that it gave. */
  readonly avroSchemas?: { readonly folder: string; readonly sha256: string };
  readonly timeZone: string;
  /** The de-identification policy, and the fingerprint of the key of its hashes where one was given. */
  readonly policy?: {
    readonly name: string;
    readonly sha256: string;
    readonly text: string;
    readonly key: string | null;
  };
}

/** The pipeline, and where the shop's names differ from it, those by table. */
export interface ManifestPipeline {
  readonly name: string;
  readonly sha256: string;
  readonly text: string;
  readonly tables?: Readonly<
    Record<string, { readonly topic: string | null; readonly columns: Readonly<Record<string, string>> }>
  >;
}

/** One file that was written. `name` is relative to the manifest; `-` is stdout. Of a DuckDB file size and digest are of its content. */
export interface ManifestOutput {
  readonly name: string;
  readonly form: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Only where it is not that of plain files: what the bytes depend on. */
  readonly layout?: {
    readonly width: number;
    readonly colour: boolean;
    readonly ascii: boolean;
    readonly details?: boolean;
    readonly csvFor?: 'excel' | 'excel-comma';
  };
}

/**
 * All that a run's bytes depend on, and their digests. Nothing else: no clock, machine, absolute path or thread count, so
 * that the same run has the same manifest everywhere.
 */
export interface Manifest {
  readonly schema: typeof MANIFEST_SCHEMA;
  readonly tool: { readonly name: 'pharmabi'; readonly version: string };
  readonly versions: EngineVersions;
  readonly command: ManifestCommand;
  readonly pipeline: ManifestPipeline;
  readonly options: ManifestOptions;
  /** The files, folders and patterns that were given, relative to the manifest and sorted; empty: the bundled data. */
  readonly sources: readonly string[];
  readonly inputs: readonly InputFact[];
  readonly counts: RunCounts;
  /** What the data do not say and was concluded (a unit by its magnitude, a zone), in words; absent where nothing was. */
  readonly guesses?: readonly string[];
  /** What declared types could not hold, in words with counts; absent where they held all. */
  readonly losses?: readonly string[];
  readonly outputs: readonly ManifestOutput[];
}

/** What `makeManifest` puts in order. Paths are already relative. */
export interface ManifestParts {
  readonly toolVersion: string;
  readonly versions: EngineVersions;
  readonly command: ManifestCommand;
  readonly pipeline: { readonly name: string; readonly text: string; readonly mapping?: SourceMapping };
  readonly options: ReplayOptions;
  readonly avroSchemas?: ManifestOptions['avroSchemas'];
  readonly sources: readonly string[];
  readonly inputs: readonly InputFact[];
  readonly counts: RunCounts;
  readonly guesses?: readonly string[];
  readonly losses?: readonly string[];
  readonly outputs: readonly ManifestOutput[];
}

/** A manifest in its one normal form: fields in fixed order, inputs and sources sorted by name. */
export function makeManifest(parts: ManifestParts): Manifest {
  return {
    schema: MANIFEST_SCHEMA,
    tool: { name: 'pharmabi', version: parts.toolVersion },
    versions: { duckdb: parts.versions.duckdb, timeZoneData: parts.versions.timeZoneData },
    command: normalCommand(parts.command),
    pipeline: normalPipeline(parts.pipeline),
    options: {
      ...normalOptions(parts.options),
      ...(parts.avroSchemas !== undefined && { avroSchemas: parts.avroSchemas }),
    },
    sources: [...parts.sources].sort(byCodeUnit),
    inputs: parts.inputs
      .map(({ name, bytes, sha256: digest, form, events }) => ({ name, bytes, sha256: digest, form, events }))
      .sort((a, b) => byCodeUnit(a.name, b.name) || byCodeUnit(a.sha256, b.sha256)),
    counts: sortedCounts(parts.counts),
    ...(parts.guesses !== undefined && parts.guesses.length > 0 && { guesses: parts.guesses }),
    ...(parts.losses !== undefined && parts.losses.length > 0 && { losses: parts.losses }),
    outputs: parts.outputs,
  };
}

/** The manifest's bytes: JSON with two spaces, a newline at the end. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** The replay options that a manifest records; the folder of Avro schemas still relative to the manifest. */
export function replayOptionsOf(options: ManifestOptions): ReplayOptions {
  return {
    order: options.order,
    ...(options.engine !== undefined && { engine: options.engine }),
    ...(options.until !== null && { until: Date.parse(options.until) }),
    ...(options.knownAt !== null && { knownAt: Date.parse(options.knownAt) }),
    baseline: options.baseline,
    topics: options.topics,
    decimalScales: options.decimalScales,
    ...(options.csv !== undefined && { csv: options.csv }),
    ...(options.readAs !== undefined && { readAs: options.readAs }),
    ...(options.declaredScales === true && { declaredScales: true }),
    ...(options.avroSchemas !== undefined && { avroSchemas: options.avroSchemas.folder }),
    timeZone: options.timeZone,
    ...(options.policy !== undefined && { policy: { file: options.policy.name, text: options.policy.text } }),
  };
}

function normalPipeline({ name, text, mapping }: ManifestParts['pipeline']): ManifestPipeline {
  const tables = mapping?.tables.map(
    ({ table, topic, columns }) =>
      [
        table,
        { topic: topic ?? null, columns: sortedByName(Object.fromEntries(columns.map((c) => [c.column, c.field]))) },
      ] as const,
  );
  return {
    name,
    sha256: sha256(text),
    text,
    ...(tables !== undefined && { tables: sortedByName(Object.fromEntries(tables)) }),
  };
}

/** The mapping that a manifest records; undefined where it records none. */
export function mappingOf({ tables }: ManifestPipeline): SourceMapping | undefined {
  if (tables === undefined) return undefined;
  return {
    tables: Object.entries(tables).map(([table, { topic, columns }]) => ({
      table,
      ...(topic !== null && { topic }),
      columns: Object.entries(columns).map(([column, field]) => ({ column, field })),
    })),
  };
}

function normalCommand(command: ManifestCommand): ManifestCommand {
  if (command.kind === 'replay') return { kind: 'replay', relation: command.relation, changes: command.changes };
  const { id, parameters, file } = command;
  return { kind: 'report', id, parameters: sortedByName(parameters), ...(file !== undefined && { file }) };
}

function normalOptions(options: ReplayOptions): ManifestOptions {
  return {
    order: options.order,
    ...(options.engine !== undefined && { engine: options.engine }),
    until: isoOrNull(options.until),
    knownAt: isoOrNull(options.knownAt),
    baseline: options.baseline,
    topics: options.topics.map(({ name, pattern }) => ({ name, pattern })),
    decimalScales: options.decimalScales.map(({ table, column, scale }) => ({
      ...(table !== undefined && { table }),
      ...(column !== undefined && { column }),
      scale,
    })),
    ...(options.csv !== undefined && options.csv.length > 0 && { csv: options.csv }),
    ...(options.readAs !== undefined && {
      readAs: options.readAs.map(({ table, column, form }) => ({
        ...(table !== undefined && { table }),
        column,
        form,
      })),
    }),
    ...(options.declaredScales === true && { declaredScales: true as const }),
    timeZone: options.timeZone,
    ...(options.policy !== undefined && {
      policy: {
        name: options.policy.file,
        sha256: sha256(options.policy.text),
        text: options.policy.text,
        key: options.hashKey === undefined ? null : keyFingerprint(options.hashKey),
      },
    }),
  };
}

function isoOrNull(epochMs: number | undefined): string | null {
  return epochMs === undefined ? null : new Date(epochMs).toISOString();
}

function sortedCounts(counts: RunCounts): RunCounts {
  const { events, duplicates, tombstones, undecodable, setAside, cut, ...further } = counts;
  return { events, duplicates, tombstones, undecodable, setAside, cut, ...sortedByName(further) };
}

function sortedByName<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => byCodeUnit(a, b)));
}

/** Order by UTF-16 code units: the same in every locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
