"""Pictures as inputs: what is fitted, what networks and references make of them, and that they are learned."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from drawn import KINDS, folder
from msgspec.structs import replace

from engine.data.folds import Fold
from engine.image.folder import read
from engine.training.apply import transform
from engine.training.cross_validate import cross_validate
from engine.training.decide import Recipe, decide
from engine.training.decoded import keep_in
from engine.training.families import FAMILIES
from engine.training.first_weights import first_weights
from engine.training.hyper import Hyper
from engine.training.kind import fit_target
from engine.training.layout import Block, Layout, joined
from engine.training.network import build
from engine.training.prepare import before_after, fit, take
from engine.training.references import coarse, counted
from engine.training.size import batch_within, count_parameters
from engine.training.space import Limits, tabular
from engine.training.spec import Drop, from_json
from engine.training.spec_picture import Picture, PictureShape
from engine.work.pictures import shapes

LAYOUT = Layout(
    blocks=(
        Block(column="size", kind="number", start=0, width=1),
        Block(column="photo", kind="picture", start=1, width=48 * 40, shape=(48, 40, 1)),
        Block(column="said", kind="spectrum", start=1921, width=12 * 9, shape=(12, 9, 1)),
    )
)
HYPERS = [Hyper(units=5, maps=4), Hyper(units=5, maps=3, stages=1, augment=0.1, flip=True, numbers="periodic")]
EACH = 40


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory):
    """Frame and recipe of drawn pictures, class after class."""
    top = tmp_path_factory.mktemp("pictures")
    keep_in(top / "cache")
    frame, reading = read(folder(top / "p", EACH))
    decisions = decide(reading.columns, left_out={"label": "is the target"})
    return frame, Recipe(decisions=decisions, pictures=shapes(decisions, frame))


def test_levels_are_scaled_by_the_training_rows_alone(drawn, tmp_path: Path) -> None:
    frame, recipe = drawn
    assert recipe.pictures == {"image": PictureShape(height=20, width=20, channels=1)}
    rows = np.arange(10)
    made = fit(recipe, take(frame, rows, recipe.columns))
    (encoder,) = (each for each in made.encoders if isinstance(each, Picture))
    x = transform(made, take(frame, rows, recipe.columns))
    assert x.shape == (10, 400) == (10, made.width)
    assert abs(x.mean()) < 1e-5 and x.std() == pytest.approx(1, abs=1e-5)
    assert from_json(made.to_json()) == made and made.named == {}
    assert transform(made, {"image": [None]}).tolist() == [[0.0] * 400]
    (shown,) = (each for each in before_after(made, frame) if each.width)
    assert (shown.kind, shown.inputs, shown.width) == ("picture", ("picture",), 400)
    assert encoder.centers != fit(recipe, frame).encoders[0].centers
    assert isinstance(fit(recipe, {"image": [None, None]}).encoders[0], Drop)


@pytest.mark.parametrize("hyper", HYPERS, ids=["plain", "varied"])
def test_networks_have_as_many_parameters_as_counted_and_vary_in_training_only(hyper: Hyper) -> None:
    model = build(LAYOUT, 2, hyper, head="softmax", loss="sparse_categorical_crossentropy")
    assert model.count_params() == count_parameters(LAYOUT, 2, hyper)
    assert batch_within(4096, LAYOUT, 2, hyper, 1 << 28) < 4096
    weights = first_weights(model, 3, used=range(LAYOUT.width))
    kernels = [value for value, made in zip(weights, model.weights, strict=True) if made.path.endswith("kernel")]
    assert len(kernels) > 6 and all(value.any() for value in kernels)
    model.set_weights(weights)
    x = np.random.default_rng(1).normal(size=(4, LAYOUT.width)).astype(np.float32)
    still = [np.array(model(x, training=False)) for _ in range(2)]
    assert np.array_equal(*still)
    first = next(each for each in model.layers if each.name == "picture_1_convolution")
    varied = type(model)(model.input, first.input)
    assert np.array_equal(np.array(varied(x, training=True)), np.array(varied(x, training=False))) == (
        not hyper.augment
    )
    model.set_weights(first_weights(model, 3, used=[0]))
    assert np.array_equal(np.array(model(x)), np.array(model(x * np.eye(1, LAYOUT.width, dtype=np.float32))))


def test_convolutions_have_the_precision_that_a_gpu_likes_and_answers_have_their_own() -> None:
    model = build(
        LAYOUT, 2, HYPERS[1], head="softmax", loss="sparse_categorical_crossentropy", precision="mixed_bfloat16"
    )
    assert model.get_layer("picture_1_1_first").compute_dtype == "bfloat16"
    assert {layer.variable_dtype for layer in model.layers} == {"float32"}
    told = np.array(model(np.ones((4, LAYOUT.width), np.float32)))
    assert told.dtype == np.float32 and told.sum(axis=1) == pytest.approx(1)


ODD_STEPS = """
import numpy as np
from engine.training.fit import Trainer
from engine.training.hyper import Hyper
from engine.training.layout import Block, Layout
from engine.training.network import build

