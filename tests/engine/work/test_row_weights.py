"""Weights of rows, from the data step to what networks, references and naive rules learn and to every score."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, roc_auc_score

from engine.advice import with_answers
from engine.data.folds import Fold
from engine.jobs.context import Context
from engine.jobs.folder import JobFolder
from engine.stats.optimism import corrected_score
from engine.stats.paired import compare
from engine.stats.thresholds import cost_threshold, default_threshold, per_thousand
from engine.steps import Plan
from engine.steps.data import Data
from engine.steps.framing import Framing
from engine.steps.metric import Metric
from engine.steps.preparation import Preparation, PreparationResult
from engine.steps.protocol import Protocol, ProtocolResult
from engine.tasks import TASKS
from engine.training.decide import Decision, Recipe
from engine.training.hyper import Hyper
from engine.training.naive import weighted_median
from engine.training.target_classes import ClassTarget
from engine.work.data import run
from engine.work.metric import run as run_metric
from engine.work.networks import reference_predictions, validate
from engine.work.rows import Rows, load_rows
from engine.work.scoring import compare_stacked, naive_predictions, score_stacked, scored

RECIPE = Recipe(decisions=(Decision(column="a", action="auto", why="a number"),))
PLAN = Plan(
    framing=Framing(task="binary", target=("y",)),
    metric=Metric(primary="log_loss", gain=0.02),
    preparation=Preparation(result=PreparationResult(RECIPE)),
    protocol=Protocol(result=ProtocolResult(kind="holdout", order="random", folds=1, repeats=1, scored=0, share=0.3)),
)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    (tmp_path / "jobs" / "0001-data").mkdir(parents=True)
    return Context(JobFolder(tmp_path / "jobs" / "0001-data"), 1, None, 5.0)


def rows(count: int = 800) -> Rows:
    """A fifth of the rows are yes, which nothing foretells; by their weights half of the population are."""
    rng = np.random.default_rng(3)
    y = (np.arange(count) % 5 == 0).astype(np.int64)
    inputs = pd.DataFrame({"a": rng.normal(size=count)})
    weights = np.where(y == 1, 2.5, 0.625)
    code = ClassTarget("binary", "y", ("no", "yes"))
    return Rows(inputs, y, code, TASKS["binary"], None, None, None, None, weights)


def test_networks_references_and_rules_learn_the_shares_of_the_population(context: Context) -> None:
    some = rows()
    drawn = (Fold(train=np.arange(500), test=np.arange(500, 800)),)
    stacking = scored(drawn, 1)
    found = validate(PLAN, some, drawn, stacking, Hyper(units=4, layers=1, learning_rate=0.02), 30, context, "run")
    said = {
        "network": found.predictions,
        **reference_predictions(PLAN, some, drawn, stacking, context),
        **naive_predictions(some, drawn, stacking),
    }
    for name in ("network", "linear", "boosted_trees", "two_questions", "prior", "one_rule"):
        assert said[name].mean() == pytest.approx(0.5, abs=0.1), name
    told = score_stacked("log_loss", some, stacking, said["prior"], "out of fold")
    assert told.value == pytest.approx(np.log(2))
    assert "weighted, 192 effective rows" in told.how
    twice = scored(drawn * 2, 2)
    repeated = score_stacked("log_loss", some, twice, np.tile(said["prior"], 2), "out of fold")
    assert "weighted, 192 effective groups" in repeated.how
    assert compare_stacked(PLAN, some, stacking, said["linear"], said["prior"]).test.startswith("weighted paired")


def test_the_data_step_weighs_rows_and_the_sealed_ones_by_the_same_factors(context: Context, shared_data: Path) -> None:
    framing = Framing(data=str(shared_data / "titanic3" / "titanic3.csv"), target=("survived",), task="binary")
    plan = Plan(framing=framing, data=Data(margins="sex=female:0.5,male:0.5"), metric=Metric(primary="accuracy"))
    result = run(plan, context)
    assert result.weighting is not None
    plan = with_answers(plan, "data", result=result)
    some = load_rows(plan, context.project)
    assert some.weights is not None
    assert some.weights.mean() == pytest.approx(1)
    assert some.weights[some.inputs["sex"] == "female"].sum() == pytest.approx(len(some) / 2)
    naive = run_metric(plan, context).naive
    accuracy = next(each.score for each in naive if each.name == "prior" and each.score.metric == "accuracy")
    assert accuracy.value == pytest.approx(1 - np.average(some.y, weights=some.weights))
    assert "weighted" in accuracy.how


def test_weighted_statistics_agree_with_references_and_with_repeated_rows() -> None:
    rng = np.random.default_rng(8)
    y, p, q = rng.integers(0, 2, 300), rng.random(300), rng.random(300)
    w = rng.integers(1, 4, 300).astype(float)
    again = np.repeat(np.arange(300), w.astype(int))
    for metric, reference in (
        ("roc_auc", roc_auc_score),
        ("accuracy", lambda t, s, **k: accuracy_score(t, s > 0.5, **k)),
    ):
        found = compare(metric, y, p, q, delta=0.1, weights=w)
        gap = reference(y, p, sample_weight=w) - reference(y, q, sample_weight=w)
        assert found.difference == pytest.approx(gap, abs=1e-9)
    assert cost_threshold(y, p, 1, 3, weights=w).seen == pytest.approx(cost_threshold(y[again], p[again], 1, 3).seen)
    assert default_threshold("f1", y, p, w) == default_threshold("f1", y[again], p[again])
    told, repeated = per_thousand(y, p, 0.4, 0.3, w), per_thousand(y[again], p[again], 0.4, 0.3)
    assert told["fn"].value == pytest.approx(repeated["fn"].value)
    assert told["fp"].high - told["fp"].low > repeated["fp"].high - repeated["fp"].low
    assert weighted_median(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0])) == np.median([1, 2, 2, 3])
    oof = np.stack([p, q])
    alike = corrected_score("roc_auc", y, oof, weights=np.ones(300))
    assert alike.value == pytest.approx(corrected_score("roc_auc", y, oof).value)
    assert "weighted" in alike.how
