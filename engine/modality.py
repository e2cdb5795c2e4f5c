"""What a kind of input is: which files hold it, how they are read, and what a search over its networks may vary."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Modality:
    """One kind of input; the heavy parts are dotted names, loaded in the worker.

    `accepts(path)` says whether a file or folder looks like this kind; `read(path, manner, rejected=...)` gives a frame
    and a `Reading`; `decide(columns, ...)` gives the decisions of the preparation; `space(limits)` gives KerasTuner's
    hyperparameters.
    """

    name: str
    title: str
    depth: Literal["REAL", "MODEST", "PLAN-ONLY"]
    accepts: Callable[[Path], bool]
    read: str
    decide: str
    space: str
    pieces: bool = False
    """Whether what is too large for memory can be read piece by piece."""
