"""Development rows against a sample of production: told apart or not, by which columns, and what it costs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.audit import effect
from engine.data.profile import as_text
from engine.detector import AuditData
from engine.errors import UserError
from engine.representative.features import conditions, numbers
from engine.representative.schema import Production, Shifted
from engine.representative.separation import Separation, density_weights, effective_size, separate
from engine.stats import drift, resampling
from engine.stats.intervals import score
from engine.stats.metrics import named
from engine.values import Score

MOST = 2000
"""Rows of each side that a model tells apart; columns are tested on all rows."""
LEVEL = 0.01
"""Error of each of the two alarms, of the whole table and of its columns."""
FAINT = 0.55
"""Area under the curve below which a difference does not matter, however sure it is."""
FEWEST = 20
NAMED = 12
FEW_EFFECTIVE = 30
REPLICATES = 500

Array = np.ndarray


def compare(data: AuditData, production: pd.DataFrame) -> Production:
    """Compare the inputs; groups count once each. Errors: UserError where nothing can be compared."""
    if len(production) < FEWEST:
        raise UserError(f"data.production: {len(production)} rows are too few to compare: give at least {FEWEST}")
    names = tuple(name for name in data.names if name in production and _comparable(data, name))
    if not names:
        raise UserError("data.production: no input of the training data is in this file: name the columns alike")
    ours, theirs = _once(data, data.frame), _once(data, production)
    shifted, tested = _shifted(ours[list(names)], theirs[list(names)])
    near, far = _some(ours, data.seed), _some(theirs, data.seed + 1)
    pooled = pd.concat([near[list(names)], far[list(names)]], ignore_index=True)
    whose = np.arange(len(pooled)) >= len(near)
    features = conditions(pooled, data.seed)
    told = separate(features, whose, data.seed)
    auc = _auc(whose, told)
    found = Production(
        rows=len(production),
        compared=len(pooled),
        auc=auc,
        p=told.p,
        alarm=bool(shifted) or (told.p <= LEVEL and told.auc >= FAINT),
        tested=tested,
        shifted=shifted[:NAMED],
        left_aside=tuple(name for name in data.names if name not in names),
    )
    weights = density_weights(features, whose, data.seed)
    return _with_prediction(data, near, names, weights, found)


def _comparable(data: AuditData, name: str) -> bool:
    """Time and names of rows differ between any two samples, which says nothing about the rest."""
    column = data.columns[name]
    named_row = not column.integer and column.kind != "numeric" and column.distinct > 0.95 * column.rows
    counter = column.monotone and column.distinct == column.rows - column.missing
    return (
        name not in (data.time, data.group)
        and column.kind not in ("datetime", "empty")
        and not ((named_row and column.kind != "text") or counter)
    )


def _once(data: AuditData, frame: pd.DataFrame) -> pd.DataFrame:
    """One random row of each group: rows of one group are no separate evidence."""
    if data.group is None or data.group not in frame:
        return frame
    return frame.sample(frac=1.0, random_state=data.seed).drop_duplicates(data.group)


def _some(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    return frame if len(frame) <= MOST else frame.sample(MOST, random_state=seed)


def _shifted(ours: pd.DataFrame, theirs: pd.DataFrame) -> tuple[tuple[Shifted, ...], int]:
    """Columns whose values or gaps differ after Benjamini and Hochberg's correction at LEVEL, strongest first.

    How strong is counted in units of the smallest effect that matters, which each test has of its own.
    """
    tests = [(name, test) for name in ours for test in _tests(ours[name], theirs[name])]
    adjusted = drift.benjamini_hochberg(np.array([test.p for _, test in tests]))
    found = [
        (test.effect / test.gate, Shifted(column=str(name), test=test.test, effect=test.effect, p=float(p)))
        for (name, test), p in zip(tests, adjusted, strict=True)
        if p <= LEVEL and test.effect >= test.gate
    ]
    best: dict[str, Shifted] = {}
    for _, each in sorted(found, key=lambda pair: -pair[0]):
        best.setdefault(each.column, each)
    return tuple(best.values()), len(tests)


def _tests(before: pd.Series, after: pd.Series) -> list[drift.Shift]:
    gaps = drift.chi2(*(np.bincount(side.isna().to_numpy(), minlength=2) for side in (before, after)))
    old, new = numbers(before), numbers(after)
    if old is not None and new is not None:
        return [drift.ks(old, new), *_stability(old, new), gaps]
    words = [pd.Series(as_text(side.dropna())) for side in (before, after)]
    counts = pd.concat(words, ignore_index=True).value_counts()
    # Rare words are counted together, without looking at whose they are.
    common = counts.index[counts >= 0.02 * counts.sum()]
    tables = [side.where(side.isin(common), "").value_counts().reindex([*common, ""], fill_value=0) for side in words]
    return [drift.chi2(tables[0].to_numpy(), tables[1].to_numpy()), gaps]


def _stability(before: Array, after: Array) -> list[drift.Shift]:
    """The population stability index of the known values, where both sides have some."""
    known = [side[np.isfinite(side)] for side in (before, after)]
    return [drift.psi_shift(drift.psi(*known))] if all(map(len, known)) else []


def _auc(whose: Array, told: Separation) -> Score:
    low, high = np.min(told.scores), np.max(told.scores)
    scaled = (told.scores - low) / (high - low) if high > low else np.full(len(whose), 0.5)
    return score("roc_auc", whose.astype(np.int64), scaled, how="development against production rows, 5 folds")


def _with_prediction(
    data: AuditData, near: pd.DataFrame, names: tuple[str, ...], weights: Array, found: Production
) -> Production:
    from msgspec.structs import replace

    effective = effective_size(weights)
    if data.codes is None or data.task not in effect.METRICS:
        return replace(found, effective=effective, withheld="no target says yet what is to be predicted")
    places = data.frame.index.get_indexer(near.index)
    y = data.codes[places]
    try:
        divided = effect.parts(data, places, y, None)
    except UserError as error:
        return replace(found, effective=effective, withheld=str(error))
    told = effect.predicted(data, effect.matrix(near, names[: effect.COLUMNS]), y, divided)
    scored = np.isfinite(told.sum(axis=1)) & np.isfinite(y)
    y, weights = y[scored], weights[scored]
    p = told[scored] if data.task == "multiclass" else told[scored][:, -1]
    if data.classes:
        y = y.astype(np.int64)
    metric = effect.METRICS[data.task]
    how = "extra trees on development rows"
    now = score(metric, y, p, seed=data.seed, how=how)
    if effective < FEW_EFFECTIVE:
        return replace(
            found,
            effective=effective,
            now=now,
            withheld=f"only {effective:.0f} rows are like production's, 30 are needed",
        )
    return replace(
        found,
        effective=effective,
        now=now,
        predicted=weighted_score(metric, y, p, weights, data.seed, f"{how}, weighted"),
    )


def weighted_score(metric_name: str, y: Array, p: Array, weights: Array, seed: int, how: str) -> Score:
    """The metric under importance weights (n,) (Shimodaira, 2000), with a bootstrap interval over rows."""
    metric = named(metric_name)
    value = float(metric.weighted(y, p, weights[None, :])[0])
    drawn = resampling.draws(len(y), REPLICATES, np.random.default_rng(seed))
    replicates = np.concatenate([metric.weighted(y, p, counts * weights) for counts in drawn])
    ends = resampling.interval(value, replicates[np.isfinite(replicates)], len(y))
    low, high = ends or (None, None)
    return Score(metric=metric_name, value=value, low=low, high=high, n=len(y), how=f"{how}, bootstrap interval")
