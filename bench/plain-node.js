// What a careful person writes without a tool: `node bench/plain-node.js FOLDER [readline|buffers] [exact]` reads patients.ndjson and
// orders.ndjson once, in order, and prints one JSON document: per discount level what the report's table `levels` holds, the naive and
// the within-patient slope, and the SHA-256 of each file. Repeats are removed by source position, the discount is the one in force when
// the order was placed, everything else of an order is its last version, deleted orders are left out. Money is whole cents.
// Lines: `readline`, as most people write it, or `buffers`, cut out of chunks by hand, which is a third cheaper.
// Ids: `JSON.parse` rounds what is above 2^53 without a word, as every such script does; with `exact` a parser that keeps digits
// (lossless-json) takes its place, and an id above 2^53 is a BigInt: only then does the script do the same as pharmabi.
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parse as losslessParse } from 'lossless-json';

const COUNTED = new Set(['paid', 'shipped']);
const CHUNK = 1 << 20;

/** A number as a double where that holds every digit of an integer, else as a BigInt. */
function exactNumber(text) {
  const number = Number(text);
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(text) ? number : BigInt(text);
}

const options = new Set(process.argv.slice(3));
const parse = options.has('exact') ? (text) => losslessParse(text, null, exactNumber) : JSON.parse;

/** Calls `take(line)` for each line of a file and returns the file's SHA-256, of the same chunks. */
function readLines(path, take) {
  return options.has('readline') ? readByReadline(path, take) : readByBuffers(path, take);
}

function readByReadline(path, take) {
  return new Promise((resolve, reject) => {
    const digest = createHash('sha256');
    const input = createReadStream(path);
    input.on('data', (chunk) => digest.update(chunk));
    input.on('error', reject);
    createInterface({ input, crlfDelay: Infinity })
      .on('line', (line) => line !== '' && take(line))
      .on('close', () => resolve(digest.digest('hex')));
  });
}

function readByBuffers(path, take) {
  const digest = createHash('sha256');
  const file = openSync(path, 'r');
  let buffer = Buffer.allocUnsafe(2 * CHUNK);
  let held = 0; // bytes at the start of the buffer that no line end followed yet
  for (;;) {
    if (buffer.length - held < CHUNK) buffer = Buffer.concat([buffer.subarray(0, held)], 2 * buffer.length);
    const read = readSync(file, buffer, held, CHUNK, null);
    if (read === 0) break;
    digest.update(buffer.subarray(held, held + read));
    const filled = held + read;
    let start = 0;
    for (let end = buffer.indexOf(10, held); end >= 0 && end < filled; end = buffer.indexOf(10, start)) {
      if (end > start) take(buffer.toString('utf8', start, end));
      start = end + 1;
    }
    buffer.copyWithin(0, start, filled);
    held = filled - start;
  }
  closeSync(file);
  if (held > 0) take(buffer.toString('utf8', 0, held));
  return digest.digest('hex');
}

/** Calls `take(event, position)` for each event of a file, once per source position. */
function readLog(path, take) {
  const seen = new Set();
  return readLines(path, (line) => {
    const event = parse(line);
    if (event === null) return;
    const { file, pos, row } = event.source;
    // Binlog number and position in one exact integer: 2^28 is more than a binlog holds here.
    const position = Number(file.slice(file.lastIndexOf('.') + 1)) * 2 ** 28 + pos;
    const identity = row === 0 && event.op !== 'd' ? position : `${position}:${row}:${event.op}`;
    if (seen.has(identity)) return;
    seen.add(identity);
    take(event, position);
  });
}

/** Versions of each patient's discount: `[from, position, discount]`, sorted. */
async function readDiscounts(path) {
  const versions = new Map();
  const sha256 = await readLog(path, ({ op, before, after, source }, position) => {
    const id = (after ?? before).id;
    const from = op === 'd' ? source.ts_ms : after.practitioner_discount_changed_at;
    const version = [from, position, op === 'd' ? null : after.practitioner_discount];
    const list = versions.get(id);
    if (list) list.push(version);
    else versions.set(id, [version]);
  });
  for (const list of versions.values()) list.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return { versions, sha256 };
}

/** The last version at or before an instant (position decides within it); undefined where there is none. */
function inForce(list, instant, position) {
  let found;
  for (const version of list ?? []) {
    if (version[0] > instant || (version[0] === instant && version[1] > position)) break;
    found = version;
  }
  return found;
}

/** `12.34` as 1234, without a double in between. */
function hundredths(text) {
  const point = text.indexOf('.');
  if (point < 0) return Number(text) * 100;
  return Number(text.slice(0, point) + text.slice(point + 1).padEnd(2, '0'));
}

