// Writes a change log as Debezium's MySQL connector without schemas would: `node bench/generate.js EVENTS [FOLDER] [SEED]`.
// Two files, patients.ndjson and orders.ndjson: 20 % of the events are patients', 80 % orders'; 5 % updates, 1 % deletes among the
// orders; out of order within 256 lines; 0.3 % of the lines stand twice. The same seed gives the same bytes everywhere.
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SHUFFLED_OVER = 256;
const REPEATED = 0.003;
const START = Date.UTC(2025, 0, 1);
const DISCOUNTS = ['0.00', '-4.00', '-5.00', '-7.50', '-10.00', '-12.00', '-15.00', null];
const STATUSES = [
  'paid',
  'paid',
  'paid',
  'paid',
  'paid',
  'shipped',
  'shipped',
  'shipped',
  'pending',
  'cancelled',
  'refunded',
];

/** A generator of numbers in [0, 1): mulberry32. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A file that takes lines, keeps 256 of them back, and lets go of one at random for each that comes. */
function shuffledFile(path, random) {
  const file = openSync(path, 'w');
  const held = [];
  const digest = createHash('sha256');
  let text = [];
  let size = 0;
  const counted = { path, lines: 0, bytes: 0 };
  const flush = () => {
    const bytes = Buffer.from(text.join(''));
    digest.update(bytes);
    counted.bytes += bytes.length;
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    text = [];
    size = 0;
  };
  const release = () => {
    const at = Math.floor(random() * held.length);
    const line = held[at];
    held[at] = held[held.length - 1];
    held.pop();
    text.push(line);
    size += line.length;
    counted.lines += 1;
    if (size > 1 << 20) flush();
  };
  const take = (line) => {
    held.push(line);
    if (held.length > SHUFFLED_OVER) release();
  };
  return {
    write(line) {
      take(line);
      if (random() < REPEATED) take(line);
    },
    close() {
      while (held.length > 0) release();
      flush();
      closeSync(file);
      return { ...counted, sha256: digest.digest('hex') };
    },
  };
}

