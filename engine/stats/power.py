"""What so many rows can tell, before any model exists: standard errors, detectable differences, expected optimism.

Standard library only: the process that draws calls it for advice.
"""

from functools import cache
from math import ceil, pi, sqrt
from statistics import NormalDist
from typing import Literal

ALPHA = 0.05
POWER = 0.80
Z = NormalDist().inv_cdf(1 - ALPHA / 2)
POWER_FACTOR = Z + NormalDist().inv_cdf(POWER)
"""About 2.80: a difference of so many standard errors is found with 80 % power at 5 % error, two-sided."""
DISAGREEMENT = 0.15
"""Share of rows on which two models are assumed to disagree until it is measured."""
USUAL_ACCURACY = 0.8
CORRELATION = 1 - DISAGREEMENT / (2 * USUAL_ACCURACY * (1 - USUAL_ACCURACY))
"""Correlation of two models' row scores that the assumed disagreement implies at the usual accuracy."""
GREEN = 0.25
"""Optimism below this share of the gain that matters is harmless; at the gain itself it is not."""

USUAL = {
    "accuracy": USUAL_ACCURACY,
    "balanced_accuracy": 0.8,
    "roc_auc": 0.8,
    "average_precision": 0.5,
    "f1": 0.6,
    "macro_f1": 0.7,
    "log_loss": 0.5,
    "brier": 0.15,
    "r2": 0.5,
    "mean_r2": 0.5,
    "hamming_loss": 0.2,
    "micro_f1": 0.6,
    "label_f1": 0.5,
    "subset_accuracy": 0.3,
    "quadratic_kappa": 0.5,
    "grade_error": 0.6,
    "ranked_probability": 0.1,
    "ndcg_5": 0.6,
    "ndcg_10": 0.6,
    "mrr": 0.6,
    "mean_iou": 0.5,
    "mean_dice": 0.6,
    "pixel_accuracy": 0.8,
    "boundary_f1": 0.5,
}
"""Scores assumed for planning while nothing is known."""
LABELS = 2
"""Labels of a row that are taken to err by themselves."""
SPREAD_OF_LISTS = 0.3
"""Standard deviation that the score of a list is taken to have."""
SPREAD_OF_MASKS = 0.15
"""The same of the score of a picture's mask, whose points err together."""
LOSS_OF_SPREAD = {"pinball_loss": 0.25, "interval_score": 4.1}
"""Losses of the true quantiles of a normal distribution, in its standard deviations."""


def spread_for(metric_name: str, std: float | None, mean: float | None) -> float | None:
    """The spread to plan a metric with: for a deviance the root of variance over mean, else the standard deviation."""
    if metric_name == "poisson_deviance" and std is not None and mean:
        return std / sqrt(abs(mean))
    return std


def se_proportion(share: float, n: float) -> float:
    """Standard error of a share seen on n rows."""
    return sqrt(share * (1 - share) / n)


def se_recall(recall: float, n_pos: float) -> float:
    """Standard error of a recall: only the positives count."""
    return se_proportion(recall, n_pos)


def minimal_detectable(n: float, disagreement: float = DISAGREEMENT) -> float:
    """Difference in accuracy found with 80 % power on n paired rows (normal approximation of McNemar's test)."""
    return POWER_FACTOR * sqrt(disagreement / n)


def rows_needed(delta: float, disagreement: float = DISAGREEMENT) -> int:
    """Paired rows on which a difference `delta` in accuracy is found with 80 % power."""
    return ceil(disagreement * (POWER_FACTOR / delta) ** 2)


def hanley_mcneil_se(auc: float, n_pos: float, n_neg: float) -> float:
    """Standard error of an AUC (Hanley and McNeil, 1982)."""
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (n_pos - 1) * (q1 - auc**2) + (n_neg - 1) * (q2 - auc**2)
    return sqrt(max(spread, 0.0) / (n_pos * n_neg))


def se_f1(f1: float, n_pos: float) -> float:
    """Standard error of F1 with precision near recall: delta method on tp / (tp + fp + fn), a share of rows."""
    jaccard = f1 / (2 - f1)
    return 2 / (1 + jaccard) ** 2 * se_proportion(jaccard, n_pos * (2 - f1))


