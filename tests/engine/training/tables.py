"""Real tables for tests of training, and how they are cross-validated."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from engine.training.decide import Decision, Recipe
from engine.training.hyper import Hyper
from engine.training.target_code import TargetCode


@dataclass(frozen=True)
class Split:
    train: Any
    test: Any


@dataclass(frozen=True)
class Table:
    frame: pd.DataFrame
    y: Any
    code: TargetCode
    recipe: Recipe
    head: Any
    loss: str
    metric: str

    def run(self, folds: list[Split], frame: pd.DataFrame | None = None, y: Any = None, **options: Any) -> Any:
        from engine.training.cross_validate import cross_validate

        given = {"epochs": 4, "seed": 3, "hyper": Hyper(units=8, learning_rate=0.01), **options}
        hyper = given.pop("hyper")
        return cross_validate(
            self.frame if frame is None else frame,
            self.y if y is None else y,
            folds,
            self.recipe,
            hyper,
            code=self.code,
            head=self.head,
            loss=self.loss,
            metric=self.metric,
            **given,
        )


def folds_of(rows: int, count: int, seed: int = 0) -> list[Split]:
    order = np.random.default_rng(seed).permutation(rows)
    tests = [np.sort(order[start::count]) for start in range(count)]
    return [Split(np.setdiff1d(order, test), test) for test in tests]


def recipe(**actions: str) -> Recipe:
    return Recipe(decisions=tuple(Decision(column=name, action=action, why="test") for name, action in actions.items()))
