import { DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import { ENGINES, READ_AS } from '../relation.js';
import { sha256 } from './digest.js';
import { MANIFEST_SCHEMA, type Manifest } from './manifest.js';

/** Reads a manifest's text. Throws (exit 3) what is wrong with it: no JSON, another schema, missing or edited parts. */
export function parseManifest(text: string, file: string): Manifest {
  const value = parseJson(text, file);
  if (!isRecord(value) || typeof value.schema !== 'string') {
    throw broken(file, 'this is no manifest of pharmabi: it has no "schema"');
  }
  if (value.schema !== MANIFEST_SCHEMA) {
    throw broken(file, `its schema is ${JSON.stringify(value.schema)}, and this version reads ${MANIFEST_SCHEMA}`);
  }
  const missing = Object.entries(SHAPE)
    .filter(([name, is]) => !is(value[name]))
    .map(([name]) => name);
  if (missing.length > 0) throw broken(file, `these parts are missing or of the wrong form: ${missing.join(', ')}`);
  // The checks of SHAPE are what makes this true.
  const manifest = value as unknown as Manifest;
  if (sha256(manifest.pipeline.text) !== manifest.pipeline.sha256) {
    throw broken(file, 'the text of its pipeline does not have the digest that stands beside it: somebody edited it');
  }
  const report = manifest.command.kind === 'report' ? manifest.command.file : undefined;
  if (report !== undefined && sha256(report.text) !== report.sha256) {
    throw broken(file, 'the text of its report does not have the digest that stands beside it: somebody edited it');
  }
  const { policy } = manifest.options;
  if (policy !== undefined && sha256(policy.text) !== policy.sha256) {
    throw broken(file, 'the text of its policy does not have the digest that stands beside it: somebody edited it');
  }
  return manifest;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isTextOrNull: Check = (value) => value === null || isText(value);
const isInstant: Check = (value) => value === null || (typeof value === 'string' && !Number.isNaN(Date.parse(value)));
const isList =
  (item: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(item);
const isOneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const isObject =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(fields).every(([name, check]) => check(value[name]));

const isMapOf =
  (item: Check): Check =>
  (value) =>
    isRecord(value) && Object.values(value).every(item);
const isTable = isObject({ topic: isTextOrNull, columns: isMapOf(isText) });
const isParameters: Check = (value) => isRecord(value) && Object.values(value).every(isText);
const isFile = isObject({ name: isText, sha256: isText, text: isText });
const isReport = isObject({ kind: isOneOf('report'), id: isText, parameters: isParameters, file: optional(isFile) });
const isReplay = isObject({
  kind: isOneOf('replay'),
  relation: isText,
  changes: (value) => typeof value === 'boolean',
});

const SHAPE: Readonly<Record<keyof Manifest, Check>> = {
  schema: isText,
  tool: isObject({ name: isText, version: isText }),
  versions: isObject({ duckdb: isText, timeZoneData: isText }),
  command: (value) => isReport(value) || isReplay(value),
  pipeline: isObject({ name: isText, sha256: isText, text: isText, tables: optional(isMapOf(isTable)) }),
  options: isObject({
    order: isOneOf('event-time', 'as-published'),
    engine: optional(isOneOf(...ENGINES)),
    until: isInstant,
    knownAt: isInstant,
    baseline: isOneOf('strict', 'open'),
    topics: isList(isObject({ name: isText, pattern: isText })),
    decimalScales: isList(isObject({ table: optional(isTextOrNull), column: optional(isTextOrNull), scale: isCount })),
    csv: optional(
      isList(
        isObject({
          name: optional(isText),
          delimiter: optional((value) => typeof value === 'string' && value.length === 1),
          quote: optional(isOneOf('double', 'none')),
          escape: optional(isOneOf('double', 'backslash')),
          nulls: optional(isList(isText)),
          encoding: optional(isOneOf('utf8', 'utf16le', 'utf16be', 'cp1252', 'latin1')),
          decimal: optional(isOneOf('comma', 'point')),
          date: optional(isOneOf('dmy', 'mdy', 'ymd')),
          zone: optional(isText),
          columns: optional(isList(isText)),
        }),
      ),
    ),
    readAs: optional(isList(isObject({ table: optional(isText), column: isText, form: isOneOf(...READ_AS) }))),
    declaredScales: optional((value) => value === true),
    avroSchemas: optional(isObject({ folder: isText, sha256: isText })),
    timeZone: isText,
    policy: optional(isObject({ name: isText, sha256: isText, text: isText, key: isTextOrNull })),
  }),
  sources: isList(isText),
  inputs: isList(isObject({ name: isText, bytes: isCount, sha256: isText, form: isText, events: isCount })),
  counts: (value) => isRecord(value) && Object.values(value).every((v) => typeof v === 'number'),
  guesses: optional(isList(isText)),
  losses: optional(isList(isText)),
  outputs: isList(isObject({ name: isText, form: isText, bytes: isCount, sha256: isText })),
};

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw broken(file, 'it is not JSON');
  }
}

function broken(file: string, why: string): DiagnosticError {
  const diagnostic = {
    code: 'bad-manifest',
    severity: 'error',
    message: `${file} cannot be verified: ${why}.`,
    place: { file },
    help: 'A manifest is written beside the first --out FILE, as FILE.manifest.json.',
    next: 'pharmabi help verify',
  } as const;
  return new DiagnosticError([diagnostic], EXIT.input);
}
