"""Kinds of prediction, kinds of input, detectors, metrics: what one registry names is in the other."""

from pathlib import Path
from random import Random

import numpy as np
import pytest
from columns import COLUMNS
from examples import example

from engine.audit import DETECTORS
from engine.data.schema import TargetSummary
from engine.modalities import MODALITIES, pick
from engine.stats.catalogue import METRIC_INFO, MetricInfo
from engine.stats.metrics import METRICS
from engine.stats.power import detectable_gain, rows_for_gain, standard_error
from engine.targets import TARGETS
from engine.task import Task
from engine.tasks import TASKS
from engine.training.kind import fit_target, kind_of
from engine.training.losses import LOSSES
from engine.training.naive import TITLES

each_task = pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
each_metric = pytest.mark.parametrize("metric", METRIC_INFO.values(), ids=lambda metric: metric.name)


@pytest.mark.parametrize("registry", [TASKS, MODALITIES, DETECTORS, TARGETS, METRIC_INFO], ids=len)
def test_a_name_is_a_word_and_its_own_key(registry: dict[str, object]) -> None:
    for key, entry in registry.items():
        assert key == entry.name  # type: ignore[attr-defined]
        assert key.isidentifier() and key == key.lower()
        assert entry.title and not entry.title.endswith(".")  # type: ignore[attr-defined]


@each_task
def test_a_task_names_what_exists(task: Task) -> None:
    assert task.naive and set(task.naive) == set(kind_of(task).naive) and set(task.naive) <= set(TITLES)
    assert task.metrics and set(task.metrics) <= set(METRIC_INFO)
    assert task.losses and set(task.losses) <= set(LOSSES)
    assert not task.weighable or task.classes


@each_task
def test_the_advised_metric_is_one_of_its_own(task: Task) -> None:
    targets = [None, *(example(TargetSummary, Random(seed)) for seed in range(50))]
    for target in targets:
        advised = task.advise_metric(target)
        assert advised.name in task.metrics and advised.reason
        fit = task.fits(target) if target else None
        assert fit is None or (0 < fit.weight <= 1 and fit.reason)


@each_metric
def test_a_metric_can_be_computed_and_planned_for(metric: MetricInfo) -> None:
    assert metric.name in METRICS
    assert any(metric.name in task.metrics for task in TASKS.values())
    small, large = standard_error(metric.name, 100), standard_error(metric.name, 10_000)
    assert 0 < large < small
    assert detectable_gain(metric.name, 1000) > 0 and rows_for_gain(metric.name, 0.02) > 0


@each_metric
def test_its_better_end_is_the_right_prediction(metric: MetricInfo) -> None:
    for task in (task for task in TASKS.values() if metric.name in task.metrics):
        code = fit_target(task.name, COLUMNS[task.name])
        y = code.encode(COLUMNS[task.name])
        certain = kind_of(task).certain
        good, bad = (METRICS[metric.name].compute(y, certain(code, said)) for said in (y, np.roll(y, 7, axis=0)))
        assert (good > bad) == metric.greater_is_better


def test_every_metric_is_declared_and_computed() -> None:
    assert set(METRICS) == set(METRIC_INFO)


def test_every_path_has_a_reader() -> None:
    for name in ("a.csv", "b.PARQUET", "unknown.bin"):
        assert pick(Path(name)).name in MODALITIES
