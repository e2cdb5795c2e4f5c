"""What a search found: its trials, the best one, and how much of its score is luck. Values only."""

from __future__ import annotations

from typing import Literal

from engine.values import Comparison, Count, Score, Share, Value

Hyper = dict[str, float | int | str | bool]
STOP = "stop searching: the next trial is likelier to fool you than to help"
"""What a red light says."""


class TrialRow(Value, frozen=True):
    """One trial of the search as it stands on the board."""

    number: int
    state: Literal["done", "failed", "infeasible", "pruned", "skipped"]
    values: Hyper
    score: float | None = None
    epochs: int = 0
    seconds: float = 0.0
    note: str = ""


class Best(Value, frozen=True):
    """The chosen configuration: its score as read, and the score corrected for having been chosen."""

    number: int
    values: Hyper
    score: Score
    corrected: Score
    epochs: int


class Spread(Value, frozen=True):
    """Scores of one configuration trained from several seeds, its own first; `low` and `high` are of their mean.

    Without a second seed the spread cannot be told, and `deviation` is None.
    """

    scores: tuple[float, ...]
    mean: float
    deviation: float | None = None
    low: float | None = None
    high: float | None = None


class Importance(Value, frozen=True):
    """The share of the variance of scores that a hyperparameter explains by itself, with its 95 % interval."""

    name: str
    share: Share
    low: Share
    high: Share


class Member(Value, frozen=True):
    """A trial in an ensemble, with its share of the answer."""

    number: int
    values: Hyper
    epochs: int
    share: Share


class Ensemble(Value, frozen=True):
    """The best trials averaged: what that gains over the best one, what it costs, and whether it is taken.

    `score` is corrected for the choice of members, `gain` compares procedures: choosing an ensemble, choosing one.
    """

    members: tuple[Member, ...]
    score: Score
    gain: Comparison
    parameters: Count
    latency_ms: float
    single_latency_ms: float
    """Milliseconds for one row, of the average and of the best trial."""
    accepted: bool
    sentence: str


class TuningResult(Value, frozen=True):
    """The search: how many trials, the best one, and how much of its score is luck."""

    trials: int
    board: tuple[TrialRow, ...]
    best: Best
    optimism: float
    next_optimism: float
    """Expected optimism after ten more trials."""
    light: Literal["green", "amber", "red"]
    sentence: str
    ensemble: Ensemble | None = None
    seeds: Spread | None = None
    importance: tuple[Importance, ...] = ()
    importance_unknown: str = ""
    """Why no importance is told."""

    @property
    def scored(self) -> int:
        """Trials that were seen on validation rows: those among which the best was chosen."""
        return sum(trial.score is not None for trial in self.board)
