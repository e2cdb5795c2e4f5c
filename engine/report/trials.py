"""The pictures of a search: scores in order with the luck of the best behind them, parallel coordinates, importance."""

from __future__ import annotations

from itertools import accumulate
from math import log

from engine.report.blocks import Axis, Block, Curves, Intervals, Parallel
from engine.report.words import number, words
from engine.search.results import TrialRow, TuningResult
from engine.stats.catalogue import METRIC_INFO
from engine.stats.power import expected_max

RATIO = 20.0
"""Ratio of the ends of an axis from which it is logarithmic."""


def pictures(found: TuningResult) -> list[Block]:
    """What there is to draw; nothing without a trial that has a score."""
    known = [row for row in found.board if row.score is not None]
    if not known:
        return []
    metric = found.best.score.metric
    greater = metric not in METRIC_INFO or METRIC_INFO[metric].greater_is_better
    blocks: list[Block] = [_in_order(found, known, greater)]
    if drawn := _parallel(known, metric, greater):
        blocks.append(drawn)
    if found.importance:
        rows = tuple((each.name, each.share, each.low, each.high) for each in found.importance)
        blocks.append(Intervals("Share of the differences between scores that each hyperparameter explains", rows))
    return blocks


def _in_order(found: TuningResult, known: list[TrialRow], greater: bool) -> Curves:
    """Scores as dots; the band reaches from the best so far to what is left of it without the luck of its choice."""
    scores = tuple(row.score or 0.0 for row in known)
    best = list(accumulate(scores, max if greater else min))
    whole = expected_max(len(known))
    luck = [found.optimism * expected_max(k) / whole if whole else 0.0 for k in range(1, len(known) + 1)]
    band = tuple((top - shift, top) if greater else (top, top + shift) for top, shift in zip(best, luck, strict=True))
    title = "Scores of the trials; the band is how much the best so far owes to having been chosen"
    return Curves(title, "trial", (("score", scores),), dots=True, band=band)


def _parallel(known: list[TrialRow], metric: str, greater: bool) -> Parallel | None:
    """An axis for each hyperparameter that varied, and the score last."""
    names = dict.fromkeys(name for row in known for name in row.values)
    columns = {name: [row.values.get(name) for row in known] for name in names}
    columns = {name: values for name, values in columns.items() if len(set(values)) > 1}
    scores = [row.score for row in known]
    if not columns or len(set(scores)) < 2:
        return None
    scaled = [(name, *_axis(values)) for name, values in columns.items()]
    scaled.append((metric, *_axis(list(scores))))
    order = sorted(scores, key=lambda score: (score or 0.0) if greater else -(score or 0.0))
    lines = tuple(
        (tuple(heights[at] for _, _, heights in scaled), order.index(scores[at]) / (len(order) - 1))
        for at in range(len(known))
    )
    return Parallel("Trials across hyperparameters", tuple(Axis(name, marks) for name, marks, _ in scaled), lines)


def _axis(values: list[float | int | str | bool | None]) -> tuple[tuple[str, ...], list[float | None]]:
    """What stands along an axis, lowest first, and the height (0 to 1) of each value."""
    if any(isinstance(value, str | bool) for value in values):
        kinds = sorted({words(value) for value in values if value is not None})
        steps = max(len(kinds) - 1, 1)
        return tuple(kinds), [None if value is None else kinds.index(words(value)) / steps for value in values]
    known = [float(value) for value in values if value is not None]
    low, high = min(known), max(known)
    bend = log if low > 0 and high / low >= RATIO else float
    span = (bend(high) - bend(low)) or 1.0
    return (number(low), number(high)), [None if v is None else (bend(float(v)) - bend(low)) / span for v in values]
