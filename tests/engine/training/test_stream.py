"""Training on files larger than memory: what is read, what is fitted, what is trained, and how much memory it takes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from msgspec import structs

from engine.data import row_groups, seal
from engine.data.draw import Drawn
from engine.data.folds import Fold, make
from engine.data.read import read
from engine.data.row_groups import RowGroups
from engine.errors import UserError
from engine.jobs.outcome import Stopped
from engine.stats.metrics import named
from engine.steps import Plan
from engine.tasks import TASKS
from engine.training.apply import transform
from engine.training.copies import copied_groups
from engine.training.cross_validate import cross_validate, fit_all
from engine.training.decide import Copies, Decision, Recipe, decide
from engine.training.hyper import Hyper
from engine.training.kind import fit_target
from engine.training.layout import joined
from engine.training.network import build
from engine.training.prepare import fit, take
from engine.training.spec import Encoder
from engine.training.stream import Inputs, StreamTrainer
from engine.training.stream_decide import widest
from engine.training.stream_fit import fit_folds
from engine.training.stream_folds import streamed_folds
from engine.work import streaming as work
from engine.work.rows import Rows

RANKS = 0.01
"""Share of the ranks that a median may be off."""


def sealed(project: Path, frame: pd.DataFrame) -> tuple[RowGroups, pd.DataFrame]:
    """The development rows of a project of these rows, in the file and in memory."""
    seal.write(project, frame, Drawn(np.arange(len(frame)) % 5 == 0, "random", "for the test"))
    return seal.development_groups(project), seal.load_development(project)


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of tens of row groups from tables of tens of thousands of rows."""
    monkeypatch.setattr(row_groups, "GROUP_CELLS", 2**14)


def mixed(rows: int) -> pd.DataFrame:
    """Every kind of column, with gaps and a heavy tail."""
    draw = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "tail": np.exp(2 * draw.normal(size=rows)),
            "even": draw.normal(5, 2, size=rows),
            "code": draw.integers(0, 4, size=rows).astype(float),
            "flag": draw.choice(np.array(["true", "False", None], dtype=object), size=rows),
            "town": np.array([f"t{number}" for number in draw.zipf(1.5, size=rows) % 400], dtype=object),
            "said": draw.choice(np.array(["good day", "bad day", "Good night", None], dtype=object), size=rows),
            "told": draw.choice(np.array(["a b a", "b c", "c b a", "", None], dtype=object), size=rows),
            "read": draw.choice(np.array(["a b a", "b c", "c b a", "", None], dtype=object), size=rows),
            "when": np.datetime64("2024-01-01T00:00") + draw.integers(0, 500_000, size=rows).astype("timedelta64[m]"),
            "same": np.ones(rows),
        }
    )
    frame["when"] = frame["when"].astype("datetime64[ns]")
    for name in ("tail", "even", "when"):
        frame.loc[draw.random(rows) < 0.1, name] = None
    return frame


ACTIONS = {
    "tail": "auto",
    "even": "robust",
    "code": "onehot",
    "flag": "onehot",
    "town": "embedding",
    "said": "words",
    "told": "bigrams",
    "read": "tokens",
    "when": "date",
    "same": "standard",
}


def recipe_of(actions: dict[str, str]) -> Recipe:
    return Recipe(decisions=tuple(Decision(column=name, action=how, why="test") for name, how in actions.items()))


