"""Metrics equal scikit-learn's, under weights too; names agree with the catalogue; light modules stay light."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics as reference

from engine.errors import UserError
from engine.stats.arrays import Array
from engine.stats.catalogue import METRIC_INFO
from engine.stats.metrics import METRICS, checked, labels, named
from engine.stats.quantiles import LEVELS
from engine.tasks import TASKS

ROOT = Path(__file__).resolve().parents[3]
RNG = np.random.default_rng(7)
N = 300
Y2 = (RNG.random(N) < 0.3).astype(np.int64)
P2 = np.round(1 / (1 + np.exp(-(Y2 + RNG.normal(size=N) - 0.5))), 2)  # rounded: ties
Y3 = RNG.integers(0, 3, N)
P3 = RNG.dirichlet((1, 1, 1), N) * 0.6 + 0.4 * np.eye(3)[Y3]
YR = RNG.normal(50, 10, N)
PR = YR + RNG.normal(0, 5, N)

BINARY = {
    "accuracy": lambda y, p: reference.accuracy_score(y, p >= 0.5),
    "balanced_accuracy": lambda y, p: reference.balanced_accuracy_score(y, p >= 0.5),
    "roc_auc": reference.roc_auc_score,
    "average_precision": reference.average_precision_score,
    "log_loss": lambda y, p: reference.log_loss(y, np.clip(p, 1e-7, 1 - 1e-7)),
    "brier": reference.brier_score_loss,
    "f1": lambda y, p: reference.f1_score(y, p >= 0.5),
}
MANY = {
    "accuracy": lambda y, p: reference.accuracy_score(y, p.argmax(1)),
    "balanced_accuracy": lambda y, p: reference.balanced_accuracy_score(y, p.argmax(1)),
    "macro_f1": lambda y, p: reference.f1_score(y, p.argmax(1), average="macro"),
    "log_loss": lambda y, p: reference.log_loss(y, p),
}
YL = (RNG.random((N, 4)) < (0.5, 0.2, 0.7, 0.05)).astype(np.int64)
PL = np.round(np.clip(YL * 0.4 + RNG.random((N, 4)) * 0.6, 0, 1), 2)
YG = RNG.integers(0, 5, N)
PG = RNG.dirichlet(np.ones(5), N) * 0.5 + 0.5 * np.eye(5)[np.clip(YG + RNG.integers(-1, 2, N), 0, 4)]
YC = RNG.poisson(3.0, N).astype(float)
PC = np.exp(RNG.normal(1.0, 0.4, N))
YV = RNG.normal((50, -3, 1e4), (10, 1, 500), (N, 3))
PV = YV + RNG.normal(0, (5, 1, 100), (N, 3))
PQ = np.sort(YR[:, None] + RNG.normal(0, 8, (N, len(LEVELS))), axis=1)

LABELS = {
    "hamming_loss": lambda y, p: reference.hamming_loss(y, p >= 0.5),
    "micro_f1": lambda y, p: reference.f1_score(y, p >= 0.5, average="micro"),
    "label_f1": lambda y, p: reference.f1_score(y, p >= 0.5, average="macro", zero_division=0.0),
    "subset_accuracy": lambda y, p: reference.accuracy_score(y, p >= 0.5),
}
GRADES = {
    "quadratic_kappa": lambda y, p: reference.cohen_kappa_score(
        y, (p.cumsum(axis=1) < 0.5).sum(axis=1), weights="quadratic", labels=range(5)
    ),
    "grade_error": lambda y, p: reference.mean_absolute_error(y, (p.cumsum(axis=1) < 0.5).sum(axis=1)),
    "ranked_probability": lambda y, p: np.mean(
        [reference.brier_score_loss(y <= grade, p[:, : grade + 1].sum(axis=1)) for grade in range(4)]
    ),
}
SEVERAL = {
    "relative_rmse": lambda y, p: np.mean(
        reference.root_mean_squared_error(y, p, multioutput="raw_values") / YV.std(axis=0)
    ),
    "relative_mae": lambda y, p: np.mean(
        reference.mean_absolute_error(y, p, multioutput="raw_values") / YV.std(axis=0)
    ),
    "mean_r2": reference.r2_score,
}
QUANTILES = {
    "pinball_loss": lambda y, p: np.mean(
        [reference.mean_pinball_loss(y, p[:, place], alpha=level) for place, level in enumerate(LEVELS)]
    ),
    # The quantile losses of both ends, over half of the share outside of them (Gneiting and Raftery, 2007).
    "interval_score": lambda y, p: (
        sum(reference.mean_pinball_loss(y, p[:, place], alpha=LEVELS[place]) for place in (0, -1)) / 0.05
    ),
}
AMOUNT = {
    "mae": reference.mean_absolute_error,
    "rmse": reference.root_mean_squared_error,
    "r2": reference.r2_score,
}
CASES = [
    *((name, Y2, P2, f) for name, f in BINARY.items()),
    *((name, Y3, P3, f) for name, f in MANY.items()),
    *((name, YR, PR, f) for name, f in AMOUNT.items()),
    *((name, YL, PL, f) for name, f in LABELS.items()),
    *((name, YG, PG, f) for name, f in GRADES.items()),
    *((name, YV, PV, f) for name, f in SEVERAL.items()),
    *((name, YR, PQ, f) for name, f in QUANTILES.items()),
    ("poisson_deviance", YC, PC, reference.mean_poisson_deviance),
]


@pytest.mark.parametrize(("name", "y", "p", "truth"), CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_equals_reference_and_repeated_rows(name: str, y: Array, p: Array, truth: object) -> None:
    assert callable(truth)
    metric = METRICS[name]
    assert metric.compute(y, p) == pytest.approx(truth(y, p), abs=1e-12)
    counts = np.random.default_rng(1).integers(0, 3, size=(4, len(y)))
    several = metric.weighted(y, p, counts.astype(float))
    for row, value in zip(counts, several, strict=True):
        assert value == pytest.approx(truth(np.repeat(y, row, axis=0), np.repeat(p, row, axis=0)), abs=1e-10)
    if metric.per_row is not None:
        mean = metric.per_row(y, p).mean()
        assert (np.sqrt(mean) if metric.root else mean) == pytest.approx(metric.compute(y, p), abs=1e-12)


def test_catalogue_metrics_and_tasks_agree() -> None:
    assert list(METRICS) == list(METRIC_INFO)
    for name, metric in METRICS.items():
        info = METRIC_INFO[name]
        assert (metric.name, metric.title, metric.greater_is_better) == (name, info.title, info.greater_is_better)
        assert metric.needs == info.needs


def test_every_case_of_every_task_was_compared() -> None:
    compared = {
        *(("binary", m) for m in BINARY),
        *(("multiclass", m) for m in MANY),
        *((task, m) for m in AMOUNT for task in ("regression", "bounded", "count", "forecast")),
        *(("multilabel", m) for m in LABELS),
        *(("ordinal", m) for m in GRADES),
        *(("vector", m) for m in SEVERAL),
        *(("quantile", m) for m in QUANTILES),
        ("count", "poisson_deviance"),
        # Of lists and of masks in files of their own: test_ranking.py and test_mask_metrics.py.
        *(("ranking", m) for m in ("ndcg_5", "ndcg_10", "mrr")),
        *(("segmentation", m) for m in ("mean_iou", "mean_dice", "pixel_accuracy", "boundary_f1")),
    }
    assert compared == {(task.name, name) for task in TASKS.values() for name in task.metrics}


def test_undefined_is_nan_and_bad_input_is_told() -> None:
    assert np.isnan(METRICS["roc_auc"].compute(np.ones(5, dtype=int), np.linspace(0, 1, 5)))
    assert np.isnan(METRICS["r2"].compute(np.full(5, 3.3), np.linspace(0, 1, 5)))
    assert METRICS["f1"].compute(np.zeros(4, dtype=int), np.zeros(4)) == 0
    assert labels(np.array([0.5, 0.49])).tolist() == [1, 0]
    with pytest.raises(UserError, match="1 of 3 predictions are not finite"):
        checked(METRICS["mae"], np.arange(3), np.array([1.0, np.nan, 2.0]))
    with pytest.raises(UserError, match="no rows"):
        checked(METRICS["mae"], np.empty(0), np.empty(0))
    with pytest.raises(UserError, match="same rows"):
        checked(METRICS["mae"], np.arange(3), np.arange(2))
    with pytest.raises(UserError, match="choose one of accuracy"):
        named("acuracy")


def test_certain_and_wrong_costs_a_finite_amount() -> None:
    assert METRICS["log_loss"].compute(np.array([1]), np.array([0.0])) == pytest.approx(-np.log(1e-7))


@pytest.mark.parametrize("module", ["catalogue", "power", "planning"])
def test_light_modules_load_nothing_heavy(module: str) -> None:
    code = f"import sys, engine.stats.{module}; print([m for m in ('numpy', 'scipy', 'sklearn') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip() == "[]"
