"""A second engine for the reports: pandas, scipy, statsmodels and lifelines compute every figure of a report from the pipeline's
relations (`pharmabi replay`), and the script compares them with the report's JSON to 1e-9.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install -r test/oracle/second-engine/requirements.txt
    npm run build && /tmp/venv/bin/python test/oracle/second-engine/check.py [INPUT...]

Without INPUT: the bundled capture. `npm test` does not need it.
"""
import io, json, math, subprocess, sys
from pathlib import Path
import numpy as np, pandas as pd, scipy.stats as st, statsmodels.api as sm
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.oneway import anova_oneway
from statsmodels.stats.proportion import proportion_confint

ROOT = Path(__file__).resolve().parents[3]
INPUTS = sys.argv[1:]
COUNTED = ("paid", "shipped")
DAY = 86_400_000
problems, compared = [], 0


def run(*args):
    done = subprocess.run(["node", str(ROOT / "bin/pharmabi.js"), *args, *INPUTS, "--quiet"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"pharmabi {' '.join(args)}\n{done.stderr}")
    return done.stdout


_relations = {}


def relation(name):
    if name not in _relations:
        _relations[name] = pd.read_csv(io.StringIO(run("replay", name, "--format", "csv")), keep_default_na=False, na_values=[""])
    return _relations[name]


def report(name, *options):
    return json.loads(run("report", name, "--format", "json", "--small-numbers", "off", *options))["tables"]


def number(text):
    """A level as a number; none and unknown stay text."""
    try:
        return float(text)
    except ValueError:
        return text


def same(where, got, want):
    """Equal, or for numbers within 1e-9 of each other (1e-12 near 0)."""
    global compared
    compared += 1
    if want is None or (isinstance(want, float) and math.isnan(want)):
        good = got is None
    elif isinstance(want, (int, float, np.integer, np.floating)) and not isinstance(want, (bool, np.bool_)):
        good = isinstance(got, (int, float)) and abs(got - float(want)) <= max(1e-12, 1e-9 * abs(float(want)))
    else:
        good = got == (bool(want) if isinstance(want, np.bool_) else want)
    if not good:
        problems.append(f"{where}: pharmabi {got!r}, second engine {want!r}")


def rows(where, table, key, want, columns):
    """Every row of a table against a frame with the same key (values as text)."""
    got = {tuple(str(row[k]) for k in key): row for row in table}
    for _, line in want.iterrows():
        name = tuple(str(line[k]) for k in key)
        if name not in got:
            problems.append(f"{where} {name}: no row")
            continue
        for column in columns:
            same(f"{where} {name} {column}", got[name][column], line[column])
    same(f"{where} rows", len(table), len(want))


def cents(values):
    return (values * 100).round().astype("int64")


def day(ts):
    return pd.to_datetime(ts, unit="ms").dt.floor("D")


def end():
    return pd.Timestamp(json.loads(run("report", "discount-impact", "--format", "json"))["asOf"]).tz_localize(None)


END = end()


def wilson(k, n):
    low, high = proportion_confint(k, n, method="wilson") if n else (None, None)
    return (0.0 if k == 0 else low), (1.0 if k == n else high)


def t_interval(mean, se, df):
    half = st.t.ppf(0.975, df) * se if df >= 1 else None
    return (None, None) if half is None else (mean - half, mean + half)


def clustered(frame, value="y", cluster="PATIENT_ID"):
    n, mean = len(frame), frame[value].mean()
    s = (frame[value] - mean).groupby(frame[cluster].fillna(-1)).sum()
    g = len(s)
    return math.sqrt(g / (g - 1) * (s**2).sum()) / n if g > 1 else None, g


def orders(name="ORDERS_PLACED"):
    frame = relation(name)
    frame = frame[frame.STATUS.isin(COUNTED)].copy()
    frame["y"] = frame.AMOUNT_SUBTOTAL.astype(float)
    frame["day"] = day(frame.EVENT_TS)
    return frame.sort_values(["EVENT_TS", "ORDER_ID"])


def patients(series):
    return series.nunique() + int(series.isna().any())


def discount_impact():
    made = report("discount-impact")
    frame = orders("ORDERS_WITH_DISCOUNT")
    frame = frame[frame.DISCOUNT_BASIS.ne("unknown") & frame.DISCOUNT.notna()].assign(x=lambda f: 0 - f.DISCOUNT)
    levels = []
    for level, part in frame.groupby("x"):
        se, g = clustered(part)
        low, high = t_interval(part.y.mean(), se, g - 1)
        q = np.percentile(part.y, [25, 50, 75])
        levels.append(dict(discount_pct=float(level), orders=len(part), patients=patients(part.PATIENT_ID), net_revenue=part.y.sum(),
                           aov=part.y.mean(), p25=q[0], median=q[1], p75=q[2], sd=part.y.std(), se_iid=part.y.sem(), se=se, ci_low=low,
                           ci_high=high, aov_gross=(part.y / (1 - part.x / 100)).mean()))
    want = pd.DataFrame(levels)
    got = [row | dict(discount_pct=number(row["discount_pct"])) for row in made["levels"]]
    got = [row for row in got if isinstance(row["discount_pct"], float)]
    rows("discount-impact levels", got, ["discount_pct"], want, [c for c in want if c != "discount_pct"])
    slope = next(row for row in made["slopes"] if row["row"] == "naive")
    fit = sm.OLS(frame.y, sm.add_constant(frame.x)).fit(cov_type="cluster", cov_kwds={"groups": frame.PATIENT_ID.fillna(-1)}, use_t=True)
    for column, value in dict(slope=fit.params["x"], se=fit.bse["x"], p=fit.pvalues["x"]).items():
        same(f"discount-impact naive {column}", slope[column], value)
    jump = next(row for row in made["jumps"] if not row["skipped"])
    a, b = (frame[frame.x == number(jump[k])].y for k in ("from_pct", "to_pct"))
    welch = st.ttest_ind(b, a, equal_var=False)
    same("discount-impact welch_t", jump["welch_t"], welch.statistic)
    same("discount-impact welch_p", jump["welch_p"], welch.pvalue)


def discount_history():
    made = report("discount-history")
    frame = orders("ORDERS_WITH_DISCOUNT").assign(year=lambda f: pd.to_datetime(f.EVENT_TS, unit="ms").dt.year)
    for (year, level), part in frame[frame.DISCOUNT_BASIS.ne("unknown") & frame.DISCOUNT.notna()].groupby(["year", "DISCOUNT"]):
        row = next(r for r in made["levels"] if str(r["year"]) == str(year) and number(r["discount_pct"]) == -level)
        same(f"discount-history {year} {-level} orders", row["orders"], len(part))
        same(f"discount-history {year} {-level} aov", row["aov"], part.y.mean())
        same(f"discount-history {year} {-level} se", row["se"], clustered(part)[0])
        same(f"discount-history {year} {-level} share", row["share_of_year_orders"], len(part) / (frame.year == year).sum())
    years = sorted(frame.year.unique())
    for change in made["changes"]:
        before, after = (frame[frame.year == int(change[k])] for k in ("from_year", "to_year"))
        same("discount-history change", change["change"], after.y.mean() - before.y.mean())
        same("discount-history split", change["within_level"] + change["mix"], change["change"])
    same("discount-history years", sorted({str(r["year"]) for r in made["levels"]}), [str(y) for y in years])


def sales_trend():
    made = report("sales-trend")
    frame = orders().assign(month=lambda f: f.day.dt.strftime("%Y-%m-01"))
    first = frame.drop_duplicates("PATIENT_ID").month.value_counts()
    want = frame.groupby("month").agg(orders=("y", "size"), patients=("PATIENT_ID", patients), net_revenue=("y", "sum"), aov=("y", "mean")).reset_index()
    want["new_patients"] = want.month.map(first).fillna(0).astype(int)
    rows("sales-trend", made["periods"], ["month"], want, ["orders", "patients", "net_revenue", "aov", "new_patients"])
    whole = [row for row in made["periods"] if row["complete"]]
    per_day = [row["net_revenue"] / pd.Period(row["month"], "M").days_in_month for row in whole]
    slope, _, low, high = st.theilslopes(per_day, np.arange(len(per_day)), 0.95)
    theil = next(row for row in made["trend"] if row["test"] == "Theil-Sen")
    same("sales-trend slope", theil["slope"], slope)
    tau = st.kendalltau(np.arange(len(per_day)), per_day)
    same("sales-trend tau", next(r for r in made["trend"] if r["test"] == "Mann-Kendall")["tau"], tau.statistic)


def performance():
    lines = relation("ORDER_LINES")
    lines = lines[lines.STATUS.isin(COUNTED)]
    for name, table, key in (("brand-performance", "brands", "BRAND_ID"), ("product-performance", "products", "PRODUCT_ID")):
        made = report(name)[table]
        frame = lines.assign(id=lines[key].map(lambda v: "(unknown)" if pd.isna(v) else str(int(v))))
        total = frame.NET.sum()
        want = frame.groupby("id").agg(orders=("ORDER_ID", "nunique"), patients=("PATIENT_ID", patients), lines=("NET", "size"), units=("QUANTITY", "sum"), net_revenue=("NET", "sum")).reset_index()
        want["net_revenue"] = want.net_revenue.round(2)
        want["share"] = cents(want.net_revenue) / cents(pd.Series([total]))[0]
        old = frame.groupby(["id", "PATIENT_ID"]).agg(first=("EVENT_TS", "min"), n=("ORDER_ID", "nunique")).reset_index()
        old = old[old["first"] <= END.value // 10**6 - 90 * DAY]
        rate = old.groupby("id").n.agg(lambda n: (n > 1).mean())
        want["repeat_rate"] = want.id.map(rate)
        rows(name, made, ["id"], want, ["orders", "patients", "lines", "units", "net_revenue", "share", "repeat_rate"])


def practitioner_type():
    made = report("practitioner-type")
    frame = orders("ORDERS_WITH_PRACTITIONER")
    frame = frame[frame.RESPONSIBLE_ID.notna()].assign(month=lambda f: f.day.dt.strftime("%Y-%m"), type=lambda f: f.PRACTITIONER_TYPE.fillna("(unknown)"))
    units = frame.groupby(["type", "RESPONSIBLE_ID"]).agg(orders=("y", "size"), net=("y", "sum"), months=("month", "nunique")).reset_index()
    units["aov"], units["orders_per_month"], units["revenue_per_month"] = units.net / units.orders, units.orders / units.months, units.net / units.months
    seen = frame.drop_duplicates(["type", "RESPONSIBLE_ID", "PATIENT_ID", "day"]).sort_values("day")
    visits = seen.groupby(["type", "RESPONSIBLE_ID", "PATIENT_ID"]).day.agg(first="min", second=lambda d: d.iloc[1] if len(d) > 1 else pd.NaT).reset_index()
    visits = visits[(END.floor("D") - visits["first"]).dt.days >= 90]
    visits["again"] = (visits.second - visits["first"]).dt.days <= 90
    share = visits.groupby(["type", "RESPONSIBLE_ID"]).again.mean().rename("repeat_share").reset_index()
    units = units.merge(share, how="left", on=["type", "RESPONSIBLE_ID"])
    used = units[units.orders >= 30]
    for row in made["types"]:
        if row["type"].startswith("("):
            continue
        values = used[used.type == row["type"]].aov
        same(f"practitioner-type {row['type']} used", row["practitioners_used"], len(values))
        same(f"practitioner-type {row['type']} mean", row["mean_aov"], values.mean())
        same(f"practitioner-type {row['type']} median", row["median_aov"], values.median())
        same(f"practitioner-type {row['type']} sd", row["sd_aov"], values.std())
        low, high = t_interval(values.mean(), values.sem(), len(values) - 1) if len(values) >= 5 else (None, None)
        same(f"practitioner-type {row['type']} low", row["ci_low"], low)
        same(f"practitioner-type {row['type']} high", row["ci_high"], high)
    for measure in ("aov", "orders_per_month", "revenue_per_month", "repeat_share"):
        groups = [g[measure].dropna() for name, g in used.groupby("type") if not name.startswith("(")]
        groups = [g for g in groups if len(g) >= 5]
        welch = anova_oneway([g.to_numpy() for g in groups], use_var="unequal", welch_correction=True)
        rank = st.kruskal(*groups)
        anova, kruskal = (next(r for r in made["tests"] if r["measure"] == measure and r["test"] == t) for t in ("Welch ANOVA", "Kruskal-Wallis"))
        same(f"practitioner-type {measure} F", anova["statistic"], welch.statistic)
        same(f"practitioner-type {measure} p", anova["p"], welch.pvalue)
        same(f"practitioner-type {measure} H", kruskal["statistic"], rank.statistic)
        same(f"practitioner-type {measure} p of H", kruskal["p"], rank.pvalue)
        pairs = [r for r in made["pairs"] if r["measure"] == measure]
        ps = []
        for pair in pairs:
            a, b = (used[used.type == pair[k]][measure].dropna() for k in ("from_type", "to_type"))
            ps.append(st.ttest_ind(b, a, equal_var=False).pvalue)
            same(f"practitioner-type {measure} difference", pair["difference"], b.mean() - a.mean())
        for pair, p, adjusted in zip(pairs, ps, multipletests(ps, method="holm")[1]):
            same(f"practitioner-type {measure} pair p", pair["p"], p)
            same(f"practitioner-type {measure} pair p_holm", pair["p_holm"], adjusted)


def practitioner_brand():
    made = report("practitioner-brand", "--pairs", "all")["pairs"]
    lines = relation("ORDER_LINES")
    lines = lines[lines.STATUS.isin(COUNTED)]
    key = lambda column, missing: lines[column].map(lambda v: missing if pd.isna(v) else str(int(v)))
    frame = lines.assign(p=key("RESPONSIBLE_ID", "(none)"), b=key("BRAND_ID", "(unknown)"))
    n = frame.ORDER_ID.nunique()
    ni, nj = frame.groupby("p").ORDER_ID.nunique(), frame.groupby("b").ORDER_ID.nunique()
    o = frame.groupby(["p", "b"]).ORDER_ID.nunique()
    net = frame.groupby(["p", "b"]).NET.sum()
    want = pd.DataFrame([dict(practitioner=p, brand_id=b, orders=int(o.get((p, b), 0)), expected=ni[p] * nj[b] / n, e1=ni[p] / n, e2=nj[b] / n) for p in ni.index for b in nj.index])
    want["lift"], want["shrunk_lift"] = want.orders / want.expected, (want.orders + 5) / (want.expected + 5)
    want["adjusted_residual"] = (want.orders - want.expected) / np.sqrt(want.expected * (1 - want.e1) * (1 - want.e2))
    want["p"] = np.where(want.expected >= 5, 2 * st.norm.sf(want.adjusted_residual.abs()), np.nan)
    tested = want.p.notna()
    want.loc[tested, "q"] = multipletests(want.p[tested], method="fdr_bh")[1]
    want["net_revenue"] = [round(net.get((r.practitioner, r.brand_id), 0.0), 2) for r in want.itertuples()]
    rows("practitioner-brand", made, ["practitioner", "brand_id"], want, ["orders", "expected", "lift", "shrunk_lift", "adjusted_residual", "p", "q", "net_revenue"])
    same("practitioner-brand order", [r["shrunk_lift"] for r in made], sorted((r["shrunk_lift"] for r in made), reverse=True))


def repeat_orders():
    made = report("repeat-orders", "--by", "discount")
    frame = orders()
    frame = frame[frame.PATIENT_ID.notna()]
    seen = frame.drop_duplicates(["PATIENT_ID", "day"])
    second = seen.groupby("PATIENT_ID").day.agg(first="min", second=lambda d: d.iloc[1] if len(d) > 1 else pd.NaT)
    followed = (second.second.fillna(END.floor("D")) - second["first"]).dt.days
    event = second.second.notna()
    fitter = KaplanMeierFitter().fit(followed, event)
    survival, limits = fitter.survival_function_.KM_estimate, fitter.confidence_interval_
    for row in made["time_to_second"]:
        same(f"repeat-orders day {row['day']} survival", row["survival"], survival[row["day"]])
        low, high = limits.loc[row["day"]]
        if 0 < row["survival"] < 1:
            same(f"repeat-orders day {row['day']} low", row["ci_low"], low)
            same(f"repeat-orders day {row['day']} high", row["ci_high"], high)
    table = fitter.event_table
    for row in made["time_to_second"]:
        same(f"repeat-orders day {row['day']} at risk", row["at_risk"], int(table.at_risk[row["day"]]))
        same(f"repeat-orders day {row['day']} events", row["events"], int(table.observed[row["day"]]))
    age = (END.floor("D") - second["first"]).dt.days
    gap = (second.second - second["first"]).dt.days
    for row in made["repeat"]:
        eligible = age >= row["days"]
        repeated = int((gap[eligible] <= row["days"]).sum())
        low, high = wilson(repeated, int(eligible.sum()))
        for column, value in dict(eligible=int(eligible.sum()), repeated=repeated, rate=repeated / eligible.sum(), ci_low=low, ci_high=high, km_rate=1 - fitter.predict(row["days"])).items():
            same(f"repeat-orders {row['days']} {column}", row[column], value)
    label = frame.drop_duplicates("PATIENT_ID").set_index("PATIENT_ID").DISCOUNT_LEVEL.reindex(second.index)
    test = multivariate_logrank_test(followed, label.astype(str), event)
    same("repeat-orders log-rank", made["test"][0]["chi_square"], test.test_statistic)
    same("repeat-orders log-rank p", made["test"][0]["p"], test.p_value)
    gaps = seen.groupby("PATIENT_ID").day.diff().dt.days.dropna()
    for column, value in dict(n=len(gaps), mean=gaps.mean(), p25=gaps.quantile(0.25), median=gaps.median(), p75=gaps.quantile(0.75)).items():
        same(f"repeat-orders gaps {column}", made["gaps"][0][column], value)
    cohort = second["first"].dt.to_period("M")
    months = seen.day.dt.to_period("M")
    later = (months.dt.year * 12 + months.dt.month) - seen.PATIENT_ID.map(cohort.map(lambda m: m.year * 12 + m.month))
    active = seen.assign(cohort=seen.PATIENT_ID.map(cohort).astype(str), later=later).groupby(["cohort", "later"]).PATIENT_ID.nunique()
    for row in made["cohorts"]:
        same(f"repeat-orders cohort {row['cohort']} {row['months_since_first']}", row["patients"], int(active.get((row["cohort"][:7], row["months_since_first"]), 0)))
    counts = frame.groupby("PATIENT_ID").size().value_counts()
    for row in made["frequency"]:
        same(f"repeat-orders frequency {row['orders']}", row["patients"], int(counts[row["orders"]]))


def prescription_fill():
    made = report("prescription-fill")
    heads, items, fills = relation("PRESCRIPTIONS_ISSUED"), relation("PRESCRIBED_ITEMS"), relation("PRESCRIPTION_FILLS")
    fills = fills[fills.STATUS.isin(COUNTED)]
    stop = END.value // 10**6
    statuses = []
    for head in heads.itertuples():
        issued = pd.Timestamp(head.ISSUED_AT).value // 10**6
        valid_end = pd.Timestamp(head.VALID_UNTIL).value // 10**6 + DAY
        own = items[items.PRESCRIPTION_ID == head.PRESCRIPTION_ID]
        lines = fills[fills.ITEM_ID.isin(own.ITEM_ID) & (fills.EVENT_TS <= stop)].sort_values("EVENT_TS")
        full = []
        for item in own.itertuples():
            running = lines[lines.ITEM_ID == item.ITEM_ID].groupby("EVENT_TS").QUANTITY.sum().cumsum()
            reached = running[running >= item.QUANTITY]
            full.append(reached.index[0] if len(reached) else None)
        done = len(full) > 0 and all(f is not None for f in full)
        first = lines.EVENT_TS.min() if len(lines) else None
        status = ("filled-at-once" if done and max(full) - first <= 0 else "filled-over-time" if done else
                  ("not-filled-" if first is None else "partly-filled-") + ("expired" if valid_end <= stop else "open"))
        statuses.append(dict(status=status, matured=valid_end <= stop, issued=issued, first=first, full=max(full) if done else None,
                             n=len(own), ordered=lines.ITEM_ID.nunique(), filled=sum(min(int(lines[lines.ITEM_ID == i.ITEM_ID].QUANTITY.sum()), i.QUANTITY) for i in own.itertuples()), prescribed=int(own.QUANTITY.sum())))
    want = pd.DataFrame(statuses)
    for (status, matured), part in want.groupby(["status", "matured"]):
        row = next(r for r in made["statuses"] if r["status"] == status and r["matured"] == matured)
        same(f"prescription-fill {status} {matured}", row["prescriptions"], len(part))
    old = want[want.matured]
    for outcome, status in (("filled at once", "filled-at-once"), ("filled over time", "filled-over-time"), ("partly filled", "partly-filled-expired"), ("not filled", "not-filled-expired")):
        row = next(r for r in made["matured"] if r["outcome"] == outcome)
        k = int((old.status == status).sum())
        low, high = wilson(k, len(old))
        for column, value in dict(k=k, n=len(old), share=k / len(old), ci_low=low, ci_high=high).items():
            same(f"prescription-fill {outcome} {column}", row[column], value)
    for outcome, k, n in (("items ordered", old.ordered.sum(), old.n.sum()), ("quantity filled", old.filled.sum(), old.prescribed.sum())):
        same(f"prescription-fill {outcome}", next(r for r in made["matured"] if r["outcome"] == outcome)["share"], k / n)
    for until, column in (("first order", "first"), ("full fill", "full")):
        event = want[column].notna()
        days = ((want[column].fillna(stop) - want.issued).clip(lower=0) // DAY).astype(int)
        fitter = KaplanMeierFitter().fit(days, event)
        for row in (r for r in made["time_to_fill"] if r["until"] == until):
            same(f"prescription-fill {until} day {row['day']}", row["survival"], fitter.survival_function_.KM_estimate[row["day"]])


def sweet_spot():
    made = report("discount-sweet-spot")
    history, left = relation("DISCOUNT_HISTORY"), relation("PATIENTS_LEFT").set_index("PATIENT_ID").LEFT_AT
    stop = END.value // 10**6
    h = history.sort_values(["PATIENT_ID", "CHANGED_AT"]).copy()
    h["since"] = h[["CHANGED_AT", "REGISTERED_AT"]].max(axis=1)
    h["until"] = h.groupby("PATIENT_ID").CHANGED_AT.shift(-1).fillna(stop)
    h["until"] = np.minimum(np.minimum(h.until, h.PATIENT_ID.map(left).fillna(stop)), stop)
    h = h[h.DISCOUNT.notna() & (h.until > h.since)].assign(level=lambda f: -f.DISCOUNT, e=lambda f: (f.until - f.since) / DAY / 30.4375)
    e = h.groupby(["level", "PATIENT_ID"]).e.sum()
    o = orders("ORDERS_WITH_DISCOUNT")
    o = o[o.DISCOUNT_BASIS.ne("unknown") & o.DISCOUNT.notna()].assign(level=lambda f: -f.DISCOUNT)
    y, n = o.groupby(["level", "PATIENT_ID"]).y.sum().reindex(e.index).fillna(0), o.groupby(["level", "PATIENT_ID"]).size().reindex(e.index).fillna(0)
    got = {number(row["discount_pct"]): row for row in made["levels"] if row["practitioner"] == "all"}
    rates = {}
    for level in sorted(set(h.level)):
        ei, yi = e[level], y[level]
        r = yi.sum() / ei.sum()
        g = len(ei)
        se = math.sqrt(g / (g - 1) * ((yi - r * ei) ** 2).sum()) / ei.sum()
        low, high = t_interval(r, se, g - 1)
        rates[level] = (r, se)
        row = got[level]
        for column, value in dict(patients=g, patient_months=ei.sum(), orders=int(n[level].sum()), net_revenue=round(yi.sum(), 2), revenue_per_patient_month=r, se=se, ci_low=low, ci_high=high).items():
            same(f"sweet-spot {level} {column}", row[column], value)
    best = max(rates, key=lambda level: rates[level][0])
    others = [level for level in rates if level != best]
    ps = [st.norm.sf((rates[best][0] - rates[l][0]) / math.hypot(rates[l][1], rates[best][1])) for l in others]
    for level, p in zip(others, multipletests(ps, method="holm")[1]):
        same(f"sweet-spot {level} p", got[level]["p_holm"], p)
    same("sweet-spot best", got[best]["verdict"], "best")


def site_change():
    change = pd.Timestamp("2026-12-01")
    made = report("site-change", "--change-at", "2026-12-01")
    o = orders()
    first = day(pd.Series([relation("ORDERS_PLACED").EVENT_TS.min() - 1])).iloc[0] + pd.Timedelta(days=1)
    span = pd.date_range(first, END.floor("D") - pd.Timedelta(days=1))
    y = o.groupby("day").y.sum().reindex(span).fillna(0.0)
    t = np.arange(len(y))
    t0 = int((change - first).days)
    post = (t >= t0).astype(float)
    x = np.column_stack([np.ones(len(y)), t, post, (t - t0) * post] + [(y.index.dayofweek == d).astype(float) for d in range(1, 7)])
    plain = sm.OLS(y.to_numpy(), x).fit()
    u = plain.resid
    r1 = (u[1:] * u[:-1]).sum() / (u**2).sum()
    phi = min(0.95, max(0.0, r1 + (1 + 3 * r1) / len(y)))
    from scipy.linalg import toeplitz
    ar1 = sm.GLS(y.to_numpy(), x, sigma=toeplitz(phi ** np.arange(len(y)))).fit()
    hac = sm.OLS(y.to_numpy(), x).fit(cov_type="HAC", cov_kwds={"maxlags": 7, "use_correction": True}, use_t=True)
    c = np.zeros(10)
    c[2], c[3] = post.sum(), ((t - t0) * post).sum()
    expected = (x[t >= t0] * np.array([1, 1, 0, 0, 1, 1, 1, 1, 1, 1])).sum(axis=0)
    for name, fit in (("ar1", ar1), ("newey-west", hac)):
        row = next(r for r in made["methods"] if r["method"] == name)
        test = fit.t_test(c)
        low, high = test.conf_int()[0]
        total = float(test.effect[0])
        for column, value in dict(effect_total=total, effect_per_day=total / post.sum(), se=float(test.sd[0][0]), ci_low=low, ci_high=high, p=float(test.pvalue), relative_effect=total / (expected @ fit.params), days_before=t0, days_after=int(post.sum())).items():
            same(f"site-change {name} {column}", row[column], value)
    checks = {r["check"]: r["value"] for r in made["checks"]}
    same("site-change phi", checks["phi"], phi)
    same("site-change Durbin-Watson", checks["Durbin-Watson"], sm.stats.stattools.durbin_watson(u))
    naive = st.ttest_ind(y[t >= t0], y[t < t0], equal_var=False)
    same("site-change before-after", next(r for r in made["methods"] if r["method"] == "before-after")["p"], naive.pvalue)


for one in (discount_impact, discount_history, sales_trend, performance, practitioner_type, practitioner_brand, repeat_orders, prescription_fill, sweet_spot, site_change):
    before, wrong = compared, len(problems)
    one()
    print(f"{one.__name__}: {compared - before} figures compared, {len(problems) - wrong} differ")
for problem in problems[:40]:
    print(problem)
print(f"{compared} figures, {len(problems)} differ")
sys.exit(1 if problems else 0)
