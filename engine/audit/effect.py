"""What a finding does to the score, measured: a cheap model with and without it, on the same rows, under one split."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import msgspec
import numpy as np
import pandas as pd

from engine.audit.sample import places
from engine.data import folds
from engine.detector import AuditData
from engine.errors import UserError
from engine.stats.differences import Difference, accuracy_difference, delong, paired_bootstrap
from engine.stats.metrics import labels, named
from engine.values import Effect, Finding

MOST = 2000
"""Rows of one measurement: the standard error of an AUC of .9 is then below a point."""

COLUMNS = 40
"""Inputs of one measurement, those in question always among them."""

LARGEST = 1e30
"""Size beyond which sums of single-precision numbers overflow."""

FOLDS = 3
TREES, FEWEST_TREES = 40, 16
GROWN = 40_000
"""Rows times trees from which on trees are saved: with more rows each tree knows more, and fewer of them are enough."""

LEAF = 3
REPLICATES = 500
FEWEST = 60
"""Rows below which nothing is measured."""

MEASURED = 6
"""Findings of one audit whose effect is measured, the gravest first."""

METRICS = {"binary": "roc_auc", "multiclass": "accuracy", "regression": "r2"}
TITLES = {"roc_auc": "AUC", "accuracy": "accuracy", "r2": "R²"}


def measure(
    data: AuditData, drop: tuple[str, ...] = (), groups: np.ndarray | None = None, time: str | None = None
) -> Effect | None:
    """The score of all inputs against that without `drop`, or under the split of the plan against another one.

    `groups` (n,) says which rows of `data.frame` belong together, `time` in which column's order the later rows are
    to be predicted from the earlier ones. The model is extremely randomised trees (Geurts,
    Ernst and Wehenkel, 2006). None where it cannot be told: no target, too few rows, fewer groups than folds.
    """
    if data.codes is None or data.task not in METRICS:
        return None
    rows = rows_of(data, groups)
    y = data.codes[rows]
    if len(rows) < FEWEST or len(np.unique(y)) < 2:
        return None
    names = tuple(dict.fromkeys((*drop, *data.names)))[:COLUMNS]
    inputs = matrix(data.frame.iloc[rows], names)
    kept = np.array([name not in drop for name in names], dtype=bool)
    try:
        own = parts(data, rows, y, None)
        other = own
        if groups is not None or time is not None:
            other = parts(replace(data, time=time or data.time), rows, y, None if groups is None else groups[rows])
    except UserError:
        return None
    with_it = predicted(data, inputs, y, own)
    without = predicted(data, inputs[:, kept], y, other) if kept.any() else _naive(data, y, other)
    scored = np.isfinite(with_it.sum(axis=1)) & np.isfinite(without.sum(axis=1))
    units = groups[rows] if groups is not None else _members(data, rows)
    how = split_words(data) if groups is None else f"{split_words(data)} against {FOLDS} folds of whole groups"
    how += f" against {FOLDS} folds in the order of {time}" if time is not None else ""
    return compared(data, y[scored], with_it[scored], without[scored], None if units is None else units[scored], how)


def measured(data: AuditData, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings, the gravest of those that leave columns out with their effect on the score.

    Columns that other findings leave out are no inputs of the measurement: two leaks would hide each other.
    """
    wanted = [finding for finding in found if finding.drop and finding.effect is None and finding.severity != "note"]
    chosen = sorted(wanted, key=lambda finding: finding.severity != "block")[:MEASURED]
    out = []
    for finding in found:
        if finding in chosen:
            others = {name for other in wanted for name in other.drop} - set(finding.drop)
            names = tuple(name for name in data.names if name not in others)
            effect = measure(replace(data, names=names), finding.drop)
            finding = msgspec.structs.replace(finding, effect=effect)
        out.append(finding)
    return tuple(out)


def score(data: AuditData, names: tuple[str, ...]) -> tuple[float, int] | None:
    """The score of the cheap model on these inputs under the split of the plan, and its rows; None where untold."""
    if data.codes is None or data.task not in METRICS or not names:
        return None
    rows = rows_of(data, None)
    y = data.codes[rows]
    if len(rows) < FEWEST or len(np.unique(y)) < 2:
        return None
    try:
        found = predicted(data, matrix(data.frame.iloc[rows], names[:COLUMNS]), y, parts(data, rows, y, None))
    except UserError:
        return None
    scored = np.isfinite(found.sum(axis=1))
    y = y[scored].astype(np.int64) if data.classes else y[scored]
    return named(METRICS[data.task]).compute(y, _shape(data, found[scored])), len(y)


def matrix(frame: pd.DataFrame, names: tuple[str, ...]) -> np.ndarray:
    """Columns as numbers (n, c) that trees can cut: categories by how common they are, nan where missing."""
    numbers = np.column_stack([_numbers(frame[name]) for name in names])
    return np.asarray(np.clip(numbers, -LARGEST, LARGEST), dtype=np.float32)


def _numbers(column: pd.Series) -> np.ndarray:
    if column.dtype.kind == "M":
        return np.asarray(column.astype("int64").where(column.notna()), dtype=float)
    if column.dtype.kind in "iufb":
        return np.asarray(column, dtype=float)
    counts = column.value_counts()
    if len(counts) > len(column) / 2:
        return np.asarray(column.astype("str").str.len(), dtype=float)
    ranks = dict(zip(counts.index, range(len(counts)), strict=True))
    return np.asarray(column.map(ranks), dtype=float)


