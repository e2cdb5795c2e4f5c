"""What a learning-rate range test found: values only."""

from __future__ import annotations

from engine.values import Positive, Value


class RatePoint(Value, frozen=True):
    """A learning rate, and the smoothed mean loss per row there."""

    rate: Positive
    loss: float


class RangeTest(Value, frozen=True):
    """The curve of a range test, and what follows from it; `rate` None: it cannot tell, and `sentence` says why."""

    points: tuple[RatePoint, ...]
    rate: Positive | None = None
    blew_up: Positive | None = None
    sentence: str = ""
