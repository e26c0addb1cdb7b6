# ClickHouse embedded (chdb): JSONEachRow with named tuples + ASOF JOIN. python3 chdb-asof.py DIR (pip install chdb)
import sys, chdb
d = sys.argv[1]
S = "source Tuple(ts_ms UInt64, file String, pos UInt64, row UInt32)"
pack = "bitShiftLeft(toUInt128(source.ts_ms), 72) + bitShiftLeft(toUInt128(toUInt64(right(source.file, 6))), 48) + bitShiftLeft(toUInt128(source.pos), 8) + source.row"
q = f"""
WITH p AS (SELECT DISTINCT if(op = 'd', before.id, after.id) AS id, if(op = 'd', toDecimal64(-1, 2), after.discount) AS discount, {pack} AS seq
  FROM file('{d}/patients.ndjson', JSONEachRow, 'op String, before Tuple(id UInt64), after Tuple(id UInt64, discount Decimal(9,2)), {S}')),
o AS (SELECT DISTINCT if(op = 'd', before.id, after.id) AS id, op = 'd' AS dead, after.patient_id AS patient_id, after.amount_total AS amount, {pack} AS seq
  FROM file('{d}/orders.ndjson', JSONEachRow, 'op String, before Tuple(id UInt64), after Tuple(id UInt64, patient_id UInt64, amount_total Decimal(18,2)), {S}')),
l AS (SELECT id, max(seq) AS s, argMax(patient_id, seq) AS pid, argMax(amount, seq) AS amount, argMax(dead, seq) AS gone FROM o GROUP BY id HAVING NOT gone)
SELECT if(p.id = 0 OR p.discount < 0, 'none', toString(p.discount)) AS k, count() AS n, sum(l.amount) AS s
FROM l ASOF LEFT JOIN p ON p.id = l.pid AND p.seq <= l.s GROUP BY k
"""
out = chdb.query(q + " SETTINGS input_format_skip_unknown_fields=1, input_format_null_as_default=1, input_format_json_defaults_for_missing_elements_in_named_tuple=1, input_format_json_ignore_unknown_keys_in_named_tuple=1, max_threads=2", "TSV")
rows = [l.split("\t") for l in str(out).strip().splitlines()]
for k, n, s in sorted(rows, key=lambda r: 9e9 if r[0] == "none" else float(r[0])):
    print(f"{k if k == 'none' else format(float(k), '.2f')},{n},{float(s):.2f},{float(s) / int(n):.4f}")