def alike(found: Encoder, wanted: Encoder, frame: Any) -> None:
    """Equal but for rounding, and for what follows from a median or a quartile."""
    assert type(found) is type(wanted)
    same = dict.fromkeys(("fill", "center", "scale"), 1.0)
    assert structs.replace(found, **_known(found, same)) == structs.replace(wanted, **_known(wanted, same))
    for key in _known(found, same):
        near = 1e-9
        if key == "fill" or np.isnan(_numbers(frame, found.name)).any() or getattr(found, "transform", "") == "robust":
            near = 0.05
        spread = 1.0 if key == "scale" else wanted.scale  # type: ignore[union-attr]
        assert abs(getattr(found, key) - getattr(wanted, key)) <= near * max(spread, getattr(wanted, key)), found
    if "fill" in _known(found, same):
        values = np.sort(_numbers(frame, found.name))
        values = values[~np.isnan(values)]
        low, high = (np.searchsorted(values, found.fill, side=side) for side in ("left", "right"))  # type: ignore[union-attr,call-overload]
        assert low - RANKS * len(values) <= len(values) / 2 <= high + RANKS * len(values)


def _known(encoder: Encoder, fields: dict[str, float]) -> dict[str, float]:
    return {key: value for key, value in fields.items() if key in encoder.__struct_fields__}


def _numbers(frame: Any, name: str) -> Any:
    values = frame[name]
    values = values if isinstance(values, np.ndarray) else values.to_numpy()
    if values.dtype.kind == "M":
        return np.where(np.isnat(values), np.nan, values.astype("datetime64[us]").astype(np.int64) / 1e6)
    return values.astype(float)


def check(source: RowGroups, rows: pd.DataFrame, recipe: Recipe, folds: tuple[Fold, ...]) -> None:
    found = fit_folds(source, recipe, [fold.train for fold in folds])
    assert len(found) == len(folds)
    for preparation, fold in zip(found, folds, strict=True):
        train = take(rows, fold.train, recipe.columns)
        wanted = fit(recipe, train)
        assert preparation.feature_names == wanted.feature_names
        for own, other in zip(preparation.encoders, wanted.encoders, strict=True):
            alike(own, other, train)