def standard_error(
    metric_name: str, n: float, n_pos: float | None = None, guess: float | None = None, spread: float | None = None
) -> float:
    """Standard error to expect of a metric on n rows, in its own unit, for advice before any model exists.

    `n_pos`: rows of the rarest class (default n / 2); `guess`: the score expected; `spread`: standard deviation of the
    target, in its unit (default 1, so that errors come out relative to it). Normal residuals are assumed for amounts;
    the row losses of `log_loss` and `brier` are taken to vary as much as their mean. Errors: KeyError for an unknown
    metric.
    """
    positives = min(max(n / 2 if n_pos is None else n_pos, 1.0), max(n - 1, 1.0))
    negatives = max(n - positives, 1.0)
    scale = 1.0 if spread is None else spread
    residual = scale * sqrt(1 - USUAL["r2"])
    if metric_name in ("relative_rmse", "relative_mae"):
        residual = sqrt(1 - USUAL["r2"])
    if metric_name == "poisson_deviance":
        return (residual * scale * sqrt(1 - USUAL["r2"]) if guess is None else guess) / sqrt(n)
    if metric_name in ("pinball_loss", "interval_score"):
        return residual * LOSS_OF_SPREAD[metric_name] / sqrt(n) if guess is None else guess / sqrt(n)
    if metric_name in ("mae", "relative_mae"):
        mean = residual * sqrt(2 / pi) if guess is None else guess
        return mean * sqrt(pi / 2 - 1) / sqrt(n)
    if metric_name in ("rmse", "relative_rmse"):
        return (residual if guess is None else guess) / sqrt(2 * n)
    score = USUAL[metric_name] if guess is None else guess
    match metric_name:
        case "accuracy" | "subset_accuracy":
            return se_proportion(score, n)
        case "hamming_loss":
            return se_proportion(score, n * LABELS)
        case "micro_f1" | "label_f1":
            return se_f1(score, n)
        case "quadratic_kappa":
            return (1 - score**2) / sqrt(n)
        case "balanced_accuracy" | "macro_f1":
            return sqrt(se_recall(score, positives) ** 2 + se_recall(score, negatives) ** 2) / 2
        case "roc_auc":
            return hanley_mcneil_se(score, positives, negatives)
        case "average_precision":
            return se_proportion(score, positives)
        case "f1":
            return se_f1(score, positives)
        case "ndcg_5" | "ndcg_10" | "mrr":
            return SPREAD_OF_LISTS / sqrt(n)
        case "mean_iou" | "mean_dice" | "pixel_accuracy" | "boundary_f1":
            return SPREAD_OF_MASKS / sqrt(n)
        case "r2" | "mean_r2":
            return 2 * sqrt(max(score, 0.0)) * (1 - score) / sqrt(n)
        case _:
            return score / sqrt(n)


def detectable_gain(
    metric_name: str,
    n: float,
    n_pos: float | None = None,
    guess: float | None = None,
    spread: float | None = None,
    correlation: float = CORRELATION,
) -> float:
    """Paired gain in a metric found with 80 % power: 2.80 · SE · √(2(1 - correlation)); for accuracy D2's rule."""
    return POWER_FACTOR * standard_error(metric_name, n, n_pos, guess, spread) * sqrt(2 * (1 - correlation))


def rows_for_gain(
    metric_name: str,
    delta: float,
    positive_share: float = 0.5,
    guess: float | None = None,
    spread: float | None = None,
    correlation: float = CORRELATION,
) -> int:
    """Rows on which a paired gain `delta` in a metric is found with 80 % power (errors fall with √n)."""
    sample = 1e6
    gain = detectable_gain(metric_name, sample, sample * positive_share, guess, spread, correlation)
    return ceil(sample * (gain / delta) ** 2)


@cache
def expected_max(k: int) -> float:
    """Expected largest of k independent standard normal values, ∫ x k φ(x) Φ(x)^(k-1) dx by the trapezoid rule."""
    if k < 1:
        raise ValueError("expected_max needs k of at least 1")
    normal, step = NormalDist(), 0.01
    grid = (-9 + step * i for i in range(int(18 / step) + 1))
    return step * sum(x * k * normal.pdf(x) * normal.cdf(x) ** (k - 1) for x in grid)


def optimism_of_best(se: float, correlation: float, k: int) -> float:
    """How much too good the best of k looks, in the metric's unit: SE · √(1 - mean correlation) · E[max of k]."""
    return se * sqrt(max(0.0, 1 - correlation)) * expected_max(max(k, 1))


def optimism_light(optimism: float, delta: float) -> Literal["green", "amber", "red"]:
    """Traffic light of an optimism against the gain that matters: green below a quarter of it, red from it on."""
    if optimism < GREEN * delta:
        return "green"
    return "amber" if optimism < delta else "red"
