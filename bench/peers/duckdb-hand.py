# Hand-written DuckDB SQL as an analyst would: auto-detected read_json, row_number order. python3 duckdb-hand.py DIR (pip install duckdb)
import sys, duckdb
d = sys.argv[1]
c = duckdb.connect(config={"threads": 2})
rows = c.sql(f"""
WITH e AS (
  SELECT DISTINCT 'p' t, op, coalesce(after.id, before.id) id, after.discount discount, NULL patient_id, NULL amount, source.ts_ms ts, source.file file, source.pos pos, source.row "row" FROM read_json('{d}/patients.ndjson')
  UNION ALL
  SELECT DISTINCT 'o', op, coalesce(after.id, before.id), NULL, after.patient_id, after.amount_total, source.ts_ms, source.file, source.pos, source.row FROM read_json('{d}/orders.ndjson')),
s AS (SELECT *, row_number() OVER (ORDER BY ts, file, pos, "row") seq FROM e),
o AS (SELECT * FROM s WHERE t = 'o' QUALIFY row_number() OVER (PARTITION BY id ORDER BY seq DESC) = 1)
SELECT p.discount, count(*), sum(o.amount::DECIMAL(18,2)) FROM o ASOF LEFT JOIN (FROM s WHERE t = 'p') p ON p.id = o.patient_id AND p.seq <= o.seq
WHERE o.op <> 'd' GROUP BY 1 ORDER BY 1 NULLS LAST""").fetchall()
for k, n, s in rows:
    print(f"{'none' if k is None else format(k, '.2f')},{n},{s},{float(s) / n:.4f}")
