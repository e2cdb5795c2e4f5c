"""Networks learn every kind of target on folds, and answer in its own form and unit."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.stats.metrics import METRICS
from engine.tasks import TASKS
from engine.training.hyper import Hyper
from engine.training.kind import fit_target, kind_of
from engine.training.naive import NaiveInput
from tests.engine.training.tables import Split, Table, recipe

N = 400
_draw = np.random.default_rng(11)
X = _draw.normal(size=(N, 2))
SIGNAL = X[:, 0] + 0.5 * X[:, 1]
NOISE = _draw.normal(size=(N, 3)) * 0.4
TARGETS: dict[str, dict[str, Any]] = {
    "multilabel": {
        name: (SIGNAL * side + NOISE[:, place] > 0.2).astype(float)
        for place, (name, side) in enumerate([("a", 1), ("b", -1), ("c", 0.5)])
    },
    "ordinal": {"grade": np.digitize(SIGNAL + NOISE[:, 0], [-1.0, 0.0, 1.0]).astype(float) + 1},
    "vector": {"small": 0.01 * SIGNAL + 0.003 * NOISE[:, 0], "large": 1e5 - 3e3 * X[:, 0] + 500 * NOISE[:, 1]},
    "count": {"visits": _draw.poisson(np.exp(1.0 + 0.8 * SIGNAL)).astype(float)},
    "bounded": {"share": 100 / (1 + np.exp(-SIGNAL - NOISE[:, 0]))},
    "quantile": {"amount": 50 + 10 * SIGNAL + 8 * NOISE[:, 0]},
}


@pytest.mark.parametrize("name", TARGETS)
def test_a_network_beats_every_naive_answer(name: str) -> None:
    task, columns, frame = TASKS[name], TARGETS[name], pd.DataFrame(X, columns=["x", "z"])
    code = fit_target(name, columns)
    y = code.encode(columns)
    halves = np.arange(N) % 2 == 0
    folds = [
        Split(np.flatnonzero(halves), np.flatnonzero(~halves)),
        Split(np.flatnonzero(~halves), np.flatnonzero(halves)),
    ]
    metric = METRICS[task.metrics[0]]
    table = Table(frame, y, code, recipe(x="standard", z="standard"), task.head, task.losses[0], metric.name)
    members = 2 if name in ("count", "bounded") else 1
    found = table.run(folds, epochs=30, hyper=Hyper(units=8, learning_rate=0.02, members=members))
    for part in found.parts:
        assert part.history.score[-1] == pytest.approx(metric.compute(y[part.rows], part.predictions), rel=1e-4)
    ours = metric.sign * metric.compute(y, found.predictions)
    for answer in kind_of(task).naive.values():
        parts = [
            answer(NaiveInput(y[fold.train], frame.iloc[fold.train], frame.iloc[fold.test], len(code.classes)))
            for fold in folds
        ]
        if parts[0] is not None:
            said = np.empty_like(found.predictions)
            for fold, part in zip(folds, parts, strict=True):
                said[fold.test] = part
            assert ours > metric.sign * metric.compute(y, said)
    more = {each.name: each.score for each in kind_of(task).more(code, y, found.predictions)}
    if name == "quantile":
        assert more["inside 5% to 95%"].value == pytest.approx(0.9, abs=0.06)
    assert len(more) == {"multilabel": 3, "vector": 2, "quantile": 2}.get(name, 0)
