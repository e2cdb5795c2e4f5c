"""Cross-validation on real tables: no leak, own units, repeats, stop, resume."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.errors import UserError
from engine.jobs.outcome import Stopped
from engine.stats.metrics import named
from engine.training.history import EpochEnd, Pruned
from engine.training.hyper import Hyper
from engine.training.kind import fit_target
from engine.training.layout import places
from engine.training.spec import Drop
from engine.training.target_classes import ClassTarget
from tests.engine.training.tables import Split, Table, folds_of, recipe


def corrupted(table: Table, rows: Any) -> tuple[pd.DataFrame, Any]:
    """The table with other inputs and other targets in these rows."""
    frame, y = table.frame.copy(), table.y.copy()
    for name in frame.columns:
        column = frame[name].to_numpy(dtype=object, copy=True)
        column[rows] = 1e9 if frame[name].dtype.kind in "fi" else "corrupt corrupt"
        frame[name] = pd.Series(column, dtype=frame[name].dtype)
    y[rows] = 1 - y[rows] if table.code.classes else 1e9
    return frame, y


@pytest.mark.parametrize("which", ["titanic", "housing"])
def test_corrupting_the_rows_to_predict_changes_nothing_that_was_fitted(
    which: str, request: pytest.FixtureRequest
) -> None:
    table: Table = request.getfixturevalue(which)
    folds = folds_of(len(table.y), 3)
    clean = table.run(folds)
    for number, fold in enumerate(folds):
        frame, y = corrupted(table, fold.test)
        dirty = table.run(folds, frame, y)
        assert dirty.digests[number] == clean.digests[number]
        assert sum(one == other for one, other in zip(dirty.digests, clean.digests, strict=True)) == 1
        here = places(clean.parts[number].preparation, clean.layout)
        there = places(dirty.parts[number].preparation, dirty.layout)
        before, after = clean.parts[number].history, dirty.parts[number].history
        assert np.allclose(before.weights[0][here], after.weights[0][there], atol=1e-5)
        assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(before.weights[1:], after.weights[1:], strict=True))
        assert np.allclose(before.loss, after.loss, atol=1e-5)
        assert clean.parts[number].code == dirty.parts[number].code


def test_every_row_is_predicted_once_and_better_than_by_the_prior(titanic: Table) -> None:
    found = titanic.run(folds_of(len(titanic.y), 4), epochs=10)
    assert found.rows.tolist() == list(range(len(titanic.y)))
    assert found.predictions.shape == titanic.y.shape
    assert ((found.predictions > 0) & (found.predictions < 1)).all()
    assert named("accuracy").compute(titanic.y, found.predictions) > 0.75 > 1 - titanic.y.mean()
    for number, part in enumerate(found.parts):
        assert (found.fold[part.rows] == number).all()
        assert np.array_equal(found.predictions[part.rows], part.predictions)
    assert 1 <= found.best_epoch <= 10


def test_amounts_and_their_metric_are_in_their_own_unit(housing: Table) -> None:
    found = housing.run(folds_of(len(housing.y), 3), epochs=15)
    for part in found.parts:
        rmse = np.sqrt(((housing.y[part.rows] - part.predictions) ** 2).mean())
        assert part.history.score[-1] == pytest.approx(rmse, rel=1e-5)
        train = np.setdiff1d(np.arange(len(housing.y)), part.rows)
        assert part.code.centers[0] == pytest.approx(housing.y[train].mean())
    assert np.sqrt(((housing.y - found.predictions) ** 2).mean()) < 0.85 * housing.y.std()


def test_repeats_are_averaged_and_each_kept(titanic: Table) -> None:
    n = len(titanic.y)
    found = titanic.run(folds_of(n, 2, seed=1) + folds_of(n, 2, seed=2), epochs=2)
    assert len(found.parts) == 4
    each = np.zeros((2, n))
    for number, part in enumerate(found.parts):
        each[number // 2, part.rows] = part.predictions
    assert np.allclose(found.predictions, each.mean(axis=0))
    assert set(found.fold) == {0, 1}


def test_rows_that_no_fold_scores_are_left_out(titanic: Table) -> None:
    found = titanic.run([Split(np.arange(600), np.arange(700, 800))], epochs=1)
    assert found.rows.tolist() == list(range(700, 800))
    assert found.predictions.shape == (100,)


def test_classes_share_one(shared_data: Path) -> None:
    frame = pd.read_csv(shared_data / "penguins_raw" / "penguins_raw.csv")
    code = fit_target("multiclass", {"Species": frame["Species"]})
    kinds = recipe(**{name: "auto" for name in frame.columns if name.startswith(("Culmen", "Flipper", "Body"))})
    y = code.encode(frame)
    table = Table(frame, y, code, kinds, "softmax", "sparse_categorical_crossentropy", "accuracy")
    found = table.run(folds_of(len(y), 3), epochs=15)
    assert found.predictions.shape == (len(y), 3)
    assert np.allclose(found.predictions.sum(axis=1), 1, atol=1e-6)
    assert (found.predictions.argmax(axis=1) == y).mean() > 0.9


def test_the_same_seed_gives_the_same_predictions(titanic: Table) -> None:
    folds = folds_of(len(titanic.y), 2)
    first = titanic.run(folds, epochs=2)
    assert np.array_equal(first.predictions, titanic.run(folds, epochs=2).predictions)
    assert not np.allclose(first.predictions, titanic.run(folds, epochs=2, seed=4).predictions, atol=1e-3)


def test_a_column_without_values_in_one_fold_is_left_out_there(titanic: Table) -> None:
    n = len(titanic.y)
    frame = titanic.frame.copy()
    frame.loc[400:, "age"] = np.nan
    found = titanic.run([Split(np.arange(400, n), np.arange(400)), Split(np.arange(400), np.arange(400, n))], frame)
    one, other = ({encoder.name: encoder for encoder in part.preparation.encoders} for part in found.parts)
    assert one["age"] == Drop(name="age", reason="has no value in the training rows")
    assert not isinstance(other["age"], Drop)
    assert np.isfinite(found.predictions).all()


def test_without_a_usable_column_the_fold_is_named(titanic: Table) -> None:
    frame = titanic.frame.assign(**dict.fromkeys(titanic.frame.columns, "same"))
    only = Table(frame, titanic.y, titanic.code, recipe(sex="onehot"), "sigmoid", "binary_crossentropy", "accuracy")
    with pytest.raises(UserError, match="no usable column is left in the training rows of fold 1"):
        only.run(folds_of(len(titanic.y), 2))


def test_a_loss_that_is_no_number_is_told_and_predictions_stay_finite(housing: Table) -> None:
    found = housing.run(folds_of(len(housing.y), 2), hyper=Hyper(units=8, layers=3, learning_rate=1e20), epochs=20)
    assert "stopped being a number" in found.trouble
    assert np.isfinite(found.predictions).all()


def test_a_stop_ends_within_an_epoch_and_a_resume_goes_on_there(titanic: Table, tmp_path: Path) -> None:
    folds = folds_of(len(titanic.y), 3)
    whole = titanic.run(folds)
    told: list[tuple[int, int]] = []

    def progress(fold: int, end: EpochEnd) -> None:
        told.append((fold, end.epoch))

    with pytest.raises(Stopped):
        titanic.run(folds, checkpoints=tmp_path, progress=progress, stop=lambda: len(told) >= 6)
    assert told == [(0, 1), (0, 2), (0, 3), (0, 4), (1, 1), (1, 2)]
    told.clear()
    resumed = titanic.run(folds, checkpoints=tmp_path, progress=progress)
    assert told == [(1, 3), (1, 4), (2, 1), (2, 2), (2, 3), (2, 4)]
    assert np.array_equal(resumed.predictions, whole.predictions)


def test_a_finished_fold_is_never_trained_again(titanic: Table, tmp_path: Path) -> None:
    folds = folds_of(len(titanic.y), 3)
    whole = titanic.run(folds, keep_rows=True)
    told: list[tuple[int, int]] = []
    options: dict[str, Any] = {
        "checkpoints": tmp_path,
        "by_epoch": False,
        "keep_rows": True,
        "progress": lambda fold, end: told.append((fold, end.epoch)),
    }
    with pytest.raises(Stopped):
        titanic.run(folds, **options, stop=lambda: len(told) >= 6)
    told.clear()
    resumed = titanic.run(folds, **options)
    assert told == [(fold, epoch) for fold in (1, 2) for epoch in (1, 2, 3, 4)]
    told.clear()
    again = titanic.run(folds, **options)
    assert told == []
    for found in (resumed, again):
        assert np.array_equal(found.predictions, whole.predictions)
        assert found.digests == whole.digests
        assert [part.history.val_loss for part in found.parts] == [part.history.val_loss for part in whole.parts]
        assert all(
            np.array_equal(a.history.row_losses, b.history.row_losses)
            for a, b in zip(found.parts, whole.parts, strict=True)
        )
        assert [part.code for part in found.parts] == [part.code for part in whole.parts]
    taken = titanic.run(folds, **options | {"checkpoints": tmp_path / "another", "earlier": tmp_path})
    assert told == []
    assert np.array_equal(taken.predictions, whole.predictions)
    titanic.run(folds, **options | {"checkpoints": None, "earlier": tmp_path, "seed": 5})
    assert told[-1] == (2, 4)


@pytest.mark.parametrize("changed", ["y", "hyper", "seed", "epochs", "balance", "row"])
def test_a_fold_that_something_else_decided_is_trained(changed: str, titanic: Table, tmp_path: Path) -> None:
    folds = folds_of(len(titanic.y), 2)
    titanic.run(folds, checkpoints=tmp_path, epochs=1)
    told: list[int] = []
    options: dict[str, Any] = {"epochs": 1, "checkpoints": tmp_path, "progress": lambda fold, end: told.append(fold)}
    frame = titanic.frame.copy()
    if changed == "row":
        frame.loc[0, "age"] = 1.0
    elif changed == "y":
        options["y"] = 1 - titanic.y
    else:
        options[changed] = {"hyper": Hyper(units=9), "seed": 5, "epochs": 2, "balance": "prior"}[changed]
    titanic.run(folds, frame, **options)
    assert set(told) == {0, 1}


def test_a_run_that_is_given_up_says_where(titanic: Table, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    def prune(fold: int, end: EpochEnd) -> bool:
        told.append((fold, end.epoch))
        return told[-1] == (1, 2)

    with pytest.raises(Pruned) as found:
        titanic.run(folds_of(len(titanic.y), 3), prune=prune, checkpoints=tmp_path)
    assert told == [(0, 1), (0, 2), (0, 3), (0, 4), (1, 1), (1, 2)]
    assert (found.value.fold, found.value.epoch) == (1, 2)
    assert 0 < (found.value.value or 0) < 1


def test_prepared_rows_are_kept_and_change_nothing(titanic: Table, tmp_path: Path) -> None:
    folds = folds_of(len(titanic.y), 3)
    first = titanic.run(folds, epochs=1, cache=tmp_path)
    (folder,) = tmp_path.iterdir()
    files = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert sorted(files) == ["fold-000.npy", "fold-001.npy", "fold-002.npy", "preparations.json"]
    again = titanic.run(folds, epochs=1, cache=tmp_path)
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == files
    plain = titanic.run(folds, epochs=1)
    for found in (first, again):
        assert np.array_equal(found.predictions, plain.predictions)
        assert found.digests == plain.digests
    np.save(folder / "fold-000.npy", np.load(folder / "fold-000.npy") * 0)
    assert not np.array_equal(titanic.run(folds, epochs=1, cache=tmp_path).predictions, plain.predictions)
    (folder / "fold-000.npy").write_bytes(b"torn")
    (folder / "preparations.json").write_bytes(b"[")
    assert np.array_equal(titanic.run(folds, epochs=1, cache=tmp_path).predictions, plain.predictions)


def test_few_preparations_are_kept_and_other_rows_have_their_own(titanic: Table, tmp_path: Path) -> None:
    from engine.training.fold_cache import KEPT, prepared_folds

    n = len(titanic.y)
    fold = [Split(np.arange(400), np.arange(400, n))]
    for key in "abcde":
        made = prepared_folds(titanic.frame, n, fold, titanic.recipe, tmp_path, key)
        assert made.inputs(0).shape == (n, made.layout.width)
    assert len(list(tmp_path.iterdir())) == KEPT
    other = titanic.frame.copy()
    other.loc[3, "age"] = 99.0
    titanic.run(fold, epochs=1, cache=tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    titanic.run(fold, other, epochs=1, cache=tmp_path)
    assert len({path.name for path in tmp_path.iterdir()} - before) == 1


def test_rare_classes_weigh_the_same_and_answers_stay_true() -> None:
    from engine.training.cross_validate import fit_all

    draw = np.random.default_rng(5)
    frame = pd.DataFrame({"a": draw.normal(size=3000), "b": draw.normal(size=3000)})
    chance = 1 / (1 + np.exp(-(2 * frame["a"].to_numpy() - 4.2)))
    y = (draw.random(3000) < chance).astype(np.int64)
    code = ClassTarget(task="binary", column="y", classes=("no", "yes"))
    table = Table(frame, y, code, recipe(a="standard", b="standard"), "sigmoid", "binary_crossentropy", "log_loss")
    options: dict[str, Any] = {"hyper": Hyper(units=8, learning_rate=0.01), "epochs": 15}
    found = table.run(folds_of(3000, 2), balance="prior", **options)
    assert y.mean() < 0.06
    assert found.predictions.mean() == pytest.approx(y.mean(), rel=0.25)
    assert np.abs(found.predictions - chance[found.rows]).mean() < 0.02
    part = found.parts[0]
    own = named("log_loss").compute(y[part.rows], part.predictions)
    assert part.history.score[-1] == pytest.approx(own, rel=1e-4)
    assert part.history.val_loss[-1] > 1.5 * own
    whole = fit_all(
        frame,
        y,
        table.recipe,
        options["hyper"],
        code=code,
        head="sigmoid",
        loss=table.loss,
        epochs=15,
        seed=1,
        balance="prior",
    )
    assert whole.predict(frame).mean() == pytest.approx(y.mean(), rel=0.25)


def test_weights_of_rows_move_the_answers(titanic: Table) -> None:
    folds = folds_of(len(titanic.y), 2)
    weights = np.where(titanic.y == 1, 3.0, 1.0)
    heavier = titanic.run(folds, weights=weights / weights.mean())
    assert heavier.predictions.mean() > titanic.run(folds).predictions.mean() + 0.1


def test_a_network_fitted_on_all_rows_predicts_raw_rows(housing: Table) -> None:
    from engine.training.cross_validate import fit_all

    fitted = fit_all(
        housing.frame,
        housing.y,
        housing.recipe,
        Hyper(units=16, learning_rate=0.01),
        code=housing.code,
        head="linear",
        loss="mean_squared_error",
        epochs=15,
        seed=1,
    )
    assert len(fitted.history.loss) == 15
    error = np.sqrt(((fitted.predict(housing.frame) - housing.y) ** 2).mean())
    assert error == pytest.approx(np.sqrt(fitted.history.loss[-1]) * fitted.code.unit[0], rel=0.1)
    one = fitted.predict({name: [housing.frame[name][5]] for name in housing.frame.columns})
    assert one == pytest.approx(fitted.predict(housing.frame)[5:6], rel=1e-4)
