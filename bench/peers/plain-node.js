// What a TypeScript developer writes first: readline, JSON.parse, sort, Map. node plain-node.js DIR
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const dir = process.argv[2],
  seen = new Set(),
  events = [];
for (const table of ['patients', 'orders']) {
  for await (const line of createInterface({
    input: createReadStream(`${dir}/${table}.ndjson`),
    crlfDelay: Infinity,
  })) {
    const { before, after, source: s } = JSON.parse(line);
    const key = `${s.file}:${s.pos}:${s.row}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const v = after ?? before;
    events.push({
      table,
      dead: after === null,
      id: v.id,
      patient: v.patient_id,
      cents: Math.round((v.amount_total ?? 0) * 100),
      discount: v.discount,
      ts: s.ts_ms,
      file: s.file,
      pos: s.pos,
      row: s.row,
    });
  }
}
events.sort(
  (a, b) => a.ts - b.ts || (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.pos - b.pos || a.row - b.row,
);
const patients = new Map(),
  orders = new Map(),
  groups = new Map();
const add = (k, n, c) => {
  const g = groups.get(k) ?? { n: 0, c: 0 };
  groups.set(k, g);
  g.n += n;
  g.c += c;
};
for (const e of events) {
  if (e.table === 'patients') {
    if (e.dead) patients.delete(e.id);
    else patients.set(e.id, e.discount);
    continue;
  }
  const old = orders.get(e.id);
  if (old) {
    add(old.k, -1, -old.c);
    orders.delete(e.id);
  }
  if (!e.dead) {
    const o = { k: patients.get(e.patient) ?? Infinity, c: e.cents };
    orders.set(e.id, o);
    add(o.k, 1, o.c);
  }
}
for (const [k, g] of [...groups].sort((a, b) => a[0] - b[0]))
  if (g.n)
    console.log(
      `${k === Infinity ? 'none' : k.toFixed(2)},${g.n},${(g.c / 100).toFixed(2)},${(g.c / 100 / g.n).toFixed(4)}`,
    );
