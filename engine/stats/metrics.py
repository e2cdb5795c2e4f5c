"""How each metric of the catalogue is computed, on all rows at once or on many weightings of them.

Class targets `y` are integer codes (n,); probabilities `p` are (n,) of the positive class (code 1) for two classes and
(n, k) for more. Amounts: `y` and `p` are (n,) floats. Labels, grades, several amounts and quantiles have rooms of
their own. An undefined value (AUC with one class) is nan.
"""

from dataclasses import dataclass

import numpy as np

from engine.errors import UserError
from engine.stats import amount_metrics, grade_metrics, label_metrics, list_metrics, mask_metrics
from engine.stats.arrays import Array, Floats, Ints
from engine.stats.catalogue import METRIC_INFO, Needs
from engine.stats.weightings import PerRow, Weighted, divide, mean_of

CUT = 0.5
"""Probability from which the label metrics of two classes read a yes."""
TINY = 1e-7
"""Probabilities are kept this far from 0 and 1 in the log loss: the resolution of the network's own numbers."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric with its arithmetic.

    `weighted(y, p, weights (b, n)) -> (b,)` is the metric under b weightings of the rows (whole weights repeat rows).
    `per_row(y, p) -> (n,)` exists where the metric is the mean of the rows, or (`root`) the root of that mean. `lists`:
    it is a mean over lists of rows, which the last column of y numbers.
    """

    name: str
    title: str
    greater_is_better: bool
    needs: Needs
    weighted: Weighted
    per_row: PerRow | None
    root: bool = False
    lists: bool = False

    def compute(self, y: Array, p: Array, weights: Array | None = None) -> float:
        """The metric on all rows, each counted once or by its weight (n,); nan where it is undefined."""
        return float(self.weighted(y, p, np.ones((1, len(y))) if weights is None else weights[None, :])[0])

    def units(self, y: Array, groups: Array | None = None) -> Array | None:
        """What is drawn anew as a whole (n,): the groups where given, else the lists; None where rows are."""
        return y[:, -1] if self.lists and groups is None else groups

    def count(self, y: Array) -> int:
        """Of how many things it is a mean: rows, or lists."""
        return len(np.unique(y[:, -1])) if self.lists else len(y)

    @property
    def sign(self) -> float:
        """+1 where greater is better, else -1."""
        return 1.0 if self.greater_is_better else -1.0


def labels(p: Array) -> Ints:
    """Class codes (n,) from probabilities (n,) or (n, k)."""
    if p.ndim == 1:
        return np.asarray(p >= CUT, dtype=np.int64)
    return np.asarray(p.argmax(axis=1), dtype=np.int64)


def checked(metric: Metric, y: Array, p: Array) -> tuple[Array, Array]:
    """`y` and `p` as arrays fit for the metric.

    Errors: UserError for no rows, unequal lengths, predictions that are not finite.
    """
    y, p = np.asarray(y), np.asarray(p)
    if y.ndim < 3:  # Masks are large, and counted as they are.
        p = p.astype(np.float64)
        y = y.astype(np.float64) if metric.needs == "value" else y.astype(np.int64)
    if len(y) == 0:
        raise UserError(f"{metric.name} has no rows to score: give at least one row with a known target.")
    if len(y) != len(p):
        raise UserError(f"{metric.name} got {len(y)} targets and {len(p)} predictions: they must be the same rows.")
    finite = np.isfinite(p).reshape(len(p), -1).all(axis=1)
    if not finite.all():
        bad = int((~finite).sum())
        raise UserError(
            f"{bad} of {len(p)} predictions are not finite numbers, so {metric.name} cannot be told: "
            "lower the learning rate or look for extreme inputs."
        )
    return y, p


def right(y: Array, p: Array) -> Floats:
    """1.0 where the label is right, else 0.0."""
    return np.asarray(labels(p) == y, dtype=np.float64)


def log_loss_rows(y: Array, p: Array) -> Floats:
    """Surprise at the truth per row, in nats."""
    given = np.where(y == 1, p, 1 - p) if p.ndim == 1 else p[np.arange(len(y)), y]
    return np.asarray(-np.log(np.clip(given, TINY, 1 - TINY)), dtype=np.float64)


def squared_error(y: Array, p: Array) -> Floats:
    return np.asarray((p - y) ** 2, dtype=np.float64)


def absolute_error(y: Array, p: Array) -> Floats:
    return np.asarray(np.abs(p - y), dtype=np.float64)


def _rmse(y: Array, p: Array, weights: Floats) -> Floats:
    return np.asarray(np.sqrt(mean_of(squared_error)(y, p, weights)), dtype=np.float64)


def _r2(y: Array, p: Array, weights: Floats) -> Floats:
    total = weights.sum(axis=1)
    centred = y - y.mean()
    spread = weights @ centred**2 - (weights @ centred) ** 2 / total
    return divide(spread - weights @ squared_error(y, p), np.where(spread > 1e-12 * total, spread, 0.0))


