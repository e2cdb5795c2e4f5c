"""Masks are learned: the size of the network, its start at the mean mask, and what that cannot tell apart."""

from pathlib import Path

import numpy as np
import pytest
from painted import VOID, folder

from engine.data.folds import Fold
from engine.image.pairs import read
from engine.stats.metrics import named
from engine.stats.paired import compare
from engine.stats.void import VOID as UNKNOWN
from engine.tasks import TASKS
from engine.training import unet
from engine.training.cross_validate import cross_validate
from engine.training.decide import Recipe, decide
from engine.training.first_weights import first_weights
from engine.training.hyper import Hyper
from engine.training.kind import fit_target, kind_of
from engine.training.layout import Block, Layout
from engine.training.naive import NaiveInput
from engine.training.network import build, prior_bias
from engine.training.references import refer
from engine.work.pictures import shapes

TASK = TASKS["segmentation"]
KIND = kind_of(TASK)
N = 16


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory):
    """Frame, recipe, code and y of painted pictures."""
    frame, reading = read(folder(tmp_path_factory.mktemp("masks"), N))
    columns = {"mask": frame["mask"].to_numpy()}
    code = fit_target("segmentation", columns, void=str(VOID))
    outside = {column.name: "is no input" for column in reading.columns if column.name != "image"}
    decisions = decide(reading.columns, left_out=outside)
    return frame, Recipe(decisions=decisions, pictures=shapes(decisions, frame, True)), code, code.encode(columns)


@pytest.mark.parametrize("sides", [(48, 64), (33, 41), (20, 24)])
def test_networks_have_as_many_parameters_as_counted(sides: tuple[int, int]) -> None:
    height, width = sides
    block = Block(column="image", kind="picture", start=0, width=height * width * 3, shape=(height, width, 3))
    layout, outputs = Layout((block,)), height * width * 4
    model = build(layout, outputs, Hyper(maps=4), head="pixels", loss="pixel_dice")
    assert model.count_params() == unet.parameters(layout, outputs, Hyper(maps=4))
    assert model.outputs[0].shape == (None, outputs)


def test_the_network_starts_at_the_mean_mask(rows) -> None:
    _, recipe, code, y = rows
    shape = recipe.pictures["image"]
    block = Block(column="image", kind="picture", start=0, width=shape.height * shape.width * 3, shape=(20, 24, 3))
    model = build(Layout((block,)), code.outputs, Hyper(maps=4), head="pixels", loss="pixel_dice")
    model.set_weights(first_weights(model, 1, output_bias=prior_bias("pixels", y, code.outputs, "pixel_dice")))
    last = model.get_layer("picture_0_scores").bias.numpy()
    shares = np.exp(last).reshape(20, 24, 3)
    assert np.allclose(shares.sum(axis=-1), 1, atol=1e-5)
    seen = np.stack([(y == code).mean(axis=0) for code in range(3)], axis=-1)
    assert np.abs(shares - seen)[2:].max() < 0.06


@pytest.mark.slow
def test_a_device_gives_the_same_scores(tmp_path: Path) -> None:
    import keras
    from ai_edge_litert.interpreter import Interpreter

    from engine.serving import litert
    from engine.serving.artifact import MODEL

    block = Block(column="image", kind="picture", start=0, width=21 * 26 * 3, shape=(21, 26, 3))
    model = build(Layout((block,)), 21 * 26 * 3, Hyper(maps=4, dropout=0.2), head="pixels", loss="pixel_dice")
    model.set_weights(first_weights(model, 1))
    plain = keras.Model(model.inputs, model.outputs)
    plain.save(tmp_path / MODEL)
    x = np.random.default_rng(2).normal(size=(3, block.width)).astype(np.float32)
    wanted = litert.make(tmp_path, tmp_path / "m.tflite", x)
    device = Interpreter(str(tmp_path / "m.tflite"))
    given = device.get_input_details()[0]["index"]
    device.resize_tensor_input(given, x.shape)
    device.allocate_tensors()
    device.set_tensor(given, x)
    device.invoke()
    assert wanted is not None
    assert np.abs(device.get_tensor(device.get_output_details()[0]["index"]) - wanted).max() < 1e-4


def test_a_small_network_learns_what_the_mean_mask_cannot(rows) -> None:
    frame, recipe, code, y = rows
    places = np.arange(N)
    folds = [Fold(train=places[places % 2 != part], test=places[places % 2 == part]) for part in (0, 1)]
    found = cross_validate(
        frame,
        y,
        folds,
        recipe,
        Hyper(learning_rate=1e-2, batch=4, maps=4, stages=2),
        code=code,
        head=TASK.head,
        loss="pixel_dice",
        metric="mean_iou",
        epochs=25,
        seed=1,
    )
    assert found.predictions.shape == (N, 20, 24, 3)
    said = np.zeros_like(found.predictions)
    for fold in folds:
        own = NaiveInput(y[fold.train], frame.iloc[fold.train], frame.iloc[fold.test], 3)
        said[fold.test] = KIND.naive["mean_mask"](own)
        assert (KIND.naive["majority"](own).argmax(axis=-1) == 0).all()
    compared = compare("mean_iou", y, found.predictions, said, delta=0.02)
    assert compared.low > 0 and compared.p < 0.05
    linear = refer(
        "linear", frame, y, folds, recipe, code=code, learn=KIND.learn, seed=1, coarse_pictures=not KIND.whole_pictures
    )
    assert named("mean_iou").compute(y, linear.predictions) > 0.7
    assert KIND.surprise(y, found.predictions).shape == (N,)
    assert {each.name for each in KIND.more(code, y, found.predictions)} == {"0", "1", "2"}


def test_answers_are_masks_in_words_and_shares_of_the_picture(rows) -> None:
    _, _, code, y = rows
    (said,) = code.decide(KIND.certain(code, np.where(y == UNKNOWN, 0, y))[:1])
    size, *runs = said.split(" ")
    assert size == "20x24"
    ids = [int(name) for run in runs for name, count in [run.split("*")] for _ in range(int(count))]
    assert (np.array(ids).reshape(20, 24) == np.where(y[0] == UNKNOWN, 0, y[0])).all()
    word, shares = code.details(KIND.certain(code, y))
    assert word == "shares" and sum(shares.values()) == pytest.approx(1)
