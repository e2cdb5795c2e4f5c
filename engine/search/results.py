"""What a search found: its trials, the best one, and how much of its score is luck. Values only."""

from __future__ import annotations

from typing import Literal

from engine.values import Score, Value

Hyper = dict[str, float | int | str | bool]


class TrialRow(Value, frozen=True):
    """One trial of the search as it stands on the board."""

    number: int
    state: Literal["done", "failed", "infeasible"]
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
