"""What the worker has to know of a kind of prediction; the light half names it by a dotted string (`Task.worker`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.dotted import load
from engine.task import Task
from engine.tasks import TASKS
from engine.training.layout import Block, Layout
from engine.training.naive import Naive
from engine.training.parse import Floats
from engine.training.references import Learned
from engine.training.target_cells import Columns
from engine.training.target_code import TargetCode
from engine.values import Named

Array = NDArray[Any]


@dataclass(frozen=True)
class Asked:
    """What a target is fitted for: the task's name, the target columns, and answers that decide how they are read.

    Where rows are put in order within lists, the last column says of which list a row is one.
    """

    task: str
    columns: tuple[str, ...]
    positive: str | None = None
    ends: tuple[float, float] | None = None
    void: str | None = None


def no_lists(y: Array) -> None:
    """Each row is answered by itself."""


def numbers(code: TargetCode) -> Layout:
    """As many numbers as a table of usual width has."""
    return Layout((Block(column="measured", kind="number", start=0, width=32),))


def nothing(code: TargetCode, y: Array, p: Array) -> tuple[Named, ...]:
    """Nothing more to be said."""
    return ()


@dataclass(frozen=True)
class Kind:
    """The worker's half of a task; y and p are as its target code has them.

    `fit(asked, columns)`: the code of the target. Errors: UserError where the columns do not fit the task.
    `strata(y)`: numbers (n,) whose shares every fold should have, or None where rows are divided by chance.
    `label(y)`: (n,) class codes or amounts that stand for the target in the audit, as `Task.seen_as` says.
    `certain(code, y)`: y said with certainty, as metrics take a prediction.
    `surprise(y, p)`: how wrong each prediction is (n,).
    `naive`: the naive answers by name, those of `Task.naive`.
    `learn`: what a reference model predicts, see `Learned`.
    `settled(code, y, p)`: the code with what predictions p of rows that were not learned from tell; None where nothing.
    `more(code, y, p)`: what of predictions is told beside the metrics, part by part of the target.
    `whole_pictures`: references look at every point of pictures, which are coarse for them else.
    `measured(code)`: inputs of the size on which the cost of a network is measured.
    `lists(y)`: numbers (n,) of the lists within which rows are put in order, else None.
    """

    fit: Callable[[Asked, Columns], TargetCode]
    strata: Callable[[Array], NDArray[np.int64] | None]
    label: Callable[[Array], Array]
    certain: Callable[[TargetCode, Array], Array]
    surprise: Callable[[Array, Array], Floats]
    naive: Mapping[str, Naive]
    learn: Learned
    settled: Callable[[TargetCode, Array, Array], TargetCode] | None = None
    more: Callable[[TargetCode, Array, Array], tuple[Named, ...]] = nothing
    lists: Callable[[Array], Array | None] = no_lists
    whole_pictures: bool = False
    measured: Callable[[TargetCode], Layout] = numbers


def fit_target(
    task: str,
    columns: Columns,
    positive: str | None = None,
    ends: tuple[float, float] | None = None,
    void: str | None = None,
) -> TargetCode:
    """The code of a target that all these columns are, see `Asked`.

    Errors: UserError where they do not fit the task; KeyError.
    """
    return kind_of(TASKS[task]).fit(Asked(task, tuple(columns), positive, ends, void), columns)


def kind_of(task: Task) -> Kind:
    """The worker's half of a task."""
    found: Kind = load(task.worker)
    return found
