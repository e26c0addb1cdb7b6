import { isFact, MOST_FACTS, type ScanRequest, type ScanType, type WantedField } from '../scanner/request.js';
import { identifier } from '../sql/quote.js';
import type { InputFile, RecordFacts } from './input-file.js';
import { META, type MetaName, metaFields } from './json-facts.js';
import { NUMBERS, placeFields } from './json-relation.js';
import type { RawRelation, RawRequest } from './reader.js';

/** What is asked of a scan of a JSON file, and the relation that it gives: over `SCANNED`, a row per record, and `COMBINATIONS`, the facts of its rows by number. */
export interface ScanPlan {
  readonly request: ScanRequest;
  readonly relation: RawRelation;
}

/** The table of scanned rows, and that of the combinations of facts which they name. */
export const SCANNED = '"$scanned"';
export const COMBINATIONS = '"$combinations"';

/**
 * How a file is scanned for what is asked of it; null where a scan could not give the same as reading it. `types`: how the value of each
 * field is taken out of a line. `kcat`: the record is the text of a payload.
 */
export function scanPlan(
  file: InputFile,
  request: RawRequest,
  types: ReadonlyMap<string, ScanType>,
  kcat: boolean,
): ScanPlan | null {
  const json = file.form.records!;
  // Of a file of several shapes one name would mean several places.
  if (json.envelope === json.flat || (json.wrapped && json.bare)) return null;
  const outer = kcat ? ['payload'] : [];
  const record = json.wrapped ? [...outer, 'payload'] : outer;
  const spell = (field: string): string => json.fields.get(field) ?? request.spelling.get(field) ?? field;
  const places = new Places(record);
  if (kcat) {
    places.add('k:topic', [['topic']], FACT, false);
    for (const name of ['partition', 'offset', 'ts']) places.add(`k:${name}`, [[name]], INTEGER, false);
  }
  if (json.envelope) addEnvelope(places, json, request);
  else if (!addMeta(places, json, request)) return null;
  for (const field of request.fields) {
    const type = types.get(field);
    if (type === undefined) return null;
    const name = spell(field);
    const before = request.keys.includes(field) ? [['before', name]] : [];
    places.add(`f:${field}`, json.envelope ? [['after', name], ...before] : [[name]], type);
  }
  const whole = json.envelope ? [['op'], ['source']] : request.keys.slice(0, 1).map((key) => [spell(key)]);
  if (!places.fit) return null;
  return {
    request: {
      fields: places.fields,
      whole: [...(kcat ? [['topic'], ['offset']] : []), ...whole.map((path) => [...record, ...path])],
      ...(kcat && { quoted: ['payload'] }),
      ...(json.wrapped && { constant: [...outer, 'schema'] }),
    },
    relation: relationOf(places, json, kcat),
  };
}

const FACT: ScanType = { kind: 'fact' };
const INTEGER: ScanType = { kind: 'integer' };
const TEXT: ScanType = { kind: 'text' };

/** Wanted fields by name; one place is taken by one field. */
class Places {
  readonly fields: WantedField[] = [];
  private readonly record: readonly string[];

  constructor(record: readonly string[]) {
    this.record = record;
  }

  add(name: string, paths: readonly (readonly string[])[], type: ScanType, inRecord = true): void {
    const start = inRecord ? this.record : [];
    this.fields.push({ name, paths: paths.map((path) => [...start, ...path]), type });
  }

  /** Every place once, and no more facts than a row can have. */
  get fit(): boolean {
    const all = this.fields.flatMap((f) => f.paths.map((path) => path.join('\0').toLowerCase()));
    return new Set(all).size === all.length && this.fields.filter((f) => isFact(f.type)).length <= MOST_FACTS;
  }

  /** The column of a field in the relation `r`; NULL where it is not asked for. */
  column(name: string): string {
    return this.fields.some((f) => f.name === name) ? `r.${identifier(name)}` : 'NULL';
  }
}

function addEnvelope(places: Places, json: RecordFacts, request: RawRequest): void {
  places.add('op', [['op']], { kind: 'operation' });
  for (const name of ['name', 'db', 'table', 'snapshot']) places.add(`source.${name}`, [['source', name]], FACT);
  places.add('source.ts_ms', [['source', 'ts_ms']], INTEGER);
  for (const name of placeFields(json.connector)) {
    const type: ScanType = NUMBERS.has(name) ? INTEGER : name === 'sequence' ? { kind: 'sequence' } : FACT;
    places.add(`source.${name}`, [['source', name]], type);
  }
  if (!request.transactions) return;
  places.add('source.gtid', [['source', 'gtid']], TEXT);
  places.add('source.txId', [['source', 'txId']], INTEGER);
  places.add('transaction.id', [['transaction', 'id']], TEXT);
}

/** False where an added field may have two names. */
function addMeta(places: Places, json: RecordFacts, request: RawRequest): boolean {
  for (const name of META) {
    const transaction = name.endsWith('gtid') || name === 'transaction_id';
    if (transaction && !request.transactions) continue;
    const names = metaFields(json.prefix, name);
    if (names.length > 1) return false;
    const type: ScanType = NUMBERS.has(name)
      ? INTEGER
      : name.endsWith('sequence')
        ? { kind: 'sequence' }
        : transaction
          ? TEXT
          : FACT;
    for (const field of names) places.add(`m:${name}`, [[field]], type);
  }
  return true;
}

function relationOf(places: Places, json: RecordFacts, kcat: boolean): RawRelation {
  const value = (name: string): string => {
    const column = places.column(name);
    // Of a sequence its first position was kept: it is all that is asked of it.
    if (name.endsWith('sequence') && column !== 'NULL') return `('["' || ${column} || '"')`;
    return name === 'source.txId' && column !== 'NULL' ? `${column}::VARCHAR` : column;
  };
  return {
    from: `(SELECT * FROM ${SCANNED} JOIN ${COMBINATIONS} USING (fact)) r`,
    record: 'r.record',
    topic: kcat ? 'r."k:topic"' : 'NULL',
    partition: kcat ? 'r."k:partition"::INTEGER' : 'NULL',
    offset: kcat ? 'r."k:offset"' : 'NULL',
    recordTime: kcat ? 'r."k:ts"' : 'NULL',
    key: 'NULL',
    nullValue: 'false',
    schema: json.wrapped ? 'r.schema' : 'NULL',
    everySchema: json.wrapped,
    fileAt: null,
    rows: false,
    parsed: false,
    envelope: (...path) => (json.envelope ? value(path.join('.')) : 'NULL'),
    meta: (name: MetaName) => value(`m:${name}`),
    after: (field) => (json.envelope ? value(`f:${field}`) : 'NULL'),
    before: () => 'NULL',
    flat: (field) => (json.flat ? value(`f:${field}`) : 'NULL'),
  };
}
