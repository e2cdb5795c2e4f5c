"""Folds of a file that is too large for memory: what is fitted on their training rows, and their inputs, which stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.data.row_groups import RowGroups
from engine.errors import UserError
from engine.jobs.outcome import Stopped
from engine.training.compiled import Rows
from engine.training.decide import Recipe
from engine.training.impute import with_imputers
from engine.training.layout import Layout, joined
from engine.training.prepare import take
from engine.training.spec import Preparation
from engine.training.stream import Inputs
from engine.training.stream_fit import fit_folds

SAMPLE = 20_000
"""Rows of the file from which the models that fill gaps are fitted."""


@dataclass(frozen=True)
class StreamedFolds:
    """The preparation of every fold, and the layout that holds them all."""

    source: RowGroups
    preparations: tuple[Preparation, ...]
    layout: Layout

    def inputs(self, number: int) -> Any:
        """`Inputs` of a fold (from 0), the x of a `StreamTrainer`."""
        return Inputs(self.source, self.preparations[number], self.layout)


def streamed_folds(source: RowGroups, learn: Sequence[Rows], recipe: Recipe, stop: Callable[[], bool]) -> StreamedFolds:
    """Fit the recipe on several sets of training rows in one pass, and a second one where models are to fill gaps.

    Errors: UserError when no column is usable in one of them; Stopped when `stop` says so.
    """

    def go_on() -> None:
        if stop():
            raise Stopped

    found = fit_folds(source, recipe, learn, go_on)
    for number, preparation in enumerate(found, start=1):
        if preparation.width == 0:
            where = f"the training rows of fold {number}" if len(learn) > 1 else "the training rows"
            raise UserError(f"no usable column is left in {where}: keep at least one that varies (step preparation).")
    if recipe.imputed:
        found = _imputed(source, found, learn, recipe)
    return StreamedFolds(source, found, joined(found))


def _imputed(
    source: RowGroups, found: Sequence[Preparation], learn: Sequence[Rows], recipe: Recipe
) -> tuple[Preparation, ...]:
    """The models that fill gaps, fitted on those of SAMPLE random rows that a fold trains on."""
    chosen = np.sort(np.random.default_rng(1).permutation(source.rows)[:SAMPLE])
    read = []
    for group, start in enumerate(source.starts):
        own = chosen[(chosen >= start) & (chosen < [*source.starts, source.rows][group + 1])] - start
        if len(own):
            read.append(take(source.read(group, recipe.columns).frame, own, recipe.columns))
    frame = {name: np.concatenate([part[name] for part in read]) for name in recipe.columns}
    rows = [np.flatnonzero(np.isin(chosen, own)) for own in learn]
    return tuple(
        with_imputers(made, take(frame, own, recipe.columns), recipe.imputed)
        for made, own in zip(found, rows, strict=True)
    )