@pytest.mark.usefixtures("small_groups")
@pytest.mark.parametrize("name", ["adult_census/adult-train.csv", "california_housing/housing.csv"])
def test_one_pass_fits_every_fold_as_its_training_rows_alone_would(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    frame, reading = read(shared_data / name)
    source, rows = sealed(tmp_path, frame)
    assert len(source.starts) > 8
    recipe = Recipe(decisions=decide(reading.columns))
    n = len(rows)
    check(source, rows, recipe, make("kfold", n=n, k=5))
    check(source, rows, recipe, make("kfold", n=n, k=4, order=np.arange(n), gap=100))


@pytest.mark.usefixtures("small_groups")
def test_every_kind_of_column_and_of_fold(tmp_path: Path) -> None:
    source, rows = sealed(tmp_path, mixed(20_000))
    n = len(rows)
    groups = np.random.default_rng(1).integers(0, 50, size=n)
    check(source, rows, recipe_of(ACTIONS), make("holdout", n=n))
    check(source, rows, recipe_of(ACTIONS), make("kfold", n=n, k=3, groups=groups))
    check(source, rows, recipe_of({"tail": "log", "code": "standard"}), make("iterated", n=n, k=4, repeats=5))


@pytest.mark.usefixtures("small_groups")
def test_nothing_fitted_moves_when_rows_outside_the_training_rows_change(tmp_path: Path) -> None:
    frame = mixed(6000)
    source, rows = sealed(tmp_path / "as it is", frame)
    folds = make("kfold", n=len(rows), k=3)
    before = fit_folds(source, recipe_of(ACTIONS), [fold.train for fold in folds])
    changed = frame.copy()
    places = np.flatnonzero(np.arange(len(frame)) % 5 != 0)[folds[1].test]
    for column, value in {"tail": 1e9, "even": None, "town": "new", "said": "odd odd", "flag": "perhaps"}.items():
        changed.loc[places, column] = value
    source, _ = sealed(tmp_path / "changed", changed)
    after = fit_folds(source, recipe_of(ACTIONS), [fold.train for fold in folds])
    same = [one.digest() == other.digest() for one, other in zip(before, after, strict=True)]
    assert same == [False, True, False]


@pytest.mark.usefixtures("small_groups")
def test_row_groups_are_small_and_hold_every_row_once(tmp_path: Path) -> None:
    source, rows = sealed(tmp_path, mixed(9000))
    left_out = tuple(int(row) for row in rows.index[[0, 5, 4000]])
    fewer = seal.development_groups(tmp_path, left_out)
    kept = rows.drop(list(left_out))
    for given, wanted in ((source, rows), (fewer, kept)):
        pieces = [given.read(group, ["tail", "town", "when"]) for group in range(len(given.starts))]
        assert max(len(piece.places) for piece in pieces) <= row_groups.group_rows(len(rows.columns))
        assert np.concatenate([piece.places for piece in pieces]).tolist() == list(range(len(wanted)))
        for name in ("tail", "town", "when"):
            together = np.concatenate([piece.frame[name] for piece in pieces])
            assert together.dtype == wanted[name].to_numpy().dtype
            assert pd.DataFrame({name: wanted[name].to_numpy()}).equals(pd.DataFrame({name: together}))
    orders = [source.order(1, 1), source.order(1, 2), source.order(2, 1)]
    assert orders[0] == source.order(1, 1)
    assert len({tuple(order) for order in orders}) == 3
    with pytest.raises(UserError, match="'nowhere' is not in"):
        source.read(0, ["nowhere"])


@pytest.mark.usefixtures("small_groups")
def test_an_epoch_meets_each_of_its_rows_once_and_no_other(tmp_path: Path) -> None:
    source, rows = sealed(tmp_path, mixed(9000))
    wanted = np.random.default_rng(4).random(len(rows)) < 0.7
    recipe = recipe_of({"tail": "standard", "town": "onehot"})
    inputs = inputs_of(source, recipe, np.flatnonzero(wanted))
    pieces = list(inputs.packed(source.order(1, 1), wanted, 512))
    assert [len(where) for where, _ in pieces[:-1]] == [512] * (len(pieces) - 1)
    seen = np.concatenate([where for where, _ in pieces])
    assert np.array_equal(np.sort(seen), np.flatnonzero(wanted))
    x = np.concatenate([x[: len(where)] for where, x in pieces])
    assert np.array_equal(x, transform(inputs.preparation, take(rows, seen, recipe.columns)))


@pytest.mark.usefixtures("small_groups")
def test_copies_of_the_rows_of_a_file_have_gaps_where_they_are_asked_for(tmp_path: Path) -> None:
    source, rows = sealed(tmp_path, mixed(9000))
    more = copied_groups(Copies(rates={"code": 0.4}, times=2), source, 7)
    assert more.rows == 3 * len(rows)
    read = [more.read(group, ["code", "town"]) for group in range(len(more.starts))]
    assert np.concatenate([piece.places for piece in read]).tolist() == list(range(more.rows))
    code = np.concatenate([piece.frame["code"] for piece in read]).reshape(3, -1)
    assert np.array_equal(code[0], rows["code"])
    for copy in code[1:]:
        assert np.isnan(copy).mean() == pytest.approx(0.4, abs=0.03)
        assert np.array_equal(copy[~np.isnan(copy)], code[0][~np.isnan(copy)])
    assert not np.array_equal(np.isnan(code[1]), np.isnan(code[2]))
    town = np.concatenate([piece.frame["town"] for piece in read])
    assert np.array_equal(town, np.tile(rows["town"], 3))
    again = more.read(len(more.starts) - 1, ["code"])
    assert np.array_equal(again.frame["code"], read[-1].frame["code"], equal_nan=True)


@pytest.mark.usefixtures("small_groups")
def test_models_of_gaps_are_those_of_the_training_rows_in_memory(tmp_path: Path) -> None:
    frame = mixed(6000)
    frame["even"] = frame["even"].where(frame["even"].isna(), frame["code"] * 3 + frame["even"] / 10)
    source, rows = sealed(tmp_path, frame)
    recipe = structs.replace(recipe_of({"even": "standard", "code": "onehot"}), imputed=("even",))
    folds = make("kfold", n=len(rows), k=2)
    found = streamed_folds(source, [fold.train for fold in folds], recipe, lambda: False)
    for preparation, fold in zip(found.preparations, folds, strict=True):
        (own,), (wanted,) = preparation.imputers, fit(recipe, take(rows, fold.train, recipe.columns)).imputers
        assert own.inputs == wanted.inputs
        assert np.allclose(own.weights, wanted.weights, atol=0.01)
        assert own.intercept == pytest.approx(wanted.intercept, abs=0.01)
    assert found.preparations[0].imputers != found.preparations[1].imputers


def test_rows_are_taken_from_their_file_where_preparing_them_would_not_fit(tmp_path: Path) -> None:
    source, frame = sealed(tmp_path, mixed(500))
    y = np.arange(len(frame)) % 2
    rows = Rows(frame, y, fit_target("binary", {"y": y}), TASKS["binary"], None, None, None, None)
    recipe = recipe_of(ACTIONS)
    needed = 4 * len(rows) * widest(recipe, len(rows)) * 3 * 2
    assert fit_folds(source, recipe, [np.arange(len(frame))])[0].width <= widest(recipe, len(rows))
    for free in (None, needed):
        assert work.inputs_of(Plan(), rows, recipe, tmp_path, free) is rows.inputs
    found = work.inputs_of(Plan(), rows, recipe, tmp_path, needed - 10)
    assert isinstance(found, RowGroups)
    assert found == source
    part = rows.some(np.arange(100))
    assert work.inputs_of(Plan(), part, recipe, tmp_path, 1) is part.inputs
    free = work.free_memory()
    assert free is None or free > 2**20


def inputs_of(source: RowGroups, recipe: Recipe, learn: Any) -> Inputs:
    (preparation,) = fit_folds(source, recipe, [learn])
    return Inputs(source, preparation, joined([preparation]))


class Adult:
    """Income by the census: rows in a file and in memory, folds, and what both kinds of training are given."""

    def __init__(self, data: Path, project: Path) -> None:
        frame, reading = read(data / "adult_census" / "adult-train.csv")
        target = frame.columns[-1]
        self.source, self.rows = sealed(project, frame)
        self.recipe = Recipe(decisions=decide([column for column in reading.columns if column.name != target]))
        self.code = fit_target("binary", {target: self.rows[target]})
        self.y = self.code.encode(self.rows)
        self.folds = make("kfold", n=len(self.y), k=2, stratify=self.y)
        self.options: dict[str, Any] = {"code": self.code, "head": "sigmoid", "loss": "binary_crossentropy", "seed": 1}
        self.watched: dict[str, Any] = {"metric": "roc_auc", "patience": 3, "watch": self.watch, "epochs": 4}
        self.hyper = Hyper(units=32, layers=1, batch=128)

    def watch(self, fold: Any) -> Fold:
        inner = make("holdout", n=len(fold.train), share=0.15, stratify=self.y[fold.train])[0]
        return Fold(fold.train[inner.train], fold.train[inner.test])


@pytest.mark.slow
@pytest.mark.usefixtures("small_groups")
def test_the_score_is_that_of_the_same_rows_in_memory(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.training.stream.BUFFER_BYTES", 2**20)
    monkeypatch.setattr("engine.training.stream.HELD_BYTES", 2**18)
    own = Adult(shared_data, tmp_path)
    memory = cross_validate(own.rows, own.y, own.folds, own.recipe, own.hyper, **own.options, **own.watched)
    told: list[tuple[int, int]] = []
    streamed = cross_validate(
        own.source,
        own.y,
        own.folds,
        own.recipe,
        own.hyper,
        **own.options,
        **own.watched,
        progress=lambda fold, end: told.append((fold, end.epoch)),
    )
    assert told == [(fold, epoch) for fold in (0, 1) for epoch in (1, 2, 3, 4)]
    assert np.array_equal(streamed.rows, memory.rows)
    assert np.array_equal(streamed.fold, memory.fold)
    auc = named("roc_auc").compute
    truth = own.y[memory.rows]
    assert abs(auc(truth, streamed.predictions) - auc(truth, memory.predictions)) < 0.005
    assert np.corrcoef(streamed.predictions, memory.predictions)[0, 1] > 0.98
    final = fit_all(own.source, own.y, own.recipe, own.hyper, **own.options, epochs=2)
    wanted = fit_all(own.rows, own.y, own.recipe, own.hyper, **own.options, epochs=2)
    assert np.corrcoef(final.predict(own.rows), wanted.predict(own.rows))[0, 1] > 0.98


@pytest.mark.slow
@pytest.mark.usefixtures("small_groups")
def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    source, rows = sealed(tmp_path, mixed(6000))
    y = np.log(rows["even"].fillna(5).to_numpy() ** 2 + 1)
    given = (source, y, make("holdout", n=len(y)), recipe_of(ACTIONS), Hyper(units=8))
    options: dict[str, Any] = {
        "code": fit_target("regression", {"y": y}),
        "head": "linear",
        "loss": "mean_squared_error",
        "metric": "rmse",
        "epochs": 4,
        "seed": 2,
    }
    whole = cross_validate(*given, **options)
    seen: list[int] = []
    resumed = {**options, "checkpoints": tmp_path, "progress": lambda _, end: seen.append(end.epoch)}
    with pytest.raises(Stopped):
        cross_validate(*given, **resumed, stop=lambda: len(seen) == 2)
    found = cross_validate(*given, **resumed)
    assert seen == [1, 2, 3, 4]
    assert np.array_equal(found.predictions, whole.predictions)


def test_a_reading_error_reaches_the_training(tmp_path: Path) -> None:
    source, rows = sealed(tmp_path, mixed(500))
    inputs: Any = inputs_of(source, recipe_of({"tail": "standard"}), np.arange(len(rows)))
    model = build(inputs.layout, 1, Hyper(units=4), head="linear", loss="mean_squared_error")
    trainer = StreamTrainer(model, rows=len(rows), batch=32)
    (tmp_path / "data" / "development.parquet").write_bytes(b"PAR1 is not enough")
    with pytest.raises(UserError, match="damaged"):
        trainer.train(inputs, np.zeros(len(rows)), np.arange(len(rows)), epochs=1, seed=1)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """A file of four times the rows, whose inputs alone are three times what the run may take, in the same process."""
    script = Path(__file__).resolve().parents[3] / "benchmarks" / "streaming.py"
    done = subprocess.run(
        [sys.executable, str(script), "--probe", "80000", "80000", "320000", "--folder", str(tmp_path)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(script.parents[1])},
    )
    _, small, large = json.loads(done.stdout)
    assert large["rows"] == 4 * small["rows"]
    grown = large["peak"] - small["peak"]
    allowed = 48 * 2**20
    assert large["matrix"] > 3 * allowed
    assert grown < allowed, f"{grown / 2**20:.0f} MB"
    assert large["score"] > 0.9


def test_a_preparation_without_columns_is_named(tmp_path: Path) -> None:
    source, rows = sealed(tmp_path, mixed(300))
    y = np.arange(len(rows)) % 2
    options: dict[str, Any] = {"head": "sigmoid", "loss": "binary_crossentropy", "metric": "roc_auc", "epochs": 1}
    with pytest.raises(UserError, match="no usable column is left in the training rows"):
        cross_validate(
            source,
            y,
            make("holdout", n=len(y)),
            recipe_of({"same": "standard"}),
            Hyper(),
            code=fit_target("binary", {"y": y}),
            seed=1,
            **options,
        )
