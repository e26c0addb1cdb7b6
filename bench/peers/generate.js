// Writes the log that all peers read: `node bench/peers/generate.js EVENTS FOLDER`. Envelopes of Debezium's MySQL connector without
// schemas, `patients.ndjson` and `orders.ndjson`: 20 % patient events, 80 % order events (94 % c, 5 % u, 1 % d), source.ts_ms in whole
// seconds (many ties, broken by file, position and row alone), lines out of order within 256, 0.3 % of them twice. The same bytes everywhere.
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** xorshift64* on two halves of 32 bits: a BigInt for each number would take minutes. Gives whole numbers below `n` (at most 2^32). */
class Random {
  constructor(high, low) {
    this.high = high | 0;
    this.low = low | 0;
  }

  below(n) {
    let [h, l] = [this.high, this.low];
    const [h13, l13] = [(h << 13) | (l >>> 19), l << 13];
    h ^= h13;
    l ^= l13;
    const [h7, l7] = [h >>> 7, (l >>> 7) | (h << 25)];
    h ^= h7;
    l ^= l7;
    const [h17, l17] = [(h << 17) | (l >>> 15), l << 17];
    h ^= h17;
    l ^= l17;
    this.high = h;
    this.low = l;
    // The upper half of the product with 0x2545F4914F6CDD1D, modulo 2^64.
    const upper = (upperProduct(l >>> 0, 0x4f6cdd1d) + Math.imul(h, 0x4f6cdd1d) + Math.imul(l, 0x2545f491)) >>> 0;
    return upper % n;
  }
}

/** The upper 32 bits of the product of two unsigned numbers of 32 bits. */
function upperProduct(a, b) {
  const [ah, al, bh, bl] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  const middle = ah * bl + (((al * bl) / 65536) >>> 0);
  const other = al * bh + (middle & 0xffff);
  return ah * bh + Math.floor(middle / 65536) + Math.floor(other / 65536);
}

const DISCOUNTS = [0, 0, 5, 10, 15, 20, 25, 50];
const STATES = ['draft', 'confirmed', 'done', 'cancelled'];

const padded = (number, digits) => String(number).padStart(digits, '0');
const cents = (number) => `${Math.floor(number / 100)}.${padded(number % 100, 2)}`;

function patientText(id, p) {
  const name = (Math.imul(id, 2654435761) >>> 0).toString(16).padStart(8, '0');
  return `{"id":${id},"name":"Patient ${name} Fam${id % 997}","email":"p${id}@clinic.example","phone":"+84 90 ${padded(p.phone, 7)}","birth_date":${(id % 20000) - 5000},"gender":"${id % 2 === 0 ? 'f' : 'm'}","discount":${cents(p.discount)},"active":true,"created_at":${p.created}000,"updated_at":"2024-05-0${1 + (id % 9)}T08:00:00Z"}`;
}

function orderText(id, o) {
  return `{"id":${id},"name":"S${padded(id, 8)}","patient_id":${o.patient},"amount_total":${cents(o.cents)},"currency":"VND","state":"${STATES[o.state]}","pricelist_id":${1 + (id % 3)},"note":"walk-in, counter ${1 + (id % 17)}","date_order":${o.created}000,"updated_at":"2024-05-0${1 + (id % 9)}T08:00:00Z"}`;
}

/** A file whose lines are held back and let go a little out of order, some of them twice. */
function shuffledFile(path) {
  const file = openSync(path, 'w');
  const random = new Random(0xd1b54a32, 0xd192ed03);
  const held = [];
  let text = [];
  let size = 0;
  const flush = () => {
    const bytes = Buffer.from(text.join(''));
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    text = [];
    size = 0;
  };
  const release = (at) => {
    const [line] = held.splice(at, 1);
    text.push(line, '\n');
    size += line.length;
    if (size > 1 << 20) flush();
  };
  const push = (line) => {
    held.push(line);
    if (held.length > 256) release(random.below(16) * random.below(16));
  };
  return {
    put(line) {
      if (random.below(1000) < 3) push(line);
      push(line);
    },
    close() {
      while (held.length > 0) release(random.below(Math.min(held.length, 64)));
      flush();
      closeSync(file);
    },
  };
}

