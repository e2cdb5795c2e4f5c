"""What more rows would bring: a cheap model trained on ever larger parts, and a power law through its errors."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine import ledger
from engine.audit.effect import METRICS, matrix
from engine.data.seal import load_development
from engine.findings import left_out, rows_left_out
from engine.jobs.context import Context
from engine.labels.schema import CurvePoint, Foretold, LearningCurve
from engine.stats.metrics import named
from engine.stats.power_law import FARTHEST, PowerLaw, band, fit, replicates
from engine.steps import Plan
from engine.steps.framing import ROW_ORDER
from engine.task import SeenAs
from engine.tasks import TASKS
from engine.training.kind import fit_target, kind_of
from engine.work.framing import ends_of, target_cells

Array = np.ndarray

SIZES = 7
RUNS = 4
"""Independent divisions of the rows, each with parts that lie in one another."""
TESTED = 0.25
LEAST, SMALLEST = 100, 25
"""Rows that a curve needs, and rows of its smallest part."""
MOST = 20_000
TREES = 60
FACTORS = (1.25, 1.5, 2.0, 3.0, FARTHEST)
LEAST_GAIN = 0.001
"""Share of today's error below which a gain is none: the fitted law never rises, so that its band never includes 0."""
MODEL = "extremely randomised trees"


def learning_curve(plan: Plan, context: Context) -> tuple[LearningCurve | None, str]:
    """The curve, or None and why there is none. Errors: Stopped."""
    result, own = plan.data.result, TASKS.get(plan.framing.task or "")
    if result is None or result.sealed is None or result.target is None:
        return None, "no labelled rows were read yet"
    if own is None:
        return None, "a learning curve of an unknown kind of prediction is not drawn"
    seen = own.seen_as
    outside = left_out(plan)
    frame = load_development(context.project)
    frame = frame[~frame.index.isin(rows_left_out(plan))]
    names = tuple(str(name) for name in frame.columns if name not in outside)
    if len(frame) < LEAST or not names:
        return None, f"{len(frame)} rows are too few for a curve: {LEAST} at least"
    whole = len(frame)
    if whole > MOST:
        places = np.sort(np.random.default_rng(context.seed).choice(whole, MOST, replace=False))
        frame = frame.iloc[places]
    raw = target_cells(plan, frame, result.target.columns)
    y = kind_of(own).label(fit_target(own.name, raw, ends=ends_of(plan), void=plan.framing.void).encode(raw))
    sizes, runs = _runs(plan, context, seen, matrix(frame, names), y, _units(plan, frame), _moments(plan, frame))
    if len(sizes) < 4 or not np.isfinite(runs).all():
        return None, "too few rows of the rarest class to score small parts"
    looked(
        context,
        {
            f"learning curve at {size:,.0f} rows, mean of {RUNS} divisions": 1 - float(error)
            for size, error in zip(sizes, runs.mean(axis=0), strict=True)
        },
    )
    curve = fit(sizes, runs.mean(axis=0))
    foretold = _foretold(curve, sizes, runs, whole, context.seed)
    return (
        LearningCurve(
            metric=METRICS[seen],
            model=MODEL,
            measured=tuple(CurvePoint(int(n), float(e)) for n, e in zip(sizes, runs.mean(axis=0), strict=True)),
            foretold=foretold,
            a=curve.a,
            b=curve.b,
            c=curve.c,
            rows=whole,
            sentence=_sentence(curve.at(whole), foretold[FACTORS.index(2.0)]),
        ),
        "",
    )


def looked(context: Context, scores: dict[str, float]) -> None:
    """Each score on rows that were held out is a look at them, once per job; nothing is chosen by it."""
    known = {entry.what for entry in ledger.entries(context.project)}
    for what, value in scores.items():
        told = f"{context.folder.path.name}: {what}"
        if told not in known:
            ledger.record(context.project, "look", "labels", told, value)


