"""Projects in which nothing can be learned (or a known part), and a learner that takes no time in place of training."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.advice import with_answers
from engine.data.folds import Fold
from engine.steps import Plan
from engine.steps.preparation import PreparationResult
from engine.steps.protocol import ProtocolResult
from engine.tasks import TASKS
from engine.training.apply import transform
from engine.training.decide import Decision, Recipe
from engine.training.kind import fit_target
from engine.training.layout import joined
from engine.training.prepare import fit
from engine.work.networks import Validated
from engine.work.rows import Rows

COLUMNS = tuple("abcde")
RECIPE = Recipe(decisions=tuple(Decision(column=name, action="auto", why="a number") for name in COLUMNS))


@dataclass(frozen=True)
class Quiet:
    """What the decision needs of a job: a folder for the ledger and a seed."""

    project: Path
    seed: int = 1

    def phase(self, *_: Any, **__: Any) -> None: ...

    def check(self) -> None: ...

    def log(self, *_: Any, **__: Any) -> None: ...


def plan(task: str, metric: str, kind: str, gain: float, **baseline: Any) -> Plan:
    """A plan whose next step is the baseline."""
    made = with_answers(Plan(), "framing", task=task)
    made = with_answers(made, "metric", primary=metric, gain=gain)
    made = with_answers(made, "preparation", result=PreparationResult(recipe=RECIPE))
    order = "stratified" if task == "binary" else "random"
    parts = {"holdout": (1, 1), "kfold": (5, 1), "iterated": (5, 2)}[kind]
    result = ProtocolResult(kind=kind, order=order, folds=parts[0], repeats=parts[1], scored=0, share=0.3)
    return with_answers(with_answers(made, "protocol", result=result), "baseline", **baseline)


def rows(task: str, n: int, seed: int, signal: float = 0.0) -> Rows:
    """n rows of five normal columns; the target depends on their sum by `signal` and else on nothing."""
    rng = np.random.default_rng(seed)
    inputs = pd.DataFrame(rng.normal(size=(n, len(COLUMNS))), columns=list(COLUMNS))
    y = signal * inputs.to_numpy().sum(axis=1) + rng.normal(size=n)
    words = np.where(y > 0.3, "yes", "no").astype(object)
    code = fit_target(task, {"y": words if task == "binary" else y}, "yes" if task == "binary" else None)
    return Rows(
        inputs=inputs,
        y=(y > 0.3).astype(int) if task == "binary" else y,
        code=code,
        task=TASKS[task],
        groups=None,
        order=None,
        previous=None,
        existing=None,
    )


def learner(plan: Plan, rows: Rows, drawn: Any, stacking: Any, hyper: Any, *_: Any, **more: Any) -> Validated:
    """Ridge on random relu features, as many as the network has units: every configuration is another predictor."""
    recipe, parts = more.get("recipe") or RECIPE, []
    rng = np.random.default_rng(hyper.units + 1000 * hyper.layers + 10_000 * hyper.members)
    preparations = []
    for fold in drawn:
        preparation = fit(recipe, rows.inputs.iloc[fold.train])
        preparations.append(preparation)
        x = transform(preparation, rows.inputs).astype(float)
        if hyper.layers:
            x = np.maximum(x @ rng.normal(size=(x.shape[1], hyper.units)), 0)
        parts.append(_ridge(x, rows, fold))
    return Validated(stacking.stack(parts), 1, joined(preparations), 10, "")


def _ridge(x: np.ndarray, rows: Rows, fold: Fold) -> np.ndarray:
    """Predictions of a fold's test rows; shares of the positive class for two classes."""
    center = rows.y[fold.train].mean()
    own = x[fold.train] - x[fold.train].mean(axis=0)
    weights = np.linalg.solve(own.T @ own + 10 * np.eye(x.shape[1]), own.T @ (rows.y[fold.train] - center))
    said = center + (x[fold.test] - x[fold.train].mean(axis=0)) @ weights
    return np.clip(said, 0.01, 0.99) if rows.task.classes else said