/** The shop: makes one event after the other, each as `{ table, op, before, after }`. */
class Shop {
  constructor(random, events) {
    this.random = random;
    this.most = Math.max(Math.floor(events / 25), 10);
    this.patients = [];
    this.orders = [];
  }

  patient(time) {
    const { random, patients, most } = this;
    const room = most - patients.length;
    const grow = patients.length < most && random.below(most) < room + Math.floor(most / 20);
    const at = grow ? patients.length : random.below(patients.length);
    const known = patients[at];
    if (known === undefined || !known.alive) {
      const discount = DISCOUNTS[random.below(8)];
      patients[at] = { alive: true, discount, phone: random.below(10_000_000), created: time };
      return { op: 'c', before: 'null', after: patientText(at + 1, patients[at]) };
    }
    const before = patientText(at + 1, known);
    if (random.below(200) === 0) {
      known.alive = false;
      return { op: 'd', before, after: 'null' };
    }
    if (random.below(10) < 7) known.discount = DISCOUNTS[random.below(8)];
    else known.phone = random.below(10_000_000);
    return { op: 'u', before, after: patientText(at + 1, known) };
  }

  order(time) {
    const { random, patients, orders } = this;
    const kind = random.below(100);
    let at =
      orders.length === 0
        ? 0
        : orders.length - 1 - Math.floor((random.below(orders.length) * random.below(1000)) / 1000);
    if (kind < 94 || orders.length === 0 || !orders[at].alive) {
      at = orders.length;
      const patient = 1 + random.below(patients.length);
      const amount = 1000 + random.below(5_000_000);
      orders.push({ alive: true, patient, cents: amount, state: random.below(3), created: time });
      return { op: 'c', before: 'null', after: orderText(at + 1, orders[at]) };
    }
    const known = orders[at];
    const before = orderText(at + 1, known);
    if (kind === 99) {
      known.alive = false;
      return { op: 'd', before, after: 'null' };
    }
    known.cents = 1000 + random.below(5_000_000);
    known.state = random.below(4);
    return { op: 'u', before, after: orderText(at + 1, known) };
  }
}

/** Writes the log of `events` events into `folder`. */
export function generate(events, folder) {
  mkdirSync(folder, { recursive: true });
  const files = {
    patients: shuffledFile(join(folder, 'patients.ndjson')),
    orders: shuffledFile(join(folder, 'orders.ndjson')),
  };
  const random = new Random(0x9e3779b9, 0x7f4a7c15);
  const shop = new Shop(random, events);
  let [file, position, time] = [1, 4, 1_714_000_000_000];
  for (let event = 0; event < events; event++) {
    time += random.below(700);
    position += 300 + random.below(500);
    if (position > 2 ** 30) [file, position] = [file + 1, 4];
    const table = random.below(5) === 0 || shop.patients.length === 0 ? 'patients' : 'orders';
    const { op, before, after } = table === 'patients' ? shop.patient(time) : shop.order(time);
    const second = Math.floor(time / 1000) * 1000;
    const seen = time + 40 + random.below(400);
    files[table].put(
      `{"before":${before},"after":${after},"source":{"version":"2.7.3.Final","connector":"mysql","name":"pharma","ts_ms":${second},"snapshot":"false","db":"pharma","sequence":null,"ts_us":${second}000,"ts_ns":${second}000000,"table":"${table}","server_id":223344,"gtid":"3e11fa47-71ca-11e1-9e33-c80aa9429562:${event + 1}","file":"mysql-bin.${padded(file, 6)}","pos":${position},"row":0,"thread":${7 + (event % 50)},"query":null},"transaction":null,"op":"${op}","ts_ms":${seen},"ts_us":${seen}123,"ts_ns":${seen}123456}`,
    );
  }
  files.patients.close();
  files.orders.close();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) generate(Number(process.argv[2]), process.argv[3]);