def predicted(data: AuditData, inputs: np.ndarray, y: np.ndarray, divided: tuple[folds.Fold, ...]) -> np.ndarray:
    """Predictions of rows that were not learnt from: (n, k) shares of the classes or (n, 1) amounts; nan outside.

    The same question is answered once: detectors and measurements often look at the same rows and inputs.
    """
    asked = _asked(inputs, y, divided)
    if asked not in data.answered:
        data.answered[asked] = _predicted(data, inputs, y, divided)
    return data.answered[asked].copy()


def _asked(inputs: np.ndarray, y: np.ndarray, divided: tuple[folds.Fold, ...]) -> bytes:
    digest = hashlib.blake2b(repr(inputs.shape).encode(), digest_size=16)
    sides = (side for fold in divided for side in (fold.train, fold.test))
    for each in (inputs, np.asarray(y, dtype=float), *sides):
        digest.update(np.ascontiguousarray(each).data)
    return digest.digest()


def _predicted(data: AuditData, inputs: np.ndarray, y: np.ndarray, divided: tuple[folds.Fold, ...]) -> np.ndarray:
    # Where nothing is measured, loading it would cost more than all detectors together.
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    kind = ExtraTreesClassifier if data.classes else ExtraTreesRegressor
    trees = min(TREES, max(FEWEST_TREES, GROWN // len(y)))
    out = np.full((len(y), _classes(data)), np.nan)
    for number, fold in enumerate(divided):
        model = kind(trees, min_samples_leaf=LEAF, max_features=0.5, random_state=data.seed + number)
        model.fit(inputs[fold.train], y[fold.train])
        if data.classes:
            out[fold.test] = 0.0
            out[np.ix_(fold.test, model.classes_.astype(int))] = model.predict_proba(inputs[fold.test])
        else:
            out[fold.test, 0] = model.predict(inputs[fold.test])
    return out


def _naive(data: AuditData, y: np.ndarray, divided: tuple[folds.Fold, ...]) -> np.ndarray:
    """What can be said without any input: the shares of the classes, or the mean, of the other folds."""
    return predicted(data, np.zeros((len(y), 1), dtype=np.float32), y, divided)


def _classes(data: AuditData) -> int:
    assert data.codes is not None
    return int(data.codes.max()) + 1 if data.classes else 1


def rows_of(data: AuditData, groups: np.ndarray | None) -> np.ndarray:
    """Places (m,) of at most MOST rows, whole groups at a time where rows belong together."""
    n = len(data.frame)
    units = groups if groups is not None else _members(data, np.arange(n))
    if n <= MOST or units is None:
        return places(data, MOST)
    random = np.random.default_rng(data.seed)
    codes = np.unique(units, return_inverse=True)[1].reshape(-1)
    turn = random.permutation(codes.max() + 1)[codes]
    taken = np.cumsum(np.bincount(turn)) <= MOST
    # Where one group alone is larger than that, its rows and those of the next are thinned instead.
    if taken.sum() < 2 * FOLDS:
        return np.sort(random.choice(n, MOST, replace=False))
    return np.flatnonzero(taken[turn])


def _members(data: AuditData, rows: np.ndarray) -> np.ndarray | None:
    """Which rows belong together as framing says, as numbers (m,)."""
    if data.group is None or data.group not in data.frame:
        return None
    return np.asarray(pd.factorize(data.frame[data.group].iloc[rows], use_na_sentinel=False)[0])


def parts(data: AuditData, rows: np.ndarray, y: np.ndarray, groups: np.ndarray | None) -> tuple[folds.Fold, ...]:
    """As the protocol would divide these rows: by the groups, in the order of time, classes alike on both sides."""
    groups = groups if groups is not None else _members(data, rows)
    order = None
    if data.time is not None and data.time in data.frame:
        order = _numbers(data.frame[data.time].iloc[rows])
    stratify = y if data.classes and order is None else None
    return folds.make("kfold", n=len(rows), k=FOLDS, seed=data.seed, stratify=stratify, groups=groups, order=order)


def _shape(data: AuditData, predictions: np.ndarray) -> np.ndarray:
    """As metrics take it: (n,) of the positive class or of amounts, (n, k) of more classes."""
    if data.task == "multiclass":
        return predictions
    return np.asarray(predictions[:, -1])


def compared(
    data: AuditData, y: np.ndarray, with_it: np.ndarray, without: np.ndarray, groups: np.ndarray | None, how: str
) -> Effect | None:
    """The effect between two predictions (n, k) of the same rows; None where a score is not defined."""
    metric = named(METRICS[data.task or ""])
    y = y.astype(np.int64) if data.classes else y
    a, b = _shape(data, with_it), _shape(data, without)
    scores = metric.compute(y, a), metric.compute(y, b)
    if not np.isfinite(scores).all():
        return None
    found = _difference(metric.name, y, a, b, groups, data.seed)
    return Effect(
        metric=metric.name,
        with_it=scores[0],
        without_it=scores[1],
        difference=found.difference,
        low=found.low,
        high=found.high,
        n=len(y),
        how=f"extra trees, {how}; {found.test}",
    )


def split_words(data: AuditData) -> str:
    """The split of the plan in words."""
    if data.time is not None and data.time in data.frame:
        return f"{FOLDS} folds in the order of {data.time}"
    return f"{FOLDS} folds by {data.group}" if data.group is not None else f"{FOLDS} folds at random"


def _difference(
    metric: str, y: np.ndarray, a: np.ndarray, b: np.ndarray, groups: np.ndarray | None, seed: int
) -> Difference:
    if groups is None and metric == "roc_auc":
        return delong(y, a, b)
    if groups is None and metric == "accuracy":
        return accuracy_difference(labels(a) == y, labels(b) == y)
    return paired_bootstrap(metric, y, a, b, groups=groups, B=REPLICATES, seed=seed)
