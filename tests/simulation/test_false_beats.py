"""The whole decision of the baseline on projects of pure noise: naive answers, attempts, other inputs, verdict."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from noise import Quiet, learner, plan, rows
from scipy.stats import binom

from engine.training.layout import Layout
from engine.training.rates import RangeTest
from engine.work import attempts, baseline, curation

PROJECTS = 200
MOST = int(binom.ppf(0.999, PROJECTS, 0.05))
"""Successes in 200 draws of a chance of 5 % that one set of draws in a thousand exceeds."""

KINDS = [
    ("binary", "roc_auc", "kfold", True),
    ("binary", "accuracy", "holdout", False),
    ("regression", "mae", "kfold", False),
    ("regression", "rmse", "holdout", False),
]


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training and references take no time here: what is tested is what is decided from predictions."""
    for module in (attempts, curation):
        monkeypatch.setattr(module, "validate", learner)
    monkeypatch.setattr(attempts, "some_prepared", lambda *_: SimpleNamespace(layout=Layout(blocks=()), outputs=1))
    monkeypatch.setattr(attempts, "tested_rate", lambda *_: RangeTest(points=()))
    monkeypatch.setattr(baseline, "reference_predictions", lambda *_: {})
    monkeypatch.setattr(baseline, "check_loss", lambda *_: None)
    monkeypatch.setattr("engine.ledger.record", lambda *_: None)


def outcomes(
    task: str, metric: str, kind: str, curate: bool, projects: int, tmp_path: Path, signal: float = 0.0
) -> list[str]:
    made = plan(task, metric, kind, 0.05, curate=curate, attempts=3 if task == "regression" else 8)
    found = []
    for seed in range(projects):
        drawn = rows(task, 400 if signal else 120, seed, signal)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(baseline, "load_rows", lambda *_, drawn=drawn: drawn)
            found.append(baseline.run(made, Quiet(tmp_path)).outcome)  # type: ignore[arg-type]
    return found


@pytest.mark.slow
@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(("task", "metric", "kind", "curate"), KINDS, ids=lambda value: str(value))
def test_noise_is_called_better_in_at_most_five_percent(
    task: str, metric: str, kind: str, curate: bool, tmp_path: Path
) -> None:
    false = outcomes(task, metric, kind, curate, PROJECTS, tmp_path).count("beats")
    assert false <= MOST


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(("task", "metric", "kind", "curate"), [KINDS[0], KINDS[2]], ids=lambda value: str(value))
def test_what_can_be_learned_is_called_better(task: str, metric: str, kind: str, curate: bool, tmp_path: Path) -> None:
    assert np.mean([each == "beats" for each in outcomes(task, metric, kind, curate, 12, tmp_path, 2.0)]) > 0.9