sides = (48, 64, 3)
layout = Layout(blocks=(Block(column="photo", kind="picture", start=0, width=48 * 64 * 3, shape=sides),))
model = build(layout, 1, Hyper(units=4, maps=8), head="sigmoid", loss="binary_crossentropy")
x = np.random.default_rng(1).normal(size=(9, layout.width)).astype(np.float32)
y = (np.arange(9) % 2).astype(np.float32)
history = Trainer(model, rows=9, batch=9).train(x, y, np.arange(9), None, epochs=10, seed=1, output_bias=[0.0])
print(history.ended)
"""


def test_an_odd_number_of_rows_per_step_writes_into_no_foreign_memory() -> None:
    strict = os.environ | {"MALLOC_CHECK_": "3", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", ODD_STEPS], env=strict, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["done"], done.stderr[:2000]


def test_a_network_tells_drawn_pictures_apart_that_it_has_not_seen(drawn) -> None:
    frame, recipe = drawn
    order = np.random.default_rng(2).permutation(len(frame))
    code = fit_target("multiclass", {"label": frame["label"]})
    y = code.encode({"label": frame["label"]})
    found = cross_validate(
        frame,
        y,
        [Fold(train=order[30:], test=order[:30])],
        recipe,
        Hyper(units=8, maps=8, stages=2, learning_rate=0.01, batch=16),
        code=code,
        head="softmax",
        loss="sparse_categorical_crossentropy",
        metric="accuracy",
        epochs=10,
        seed=1,
    )
    assert (found.predictions.argmax(axis=1) == y[found.rows]).mean() > 0.8
    assert not found.parts[0].history.notes


def test_families_and_searches_offer_what_fits_pictures(drawn) -> None:
    frame, recipe = drawn
    layout = joined([fit(recipe, frame)])
    titles = [family.title for family in FAMILIES if family.fits(layout)]
    assert "convolutions over varied pictures" in titles and not any("members" in title for title in titles)
    limits = Limits(max_units=64, max_layers=2, max_dropout=0.5, max_l2=0.01, rows=500, kinds=("picture",), wide=True)
    names = {each.name for each in tabular(limits).space}
    assert {"maps", "stages", "augment", "flip"} <= names and not {"numbers", "members", "window"} & names


def test_references_are_given_coarse_pictures(drawn) -> None:
    frame, recipe = drawn
    assert counted(recipe).pictures["image"] == PictureShape(height=10, width=10, channels=1)
    assert coarse(PictureShape(height=60, width=30, channels=3, deep=True)) == PictureShape(10, 5, 1, True)
    assert fit(counted(recipe), frame).width == 100
    small = replace(PictureShape(), height=6, width=4)
    assert coarse(small) == small
    assert set(frame["label"]) == set(KINDS)