/** Cents as the text of a DECIMAL(10,2). */
function money(cents) {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const TYPES = { number: 'int64', string: 'string', boolean: 'boolean', object: 'string' };

/** The schema that the JSON converter of Kafka Connect puts before each record (`schemas.enable=true`): some 3 kB. */
function schemaOf(table, row, source) {
  const fields = (values) =>
    Object.entries(values).map(([field, value]) => ({ type: TYPES[typeof value], optional: true, field }));
  const struct = (field, name, values) => ({ type: 'struct', fields: fields(values), optional: true, name, field });
  return JSON.stringify({
    type: 'struct',
    fields: [
      struct('before', `shop.pharmacy.${table}.Value`, row),
      struct('after', `shop.pharmacy.${table}.Value`, row),
      struct('source', 'io.debezium.connector.mysql.Source', source),
      { type: 'string', optional: true, field: 'transaction' },
      { type: 'string', optional: false, field: 'op' },
      { type: 'int64', optional: true, field: 'ts_ms' },
    ],
    optional: false,
    name: `shop.pharmacy.${table}.Envelope`,
    version: 2,
  });
}

/** Writes the log and returns what was written; `schemas` puts the schema into every record. */
export function generate(events, folder, seed = 20200101, { schemas = false } = {}) {
  const random = randomFrom(seed);
  const whole = (below) => Math.floor(random() * below);
  const pick = (list) => list[whole(list.length)];
  mkdirSync(folder, { recursive: true });
  const files = {
    patients: shuffledFile(join(folder, 'patients.ndjson'), random),
    orders: shuffledFile(join(folder, 'orders.ndjson'), random),
  };
  const known = {};
  const patients = [];
  const orders = [];
  let now = START;
  let file = 1;
  let position = 4;
  let transaction = 0;

  const emit = (table, op, before, after) => {
    transaction += 1;
    position += 600 + whole(400);
    if (position > 1 << 28) {
      file += 1;
      position = 4;
    }
    const second = Math.floor(now / 1000) * 1000;
    const source = {
      version: '3.4.0.Final',
      connector: 'mysql',
      name: 'shop',
      ts_ms: second,
      snapshot: 'false',
      db: 'pharmacy',
      sequence: null,
      ts_us: second * 1000,
      ts_ns: Number(second) * 1000000,
      table,
      server_id: 4711,
      gtid: null,
      file: `mysql-bin.${String(file).padStart(6, '0')}`,
      pos: position,
      row: 0,
      thread: null,
      query: null,
    };
    // Nanoseconds of today pass 2^53: written as text, so that the digits stay.
    const text = JSON.stringify({ before, after, source, transaction: null, op, ts_ms: now + 400 }).replace(
      /"ts_ns":[\d.e+]+/,
      `"ts_ns":${second}000000`,
    );
    if (schemas) known[table] ??= schemaOf(table, after ?? before, source);
    files[table].write(schemas ? `{"schema":${known[table]},"payload":${text}}\n` : `${text}\n`);
  };

  const newPatient = () => {
    const id = patients.length + 1;
    const row = {
      id,
      email: `p${id}@mail.example`,
      first_name: 'Ann',
      last_name: `Example${id % 977}`,
      postcode: String(2000 + (id % 7000)),
      practitioner_id: 1 + whole(200),
      clinic_id: 1 + whole(40),
      practitioner_discount: pick(DISCOUNTS),
      practitioner_discount_changed_at: now,
      register_date: now,
      updated_at: new Date(now).toISOString(),
    };
    patients.push(row);
    emit('patients', 'c', null, row);
  };
  const changedDiscount = () => {
    const at = whole(patients.length);
    const before = patients[at];
    patients[at] = {
      ...before,
      practitioner_discount: pick(DISCOUNTS),
      practitioner_discount_changed_at: now,
      updated_at: new Date(now).toISOString(),
    };
    emit('patients', 'u', before, patients[at]);
  };
  const newOrder = () => {
    const patient = pick(patients);
    const subtotal = 1500 + whole(30000) + (patient.practitioner_discount === '-15.00' ? 4000 : 0);
    const shipping = subtotal > 20000 ? 0 : 995;
    const row = {
      id: orders.length + 1,
      user_id: patient.id,
      practitioner_id: patient.practitioner_id,
      clinic_id: patient.clinic_id,
      transaction_id: `tx_${transaction.toString(16).padStart(12, '0')}`,
      amount_total: money(subtotal + shipping),
      amount_subtotal: money(subtotal),
      tax: money(Math.round(subtotal / 11)),
      shipping_method_id: 1 + whole(3),
      shipping_cost: money(shipping),
      voucher: random() < 0.1 ? 'WELCOME10' : null,
      date: now,
      status: pick(STATUSES),
      gift: false,
      note: null,
      updated_at: new Date(now).toISOString(),
      channel: 'web',
    };
    orders.push(row);
    emit('orders', 'c', null, row);
  };
  const alive = () => {
    for (let tries = 0; tries < 50; tries++) {
      const at = whole(orders.length);
      if (orders[at] !== null) return at;
    }
    return -1;
  };
  const correctedOrder = () => {
    const at = alive();
    if (at < 0) return newOrder();
    const before = orders[at];
    const subtotal = Math.round(Number(before.amount_subtotal) * 100) + whole(500);
    orders[at] = {
      ...before,
      amount_subtotal: money(subtotal),
      amount_total: money(subtotal + Math.round(Number(before.shipping_cost) * 100)),
      status: pick(STATUSES),
      updated_at: new Date(now).toISOString(),
    };
    return emit('orders', 'u', before, orders[at]);
  };
  const deletedOrder = () => {
    const at = alive();
    if (at < 0) return newOrder();
    emit('orders', 'd', orders[at], null);
    orders[at] = null;
  };

  for (let event = 0; event < events; event++) {
    now += 1 + whole(60_000);
    if (event < 20 || random() < 0.2) {
      if (event < 20 || random() < 0.2) newPatient();
      else changedDiscount();
    } else {
      const kind = random();
      if (kind < 0.05 && orders.length > 0) correctedOrder();
      else if (kind < 0.06 && orders.length > 0) deletedOrder();
      else newOrder();
    }
  }
  return [files.patients.close(), files.orders.close()];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const events = Number(process.argv[2] ?? 1_000_000);
  const folder = process.argv[3] ?? fileURLToPath(new URL(`data/${events}`, import.meta.url));
  for (const { path, lines, bytes, sha256 } of generate(events, folder, Number(process.argv[4] ?? 20200101))) {
    console.log(`${path}: ${lines} lines, ${bytes} bytes (${Math.round(bytes / lines)} a line), sha256 ${sha256}`);
  }
}
