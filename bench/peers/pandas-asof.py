# pandas.merge_asof, JSON by orjson. python3 pandas-asof.py DIR (pip install pandas orjson)
import sys, orjson, pandas as pd
d = sys.argv[1]
def load(table):
    rows = []
    with open(f"{d}/{table}.ndjson", "rb") as f:
        for line in f:
            e = orjson.loads(line); s = e["source"]; a = e["after"]; v = a or e["before"]
            rows.append((s["ts_ms"], s["file"], s["pos"], s["row"], a is None, v["id"], v.get("discount"), v.get("patient_id"), v.get("amount_total")))
    return pd.DataFrame(rows, columns=["ts", "file", "pos", "row", "dead", "id", "discount", "patient_id", "amount"]).drop_duplicates(["file", "pos", "row"])
p, o = load("patients"), load("orders")
p["t"], o["t"] = 0, 1
both = pd.concat([p[["t", "ts", "file", "pos", "row"]], o[["t", "ts", "file", "pos", "row"]]])
both = both.reset_index().sort_values(["ts", "file", "pos", "row"], ignore_index=True)
both["seq"] = both.index
p["seq"] = both[both.t == 0].set_index("index")["seq"]; o["seq"] = both[both.t == 1].set_index("index")["seq"]
p.loc[p.dead, "discount"] = -1
o = o.sort_values("seq"); o = o[~o.duplicated("id", keep="last") & ~o.dead]
o["patient_id"] = o.patient_id.astype("int64"); o["cents"] = (o.amount * 100).round().astype("int64")
j = pd.merge_asof(o[["seq", "patient_id", "cents"]], p.sort_values("seq")[["seq", "id", "discount"]], on="seq", left_by="patient_id", right_by="id")
j["discount"] = j.discount.fillna(-1)
g = j.groupby("discount").cents.agg(["size", "sum"]).reset_index().replace({"discount": {-1: 9e9}}).sort_values("discount")
for k, n, c in g.itertuples(index=False):
    n, c = int(n), int(c)
    print(f"{'none' if k == 9e9 else format(k, '.2f')},{n},{c // 100}.{c % 100:02d},{c / 100 / n:.4f}")
