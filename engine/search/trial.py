"""A trial of a search: what is proposed, what came of it, and the name under which its files lie. Values only."""

from __future__ import annotations

import hashlib

import msgspec

from engine.search.results import Hyper
from engine.values import Value


class Proposal(Value, frozen=True):
    """What a driver proposes: a configuration, and the epochs it may take at most (None: as many as it likes)."""

    number: int
    values: Hyper
    epochs: int | None = None


class TrialResult(Value, frozen=True):
    """What a trial reports: its score in the objective's unit, or why it has none.

    `seen` is the mean of what a trial reached that ended early, on the rows that tell a fold when to stop.
    """

    number: int
    values: Hyper
    state: str
    score: float | None = None
    epochs: int = 0
    seconds: float = 0.0
    note: str = ""
    seen: float | None = None


def unit_name(number: int, values: Hyper) -> str:
    """The name of a trial's folder: its number, and a digest of its values so that no other values find it."""
    digest = hashlib.sha256(msgspec.json.encode(values, order="sorted")).hexdigest()[:8]
    return f"trial-{number:04d}-{digest}"
