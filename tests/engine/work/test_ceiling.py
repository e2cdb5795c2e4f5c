"""A score above what the labels allow is not believed before it is explained."""

import pytest
from msgspec.structs import replace

from engine.steps import Plan
from engine.steps.baseline import above_ceiling
from engine.steps.labels import Labels, LabelsResult
from engine.values import Score


@pytest.mark.parametrize(
    ("ceiling", "score", "told"),
    [
        (0.93, Score("accuracy", 0.97, 0.95, 0.98, 1000), True),
        (0.93, Score("accuracy", 0.94, 0.92, 0.96, 1000), False),
        (None, Score("accuracy", 0.97, 0.95, 0.98, 1000), False),
        (0.93, Score("roc_auc", 0.97, 0.95, 0.98, 1000), False),
        (0.93, Score("accuracy", 0.97), False),
    ],
)
def test_only_an_accuracy_surely_above_the_ceiling_is_too_good(ceiling: float | None, score: Score, told: bool) -> None:
    plan = replace(Plan(), labels=Labels(result=LabelsResult(ceiling=ceiling)))
    assert bool(above_ceiling(plan, score)) is told
