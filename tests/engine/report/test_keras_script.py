"""The exported script: it holds what it needs and nothing of ours, and makes the same model from the raw file."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.data.read import read
from engine.report.keras_script import Told, Trained, keras_script, packed
from engine.report.network_code import network_code
from engine.report.source import Excerpt
from engine.report.space_code import space_code
from engine.tasks import TASKS
from engine.training.apply import transform
from engine.training.balance import Balance
from engine.training.cross_validate import fit_all
from engine.training.decide import Decision, Recipe
from engine.training.hyper import Hyper
from engine.training.kind import fit_target
from engine.training.layout import Block, Layout, joined
from engine.training.space import Limits, tabular

TABLES = [
    ("titanic3/titanic3.csv", "survived", "binary", ("name", "ticket", "home.dest", "boat", "body")),
    ("california_housing/housing.csv", "median_house_value", "regression", ()),
]
HYPERS = (
    Hyper(units=24, layers=2, dropout=0.2, l2=1e-4, batch=64, batch_norm=True, learning_rate=0.00234567),
    Hyper(units=16, layers=1, batch=32, learning_rate=0.004, numbers="periodic", members=4, weight_decay=1e-3),
)
EPOCHS = 4
BALANCE: Balance = "prior"
LOSSES = {"binary": "binary_crossentropy", "regression": "mean_absolute_error"}


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("exported", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["exported"] = module
    spec.loader.exec_module(module)
    return module


def parts(model: Any) -> list[Any]:
    """Kinds and shapes of the layers, and what the weights are called, both in order."""
    kinds = [(type(layer).__name__, tuple(layer.output.shape)) for layer in model.layers]
    return [kinds, [(each.path, tuple(each.shape)) for each in model.weights]]


def answers(script: Path, data: Path, out: Path) -> "subprocess.CompletedProcess[str]":
    """The script run far away from this checkout, in a process that cannot find it."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-P", str(script), str(data), "--predict", str(data), "-o", str(out)]
    return subprocess.run(command, cwd=script.parent, env=clean, capture_output=True, text=True, timeout=600)


@pytest.mark.slow
@pytest.mark.parametrize(("file", "target", "task", "without"), TABLES, ids=[table[2] for table in TABLES])
def test_the_script_makes_the_same_model_from_the_raw_file(
    shared_data: Path, tmp_path: Path, file: str, target: str, task: str, without: tuple[str, ...]
) -> None:
    frame, reading = read(shared_data / file)
    frame = frame[frame[target].notna()].iloc[:1500]
    kinds = {column.name: column.kind for column in reading.columns}
    actions: dict[str, Any] = {"numeric": "auto", "categorical": "onehot", "boolean": "onehot", "date": "date"}
    inputs = [name for name in frame if name not in (target, *without)]
    recipe = Recipe(
        decisions=tuple(Decision(column=name, action=actions.get(kinds[name], "drop"), why="a test") for name in inputs)
    )
    rows = np.sort(np.random.default_rng(1).permutation(len(frame))[: int(0.8 * len(frame))])
    known = frame.iloc[rows]
    code, head, loss = fit_target(task, {target: known[target]}), TASKS[task].head, LOSSES[task]
    y = code.encode(known)
    members = HYPERS if task == "binary" else HYPERS[1:]
    weights = np.where(rows % 3 == 0, 2.0, 0.5)
    chosen_by: dict[str, Any] = {"code": code, "head": head, "loss": loss, "balance": BALANCE, "weights": weights}
    fitted = [fit_all(known, y, recipe, hyper, epochs=EPOCHS, seed=3, **chosen_by) for hyper in members]
    first, share = fitted[0], 1 / len(members)
    told = Told(
        project='a "name"\n',
        file=file,
        digest=reading.digest,
        metric="accuracy",
        kinds={name: kinds[name] for name in (*first.preparation.columns, target)},
        rows=known.index.to_numpy(),
        inputs=transform(first.preparation, known),
        preparation=first.preparation,
        target=first.code,
        head=head,
        threshold=0.4,
        balance=BALANCE,
        weights=weights,
    )
    trained = [Trained(each.model, EPOCHS, hyper.batch, 3, share) for each, hyper in zip(fitted, members, strict=True)]
    space = space_code(tabular(Limits(64, 3, 0.5, 0.01, 900)), joined([first.preparation]), 1, head, loss)
    script = tmp_path / "script.py"
    script.write_text(keras_script(told, trained, space), encoding="utf-8")
    assert "engine" not in [
        line.split()[1].partition(".")[0] for line in script.read_text().splitlines() if "import " in line[:7]
    ]

    done = answers(script, shared_data / file, tmp_path / "out.csv")
    assert done.returncode == 0, done.stderr
    given = pd.read_csv(tmp_path / "out.csv").loc[frame.index]
    raw = sum(share * each.model.predict(transform(first.preparation, frame), verbose=0) for each in fitted)
    wanted = first.code.natural(raw)
    found = given.filter(like="p:").to_numpy() if code.classes else given["prediction"].to_numpy()
    found = found[:, 1] if task == "binary" else found
    assert np.abs(found - wanted).max() <= 1e-3 * max(1.0, float(np.abs(wanted).max()))
    if code.classes:
        chosen = (wanted >= 0.4).astype(int) if task == "binary" else wanted.argmax(axis=1)
        assert (given["prediction"].astype(str) == np.array(code.classes)[chosen]).mean() > 0.99

    if task == "binary":
        return
    other = tmp_path / "other.csv"
    other.write_text("\n".join(reversed((shared_data / file).read_text().splitlines()[:200])))
    assert answers(script, other, tmp_path / "no.csv").returncode != 0


