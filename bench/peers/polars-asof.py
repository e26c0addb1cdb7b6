# polars: scan_ndjson + join_asof. python3 polars-asof.py DIR (pip install polars)
import sys, polars as pl
d = sys.argv[1]
src = pl.Struct({"ts_ms": pl.Int64, "file": pl.String, "pos": pl.Int64, "row": pl.Int64})
def load(table, cols):
    val = pl.Struct({"id": pl.Int64, **cols})
    e = pl.scan_ndjson(f"{d}/{table}.ndjson", schema={"before": pl.Struct({"id": pl.Int64}), "after": val, "source": src, "op": pl.String}, ignore_errors=False)
    s, a = pl.col("source").struct, pl.col("after").struct
    return e.select(s.field("ts_ms").alias("ts"), s.field("file"), s.field("pos"), s.field("row"), (pl.col("op") == "d").alias("dead"),
                    pl.coalesce(a.field("id"), pl.col("before").struct.field("id")).alias("id"), *[a.field(c) for c in cols]).unique(["file", "pos", "row"])
P = ["file", "pos", "row"]
p, o = pl.collect_all([load("patients", {"discount": pl.Float64}), load("orders", {"patient_id": pl.Int64, "amount_total": pl.Float64})])
seq = pl.concat([p.select("ts", *P), o.select("ts", *P)]).sort("ts", *P).with_row_index("seq").drop("ts")
p = p.lazy().join(seq.lazy(), on=P).sort("seq").select("seq", pl.col("id").alias("patient_id"), pl.col("discount").fill_null(9e9))
o = (o.lazy().join(seq.lazy(), on=P).sort("seq").unique("id", keep="last", maintain_order=True).filter(~pl.col("dead"))
     .select("seq", "patient_id", (pl.col("amount_total") * 100).round().cast(pl.Int64).alias("cents")))
r = (o.join_asof(p, on="seq", by="patient_id", strategy="backward").with_columns(pl.col("discount").fill_null(9e9))
     .group_by("discount").agg(pl.len().alias("n"), pl.col("cents").sum()).sort("discount").collect())
for k, n, c in r.iter_rows():
    print(f"{'none' if k == 9e9 else format(k, '.2f')},{n},{c // 100}.{c % 100:02d},{c / 100 / n:.4f}")
