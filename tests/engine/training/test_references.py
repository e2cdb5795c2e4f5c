"""References on real tables: the same rows, their own unit, classes that a fold never meets."""

import numpy as np
import pytest

from engine.stats.metrics import named
from engine.training.kinds import amounts, classes
from engine.training.target_classes import ClassTarget
from tests.engine.training.tables import Split, Table, folds_of, recipe


@pytest.mark.parametrize(("name", "least"), [("linear", 0.77), ("boosted_trees", 0.77), ("two_questions", 0.75)])
def test_references_predict_the_same_rows_and_do_not_see_them(titanic: Table, name: str, least: float) -> None:
    from engine.training.references import refer

    folds = folds_of(len(titanic.y), 3)
    given = {"code": titanic.code, "learn": classes.learn, "seed": 1}
    found = refer(name, titanic.frame, titanic.y, folds, titanic.recipe, **given)  # type: ignore[arg-type]
    assert found.rows.tolist() == list(range(len(titanic.y)))
    assert named("accuracy").compute(titanic.y, found.predictions) > least
    y = titanic.y.copy()
    y[folds[0].test] = 1 - y[folds[0].test]
    dirty = refer(name, titanic.frame, y, folds[:1], titanic.recipe, **given)  # type: ignore[arg-type]
    assert np.array_equal(dirty.parts[0].predictions, found.parts[0].predictions)


@pytest.mark.parametrize("name", ["linear", "boosted_trees", "two_questions"])
def test_references_answer_amounts_in_their_own_unit(housing: Table, name: str) -> None:
    from engine.training.references import refer

    given = {"code": housing.code, "learn": amounts.learn, "seed": 1}
    found = refer(name, housing.frame, housing.y, folds_of(len(housing.y), 3), housing.recipe, **given)  # type: ignore[arg-type]
    assert np.sqrt(((housing.y - found.predictions) ** 2).mean()) < 0.8 * housing.y.std()


@pytest.mark.parametrize("name", ["linear", "boosted_trees", "two_questions"])
def test_references_bear_classes_that_a_fold_never_meets(name: str) -> None:
    from engine.training.references import refer

    frame = {"x": np.arange(60.0), "z": np.tile(["a", "b", None], 20)}
    y = np.repeat([0, 1, 2], 20)
    code = ClassTarget(task="multiclass", column="y", classes=("a", "b", "c"))
    folds = [Split(np.arange(40), np.arange(40, 60)), Split(np.arange(20), np.arange(20, 40))]
    found = refer(name, frame, y, folds, recipe(x="standard", z="onehot"), code=code, learn=classes.learn, seed=1)
    assert found.predictions.shape == (40, 3)
    assert np.allclose(found.predictions.sum(axis=1), 1)
    assert (found.predictions[20:, 2] == 0).all()
    assert (found.predictions[:20, 0] == 1).all()