@pytest.mark.slow
def test_the_network_is_written_out_layer_by_layer_and_the_space_builds_networks(tmp_path: Path) -> None:
    import keras
    import keras_tuner

    from engine.training.network import build

    layout = Layout(blocks=(Block(column="x", kind="number", start=0, width=7),))
    for hyper in HYPERS:
        model = build(layout, 3, hyper, head="softmax", loss="sparse_categorical_crossentropy")
        code = network_code(model, "network")
        place = tmp_path / "net.py"
        place.write_text(f"import keras\n\n\n{code}\n")
        again = loaded(place).network()
        # Operations without a layer are named by their count in the session, so names are not compared.
        assert parts(again) == parts(model)
        assert again.optimizer.get_config() == model.optimizer.get_config()
        assert "from_config" not in code
        assert code.count("keras.layers.") == len(model.layers) - 1

    taken = Excerpt(
        [
            ("engine.training.network", "build"),
            ("engine.training.hyper", "Hyper"),
            ("engine.training.layout", "Layout"),
            ("engine.training.layout", "Block"),
        ]
    )
    space = space_code(tabular(Limits(64, 3, 0.5, 0.01, 900)), layout, 1, "sigmoid", "binary_crossentropy")
    place.write_text(f"from __future__ import annotations\n\n{taken.imports}\n\n\n{taken.definitions}\n\n\n{space}\n")
    made = loaded(place).space()
    hp = keras_tuner.HyperParameters()
    assert isinstance(made.build(hp), keras.Model)
    assert {each.name for each in hp.space} == {each.name for each in tabular(Limits(64, 3, 0.5, 0.01, 900)).space}


def test_an_excerpt_holds_what_is_used_and_no_more() -> None:
    taken = Excerpt([("engine.training.layout", "joined")])
    compile(taken.definitions, "excerpt", "exec")
    assert "class Block" in taken.definitions
    assert "def width(self)" not in taken.definitions.partition("class Block")[2].partition("class Layout")[0]
    assert "to_json" not in taken.definitions
    assert "msgspec" not in taken.imports + taken.definitions
    both = Excerpt([("engine.training.compiled", "batches"), ("engine.training.space", "batches")]).definitions
    assert "def batches(order" in both
    assert "def batches_of_space(rows" in both


def test_packed_rows_are_the_rows() -> None:
    import base64
    import zlib

    ids = np.array([0, 3, 4, 1000])
    bits = np.unpackbits(np.frombuffer(zlib.decompress(base64.b64decode(packed(ids))), np.uint8))
    assert np.flatnonzero(bits).tolist() == ids.tolist()