def _class_counts(y: Array, p: Array, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Weights (b, k) of each class: true, predicted, and both."""
    guess = labels(p)
    k = max(2 if p.ndim == 1 else p.shape[1], int(y.max()) + 1)
    codes = np.arange(k)
    truth = (y[:, None] == codes).astype(np.float64)
    told = (guess[:, None] == codes).astype(np.float64)
    return weights @ truth, weights @ told, weights @ (truth * told)


def _balanced_accuracy(y: Array, p: Array, weights: Floats) -> Floats:
    truth, _, both = _class_counts(y, p, weights)
    return np.asarray(np.nanmean(divide(both, truth), axis=1), dtype=np.float64)


def _f1(y: Array, p: Array, weights: Floats) -> Floats:
    truth, told, both = _class_counts(y, p, weights)
    return np.nan_to_num(divide(2 * both[:, 1], truth[:, 1] + told[:, 1]))


def _macro_f1(y: Array, p: Array, weights: Floats) -> Floats:
    truth, told, both = _class_counts(y, p, weights)
    return np.asarray(np.nanmean(divide(2 * both, truth + told), axis=1), dtype=np.float64)


def _ranked(y: Array, p: Array, weights: Floats) -> tuple[Floats, Floats]:
    """Weights (b, g) of the positives and the negatives at each of the g distinct scores, highest score first."""
    order = np.argsort(-p, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(p[order]) != 0])
    positive = y[order] == 1
    ordered = weights[:, order]
    above = np.add.reduceat(ordered * positive, starts, axis=1)
    return above, np.add.reduceat(ordered, starts, axis=1) - above


def _roc_auc(y: Array, p: Array, weights: Floats) -> Floats:
    """Area under the ROC curve by the rank sum, ties counted half (Hanley and McNeil, 1982)."""
    positive, negative = _ranked(y, p, weights)
    seen = np.cumsum(positive, axis=1)
    wins = (negative * (seen - positive / 2)).sum(axis=1)
    return divide(wins, positive.sum(axis=1) * negative.sum(axis=1))


def _average_precision(y: Array, p: Array, weights: Floats) -> Floats:
    """Precision at each distinct score, weighted by the recall gained there."""
    positive, negative = _ranked(y, p, weights)
    hits, flagged = np.cumsum(positive, axis=1), np.cumsum(positive + negative, axis=1)
    precision = np.nan_to_num(divide(hits, flagged))
    return divide((precision * positive).sum(axis=1), positive.sum(axis=1))


def _bound(
    name: str,
    weighted: Weighted | None = None,
    per_row: PerRow | None = None,
    root: bool = False,
    lists: bool = False,
) -> Metric:
    info = METRIC_INFO[name]
    if weighted is None:
        assert per_row is not None
        weighted = mean_of(per_row)
    return Metric(name, info.title, info.greater_is_better, info.needs, weighted, per_row, root, lists)


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        _bound("accuracy", per_row=right),
        _bound("balanced_accuracy", _balanced_accuracy),
        _bound("roc_auc", _roc_auc),
        _bound("average_precision", _average_precision),
        _bound("log_loss", per_row=log_loss_rows),
        _bound("brier", per_row=squared_error),
        _bound("f1", _f1),
        _bound("macro_f1", _macro_f1),
        _bound("mae", per_row=absolute_error),
        _bound("rmse", _rmse, per_row=squared_error, root=True),
        _bound("r2", _r2),
        _bound("hamming_loss", per_row=label_metrics.hamming_rows),
        _bound("micro_f1", label_metrics.micro_f1),
        _bound("label_f1", label_metrics.label_f1),
        _bound("subset_accuracy", per_row=label_metrics.subset_rows),
        _bound("quadratic_kappa", grade_metrics.quadratic_kappa),
        _bound("grade_error", per_row=grade_metrics.error_rows),
        _bound("ranked_probability", per_row=grade_metrics.ranked_rows),
        _bound("poisson_deviance", per_row=amount_metrics.deviance_rows),
        _bound("relative_rmse", amount_metrics.relative_rmse),
        _bound("relative_mae", per_row=amount_metrics.relative_error_rows),
        _bound("mean_r2", amount_metrics.mean_r2),
        _bound("pinball_loss", per_row=amount_metrics.pinball_rows),
        _bound("interval_score", per_row=amount_metrics.interval_rows),
        _bound("ndcg_5", list_metrics.ndcg_5, lists=True),
        _bound("ndcg_10", list_metrics.ndcg_10, lists=True),
        _bound("mrr", list_metrics.reciprocal_rank, lists=True),
        _bound("mean_iou", mask_metrics.mean_iou),
        _bound("mean_dice", mask_metrics.mean_dice),
        _bound("pixel_accuracy", mask_metrics.pixel_accuracy),
        _bound("boundary_f1", per_row=mask_metrics.boundary_rows),
    )
}


def named(name: str) -> Metric:
    """The metric of that name. Errors: UserError that lists the known ones."""
    if name not in METRICS:
        raise UserError(f"metric {name!r} is not known: choose one of {', '.join(METRICS)}.")
    return METRICS[name]
