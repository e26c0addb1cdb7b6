"""Makes the test vectors of the clustered methods with numpy, scipy and statsmodels, row by row and with every dummy written out: nothing of
the library's short ways (cells, absorbed groups, series) is used here.

    python3 -m venv venv && venv/bin/pip install -r test/oracle/second-engine/requirements.txt
    venv/bin/python test/oracle/vectors/make.py [NAME...]

Each function below makes one file of fixtures/vectors/statistics; the numbers are drawn with a fixed seed, so the files come out the same again.
"""
import json, sys
from pathlib import Path
import numpy as np, scipy, scipy.linalg as la, scipy.stats as st

FOLDER = Path(__file__).resolve().parents[3] / "fixtures/vectors/statistics"
VERSIONS = {"numpy": np.__version__, "scipy": scipy.__version__}


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(v) for v in value]
    if isinstance(value, (np.integer, np.bool_)):
        return value.item()
    if isinstance(value, (float, np.floating)):
        return None if np.isnan(value) else float(value)
    return value


def write(name, about, produced_by, notes, cases, relative=1e-8, absolute=1e-9):
    content = {"id": name, "about": about, "produced_by": produced_by, "versions": VERSIONS,
               "tolerance": {"relative": relative, "absolute": absolute}, "notes": notes, "cases": plain(cases)}
    (FOLDER / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
    print(name, len(cases), "cases")


def inverse_root(matrix):
    values, vectors = la.eigh(matrix)
    scaled = np.where(values > 1e-8, np.maximum(values, 1e-300) ** -0.5, 0)
    return vectors @ np.diag(scaled) @ vectors.T


def cr2(D, y, cluster, contrast):
    """Estimate, CR2 error and Bell-McCaffrey degrees of freedom of a contrast, with the full matrices."""
    M = la.pinv(D.T @ D)
    b = M @ D.T @ y
    u = y - D @ b
    H = D @ M @ D.T
    ids = [np.where(cluster == g)[0] for g in np.unique(cluster)]
    variance, P = 0.0, []
    for rows in ids:
        A = inverse_root(np.eye(len(rows)) - H[np.ix_(rows, rows)])
        a = A @ D[rows] @ M @ contrast
        variance += (a @ u[rows]) ** 2
        P.append((np.eye(len(y)) - H)[rows].T @ a)
    P = np.array(P)
    G = P @ P.T
    df = np.trace(G) ** 2 / (G ** 2).sum()
    value, error = contrast @ b, np.sqrt(variance)
    t = value / error
    q = st.t.ppf(0.975, df)
    return {"value": value, "error": error, "df": df, "t": t, "p": 2 * st.t.sf(abs(t), df),
            "low": value - q * error, "high": value + q * error}


def estimate(D, y, contrast):
    return contrast @ la.lstsq(D, y)[0]


def without_each(D, y, cluster, contrast):
    out = []
    for g in np.unique(cluster):
        keep = cluster != g
        X = D[keep]
        reach = la.pinv(X) @ X
        # A contrast that the other clusters cannot tell.
        out.append(np.nan if np.abs(reach @ contrast - contrast).max() > 1e-6 else estimate(X, y[keep], contrast))
    return out


def range_of(value, out):
    moved = [np.inf if np.isnan(v) else abs(v - value) for v in out]
    known = [v for v in out if not np.isnan(v)] + [value]
    at = int(np.argmax(moved))
    return {"low": min(known), "high": max(known), "cluster": at, "without": out[at]}


def rows_of(rng, sizes, groups, columns, levels):
    """Rows with a cluster, a group inside it, a category of two terms and an amount."""
    out = []
    for g, size in enumerate(sizes):
        own = rng.normal(0, 20)
        home = rng.integers(levels)
        for _ in range(size):
            group = g * groups + rng.integers(groups)
            month, level = rng.integers(columns), home if rng.random() < 0.6 else rng.integers(levels)
            out.append((g, int(group), int(month), int(level), round(100 + own + 3 * level + month + rng.normal(0, 15) * (1 + g % 3), 2)))
    return sorted(out)


def fit_case(rows, absorbed, months, levels, slope, contrast):
    r = np.array(rows, dtype=float)
    cluster, group, month, level, y = r.T
    # Cells: rows alike but for the amount.
    cells = {}
    for g, q, m, l, amount in rows:
        n, total = cells.get((g, q, m, l), (0, 0.0))
        cells[(g, q, m, l)] = (n + 1, total + amount)
    keys = sorted(cells)
    X = np.eye(months)[month.astype(int)]
    X = np.hstack([X, level[:, None] if slope else np.eye(levels)[level.astype(int)]])
    c = np.array(contrast, dtype=float)
    dummies = np.eye(int(group.max()) + 1)[group.astype(int)] if absorbed else np.zeros((len(y), 0))
    D = np.hstack([dummies, X])
    full = np.concatenate([np.zeros(dummies.shape[1]), c])
    expected = cr2(D, y, cluster, full)
    expected["leaveOneOut"] = range_of(expected["value"], without_each(D, y, cluster, full))
    R = X - (dummies @ la.lstsq(dummies, X)[0] if absorbed else 0)
    M = la.pinv(R.T @ R)
    gammas = []
    for g in np.unique(cluster):
        part = R[cluster == g]
        gammas.append(((c @ M @ part.sum(0)) ** 2) if not absorbed else c @ M @ part.T @ part @ M @ c)
    gammas = np.array(gammas)
    expected["effective"] = len(gammas) / (1 + ((gammas - gammas.mean()) ** 2).mean() / gammas.mean() ** 2)
    return {"input": {"kind": "fit", "absorbed": absorbed, "months": months, "levels": levels, "slope": slope, "contrast": contrast,
                      "cells": [[*key, cells[key][0], round(cells[key][1], 2)] for key in keys]}, "expected": expected}


def ratio_case(n, y, other=None):
    """sum y / sum n by weighted least squares of y/n, one row per cluster; with `other`, the difference of two such ratios."""
    parts = [(n, y)] if other is None else [(n, y), other]
    w = np.concatenate([np.array(p[0], float) for p in parts])
    t = np.concatenate([np.array(p[1], float) for p in parts])
    D = np.zeros((len(w), len(parts)))
    start = 0
    for k, p in enumerate(parts):
        D[start:start + len(p[0]), k] = 1
        start += len(p[0])
    root = np.sqrt(w)
    c = np.array([1.0] if other is None else [-1.0, 1.0])
    cluster = np.arange(len(w))
    expected = cr2(D * root[:, None], t / w * root, cluster, c)
    expected["leaveOneOut"] = range_of(expected["value"], without_each(D * root[:, None], t / w * root, cluster, c))
    if other is None:
        gammas = (w / w.sum()) ** 2
        expected |= {"effective": len(w) / (1 + ((gammas - gammas.mean()) ** 2).mean() / gammas.mean() ** 2), "clusters": len(w),
                     "largest": w.max() / w.sum(), "largestAt": int(np.argmax(w))}
    pairs = lambda p: [[a, b] for a, b in zip(*p)]
    return {"input": {"kind": "ratio", "groups": [pairs(p) for p in parts]}, "expected": expected}


def clustered_fit():
    rng = np.random.default_rng(20261129)
    cases = []
    for absorbed in (True, False):
        rows = rows_of(rng, [4, 6, 3, 5, 8, 4, 30, 5, 4, 6, 3, 7], 1, 3, 4)
        cases.append(fit_case(rows, absorbed, 3, 4, False, [0, 0, 0, 0, -1, 1, 0]))
        cases.append(fit_case(rows, absorbed, 3, 4, True, [0, 0, 0, 1]))
    # Two groups in each cluster, and a cluster that makes most of it.
    rows = rows_of(rng, [6, 7, 5, 8, 6, 60, 5, 6], 2, 2, 3)
    cases.append(fit_case(rows, True, 2, 3, False, [0, 0, 0, -1, 1]))
    cases.append(fit_case(rows, True, 2, 3, True, [0, 0, 1]))
    n = rng.integers(1, 12, 15).tolist()
    y = [round(float(k * 100 + rng.normal(0, 40)), 2) for k in n]
    cases.append(ratio_case(n, y))
    cases.append(ratio_case(n + [200], y + [26000.0]))
    cases.append(ratio_case(n, y, (n[:7], [round(v * 1.1, 2) for v in y[:7]])))
    write("clustered-fit", "least squares with absorbed groups, CR2 errors, Satterthwaite degrees of freedom, effective clusters, estimates without one cluster",
          "numpy, scipy: dense matrices, every dummy written out, inverse square roots by eigenvalues, refits without each cluster",
          "cells: cluster, group, month, level, rows, sum; columns: months, then levels (or the level as one number where slope)", cases)


def wild_bootstrap():
    rng = np.random.default_rng(7)
    cases = []
    for n, shift in ((5, 0.0), (8, 1.0), (10, 0.5), (12, 0.0)):
        d = np.round(rng.normal(shift, 1 + np.arange(n) % 3), 6)
        signs = np.array(np.meshgrid(*[[1, -1]] * n)).reshape(n, -1).T
        t = lambda x: abs(x.sum()) / np.sqrt(((x - x.mean()) ** 2).sum())
        observed = t(d)
        p = np.mean([t(s * d) >= observed * (1 - 1e-12) for s in signs])
        cases.append({"input": {"influences": d}, "expected": {"p": p}})
    write("wild-bootstrap", "p of a wild cluster bootstrap of scores, every choice of signs", "numpy: all 2^n signs", "t = |sum| / sqrt(sum of squares about the mean)", cases)


def patient_association():
    """Eight to ten patients are one class, so every way to deal them to practitioners can be gone through."""
    from itertools import permutations
    rng = np.random.default_rng(11)
    cases = []
    for holders in ([0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1, 2, 2]):
        brands, units = 3, []
        for p in holders:
            counts = rng.multinomial(rng.integers(2, 12), [0.5, 0.3, 0.2]).tolist()
            units.append({"practitioner": p, "brands": [b for b in range(brands) if counts[b]], "counts": [c for c in counts if c]})
        C = np.array([[dict(zip(u["brands"], u["counts"])).get(b, 0) for b in range(brands)] for u in units], float)
        D = C.sum(1)
        S = C / D[:, None]
        shares = S.mean(0)
        squares = (shares ** 2).sum()
        apart = ((S - shares) ** 2).sum(1)
        habit = (apart - (1 - squares) / D).sum() / ((1 - squares) * (1 - 1 / D)).sum()
        habit = min(1, max(0.05, habit))
        w = D / (1 + habit * (D - 1))
        shares = (w[:, None] * S).sum(0) / w.sum()
        Z = w[:, None] * (S - shares)
        P = max(holders) + 1
        sums = lambda h: np.array([Z[np.array(h) == p].sum(0) for p in range(P)])
        deals = np.array([sums(h) for h in set(permutations(holders))])
        mean, variance = deals.mean(0), deals.var(0)
        skew = ((deals - mean) ** 3).mean(0) / variance ** 1.5
        t = (sums(holders) - mean) / np.sqrt(variance)
        base = skew * t / 2 + 1
        with np.errstate(invalid="ignore"):
            score = np.where(np.abs(skew) < 1e-6, t, 6 / skew * (np.cbrt(base) - 1) + skew / 6)
        score = np.where((base <= 0) & (np.abs(skew) >= 1e-6), np.where(skew > 0, np.minimum(t, 0), np.maximum(t, 0)), score)
        W = np.array([w[np.array(holders) == p].sum() for p in range(P)])
        scale = W[:, None] * shares
        lift, v = sums(holders) / scale, variance / scale ** 2
        iv = 1 / v
        tau2 = max(0, ((lift ** 2 / v).sum() - v.size) / (iv.sum() - (iv ** 2).sum() / iv.sum()))
        kept = tau2 / (tau2 + v)
        half = st.norm.ppf(0.975) * np.sqrt(v * kept)
        expected = np.array([D[np.array(holders) == p].sum() for p in range(P)])[:, None] * shares
        shrunk = 1 + lift * kept
        pairs = [{"expected": expected[p, b], "lift": 1 + lift[p, b], "shrunk": shrunk[p, b], "low": max(0, shrunk[p, b] - half[p, b]),
                  "high": shrunk[p, b] + half[p, b], "score": score[p, b]} for p in range(P) for b in range(brands)]
        cases.append({"input": {"practitioners": P, "brands": brands, "units": units}, "expected": {"habit": habit, "pairs": pairs}})
    write("patient-association", "practitioner x brand with patients counted: expected, lift, score, empirical Bayes", "numpy, scipy: every way to deal the patients",
          "p is left out: it hangs on the seed of the deals", cases)


def mix_interval():
    rng = np.random.default_rng(5)

    def parts(rows):
        r = np.array(rows, float)
        before, after = r[r[:, 2] == 0], r[r[:, 2] == 1]
        within = mix = 0.0
        for level in sorted(set(r[:, 1])):
            b, a = before[before[:, 1] == level], after[after[:, 1] == level]
            w0, w1 = b[:, 3].sum() / before[:, 3].sum(), a[:, 3].sum() / after[:, 3].sum()
            a0 = b[:, 4].sum() / b[:, 3].sum() if len(b) else a[:, 4].sum() / a[:, 3].sum()
            a1 = a[:, 4].sum() / a[:, 3].sum() if len(a) else a0
            within, mix = within + (w0 + w1) / 2 * (a1 - a0), mix + (w1 - w0) * (a0 + a1) / 2
        change = after[:, 4].sum() / after[:, 3].sum() - before[:, 4].sum() / before[:, 3].sum()
        return np.array([change, within, mix])

    cases = []
    for patients, levels in ((12, 3), (25, 4)):
        rows = []
        for g in range(patients):
            for level in range(levels):
                for period in (0, 1):
                    n = int(rng.poisson(1.2)) if not (level == levels - 1 and period == 0) else 0
                    if n:
                        rows.append([g, level, period, n, round(float(n * (100 + 5 * level + 8 * period + rng.normal(0, 20))), 2)])
        ids = sorted({row[0] for row in rows})
        whole = parts(rows)
        without = np.array([parts([row for row in rows if row[0] != g]) for g in ids])
        centred = without - without.mean(0)
        expected = {"patients": len(ids)}
        for i, name in enumerate(("change", "within", "mix")):
            squares = (centred[:, i] ** 2).sum()
            error, df = np.sqrt((len(ids) - 1) / len(ids) * squares), squares ** 2 / (centred[:, i] ** 4).sum() - 1
            q = st.t.ppf(0.975, df)
            expected[name] = {"value": whole[i], "error": error, "p": 2 * st.t.sf(abs(whole[i] / error), df), "low": whole[i] - q * error, "high": whole[i] + q * error}
        cases.append({"input": {"levels": levels, "cells": rows}, "expected": expected})
    write("mix-interval", "change of the AOV between two periods, within levels and between them, with a jackknife over patients", "numpy, scipy: refits without each patient",
          "cells: patient, level, period, orders, sum", cases)


MADE = {f.__name__.replace("_", "-"): f for f in (clustered_fit, wild_bootstrap, patient_association, mix_interval)}

if __name__ == "__main__":
    for name in sys.argv[1:] or MADE:
        MADE[name]()
