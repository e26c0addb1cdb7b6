"""A second engine for the reports: pandas, scipy, statsmodels and lifelines compute every figure of a report from the pipeline's
relations (`pharmabi replay`), and the script compares them with the report's JSON to 1e-9.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install -r test/oracle/second-engine/requirements.txt
    npm run build && /tmp/venv/bin/python test/oracle/second-engine/check.py [INPUT...]

`--only=sweet_spot` runs one part. A numeric column of any table that nothing is compared with is an error.
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
INPUTS = [name for name in sys.argv[1:] if not name.startswith("--only=")]
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


class Row(dict):
    """A row of a report that remembers which of its columns were asked for: every numeric one must be, in some row."""

    def __init__(self, place, cells):
        super().__init__(cells)
        self.place = place

    def __getitem__(self, column):
        met.add((*self.place, column))
        return super().__getitem__(column)

    def __or__(self, other):
        return Row(self.place, dict(self) | other)


met, numeric = set(), set()


def report(name, *options):
    tables = json.loads(run("report", name, "--format", "json", "--small-numbers", "off", *options))["tables"]
    for table, rows_ in tables.items():
        numeric.update((name, table, column) for row in rows_ for column, cell in row.items() if isinstance(cell, (int, float)) and not isinstance(cell, bool))
    return {table: [Row((name, table), row) for row in rows_] for table, rows_ in tables.items()}


def number(text):
    """A level as a number; none and unknown stay text."""
    try:
        return float(text)
    except ValueError:
        return text


def same(where, got, want, room=1e-9):
    """Equal, or for numbers within `room` of each other (1e-12 near 0); wider where an inverse loses digits here."""
    global compared
    compared += 1
    if want is None or (isinstance(want, float) and math.isnan(want)):
        good = got is None
    elif isinstance(want, (int, float, np.integer, np.floating)) and not isinstance(want, (bool, np.bool_)):
        good = isinstance(got, (int, float)) and abs(got - float(want)) <= max(1e-12, room * abs(float(want)))
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


def gross():
    lines = relation("ORDER_LINES").groupby("ORDER_ID").agg(gross=("GROSS", lambda g: g.sum() if g.notna().all() else np.nan), units=("QUANTITY", "sum"))
    return lines


def discounts():
    frame = orders("ORDERS_WITH_DISCOUNT").merge(gross(), how="left", left_on="ORDER_ID", right_index=True)
    known = frame.DISCOUNT_BASIS.ne("unknown") & frame.DISCOUNT.notna()
    frame["x"] = 0 - frame.DISCOUNT
    frame["level"] = np.where(known, frame.x.map(lambda v: str(float(v))), np.where(frame.DISCOUNT_BASIS.eq("unknown"), "unknown", "none"))
    frame["gross"] = frame.gross.fillna(frame.y / (1 - frame.x.fillna(0) / 100))
    return frame, known


def level_figures(part, all_orders):
    """Every figure of a row of levels."""
    se, g = clustered(part)
    low, high = t_interval(part.y.mean(), se, g - 1) if se is not None else (None, None)
    q = np.percentile(part.y, [25, 50, 75])
    n = len(part)
    made = dict(orders=n, patients=patients(part.PATIENT_ID), practitioners=part.PRACTITIONER_ID.nunique(), net_revenue=round(part.y.sum(), 2), aov=part.y.mean(),
                p25=q[0], median=q[1], p75=q[2], sd=part.y.std(), se_iid=part.y.sem(), se=se, ci_low=low, ci_high=high, aov_gross=part.gross.mean(),
                share_of_orders=n / all_orders)
    if n > 2 and part.y.std() > 0:
        made["skewed"] = n <= 25 * st.skew(part.y, bias=False) ** 2
    made["n_enough"] = n >= 30 and made["patients"] >= 11
    return made


def name_of(row):
    level = row["discount_pct"]
    return level if isinstance(level, str) else str(float(level))


def within(frame, by):
    f = frame[frame[by].notna()] if by == "PRACTITIONER_ID" else frame.assign(**{by: frame[by].fillna(-1)})
    x, y = (f[c] - f.groupby(by)[c].transform("mean") for c in ("x", "y"))
    b = (x * y).sum() / (x**2).sum()
    g, n = f[by].nunique(), len(f)
    score = (x * (y - b * x)).groupby(f[by]).sum()
    se = math.sqrt(g / (g - 1) * (n - 1) / (n - 1) * (score**2).sum()) / (x**2).sum()
    return b, se, g, n, score / (x**2).sum()


def inverse_root(matrix):
    values, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(np.where(values > 1e-8, np.maximum(values, 1e-300) ** -0.5, 0)) @ vectors.T


def cr2(X, y, cluster, contrasts, group=None, weight=None):
    """Weighted least squares with the means of groups taken out; CR2, Satterthwaite df, effective clusters and leave-one-out of contrasts, by full matrices of the deviations."""
    w = np.ones(len(y)) if weight is None else np.asarray(weight, float)
    X, y, cluster = np.asarray(X, float), np.asarray(y, float), np.asarray(cluster)
    if group is not None:
        mean = lambda v: (pd.Series(v * w).groupby(np.asarray(group)).transform("sum") / pd.Series(w).groupby(np.asarray(group)).transform("sum")).to_numpy()
        X, y = np.column_stack([X[:, j] - mean(X[:, j]) for j in range(X.shape[1])]), y - mean(y)
    X, y = X * np.sqrt(w)[:, None], y * np.sqrt(w)
    N = X.T @ X
    M = np.linalg.pinv(N, rcond=1e-10)
    b = M @ X.T @ y
    u = y - X @ b
    ids = [np.where(cluster == g)[0] for g in np.unique(cluster)]
    A = [inverse_root(np.eye(len(rows_)) - X[rows_] @ M @ X[rows_].T) for rows_ in ids]
    made = []
    for c in contrasts:
        c = np.asarray(c, float)
        a = [A[i] @ X[r] @ M @ c for i, r in enumerate(ids)]
        variance = sum((a[i] @ u[r]) ** 2 for i, r in enumerate(ids))
        P = np.zeros((len(ids), len(y)))
        for i, r in enumerate(ids):
            P[i, r] = a[i]
            P[i] -= X @ (M @ (X[r].T @ a[i]))
        G = P @ P.T
        df, value, error = np.trace(G) ** 2 / (G**2).sum(), c @ b, math.sqrt(variance)
        low, high = t_interval(value, error, df)
        gammas = np.array([c @ M @ X[r].T @ X[r] @ M @ c if group is not None else (c @ M @ (X[r] * np.sqrt(w[r])[:, None]).sum(0)) ** 2 for r in ids])
        out = []
        for r in ids:
            rest = N - X[r].T @ X[r]
            inverse = np.linalg.pinv(rest, rcond=1e-10)
            out.append(np.nan if np.abs(rest @ inverse @ c - c).max() > 1e-6 else c @ inverse @ (X.T @ y - X[r].T @ y[r]))
        known = [v for v in out if not np.isnan(v)] + [value]
        made.append(dict(value=value, error=error, df=df, p=2 * st.t.sf(abs(value / error), df), low=low, high=high, effective=gammas.sum() ** 2 / (gammas**2).sum(),
                         each=out, least=min(known), most=max(known)))
    return made


def dummies(values):
    return (np.asarray(values)[:, None] == np.unique(values)[None, :]).astype(float)


def same_patients(made, frame):
    """What orders of the same patients say: the table same_patients, and the steps of jumps."""
    items = relation("ORDERED_ITEMS").assign(rx=lambda f: f.PRESCRIPTION_ITEM_ID.notna()).groupby("ORDER_ID").rx.any()
    f = frame.assign(told=frame.ORDER_ID.map(items).map({True: "with", False: "without"}).fillna("unknown"), lines=frame.ORDER_ID.map(relation("ORDER_LINES").groupby("ORDER_ID").size()),
                     person=frame.PATIENT_ID.fillna(-1), month=pd.to_datetime(frame.EVENT_TS, unit="ms").dt.strftime("%Y-%m"))
    f = f.assign(group=f.person.astype(str) + f.told)
    largest = f[f.person >= 0].person.value_counts().index[0]
    rounded = lambda value, places: None if value is None or np.isnan(value) else round(value, places)
    for row in made["same_patients"]:
        part = f if row["orders_of"] == "all" else f[f.told == row["orders_of"]]
        y = part[{"net": "y"}.get(row["measure"], row["measure"])]
        people = np.unique(part.person)
        if row["compared"] == "all":
            got = cr2(np.column_stack([np.ones(len(part)), part.x]), y, part.person, [[0, 1]])[0]
        else:
            X = np.column_stack([dummies(part.month), part.x])
            got = cr2(X, y, part.person, [[0] * (X.shape[1] - 1) + [1]], group=part.group)[0]
        where, places = f"same_patients {row['compared']} {row['measure']} {row['orders_of']}", 4 if row["measure"] == "lines" else 2
        for column, value in dict(slope=got["value"], se=got["error"], df=got["df"], p=got["p"], ci_low=got["low"], ci_high=got["high"], n=len(part), patients=len(people), effective_patients=got["effective"]).items():
            same(f"{where} {column}", row[column], value, 1e-7)
        at = np.where(people == largest)[0]
        for column, value in dict(without_largest=got["each"][at[0]] if len(at) else np.nan, without_one_low=got["least"], without_one_high=got["most"]).items():
            same(f"{where} {column}", row[column], rounded(value, places), 1e-7)
    levels = np.unique(f.x)
    X, months = np.column_stack([dummies(f.month), dummies(f.x)]), f.month.nunique()
    contrasts = [[(-1 if l == row["from_pct"] else 1 if l == row["to_pct"] else 0) if j >= months else 0 for j, l in enumerate([None] * months + list(levels))] for row in made["jumps"]]
    got = cr2(X, f.y, f.person, contrasts, group=f.group)
    for row, one, adjusted in zip(made["jumps"], got, multipletests([one["p"] for one in got], method="holm")[1]):
        for column, value in dict(step=one["value"], step_se=one["error"], step_df=one["df"], step_p=one["p"], step_p_holm=adjusted, step_low=one["low"], step_high=one["high"]).items():
            same(f"discount-impact step {row['from_pct']} {column}", row[column], value, 1e-7)
        for column, value in dict(step_without_one_low=one["least"], step_without_one_high=one["most"]).items():
            same(f"discount-impact step {row['from_pct']} {column}", row[column], rounded(value, 2), 1e-7)


def discount_impact():
    made = report("discount-impact")
    frame, known = discounts()
    for row in made["levels"]:
        for column, value in level_figures(frame[frame.level == name_of(row)], len(frame)).items():
            same(f"discount-impact {name_of(row)} {column}", row[column], value)
    same("discount-impact levels", sorted(name_of(row) for row in made["levels"]), sorted(frame.level.unique()))
    frame = frame[known]
    g, n = patients(frame.PATIENT_ID), len(frame)
    fit = sm.OLS(frame.y, sm.add_constant(frame.x)).fit(cov_type="cluster", cov_kwds={"groups": frame.PATIENT_ID.fillna(-1)}, use_t=True)
    slopes = [("naive", fit.params["x"], fit.bse["x"], g, n), ("within patient", *within(frame, "PATIENT_ID")[:4]), ("within practitioner", *within(frame, "PRACTITIONER_ID")[:4])]
    ps = [2 * st.t.sf(abs(b / se), c - 1) for _, b, se, c, _ in slopes]
    for (name, b, se, c, size), p, adjusted in zip(slopes, ps, multipletests(ps, method="holm")[1]):
        row = next(r for r in made["slopes"] if r["row"] == name)
        low, high = t_interval(b, se, c - 1)
        for column, value in dict(slope=b, se=se, t=b / se, df=c - 1, p=p, p_holm=adjusted, ci_low=low, ci_high=high, n=size, clusters=c).items():
            same(f"discount-impact {name} {column}", row[column], value)
    several = int((frame.assign(p=frame.PATIENT_ID.fillna(-1)).groupby("p").x.nunique() > 1).sum())
    same("discount-impact several levels", next(r for r in made["slopes"] if r["row"] == "within patient")["patients_with_two_levels"], several)
    # The difference of the two slopes, from what each patient adds to either.
    x = frame.x - frame.x.mean()
    u = frame.y - frame.y.mean() - fit.params["x"] * x
    adds = (x * u).groupby(frame.PATIENT_ID.fillna(-1)).sum() / (x**2).sum() - within(frame, "PATIENT_ID")[4]
    d, se = slopes[0][1] - slopes[1][1], math.sqrt(g / (g - 1) * (n - 1) / (n - 2) * (adds**2).sum())
    low, high = t_interval(d, se, g - 1)
    for column, value in dict(difference=d, se=se, t=d / se, df=g - 1, p=2 * st.t.sf(abs(d / se), g - 1), ci_low=low, ci_high=high).items():
        same(f"discount-impact difference {column}", made["slope_difference"][0][column], value)
    ps, welch_ps, jumps = [], [], []
    for row in made["jumps"]:
        a, b = (frame[frame.x == row[k]] for k in ("from_pct", "to_pct"))
        both = pd.concat([a.assign(s=-(a.y - a.y.mean()) / len(a)), b.assign(s=(b.y - b.y.mean()) / len(b))])
        score = both.s.groupby(both.PATIENT_ID.fillna(-1)).sum()
        g, n = len(score), len(both)
        se = math.sqrt(g / (g - 1) * (n - 1) / (n - 2) * (score**2).sum())
        d = b.y.mean() - a.y.mean()
        welch = st.ttest_ind(b.y, a.y, equal_var=False)
        low, high = t_interval(d, se, g - 1)
        p = 2 * st.t.sf(abs(d / se), g - 1)
        ps.append(p), welch_ps.append(welch.pvalue), jumps.append(d)
        for column, value in dict(jump=d, jump_rel=d / a.y.mean(), ci_low=low, ci_high=high, p=p, welch_t=welch.statistic, welch_df=welch.df, welch_p=welch.pvalue).items():
            same(f"discount-impact jump {row['from_pct']} {column}", row[column], value)
    ranks = pd.Series(jumps).rank(ascending=False, method="min")
    for row, p, q, rank in zip(made["jumps"], multipletests(ps, method="holm")[1], multipletests(welch_ps, method="holm")[1], ranks):
        same("discount-impact p_holm", row["p_holm"], p)
        same("discount-impact welch_p_holm", row["welch_p_holm"], q)
        same("discount-impact rank", row["rank"], int(rank))
    same_patients(made, frame)


def discount_history():
    made = report("discount-history")
    # Calendar months that lie whole in both years; what is made of them is in the vector mix-interval.
    for row in made["same_months"]:
        whole = lambda year: {p.month for p in pd.period_range(orders("ORDERS_WITH_DISCOUNT").day.min(), END, freq="M")[1:-1] if str(p.year) == year}
        same("discount-history months", row["months"], len(whole(row["from_year"]) & whole(row["to_year"])))
    frame, _ = discounts()
    frame = frame.assign(year=pd.to_datetime(frame.EVENT_TS, unit="ms").dt.year.astype(str))
    for row in made["levels"]:
        part = frame[frame.year == row["year"]]
        own = part if row["discount_pct"] == "all" else part[part.level == name_of(row)]
        for column, value in (level_figures(own, len(frame)) | dict(share_of_year_orders=len(own) / len(part))).items():
            same(f"discount-history {row['year']} {name_of(row)} {column}", row[column], value)
    same("discount-history years", sorted({r["year"] for r in made["levels"]}), sorted(frame.year.unique()))
    for row in made["changes"]:
        before, after = (frame[frame.year == row[k]] for k in ("from_year", "to_year"))
        apart = set(before.level) ^ set(after.level)
        shares = lambda f: f.assign(l=f.level.where(~f.level.isin(apart), "other")).groupby("l").y.agg(["size", "mean"]).assign(w=lambda g: g["size"] / len(f))
        a, b = shares(before), shares(after)
        both = a.index.intersection(b.index)
        w, m = (a.w[both] + b.w[both]) / 2, (a["mean"][both] + b["mean"][both]) / 2
        change = after.y.mean() - before.y.mean()
        inside = (w * (b["mean"][both] - a["mean"][both])).sum()
        for column, value in dict(change=change, within_level=inside, mix=change - inside, pooled_levels=len(apart)).items():
            same(f"discount-history change {column}", row[column], value)


def sales_trend():
    made = report("sales-trend")
    frame, _ = discounts()
    frame = frame.assign(month=frame.day.dt.strftime("%Y-%m-01"))
    first = frame.drop_duplicates("PATIENT_ID").month.value_counts()
    want = frame.groupby("month").agg(orders=("y", "size"), patients=("PATIENT_ID", patients), net_revenue=("y", "sum"), aov=("y", "mean"), units=("units", "sum"), gross=("gross", "sum")).reset_index()
    want["net_revenue"], want["gross"], want["units"] = want.net_revenue.round(2), want.gross.round(2), want.units.astype(int)
    want["discount_given"] = (want.gross - want.net_revenue).round(2)
    want["new_patients"] = want.month.map(first).fillna(0).astype(int)
    complete = want.month.map({row["month"]: row["complete"] for row in made["periods"]})
    net = want.net_revenue.where(complete)
    want["ma3"] = net.rolling(3).mean()
    # The earlier month must be complete; the month itself need not be.
    want["mom"] = want.net_revenue / net.shift(1) - 1
    want["yoy"] = want.net_revenue / net.shift(12) - 1
    rows("sales-trend", made["periods"], ["month"], want, [c for c in want if c != "month"])
    whole = [row for row in made["periods"] if row["complete"]]
    per_day = [row["net_revenue"] / pd.Period(row["month"], "M").days_in_month for row in whole]
    slope, _, low, high = st.theilslopes(per_day, np.arange(len(per_day)), 0.95)
    theil = next(row for row in made["trend"] if row["test"] == "Theil-Sen")
    for column, value in dict(slope=slope, ci_low=low, ci_high=high, n=len(per_day)).items():
        same(f"sales-trend {column}", theil[column], value)
    test = next(r for r in made["trend"] if r["test"] == "Mann-Kendall")
    same("sales-trend tau", test["tau"], st.kendalltau(np.arange(len(per_day)), per_day).statistic)
    s_ = sum(np.sign(per_day[j] - per_day[i]) for i in range(len(per_day)) for j in range(i + 1, len(per_day)))
    n = len(per_day)
    z = (s_ - np.sign(s_)) / math.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    same("sales-trend z", test["statistic"], z)
    same("sales-trend p", test["p"], 2 * st.norm.sf(abs(z)))


def performance():
    every = relation("ORDER_LINES")
    for name, table, key in (("brand-performance", "brands", "BRAND_ID"), ("product-performance", "products", "PRODUCT_ID")):
        for days in (None, 90):
            made = report(name, *([] if days is None else ["--days", str(days)]))[table]
            lines = every.assign(id=every[key].map(lambda v: "(unknown)" if pd.isna(v) else str(int(v))))
            stop = END.value // 10**6
            now = lines if days is None else lines[lines.EVENT_TS > stop - days * DAY]
            back = now[now.STATUS == "refunded"].groupby("id").QUANTITY.sum()
            frame = now[now.STATUS.isin(COUNTED)]
            before = lines[lines.STATUS.isin(COUNTED) & (lines.EVENT_TS <= stop - (days or 0) * DAY) & (lines.EVENT_TS > stop - 2 * (days or 0) * DAY)].groupby("id").NET.sum()
            want = frame.groupby("id").agg(orders=("ORDER_ID", "nunique"), patients=("PATIENT_ID", patients), practitioners=("RESPONSIBLE_ID", "nunique"), lines=("NET", "size"), units=("QUANTITY", "sum"), net_revenue=("NET", "sum"),
                                           gross=("GROSS", lambda g: g.sum() if g.notna().all() else np.nan)).reset_index()
            want["cents"] = cents(want.net_revenue)
            want["net_revenue"] = want.net_revenue.round(2)
            want["number"] = want.id.map(lambda v: (len(v), v))
            want = want.sort_values(["cents", "number"], ascending=[False, True]).reset_index(drop=True)
            want["rank"] = np.arange(1, len(want) + 1)
            want["share"] = want.cents / want.cents.sum()
            want["cumulative_share"] = want.cents.cumsum() / want.cents.sum()
            above = (want.cents.cumsum() - want.cents) * 100
            want["abc"] = np.where(above < 80 * want.cents.sum(), "A", np.where(above < 95 * want.cents.sum(), "B", "C"))
            want["discount_given"] = (want.gross - want.net_revenue).round(2)
            mine = frame.groupby(["id", "PATIENT_ID"]).agg(first=("EVENT_TS", "min"), n=("ORDER_ID", "nunique")).reset_index()
            want["repeat_patients"] = want.id.map(mine[mine.n > 1].groupby("id").size()).fillna(0).astype(int)
            old = mine[mine["first"] <= stop - 90 * DAY].groupby("id").n.agg(k=lambda n: int((n > 1).sum()), n="size")
            limits = {one.Index: wilson(one.k, one.n) for one in old.itertuples()}
            want["repeat_rate"] = want.id.map(old.k / old.n)
            want["ci_low"], want["ci_high"] = (want.id.map(lambda v: limits.get(v, (np.nan, np.nan))[i]) for i in (0, 1))
            want["returned_units"] = want.id.map(back).fillna(0).astype(int)
            columns = [c for c in want if c not in ("id", "gross", "cents", "number")]
            if days is not None:
                want["net_revenue_previous"] = want.id.map(before).fillna(0).round(2)
                want["growth"] = [n / b - 1 if b > 0 else np.nan for n, b in zip(want.net_revenue, want.net_revenue_previous)]
                columns += ["net_revenue_previous", "growth"]
            rows(f"{name} {days}", made, ["id"], want, columns)


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
    everybody = orders("ORDERS_WITH_PRACTITIONER")
    everybody["type"] = np.where(everybody.RESPONSIBLE_ID.isna(), "(none)", everybody.PRACTITIONER_TYPE.fillna("(unknown)"))
    for row in made["types"]:
        part, own = everybody[everybody.type == row["type"]], used[used.type == row["type"]]
        for column, value in dict(practitioners=part.RESPONSIBLE_ID.nunique(), practitioners_used=len(own), patients=patients(part.PATIENT_ID), orders=len(part), net_revenue=round(part.y.sum(), 2), aov_pooled=part.y.mean()).items():
            same(f"practitioner-type {row['type']} {column}", row[column], value)
        for measure, names in (("aov", ("mean_aov", "median_aov", "sd_aov", "ci_low", "ci_high")), ("revenue_per_month", ("mean_revenue_month", "median_revenue_month", "sd_revenue_month", "revenue_month_ci_low", "revenue_month_ci_high"))):
            values = own[measure]
            low, high = t_interval(values.mean(), values.sem(), len(values) - 1) if len(values) >= 5 else (None, None)
            for column, value in zip(names, (values.mean(), values.median(), values.std(), low, high)):
                same(f"practitioner-type {row['type']} {column}", row[column], value)
    want = units.assign(practitioner=units.RESPONSIBLE_ID.astype(int).astype(str), patients=units.apply(lambda u: patients(frame[(frame.type == u.type) & (frame.RESPONSIBLE_ID == u.RESPONSIBLE_ID)].PATIENT_ID), axis=1))
    want = want.rename(columns=dict(net="net_revenue", months="active_months")).assign(net_revenue=lambda f: f.net_revenue.round(2))
    rows("practitioner-type practitioners", made["practitioners"], ["type", "practitioner"], want, ["orders", "patients", "active_months", "net_revenue", "aov", "orders_per_month", "revenue_per_month", "repeat_share"])
    for measure in ("aov", "orders_per_month", "revenue_per_month", "repeat_share"):
        groups = [g[measure].dropna() for name, g in used.groupby("type") if not name.startswith("(")]
        groups = [g for g in groups if len(g) >= 5]
        welch = anova_oneway([g.to_numpy() for g in groups], use_var="unequal", welch_correction=True)
        rank = st.kruskal(*groups)
        anova, kruskal = (next(r for r in made["tests"] if r["measure"] == measure and r["test"] == t) for t in ("Welch ANOVA", "Kruskal-Wallis"))
        for column, value in dict(types=len(groups), df1=welch.df_num, df2=welch.df_denom).items():
            same(f"practitioner-type {measure} {column}", anova[column], value)
        same(f"practitioner-type {measure} F", anova["statistic"], welch.statistic)
        same(f"practitioner-type {measure} p", anova["p"], welch.pvalue)
        same(f"practitioner-type {measure} H", kruskal["statistic"], rank.statistic)
        same(f"practitioner-type {measure} p of H", kruskal["p"], rank.pvalue)
        pairs = [r for r in made["pairs"] if r["measure"] == measure]
        ps = []
        for pair in pairs:
            a, b = (used[used.type == pair[k]][measure].dropna() for k in ("from_type", "to_type"))
            test = st.ttest_ind(b, a, equal_var=False)
            low, high = test.confidence_interval(0.95)
            for column, value in dict(t=test.statistic, df=test.df, ci_low=low, ci_high=high).items():
                same(f"practitioner-type {measure} pair {column}", pair[column], value)
            ps.append(test.pvalue)
            same(f"practitioner-type {measure} difference", pair["difference"], b.mean() - a.mean())
        for pair, p, adjusted in zip(pairs, ps, multipletests(ps, method="holm")[1]):
            same(f"practitioner-type {measure} pair p", pair["p"], p)
            same(f"practitioner-type {measure} pair p_holm", pair["p_holm"], adjusted)


def by_patients(made, frame, ni, nj):
    """Pairs with patients counted: weights, shares, closed moments of dealing patients anew, empirical Bayes."""
    f = frame[frame.PATIENT_ID.notna()]
    place = lambda totals: {name: i for i, name in enumerate(sorted(totals.index, key=lambda name: (-totals[name], len(name), name)))}
    brands = sorted(nj.index, key=place(nj).get)
    C = f.groupby(["p", "PATIENT_ID", "b"]).ORDER_ID.nunique().unstack(fill_value=0).reindex(columns=brands, fill_value=0)
    order = sorted(range(len(C)), key=lambda i: (place(ni)[C.index[i][0]], C.index[i][1]))
    C = C.iloc[order]
    held, C = np.array([name for name, _ in C.index]), C.to_numpy(float)
    D = C.sum(1)
    S, shares = C / D[:, None], (C / D[:, None]).mean(0)
    several, squares = D >= 2, (shares**2).sum()
    above = ((S[several] - shares) ** 2).sum() - ((1 - squares) / D[several]).sum()
    habit = min(1, max(0.05, above / ((1 - squares) * (1 - 1 / D[several])).sum()))
    w = D / (1 + habit * (D - 1))
    shares = (w[:, None] * S).sum(0) / w.sum()
    Z = w[:, None] * (S - shares)
    ranked = np.argsort(w, kind="stable")
    size = max(8, -(-len(w) // 4))
    classes = [ranked[i:i + size] for i in range(0, len(w), size)]
    if len(classes) > 1 and len(classes[-1]) < 8:
        classes[-2:] = [np.concatenate(classes[-2:])]
    pairs, tested = {}, []
    for p in ni.index:
        mine = held == p
        mean, var, third = np.zeros(len(brands)), np.zeros(len(brands)), np.zeros(len(brands))
        for members in classes:
            n, k = len(members), int(mine[members].sum())
            z = Z[members] - Z[members].mean(0)
            mean += k * Z[members].mean(0)
            var += k * (n - k) * (z**2).sum(0) / (n * (n - 1))
            third += k * (n - k) * (n - 2 * k) * (z**3).sum(0) / (n * (n - 1) * (n - 2))
        for j, b in enumerate(brands):
            scale = w[mine].sum() * shares[j]
            if scale == 0 or var[j] <= 0:
                pairs[p, b] = dict(choices_expected=D[mine].sum() * shares[j])
                continue
            spread = math.sqrt(var[j])
            t, skew = (Z[mine, j].sum() - mean[j]) / spread, third[j] / spread**3
            base = skew * t / 2 + 1
            score = t if abs(skew) < 1e-6 else (min(t, 0) if skew > 0 else max(t, 0)) if base <= 0 else 6 / skew * (np.cbrt(base) - 1) + skew / 6
            pairs[p, b] = dict(choices_expected=D[mine].sum() * shares[j], apart=Z[mine, j].sum() / scale, v=var[j] / scale**2, score=score)
            if D[mine].sum() * shares[j] >= 5 and mine.sum() >= 5:
                tested.append(pairs[p, b])
    d, v = np.array([one["apart"] for one in tested]), np.array([one["v"] for one in tested])
    between = max(0, ((d**2 / v).sum() - len(d)) / ((1 / v).sum() - (1 / v**2).sum() / (1 / v).sum()))
    for row in made:
        one = pairs[row["practitioner"], row["brand_id"]]
        where = f"practitioner-brand {row['practitioner']} {row['brand_id']}"
        same(f"{where} choices_expected", row["choices_expected"], one["choices_expected"])
        if "v" not in one:
            continue
        kept = between / (between + one["v"])
        half = st.norm.ppf(0.975) * math.sqrt(one["v"] * kept)
        shrunk = 1 + one["apart"] * kept
        for column, value in dict(lift_patients=1 + one["apart"], lift_shrunk=shrunk, lift_low=max(0, shrunk - half), lift_high=shrunk + half, score=one["score"]).items():
            same(f"{where} {column}", row[column], value, 1e-7)
    # p hangs on the deals; it must fall as the score moves away from 0.
    for sign in (1, -1):
        side = sorted((r for r in made if r["p_patients"] is not None and r["score"] * sign > 0), key=lambda r: -sign * r["score"])
        ps = [r["p_patients"] for r in side]
        same("practitioner-brand order of p", ps, sorted(ps))


def practitioner_brand():
    made = report("practitioner-brand", "--all")["pairs"]
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
    whole = frame.groupby("p").NET.sum()
    want["share_of_practitioner"] = [net.get((r.practitioner, r.brand_id), 0.0) / whole[r.practitioner] for r in want.itertuples()]
    known = frame.groupby(["p", "b"]).PATIENT_ID.agg(patients)
    want["patients"] = [int(known.get((r.practitioner, r.brand_id), 0)) for r in want.itertuples()]
    rows("practitioner-brand", made, ["practitioner", "brand_id"], want, ["orders", "expected", "lift", "shrunk_lift", "adjusted_residual", "p", "q", "net_revenue", "share_of_practitioner", "patients"])
    by_patients(made, frame, ni, nj)


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
        same(f"repeat-orders day {row['day']} censored", row["censored"], int(table.censored[row["day"]]))
        same(f"repeat-orders day {row['day']} from", row["from_day"], row["day"])
    age = (END.floor("D") - second["first"]).dt.days
    gap = (second.second - second["first"]).dt.days
    for row in made["repeat"]:
        eligible = age >= row["days"]
        repeated = int((gap[eligible] <= row["days"]).sum())
        low, high = wilson(repeated, int(eligible.sum()))
        for column, value in dict(eligible=int(eligible.sum()), repeated=repeated, rate=repeated / eligible.sum(), ci_low=low, ci_high=high, km_rate=1 - fitter.predict(row["days"])).items():
            same(f"repeat-orders {row['days']} {column}", row[column], value)
        # The limits of a step curve at a day are those of the last step before it, mirrored.
        low, high = limits[limits.index <= row["days"]].iloc[-1]
        same(f"repeat-orders {row['days']} km low", row["km_ci_low"], 1 - high)
        same(f"repeat-orders {row['days']} km high", row["km_ci_high"], 1 - low)
    label = frame.drop_duplicates("PATIENT_ID").set_index("PATIENT_ID").DISCOUNT_LEVEL.reindex(second.index)
    test = multivariate_logrank_test(followed, label.astype(str), event)
    same("repeat-orders log-rank", made["test"][0]["chi_square"], test.test_statistic)
    same("repeat-orders log-rank p", made["test"][0]["p"], test.p_value)
    same("repeat-orders log-rank df", made["test"][0]["df"], label.nunique() - 1)
    same("repeat-orders log-rank groups", made["test"][0]["groups"], label.nunique())
    for row in made["groups"]:
        level = row["group"] if row["group"] in ("none", "unknown") else None
        mine = label.eq(level) if level else pd.to_numeric(label, errors="coerce").eq(-float(row["group"].split()[0]))
        one = KaplanMeierFitter().fit(followed[mine], event[mine])
        same(f"repeat-orders group {row['group']} patients", row["patients"], int(mine.sum()))
        if row["km_rate"] is not None:
            low, high = one.confidence_interval_[one.confidence_interval_.index <= 90].iloc[-1]
            for column, value in dict(km_rate=1 - one.predict(90), ci_low=1 - high, ci_high=1 - low).items():
                same(f"repeat-orders group {row['group']} {column}", row[column], value)
    gaps = seen.groupby("PATIENT_ID").day.diff().dt.days.dropna()
    for column, value in dict(patients=seen.groupby("PATIENT_ID").size().gt(1).sum(), n=len(gaps), mean=gaps.mean(), p25=gaps.quantile(0.25), median=gaps.median(), p75=gaps.quantile(0.75)).items():
        same(f"repeat-orders gaps {column}", made["gaps"][0][column], value)
    cohort = second["first"].dt.to_period("M")
    months = seen.day.dt.to_period("M")
    later = (months.dt.year * 12 + months.dt.month) - seen.PATIENT_ID.map(cohort.map(lambda m: m.year * 12 + m.month))
    active = seen.assign(cohort=seen.PATIENT_ID.map(cohort).astype(str), later=later).groupby(["cohort", "later"]).PATIENT_ID.nunique()
    for row in made["cohorts"]:
        same(f"repeat-orders cohort {row['cohort']} {row['months_since_first']}", row["patients"], int(active.get((row["cohort"][:7], row["months_since_first"]), 0)))
        size = int((cohort.astype(str) == row["cohort"][:7]).sum())
        same(f"repeat-orders cohort {row['cohort']} size", row["cohort_size"], size)
        same(f"repeat-orders cohort {row['cohort']} retention", row["retention"], int(active.get((row["cohort"][:7], row["months_since_first"]), 0)) / size)
    counts = frame.groupby("PATIENT_ID").size().value_counts()
    for row in made["frequency"]:
        same(f"repeat-orders frequency {row['orders']}", row["patients"], int(counts[row["orders"]]))
        same(f"repeat-orders frequency {row['orders']} share", row["share"], counts[row["orders"]] / counts.sum())
    status = relation("ORDERS_PLACED").STATUS
    spaces = seen.assign(gap=seen.groupby("PATIENT_ID").day.diff().dt.days).dropna(subset="gap").groupby("PATIENT_ID").gap
    slower = spaces.agg(lambda g: g.iloc[-1] > g.iloc[:-1].mean() if len(g) >= 2 else np.nan).dropna()
    old180 = age >= 180
    proxies = [(int((gap[old180] <= 180).sum()), int(old180.sum())), (int(status.eq("refunded").sum()), len(status)), (int(status.eq("cancelled").sum()), len(status)), (int(slower.astype(int).sum()), len(slower))]
    for row, (k, n) in zip(made["proxies"], proxies):
        low, high = wilson(k, n)
        for column, value in dict(k=k, n=n, share=k / n, ci_low=low, ci_high=high).items():
            same(f"repeat-orders {row['proxy']} {column}", row[column], value)
    each = frame.groupby("PATIENT_ID").agg(orders=("y", "size"), net_revenue=("y", "sum"))
    same("repeat-orders patients", sorted((r["orders"], r["net_revenue"]) for r in made["patients"]), sorted((int(o), round(n, 2)) for o, n in each.itertuples(index=False)))


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
        orders_ = lines.ORDER_ID.nunique()
        items_filled = sum(f is not None for f in full)
        statuses.append(dict(patient=head.PATIENT_ID, practitioner=head.PRACTITIONER_ID, repeats=head.REPEATS, orders=orders_, items_filled=items_filled, status=status, matured=valid_end <= stop, issued=issued, first=first, full=max(full) if done else None,
                             n=len(own), ordered=lines.ITEM_ID.nunique(), filled=sum(min(int(lines[lines.ITEM_ID == i.ITEM_ID].QUANTITY.sum()), i.QUANTITY) for i in own.itertuples()), prescribed=int(own.QUANTITY.sum())))
    want = pd.DataFrame(statuses)
    for (status, matured), part in want.groupby(["status", "matured"]):
        row = next(r for r in made["statuses"] if r["status"] == status and r["matured"] == matured)
        same(f"prescription-fill {status} {matured}", row["prescriptions"], len(part))
        same(f"prescription-fill {status} {matured} patients", row["patients"], patients(part.patient))
    days = lambda f, column: (f[column] - f.issued) / DAY
    single = want.assign(items=want.n, items_ordered=want.ordered, quantity_prescribed=want.prescribed, quantity_filled=want.filled, a=days(want, "first"), b=days(want, "full"))
    key = lambda values: tuple(round(float(v), 9) if v is not None and not pd.isna(v) else -1.0 for v in values)
    names = ["items", "items_ordered", "items_filled", "quantity_prescribed", "quantity_filled", "orders"]
    got = sorted(key([r[c] for c in names] + [r["days_to_first_order"], r["days_to_full_fill"]]) for r in made["prescriptions"])
    same("prescription-fill prescriptions", got, sorted(key(r) for r in single[names + ["a", "b"]].itertuples(index=False)))
    several = want[want.repeats > 0]
    ids = heads[heads.REPEATS > 0]
    held = items[items.PRESCRIPTION_ID.isin(ids.PRESCRIPTION_ID) & (items.QUANTITY > 0)].merge(ids[["PRESCRIPTION_ID", "REPEATS"]], on="PRESCRIPTION_ID")
    bought = held.ITEM_ID.map(fills.groupby("ITEM_ID").QUANTITY.sum()).fillna(0)
    used = np.minimum(bought // held.QUANTITY, held.REPEATS + 1).sum()
    allowed = int((held.REPEATS + 1).sum())
    for column, value in dict(prescriptions=len(several), items=len(held), fills_used=int(used), fills_allowed=allowed, share=used / allowed).items():
        same(f"prescription-fill repeats {column}", made["repeats"][0][column], value)
    grown = want[want.matured].assign(group=lambda f: f.practitioner.astype(int).astype(str))
    for row in report("prescription-fill", "--by", "practitioner")["groups"]:
        mine = grown[grown.group == row["group"]]
        k, once = int(mine.status.str.startswith("filled").sum()), int((mine.status == "filled-at-once").sum())
        low, high = wilson(k, len(mine))
        for column, value in dict(prescriptions=len(mine), patients=patients(mine.patient), filled=k, filled_share=k / len(mine), ci_low=low, ci_high=high, at_once=once, at_once_share=once / len(mine)).items():
            same(f"prescription-fill group {row['group']} {column}", row[column], value)
    old = want[want.matured]
    for outcome, status in (("filled at once", "filled-at-once"), ("filled over time", "filled-over-time"), ("partly filled", "partly-filled-expired"), ("not filled", "not-filled-expired")):
        row = next(r for r in made["matured"] if r["outcome"] == outcome)
        k = int((old.status == status).sum())
        low, high = wilson(k, len(old))
        for column, value in dict(k=k, n=len(old), share=k / len(old), ci_low=low, ci_high=high).items():
            same(f"prescription-fill {outcome} {column}", row[column], value)
    for outcome, k, n in (("items ordered", old.ordered.sum(), old.n.sum()), ("quantity filled", old.filled.sum(), old.prescribed.sum())):
        row = next(r for r in made["matured"] if r["outcome"] == outcome)
        for name, value in dict(k=int(k), n=int(n), share=k / n).items():
            same(f"prescription-fill {outcome} {name}", row[name], value)
    for until, column in (("first order", "first"), ("full fill", "full")):
        event = want[column].notna()
        days = ((want[column].fillna(stop) - want.issued).clip(lower=0) // DAY).astype(int)
        fitter = KaplanMeierFitter().fit(days, event)
        for row in (r for r in made["time_to_fill"] if r["until"] == until):
            same(f"prescription-fill {until} day {row['day']}", row["survival"], fitter.survival_function_.KM_estimate[row["day"]])
            one = fitter.event_table.loc[row["day"]]
            for name, value in dict(at_risk=int(one.at_risk), events=int(one.observed), censored=int(one.censored), from_day=row["day"]).items():
                same(f"prescription-fill {until} day {row['day']} {name}", row[name], value)
            low, high = fitter.confidence_interval_.loc[row["day"]]
            if 0 < row["survival"] < 1:
                same(f"prescription-fill {until} day {row['day']} low", row["ci_low"], low)
                same(f"prescription-fill {until} day {row['day']} high", row["ci_high"], high)


def same_levels(made, got, h, o, enough):
    """Levels compared within patients: revenue by patient, calendar month and level, time as weight."""
    pieces = []
    for row in h.itertuples():
        since, until = (pd.Timestamp(int(ts), unit="ms") for ts in (row.since, row.until))
        for month in pd.period_range(since, until, freq="M"):
            a, b = max(since, month.start_time), min(until, (month + 1).start_time)
            if b > a:
                pieces.append((row.PATIENT_ID, str(month), row.level, (b - a) / pd.Timedelta(milliseconds=1) / DAY / 30.4375))
    f = pd.DataFrame(pieces, columns=["person", "month", "level", "e"]).groupby(["person", "month", "level"]).e.sum().reset_index()
    y = o.assign(month=pd.to_datetime(o.EVENT_TS, unit="ms").dt.strftime("%Y-%m")).groupby(["PATIENT_ID", "month", "level"]).y.sum()
    f["rate"] = [y.get((p, m, l), 0.0) / e for p, m, l, e in f.itertuples(index=False)]
    months, levels = f.month.nunique(), np.unique(f.level)
    line = cr2(np.column_stack([dummies(f.month), f.level]), f.rate, f.person, [[0] * months + [1]], group=f.person, weight=f.e)[0]
    row = made["per_point"][0]
    for column, value in dict(slope=line["value"], se=line["error"], df=line["df"], p=line["p"], ci_low=line["low"], ci_high=line["high"], patients_at_two=int((f.groupby("person")["level"].nunique() > 1).sum())).items():
        same(f"sweet-spot per point {column}", row[column], value, 1e-7)
    best = next(r["discount_pct"] for r in got if r["verdict"] == "best")
    others = [l for l in enough if l != best]
    X = np.column_stack([dummies(f.month), dummies(f.level)])
    contrasts = [[0] * months + [1 if l == best else -1 if l == other else 0 for l in levels] for other in others]
    pairs = len(enough) * (len(enough) - 1) / 2
    verdicts = {best: "best"}
    for other, one in zip(others, cr2(X, f.rate, f.person, contrasts, group=f.person, weight=f.e)):
        row = next(r for r in got if r["discount_pct"] == other)
        same(f"sweet-spot {best} is best", one["value"] >= 0, True)
        for column, value in dict(below_best=one["value"], below_low=one["low"], below_high=one["high"], below_se=one["error"], below_df=one["df"], p_best=min(1, one["p"] * pairs)).items():
            same(f"sweet-spot below {other} {column}", row[column], value, 1e-6)
        verdicts[other] = "worse" if one["p"] * pairs < 0.05 else "not shown to be worse"
        same(f"sweet-spot {other} verdict", row["verdict"], verdicts[other])
    fine = [l for l in verdicts if verdicts[l] != "worse"]
    above = sorted(l for l in verdicts if l > best)
    while above and verdicts[above[-1]] == "worse" and len(above) > 1 and verdicts[above[-2]] == "worse":
        above.pop()
    for column, value in dict(best_pct=best, lowest_not_worse_pct=min(fine), reduced_returns_from_pct=above[-1] if above and verdicts[above[-1]] == "worse" else None).items():
        same(f"sweet-spot {column}", made["answers"][0][column], value)


def sweet_spot():
    made = report("discount-sweet-spot", "--margin", "wholesale")
    history, left = relation("DISCOUNT_HISTORY"), relation("PATIENTS_LEFT").set_index("PATIENT_ID").LEFT_AT
    stop = END.value // 10**6
    h = history.sort_values(["PATIENT_ID", "CHANGED_AT"]).copy()
    h["since"] = h[["CHANGED_AT", "REGISTERED_AT"]].max(axis=1)
    h["until"] = h.groupby("PATIENT_ID").CHANGED_AT.shift(-1).fillna(stop)
    h["until"] = np.minimum(np.minimum(h.until, h.PATIENT_ID.map(left).fillna(stop)), stop)
    whose = lambda ids: ids.map(lambda v: "(none)" if pd.isna(v) else str(int(v)))
    h = h[h.DISCOUNT.notna() & (h.until > h.since)].assign(level=lambda f: 0 - f.DISCOUNT, e=lambda f: (f.until - f.since) / DAY / 30.4375, practitioner=lambda f: whose(f.PRACTITIONER_ID))
    o = orders("ORDERS_WITH_DISCOUNT").merge(relation("ORDERS_HELD_EVER").rename(columns={"PRACTITIONER_ID": "holder"}), how="left", on="ORDER_ID")
    margin = relation("ORDER_LINES").assign(m=lambda f: f.NET - f.WHOLESALE).groupby("ORDER_ID").m.sum()
    o = o[o.DISCOUNT_BASIS.ne("unknown") & o.DISCOUNT.notna()].assign(level=lambda f: 0 - f.DISCOUNT, practitioner=lambda f: whose(f.holder), m=lambda f: f.ORDER_ID.map(margin))
    both = lambda f: pd.concat([f, f.assign(practitioner="all")])
    h, o = both(h), both(o)
    e = h.groupby(["practitioner", "level", "PATIENT_ID"]).e.sum()
    key = ["practitioner", "level", "PATIENT_ID"]
    per = o.groupby(key).agg(y=("y", "sum"), n=("y", "size")).reindex(e.index).fillna(0)
    margins = o.groupby(["practitioner", "level"]).m.sum()
    answers = {row["practitioner"]: row for row in made["answers"]}
    table = {}
    for row in made["levels"]:
        table.setdefault(row["practitioner"], []).append(row)
    same("sweet-spot practitioners", sorted(table), sorted(set(h.practitioner)))
    for name, got in table.items():
        rates, before = {}, None
        for row in got:
            level = float(row["discount_pct"])
            ei, yi, ni = e[name][level], per.y[name][level], per.n[name][level]
            r, g, n = yi.sum() / ei.sum(), len(ei), int(ni.sum())
            se = math.sqrt(g / (g - 1) * ((yi - r * ei) ** 2).sum()) / ei.sum() if g > 1 else None
            low, high = t_interval(r, se, g - 1) if g > 1 else (None, None)
            enough = n >= 30 and g >= 11
            values = dict(patients=g, patient_months=ei.sum(), orders=n, orders_per_patient_month=n / ei.sum(), aov=yi.sum() / n if n else None, net_revenue=round(yi.sum(), 2), revenue_per_patient_month=r, se=se, ci_low=low, ci_high=high,
                          n_enough=enough, marginal=None if before is None else (r - before[1]) / (level - before[0]))
            # Orders at a level without time take part in the margin of the report's level only.
            if o[(o.practitioner == name) & (o.level == level)].shape[0] == n:
                values["margin_per_patient_month"] = margins.get((name, level), 0.0) / ei.sum()
            before = (level, r)
            if enough:
                rates[level] = (r, se)
            for column, value in values.items():
                same(f"sweet-spot {name} {level} {column}", row[column], value)
        if name == "all":
            same(f"sweet-spot {name} levels", answers[name]["levels_enough"], len(rates))
            same_levels(made, got, h[h.practitioner == "all"], o[o.practitioner == "all"], sorted(rates))
        if len(rates) < 3:
            continue
        best = max(rates, key=lambda level: rates[level][0])
        others = [level for level in rates if level != best]
        zs = [(rates[best][0] - rates[l][0]) / math.hypot(rates[l][1], rates[best][1]) for l in others]
        adjusted = dict(zip(others, multipletests(st.norm.sf(zs), method="holm")[1]))
        for level, z in zip(others, zs):
            row = next(r for r in got if r["discount_pct"] == level)
            same(f"sweet-spot {name} {level} z", row["z"], z)
            same(f"sweet-spot {name} {level} p", row["p_holm"], adjusted[level])
            same(f"sweet-spot {name} {level} verdict", row["verdict_between"], "worse" if adjusted[level] < 0.05 else "not shown to be worse")
        if name == "all" and made["curve"]:
            l, (r, se) = np.array(list(rates)), np.array(list(rates.values())).T
            x = np.vander(l, 3, increasing=True)
            cov = np.linalg.inv(x.T @ (x / se[:, None] ** 2))
            b = cov @ x.T @ (r / se**2)
            row = made["curve"][0]
            for column, value in dict(b0=b[0], b1=b[1], b2=b[2], z_b2=b[2] / math.sqrt(cov[2, 2])).items():
                same(f"sweet-spot curve {column}", row[column], value, 1e-7)
            peak = -b[1] / (2 * b[2])
            if row["peak_pct"] is not None:
                grad = np.array([0, -1 / (2 * b[2]), b[1] / (2 * b[2] ** 2)])
                half = st.norm.ppf(0.975) * math.sqrt(grad @ cov @ grad)
                for column, value in dict(peak_pct=peak, ci_low=peak - half, ci_high=peak + half).items():
                    same(f"sweet-spot curve {column}", row[column], value, 1e-7)


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
    checks = {r["check"]: r for r in made["checks"]}
    same("site-change phi", checks["phi"]["value"], phi)
    same("site-change Durbin-Watson", checks["Durbin-Watson"]["value"], sm.stats.stattools.durbin_watson(u))
    early = y[t < t0].to_numpy()
    for quarter in (1, 2, 3):
        at = t0 * quarter // 4
        s_ = np.arange(t0)
        after = (s_ >= at).astype(float)
        z = np.column_stack([np.ones(t0), s_, after, (s_ - at) * after] + [(y.index[:t0].dayofweek == d).astype(float) for d in range(1, 7)])
        v = sm.OLS(early, z).fit().resid
        r = (v[1:] * v[:-1]).sum() / (v**2).sum()
        f = sm.GLS(early, z, sigma=toeplitz(min(0.95, max(0.0, r + (1 + 3 * r) / t0)) ** np.arange(t0))).fit()
        k = np.zeros(10)
        k[2], k[3] = after.sum(), ((s_ - at) * after).sum()
        test = f.t_test(k)
        row = checks[f"placebo {y.index[at].date()}"]
        same("site-change placebo", row["value"], float(test.effect[0]) / after.sum())
        same("site-change placebo p", row["p"], float(test.pvalue))
    naive = st.ttest_ind(y[t >= t0], y[t < t0], equal_var=False)
    low, high = naive.confidence_interval(0.95)
    gap, n = y[t >= t0].mean() - y[t < t0].mean(), post.sum()
    row = next(r for r in made["methods"] if r["method"] == "before-after")
    for column, value in dict(effect_per_day=gap, effect_total=gap * n, relative_effect=gap / y[t < t0].mean(), se=abs(gap * n / naive.statistic), ci_low=low * n, ci_high=high * n, p=naive.pvalue).items():
        same(f"site-change before-after {column}", row[column], value)
    still = x * np.array([1, 1, 0, 0, 1, 1, 1, 1, 1, 1])
    error = np.sqrt(np.einsum("ij,jk,ik->i", still, ar1.cov_params(), still))
    half = st.t.ppf(0.975, len(y) - 10) * error
    for i, row in enumerate(made["days"]):
        line = still[i] @ ar1.params
        for column, value in dict(value=y.iloc[i], fitted=x[i] @ ar1.params, expected=line, expected_low=line - half[i], expected_high=line + half[i]).items():
            same(f"site-change {row['day']} {column}", row[column], value)


ONLY = [name for name in sys.argv[1:] if name.startswith("--only=")]
for one in (discount_impact, discount_history, sales_trend, performance, practitioner_type, practitioner_brand, repeat_orders, prescription_fill, sweet_spot, site_change):
    if ONLY and f"--only={one.__name__}" not in ONLY:
        continue
    before, wrong = compared, len(problems)
    one()
    print(f"{one.__name__}: {compared - before} figures compared, {len(problems) - wrong} differ")
for report_, table, column in sorted(numeric - met):
    problems.append(f"{report_} {table} {column}: not compared")
for problem in problems[:40]:
    print(problem)
print(f"{compared} figures, {len(problems)} differ")
sys.exit(1 if problems else 0)