/** First version (who, when) and last version (who, how much, which state) of each order. */
async function readOrders(path) {
  const orders = new Map();
  const sha256 = await readLog(path, ({ op, before, after }, position) => {
    const row = after ?? before;
    const order = orders.get(row.id);
    const last =
      op === 'd'
        ? null
        : {
            cents: hundredths(after.amount_subtotal),
            status: after.status,
            patient: after.user_id,
            practitioner: after.practitioner_id,
          };
    if (!order) {
      orders.set(row.id, { patient: row.user_id, date: row.date, first: position, newest: position, last });
      return;
    }
    if (position < order.first) {
      order.patient = row.user_id;
      order.date = row.date;
      order.first = position;
    }
    if (position > order.newest) {
      order.newest = position;
      order.last = last;
    }
  });
  return { orders, sha256 };
}

/** Quantile by linear interpolation between the neighbours of sorted values (type 7). */
function quantile(sorted, share) {
  const at = (sorted.length - 1) * share;
  const lower = Math.floor(at);
  const upper = Math.min(sorted.length - 1, lower + 1);
  return sorted[lower] + (at - lower) * (sorted[upper] - sorted[lower]);
}

/** One row of the table of levels; the error of the mean takes the orders of one patient together. */
function levelRow(level, { cents, patients, practitioners }) {
  const sorted = Float64Array.from(cents).sort();
  const n = sorted.length;
  let sum = 0;
  for (const value of sorted) sum += value;
  const mean = sum / n;
  let squares = 0;
  for (const value of sorted) squares += (value - mean) ** 2;
  let scores = 0;
  for (const patient of patients.values()) scores += (patient.cents - patient.orders * mean) ** 2;
  const g = patients.size;
  return {
    discount_pct: level,
    orders: n,
    patients: g,
    practitioners: practitioners.size,
    net_revenue: sum / 100,
    aov: mean / 100,
    median: quantile(sorted, 0.5) / 100,
    p25: quantile(sorted, 0.25) / 100,
    p75: quantile(sorted, 0.75) / 100,
    sd: Math.sqrt(squares / (n - 1)) / 100,
    se: Math.sqrt((g / (g - 1)) * scores) / n / 100,
  };
}

/** Slope b = sum x~y~ / sum x~^2 of clusters `{ n, xy, xx }` (deviations added up), with its clustered error. */
function slopeOf(row, clusters, n, k) {
  let xy = 0;
  let xx = 0;
  for (const cluster of clusters) {
    xy += cluster.xy;
    xx += cluster.xx;
  }
  const slope = xy / xx;
  let scores = 0;
  for (const cluster of clusters) scores += (cluster.xy - slope * cluster.xx) ** 2;
  const g = clusters.length;
  const se = Math.sqrt((g / (g - 1)) * ((n - 1) / (n - k)) * scores) / xx;
  return { row, slope, se, n, clusters: g };
}

/** Both slopes of net amount per percentage point, over the orders whose discount is a number. */
function slopes(patients) {
  let [n, x, y] = [0, 0, 0];
  for (const patient of patients) {
    n += patient.n;
    x += patient.x;
    y += patient.y;
  }
  const [meanX, meanY] = [x / n, y / n];
  const naive = patients.map((p) => ({
    xy: p.xy - meanX * p.y - meanY * p.x + p.n * meanX * meanY,
    xx: p.xx - 2 * meanX * p.x + p.n * meanX * meanX,
  }));
  const within = patients.map((p) => ({ xy: p.xy - (p.x * p.y) / p.n, xx: p.xx - (p.x * p.x) / p.n }));
  return [slopeOf('naive', naive, n, 2), slopeOf('within patient', within, n, 1)];
}

const folder = process.argv[2];
const { versions, sha256: patientsDigest } = await readDiscounts(join(folder, 'patients.ndjson'));
const { orders, sha256: ordersDigest } = await readOrders(join(folder, 'orders.ndjson'));
const levels = new Map();
const sums = new Map();
for (const { patient: buyer, date, first, last } of orders.values()) {
  if (last === null || !COUNTED.has(last.status)) continue;
  const { cents, patient, practitioner } = last;
  const version = inForce(versions.get(buyer), date, first);
  const known = version !== undefined && version[2] !== null;
  const x = known ? -hundredths(version[2]) + 0 : 0;
  const name = known ? x / 100 : version === undefined ? 'unknown' : 'none';
  const level = levels.get(name) ?? { cents: [], patients: new Map(), practitioners: new Set() };
  levels.set(name, level);
  level.cents.push(cents);
  const one = level.patients.get(patient);
  if (one) {
    one.orders += 1;
    one.cents += cents;
  } else level.patients.set(patient, { orders: 1, cents });
  if (practitioner !== null) level.practitioners.add(practitioner);
  if (!known) continue;
  const sum = sums.get(patient);
  if (sum) {
    sum.n += 1;
    sum.x += x;
    sum.y += cents;
    sum.xx += x * x;
    sum.xy += x * cents;
  } else sums.set(patient, { n: 1, x, y: cents, xx: x * x, xy: x * cents });
}
console.log(
  JSON.stringify({
    levels: [...levels].map(([name, level]) => levelRow(name, level)),
    slopes: slopes([...sums.values()]),
    inputs: { 'orders.ndjson': ordersDigest, 'patients.ndjson': patientsDigest },
  }),
);
