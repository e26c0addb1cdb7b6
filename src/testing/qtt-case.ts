import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { field, JSON_NULL, type Json, parseJson, textField } from './json.js';

/** One record of a case: where it is written or expected, with its parts as JSON. */
export interface CaseRecord {
  readonly topic: string;
  readonly key: Json;
  readonly value: Json;
  /** Absent: anything is accepted (outputs), 0 (inputs). */
  readonly timestamp?: number;
  readonly window?: { readonly start: number; readonly end: number };
}

/** One conformance case: statements, what goes in, what must come out. */
export interface Case {
  readonly file: string;
  readonly name: string;
  readonly tier: number;
  readonly tags: readonly string[];
  readonly statements: readonly string[];
  readonly inputs: readonly CaseRecord[];
  readonly outputs: readonly CaseRecord[];
  /** What Kafka Streams 3.7 gave, where that differs. */
  readonly outputsStreams37?: readonly CaseRecord[];
  readonly post: readonly Json[];
  readonly expectsError: boolean;
  readonly exactNumbers: boolean;
}

/** Reads a file of cases, one JSON object a line, plain or gzip. */
export function readCases(path: string): Case[] {
  const bytes = readFileSync(path);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((l) => l.trim() !== '')
    .map((l) => toCase(parseJson(l)));
}

function toCase(json: Json): Case {
  const expected = field(json, 'expectedException');
  const exact = field(field(json, 'properties'), 'use.exact.numeric.comparison');
  return {
    file: textField(json, 'file') ?? '',
    name: [textField(json, 'name'), textField(json, 'format')].filter((x) => x !== undefined).join(' - '),
    tier: number(field(json, 'tier')) ?? 0,
    tags: list(field(json, 'tags')).flatMap((t) => (t.kind === 'string' ? [t.value] : [])),
    statements: list(field(json, 'statements')).flatMap((s) => (s.kind === 'string' ? [s.value] : [])),
    inputs: list(field(json, 'inputs')).map(toRecord),
    outputs: list(field(json, 'outputs')).map(toRecord),
    ...(field(json, 'outputsStreams37') === undefined
      ? {}
      : { outputsStreams37: list(field(json, 'outputsStreams37')).map(toRecord) }),
    post: list(field(field(json, 'post'), 'sources')),
    expectsError: expected !== undefined && expected.kind !== 'null',
    exactNumbers: !(exact !== undefined && jsonIs(exact, 'false')),
  };
}

function jsonIs(value: Json, word: string): boolean {
  return (
    (value.kind === 'boolean' && String(value.value) === word) || (value.kind === 'string' && value.value === word)
  );
}

function list(value: Json | undefined): readonly Json[] {
  return value?.kind === 'array' ? value.items : [];
}

function number(value: Json | undefined): number | undefined {
  return value?.kind === 'number' ? Number(value.text) : undefined;
}

function toRecord(json: Json): CaseRecord {
  const timestamp = number(field(json, 'timestamp'));
  const window = field(json, 'window');
  const start = number(field(window, 'start'));
  const end = number(field(window, 'end'));
  return {
    topic: textField(json, 'topic') ?? '',
    key: field(json, 'key') ?? JSON_NULL,
    value: field(json, 'value') ?? JSON_NULL,
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(start === undefined || end === undefined ? {} : { window: { start, end } }),
  };
}
