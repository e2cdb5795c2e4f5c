"""Every kind of prediction, from columns of a file to numbers, to answers and back, without a network."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from columns import COLUMNS, SETS, N

from engine.errors import UserError
from engine.stats.intervals import score
from engine.stats.paired import compare
from engine.task import Task
from engine.tasks import TASKS
from engine.training.kind import fit_target, kind_of
from engine.training.loss_check import check_loss
from engine.training.losses import LOSSES
from engine.training.naive import NaiveInput
from engine.training.network import prior_bias
from engine.training.references import REFERENCES, Lesson
from engine.training.target_cells import Columns
from engine.training.target_code import TargetCode, columns_of, columns_of_answer

each_task = pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
EVERY = [*((name, columns) for name, columns in COLUMNS.items()), ("multilabel", SETS)]
each_target = pytest.mark.parametrize(("name", "columns"), EVERY, ids=[f"{name}-{len(held)}" for name, held in EVERY])


def test_every_task_has_an_example() -> None:
    assert set(COLUMNS) == set(TASKS)


@each_target
def test_a_target_goes_there_and_back(name: str, columns: Columns) -> None:
    code = fit_target(name, columns)
    y = code.encode(columns)
    own = code.fitted(y)
    assert msgspec.json.decode(msgspec.json.encode(own), type=TargetCode) == own
    wanted = own.wanted(y)
    assert wanted.reshape(N, -1).shape[1] in (1, own.outputs, len(columns_of(own)), y[0].size)
    assert np.allclose(own.told(wanted), y)
    certain = kind_of(TASKS[name]).certain(own, y)
    assert own.decide(certain) == own.truth(y)
    assert np.allclose(kind_of(TASKS[name]).surprise(y, certain), 0)
    assert msgspec.json.encode(own.decide(certain))
    table = columns_of_answer(own, certain)
    assert all(len(each) == N for each in table.values())


@each_target
def test_outputs_of_a_network_are_answers_that_metrics_take(name: str, columns: Columns) -> None:
    task, code = TASKS[name], fit_target(name, columns)
    y = code.encode(columns)
    own = code.fitted(y)
    scores = np.random.default_rng(1).normal(size=(N, own.outputs))
    heads = {"sigmoid": 1 / (1 + np.exp(-scores)), "exponential": np.exp(scores), "linear": scores, "pixels": scores}
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    p = own.natural(heads.get(task.head, shares))
    other = kind_of(task).certain(own, np.roll(y, 3, axis=0))
    for metric in task.metrics:
        found = score(metric, y, p, how="noise")
        assert np.isfinite(found.value) and found.low is not None and found.high is not None
        compared = compare(metric, y, p, other, delta=0.02)
        assert compared.low <= compared.difference <= compared.high and 0 <= compared.p <= 1
    for each in kind_of(task).more(own, y, p):
        assert each.name and np.isfinite(each.score.value) and each.score.n == N


@each_target
def test_naive_answers_and_references_are_answers_that_metrics_take(name: str, columns: Columns) -> None:
    import pandas as pd

    task, kind, code = TASKS[name], kind_of(TASKS[name]), fit_target(name, columns)
    y = code.encode(columns)
    width = 3 * y[0].size if task.masks else 3
    x = np.random.default_rng(2).normal(size=(N, width))
    train, rest = slice(0, 40), slice(40, N)
    frame = pd.DataFrame(x[:, :3], columns=["a", "b", "c"]).assign(d=["u", "v", "w"] * 20)
    fold = NaiveInput(y[train], frame[train], frame[rest], len(code.classes), y[rest])
    said = [naive(fold) for naive in kind.naive.values()]
    for reference in REFERENCES:
        if name == "multilabel" and reference == "two_questions":
            assert code.outputs > 1
        said.append(kind.learn(Lesson(reference, x[train], y[train], x[rest], code, _kinds(reference), 1)))
    for p in said:
        assert p is not None and np.isfinite(p).all()
        assert all(np.isfinite(score(metric, y[rest], p, how="").value) for metric in task.metrics)


def _kinds(reference: str) -> list[bool] | None:
    return [False] * 3 if REFERENCES[reference].raw else None


@each_target
def test_what_stands_for_the_target_in_the_audit_is_one_number_per_row(name: str, columns: Columns) -> None:
    task, code = TASKS[name], fit_target(name, columns)
    found = kind_of(task).label(code.encode(columns))
    assert found.shape == (N,) and np.isfinite(found).all()
    assert task.seen_as == "regression" or (found == found.astype(int)).all()
    strata = kind_of(task).strata(code.encode(columns))
    assert (strata is not None) == task.classes


@pytest.mark.parametrize(("task", "name"), [(task.name, name) for task in TASKS.values() for name in task.losses])
def test_every_loss_has_a_gradient_on_a_mini_batch_and_is_defined_for_one_value(task: str, name: str) -> None:
    assert name in LOSSES
    code = fit_target(task, COLUMNS[task])
    y = code.encode(COLUMNS[task])
    check_loss(name, code.fitted(y).wanted(y), code.outputs)


FROM_NOTHING = [task for task in TASKS.values() if not task.past]
"""Tasks whose first answer is the same for all rows."""


@pytest.mark.parametrize(("name", "loss"), [(task.name, name) for task in FROM_NOTHING for name in task.losses])
def test_the_first_bias_has_the_least_loss_of_all_constant_answers(name: str, loss: str) -> None:
    import tensorflow as tf

    from engine.training.compiled import column, loss_of_scores

    code = fit_target(name, COLUMNS[name])
    y = code.encode(COLUMNS[name])
    wanted = tf.constant(column(code.fitted(y).wanted(y).astype(np.float32)))
    bias = np.array(prior_bias(TASKS[name].head, code.fitted(y).wanted(y), code.outputs, loss), dtype=np.float32)

    def mean(scores: np.ndarray) -> float:
        return float(np.mean(loss_of_scores(loss)(wanted, tf.constant(np.tile(scores, (N, 1)).astype(np.float32)))))

    least = mean(bias)
    for place in range(code.outputs):
        for step in (-0.3, 0.3):
            assert mean(bias + step * np.eye(code.outputs)[place]) > least - (0.01 if loss == "huber" else 1e-3)


@each_task
def test_a_loss_is_nothing_where_the_answer_is_the_truth(task: Task) -> None:
    import tensorflow as tf

    from engine.training.compiled import column, loss_of_scores

    code = fit_target(task.name, COLUMNS[task.name])
    y = code.encode(COLUMNS[task.name])
    wanted = code.fitted(y).wanted(y)
    known = wanted.reshape(N, -1)[:, : code.outputs]
    shares = np.clip(known, 1e-7, 1 - 1e-7)
    exact = {
        "sigmoid": np.log(shares) - np.log1p(-shares),
        "softmax": 60 * np.eye(code.outputs)[wanted.astype(int) % code.outputs],
        "linear": np.tile(known, (1, code.outputs // known.shape[1])),
        "exponential": np.log(np.maximum(known, 1e-9)),
    }.get(task.head, known)
    if task.masks:
        exact = 60 * np.eye(len(code.classes))[wanted.astype(int)].reshape(N, -1)
    if task.lists:
        exact = np.log(np.maximum(2**known - 1, 1e-9))
    for loss in task.losses:
        found = loss_of_scores(loss)(tf.constant(column(wanted.astype(np.float32))), tf.constant(exact, tf.float32))
        assert float(np.abs(found).max()) < 1e-4


def test_no_task_is_asked_for_by_its_name() -> None:
    """Whoever asks for a name has to be found when a task is added: attributes of the task are asked instead."""
    places = []
    own = {("engine", "tasks"), ("engine", "audit"), ("engine", "representative"), ("engine", "seeing")}
    for path in sorted((Path(__file__).parents[2] / "engine").rglob("*.py")):
        inside = path.relative_to(Path(__file__).parents[2])
        lines = path.read_text().splitlines() if inside.parts[:2] not in own else []
        names = [f'{sign} "{name}"' for name in TASKS for sign in ("==", "!=")]
        # What the audit sees a target as is an attribute of the task, and has names alike.
        places += [f"{inside}: {line}" for line in lines if any(name in line for name in names) and "seen" not in line]
    assert places == []


@pytest.mark.parametrize(
    ("task", "columns", "why"),
    [
        ("ordinal", {"y": ["red", "green", "blue"]}, "in which order"),
        ("count", {"y": [1.0, 2.5]}, "row 2, column 'y': 2.5 is no count"),
        ("count", {"y": [1.0, -2.0]}, "-2 is no count"),
        ("multilabel", {"a": ["yes", "no", "maybe"], "b": ["yes", "no", "no"]}, "column 'a' holds 3 values"),
        ("multilabel", {"y": ["a;b", "c"]}, "two are needed"),
        ("ranking", {"grade": [1.0, 2.0]}, "framing.group"),
        ("ranking", {"grade": [1.0, -2.0], "query": [1.0, 1.0]}, "row 2, column 'grade': -2 is no grade"),
        ("ranking", {"grade": [1.0, 1.0, 2.0], "query": ["a", "a", "b"]}, "in none of 2 lists do grades differ"),
    ],
)
def test_columns_that_do_not_fit_are_refused_with_their_place(task: str, columns: Columns, why: str) -> None:
    with pytest.raises(UserError, match=why):
        fit_target(task, columns)


def test_an_amount_beyond_the_named_ends_is_refused() -> None:
    with pytest.raises(UserError, match="row 2, column 'share': 120 is outside of 0 to 100"):
        fit_target("bounded", {"share": [10.0, 120.0]}, ends=(0.0, 100.0))
    assert fit_target("bounded", {"share": [1.0, 5.0, 3.0]}).unit == (5.0,)


def test_quantiles_never_cross_and_grades_never_fall() -> None:
    noise = np.random.default_rng(5).normal(size=(N, 5))
    assert (np.diff(fit_target("quantile", COLUMNS["quantile"]).natural(noise), axis=1) >= 0).all()
    grades = fit_target("ordinal", COLUMNS["ordinal"])
    shares = grades.natural(1 / (1 + np.exp(-noise[:, : grades.outputs])))
    assert (shares >= 0).all() and np.allclose(shares.sum(axis=1), 1)


def test_labels_between_several_separators_are_the_same_labels() -> None:
    cells = ["a;b", "a, b", "b", "c; a", "c,b", "a ;c"] * 10
    code = fit_target("multilabel", {"y": cells})
    assert code.classes == ("a", "b", "c")
    y = code.encode({"y": cells})
    assert y[0].tolist() == y[1].tolist() == [1, 1, 0]
    assert y[5].tolist() == [1, 0, 1]