def _foretold(curve: PowerLaw, sizes: Array, runs: Array, whole: int, seed: int) -> tuple[Foretold, ...]:
    """The curve at more rows. A gain has a band of its own, because today's error is as uncertain as a later one."""
    at = np.array([whole, *(round(factor * whole) for factor in FACTORS)], dtype=float)
    found = replicates(sizes, runs, at, seed)
    errors, gains = band(found), band(found[:, :1] - found)
    return tuple(
        Foretold(
            rows=int(n),
            error=curve.at(n),
            low=float(errors[0][place]),
            high=float(errors[1][place]),
            gain=curve.at(whole) - curve.at(n),
            gain_low=float(gains[0][place]),
            gain_high=float(gains[1][place]),
        )
        for place, n in enumerate(at[1:], start=1)
    )


def _sentence(now: float, doubled: Foretold) -> str:
    reach = f"by {doubled.gain:.2g} ({doubled.gain_low:+.2g} to {doubled.gain_high:+.2g})"
    if doubled.gain_low <= LEAST_GAIN * now:
        return f"Undecided whether more rows help: twice as many would lower the error of {now:.4g} {reach}."
    return f"Twice as many rows would lower the error of {now:.4g} {reach}."


def _runs(
    plan: Plan, context: Context, seen: SeenAs, x: Array, y: Array, units: Array, moments: Array | None
) -> tuple[Array, Array]:
    """Sizes (m,) of the parts, and errors (RUNS, m): 1 − the metric on rows of no part."""
    kept = max(int(TESTED * len(y)), 1)
    sizes = np.unique(np.geomspace(SMALLEST, len(y) - kept, SIZES).round().astype(int))
    errors = np.empty((RUNS, len(sizes)))
    for run in range(RUNS):
        order = _order(np.random.default_rng((context.seed, run)), units, moments, kept)
        test, learn = order[:kept], order[kept:]
        for place, size in enumerate(sizes):
            context.check()
            context.phase("what more labels would bring", run * len(sizes) + place, RUNS * len(sizes))
            errors[run, place] = _error(seen, x, y, learn[: min(size, len(learn))], test, run)
    return sizes.astype(float), errors


def _order(draw: np.random.Generator, units: Array, moments: Array | None, kept: int) -> Array:
    """Places of all rows: first those to score (the latest in time, or whole units), then those to learn from."""
    turn = draw.permutation(units.max() + 1)[units]
    if moments is None:
        return np.argsort(turn, kind="stable")
    latest = np.argsort(-moments, kind="stable")[:kept]
    rest = np.setdiff1d(np.arange(len(units)), latest)
    return np.concatenate([latest, rest[np.argsort(turn[rest], kind="stable")]])


def _error(seen: SeenAs, x: Array, y: Array, learn: Array, test: Array, seed: int) -> float:
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    metric = named(METRICS[seen])
    if seen == "regression":
        model = ExtraTreesRegressor(TREES, min_samples_leaf=2, max_features=0.5, random_state=seed)
        return 1 - float(metric.compute(y[test], model.fit(x[learn], y[learn]).predict(x[test])))
    classes = int(y.max()) + 1
    out = np.zeros((len(test), classes))
    if len(np.unique(y[learn])) < 2:
        out[:, int(y[learn][0])] = 1.0
    else:
        model = ExtraTreesClassifier(TREES, min_samples_leaf=2, max_features=0.5, random_state=seed)
        model.fit(x[learn], y[learn])
        out[:, model.classes_.astype(int)] = model.predict_proba(x[test])
    return 1 - float(metric.compute(y[test].astype(np.int64), out[:, 1] if seen == "binary" else out))


def _units(plan: Plan, frame: pd.DataFrame) -> Array:
    """What is never divided: the rows of a group, else each row."""
    group = plan.framing.group
    if not group or group not in frame:
        return np.arange(len(frame))
    return np.asarray(pd.factorize(frame[group], use_na_sentinel=False)[0])


def _moments(plan: Plan, frame: pd.DataFrame) -> Array | None:
    """Rank of each row in time, where the model will be used on later rows."""
    column = plan.framing.time
    if not plan.framing.forecast or not column:
        return None
    times = pd.Series(frame.index, index=frame.index) if column == ROW_ORDER else frame[column]
    return np.asarray(times.rank(method="dense"))
