"""What a detector of the audit is, and what it may look at: development rows only, never a sealed one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.data.schema import Column
from engine.values import Finding

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class AuditData:
    """The development rows under audit.

    `frame` holds the inputs and the target (index: row id in the file), `codes` the target as numbers (n,): class
    codes for classes, values for amounts; None without a target. `names` are the input columns whose cells are no
    files. `twins` are the ids of development rows whose inputs equal those of a sealed row, found when the seal was
    drawn. `rows` is how many development rows there are: more than `frame` holds where it is a random sample of them.
    `found` is what the detectors before this one found, `encoding` how the letters of the file were read (empty: the
    file says it itself), `answered` what a model said when it was asked before.
    """

    frame: pd.DataFrame
    columns: dict[str, Column]
    names: tuple[str, ...]
    target: str | None
    task: str | None
    codes: np.ndarray | None
    twins: tuple[int, ...]
    group: str | None
    time: str | None
    seed: int
    rows: int
    found: tuple[Finding, ...] = ()
    encoding: str = ""
    answered: dict[bytes, np.ndarray] = field(default_factory=dict, repr=False)

    @property
    def sampled(self) -> bool:
        """Whether `frame` is only a sample of the development rows."""
        return self.rows > len(self.frame)

    @property
    def classes(self) -> bool:
        """Whether the target is a class, not an amount."""
        return self.task in ("binary", "multiclass")


@dataclass(frozen=True, slots=True)
class Detector:
    """One thing that could make a model's number false; `look` returns what it found, in a fixed order."""

    name: str
    title: str
    needs_target: bool
    look: Callable[[AuditData], tuple[Finding, ...]]
