// Records of a bundled capture (kcat -J lines) in every form that a reader meets. A form gives lines, or (Avro) bytes with the place where each record ends.
import avro from 'avsc';

const valueOf = (line) => JSON.parse(line).payload ?? 'null';

/** The Connect schema of a row, as a converter with schemas.enable=true repeats it in every record. */
function schemaOf(row) {
  return {
    type: 'struct',
    optional: true,
    fields: Object.entries(row ?? {}).map(([field, v]) => ({ type: typeof v === 'number' ? 'int64' : 'string', optional: true, field })),
  };
}

const withSchema = (text) => {
  const payload = JSON.parse(text);
  if (payload === null) return 'null';
  const row = schemaOf(payload.after ?? payload.before);
  return JSON.stringify({ schema: { type: 'struct', fields: [{ ...row, field: 'before' }, { ...row, field: 'after' }], name: 'x.Envelope' }, payload });
};

const unwrapped = (text, placed) => {
  const payload = JSON.parse(text);
  if (payload === null) return 'null';
  const { source, op } = payload;
  const place = placed ? { __source_file: source.file, __source_pos: source.pos, __source_row: source.row } : {};
  return JSON.stringify({ ...(payload.after ?? payload.before), __op: op, __table: source.table, __source_ts_ms: source.ts_ms, __deleted: String(op === 'd'), ...place });
};

const rowOf = (line) => JSON.parse(JSON.parse(line).payload ?? '{}')?.after ?? {};

/** A dump: the header stands before the first row; `cell` writes a value. */
const dump = (delimiter, cell) => (line, at) => {
  const row = rowOf(line);
  const cells = (of) => of.map(cell).join(delimiter);
  return at === 0 ? `${cells(Object.keys(row))}\n${cells(Object.values(row))}` : cells(Object.values(row));
};

/** Forms of one line per record (a dump: of one line, but where a text holds line ends). */
export const LINE_FORMS = {
  kcat: (line) => line,
  values: valueOf,
  'values with schemas': (line) => withSchema(valueOf(line)),
  'kcat with schemas': (line) => JSON.stringify({ ...JSON.parse(line), payload: withSchema(valueOf(line)) }),
  console: (line) => {
    const { key, payload, ts, partition, offset } = JSON.parse(line);
    return `CreateTime:${ts}\tPartition:${partition}\tOffset:${offset}\tNO_HEADERS\t${key ?? 'null'}\t${payload ?? 'null'}`;
  },
  keyed: (line) => {
    const { key, payload, ts } = JSON.parse(line);
    return `CreateTime:${ts}\t${key ?? 'null'}\t${payload ?? 'null'}`;
  },
  unwrapped: (line) => unwrapped(valueOf(line), false),
  'unwrapped with places': (line) => unwrapped(valueOf(line), true),
  csv: dump(',', (v) => (v === null ? '' : `"${String(v).replaceAll('"', '""')}"`)),
  outfile: dump(',', (v) => (v === null ? '\\N' : `"${String(v).replace(/[\\"\n]/g, '\\$&')}"`)),
  batch: dump('\t', (v) => (v === null ? 'NULL' : String(v).replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t'))),
};

const ROW = (row) => ({
  type: 'record',
  name: 'Value',
  fields: Object.keys(row).map((name) => ({ name, type: ['null', 'string', 'long', 'boolean'], default: null })),
});

function envelopeType(row) {
  const source = { type: 'record', name: 'Source', fields: [['name', 'string'], ['db', 'string'], ['table', 'string'], ['ts_ms', 'long'], ['snapshot', 'string'], ['file', 'string'], ['pos', 'long'], ['row', 'int']].map(([name, type]) => ({ name, type })) };
  return avro.Type.forSchema(
    { type: 'record', name: 'Envelope', fields: [{ name: 'before', type: ['null', ROW(row)] }, { name: 'after', type: ['null', 'Value'] }, { name: 'source', type: source }, { name: 'op', type: 'string' }] },
    { wrapUnions: false },
  );
}

function avroRecords(lines) {
  const events = lines.map((line) => JSON.parse(valueOf(line))).filter((e) => e !== null);
  const all = Object.fromEntries(events.flatMap((e) => Object.keys(e.after ?? e.before)).map((k) => [k, null]));
  const type = envelopeType(all);
  const whole = (row) => (row === null ? null : { ...all, ...row });
  return { type, records: events.map((e) => type.toBuffer({ ...e, before: whole(e.before), after: whole(e.after), source: { ...e.source, snapshot: String(e.source.snapshot) } })) };
}

/** An Avro container file of these records; small blocks, so that damage takes some and leaves others. */
export function container(lines, codec) {
  const { type, records } = avroRecords(lines);
  const encoder = new avro.streams.BlockEncoder(type, { codec, blockSize: 4096 });
  const chunks = [];
  encoder.on('data', (chunk) => chunks.push(chunk));
  const done = new Promise((resolve) => encoder.on('end', () => resolve(Buffer.concat(chunks))));
  for (const record of records) encoder.write(type.fromBuffer(record));
  encoder.end();
  return done;
}

/** The same as framed records, a line end after each, and the text of their schema. */
export function framed(lines) {
  const { type, records } = avroRecords(lines);
  const head = Buffer.from([0, 0, 0, 0, 7]);
  return { schema: JSON.stringify(type.schema()), bytes: Buffer.concat(records.flatMap((record) => [head, record, Buffer.from('\n')])) };
}
