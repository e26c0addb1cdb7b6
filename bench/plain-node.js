// What a careful person writes without a tool: `node bench/plain-node.js FOLDER` reads patients.ndjson and orders.ndjson line by line, and
// prints orders, net revenue and average order value by discount level, as one JSON array. Repeats are removed by source position,
// the discount is the one in force when the order was placed, the amount and status are the last ones, deleted orders are left out.
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const COUNTED = new Set(['paid', 'shipped']);

/** Calls `take(event, position)` for each event of a file, once per source position. */
async function readLog(path, take) {
  const seen = new Set();
  for await (const line of createInterface({
    input: createReadStream(path, { highWaterMark: 1 << 20 }),
    crlfDelay: Infinity,
  })) {
    if (line === '' || line === 'null') continue;
    const event = JSON.parse(line);
    const { file, pos, row } = event.source;
    // Binlog number and position in one exact integer: 2^28 is more than a binlog holds here.
    const position = Number(file.slice(file.lastIndexOf('.') + 1)) * 2 ** 28 + pos;
    const identity = row === 0 && event.op !== 'd' ? position : `${position}:${row}:${event.op}`;
    if (seen.has(identity)) continue;
    seen.add(identity);
    take(event, position);
  }
}

/** Versions of each patient's discount: `[from, position, discount]`, sorted. */
async function discountsOf(path) {
  const versions = new Map();
  await readLog(path, ({ op, before, after, source }, position) => {
    const id = (after ?? before).id;
    const from = op === 'd' ? source.ts_ms : after.practitioner_discount_changed_at;
    const version = [from, position, op === 'd' ? null : after.practitioner_discount];
    const list = versions.get(id);
    if (list) list.push(version);
    else versions.set(id, [version]);
  });
  for (const list of versions.values()) list.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return versions;
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

/** First version (who, when) and last version (how much, which state) of each order. */
async function ordersOf(path) {
  const orders = new Map();
  await readLog(path, ({ op, before, after }, position) => {
    const row = after ?? before;
    const order = orders.get(row.id);
    const state = op === 'd' ? null : { cents: Math.round(Number(after.amount_subtotal) * 100), status: after.status };
    if (!order) {
      orders.set(row.id, { patient: row.user_id, date: row.date, first: position, last: position, state });
      return;
    }
    if (position < order.first) Object.assign(order, { patient: row.user_id, date: row.date, first: position });
    if (position > order.last) Object.assign(order, { last: position, state });
  });
  return orders;
}

const folder = process.argv[2];
const discounts = await discountsOf(join(folder, 'patients.ndjson'));
const orders = await ordersOf(join(folder, 'orders.ndjson'));
const levels = new Map();
for (const { patient, date, first, state } of orders.values()) {
  if (state === null || !COUNTED.has(state.status)) continue;
  const version = inForce(discounts.get(patient), date, first);
  const level = version === undefined ? 'unknown' : version[2] === null ? 'none' : String(-Number(version[2]) + 0);
  const total = levels.get(level) ?? { orders: 0, cents: 0 };
  total.orders += 1;
  total.cents += state.cents;
  levels.set(level, total);
}
const answer = [...levels]
  .map(([level, { orders: n, cents }]) => ({ level, orders: n, cents, aov: cents / n / 100 }))
  .sort((a, b) => (a.level < b.level ? -1 : 1));
console.log(JSON.stringify(answer));
