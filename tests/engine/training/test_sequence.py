"""Tokens in their order: how they are numbered, what networks make of them, and that order can be learned."""

import itertools

import numpy as np
import pytest

from engine.data.folds import Fold
from engine.text.shape import TextShape
from engine.training.apply import transform
from engine.training.cross_validate import cross_validate
from engine.training.decide import Decision, Recipe
from engine.training.families import FAMILIES, has_tokens
from engine.training.first_weights import first_weights
from engine.training.hyper import Hyper
from engine.training.kind import fit_target
from engine.training.layout import Block, Layout, joined
from engine.training.network import build
from engine.training.prepare import fit
from engine.training.references import counted
from engine.training.size import batch_within, count_parameters
from engine.training.spec import Drop, from_json
from engine.training.spec_text import Tokens

SAID = ["red fox runs", "fox", "a red red fox", None, ""] * 5
LAYOUT = Layout(
    blocks=(
        Block(column="size", kind="number", start=0, width=1),
        Block(column="town", kind="id", start=1, width=1, size=4),
        Block(column="said", kind="sequence", start=2, width=6, size=9),
    )
)
HYPERS = [Hyper(units=5), Hyper(units=5, sequence="convolution", token=4, filters=7, window=2, members=3)]


def recipe(**shape) -> Recipe:
    made = (Decision(column="said", action="tokens", why="test"),)
    return Recipe(decisions=made, texts={"said": TextShape(**{"length": 3, **shape})})


def test_tokens_are_numbered_by_how_many_texts_have_them() -> None:
    made = fit(recipe(), {"said": SAID})
    encoder = made.encoders[0]
    assert isinstance(encoder, Tokens)
    assert encoder.vocabulary == ("fox", "red", "a", "runs")
    found = transform(made, {"said": ["Red fox RUNS away", "zebra fox", None]})
    assert found.tolist() == [[3, 2, 5], [1, 2, 0], [0, 0, 0]]
    assert from_json(made.to_json()) == made
    layout = joined([made, fit(recipe(terms=2), {"said": SAID})])
    assert [(block.kind, block.width, block.size) for block in layout.blocks] == [("sequence", 3, 6)]
    assert fit(recipe(), {"said": ["a", "b"]}).encoders[0] == Drop(
        name="said", reason="has no word that occurs in 5 rows"
    )


@pytest.mark.parametrize("hyper", HYPERS, ids=lambda hyper: hyper.sequence)
def test_networks_have_as_many_parameters_as_counted_and_no_position_after_the_end_tells(hyper) -> None:
    model = build(LAYOUT, 1, hyper, head="sigmoid", loss="binary_crossentropy")
    assert model.count_params() == count_parameters(LAYOUT, 1, hyper)
    assert batch_within(64, LAYOUT, 1, hyper, None) == 64
    weights = first_weights(model, 3, used=range(8))
    assert all(value.any() for value, made in zip(weights, model.weights, strict=True) if "bias" not in made.path)
    model.set_weights(weights)
    short = np.array([[0.5, 1, 2, 3, 0, 0, 0, 0]], dtype=np.float32)
    other = np.array([[0.5, 1, 3, 2, 0, 0, 0, 0]], dtype=np.float32)
    told = [float(model(row)[0, 0]) for row in (short, other)]
    assert (told[0] == pytest.approx(told[1], abs=1e-6)) == (hyper.sequence == "mean")
    without = first_weights(model, 3, used=[0, 1])
    model.set_weights(without)
    assert float(model(short)[0, 0]) == float(model(other)[0, 0])


def test_more_known_tokens_of_other_folds_change_no_first_weight() -> None:
    more = Layout(blocks=(Block(column="said", kind="sequence", start=0, width=6, size=20),))
    less = Layout(blocks=(Block(column="said", kind="sequence", start=0, width=6, size=9),))
    large, small = (
        first_weights(build(each, 1, HYPERS[1], head="sigmoid", loss="binary_crossentropy"), 3, used=range(6))
        for each in (more, less)
    )
    np.testing.assert_array_equal(large[0][:9], small[0])
    for one, other in zip(large[1:], small[1:], strict=True):
        np.testing.assert_array_equal(one, other)


def test_convolutions_learn_the_order_that_counts_of_words_cannot_tell() -> None:
    words = ["a", "b", "c", "d"]
    texts = [" ".join(order) for order in itertools.permutations(words)] * 8
    y = np.array([text.index("a") < text.index("b") for text in texts]).astype(int)
    fold = Fold(train=np.arange(0, 144), test=np.arange(144, 192))
    accuracies = []
    for sequence in ("mean", "convolution"):
        found = cross_validate(
            {"said": texts},
            y,
            [fold],
            recipe(length=4),
            Hyper(units=16, learning_rate=0.01, sequence=sequence, token=8, filters=32, window=4),
            code=fit_target("binary", {"y": y}),
            head="sigmoid",
            loss="binary_crossentropy",
            metric="roc_auc",
            epochs=30,
            seed=1,
        )
        accuracies.append(float(np.mean((found.predictions > 0.5) == y[fold.test])))
    assert accuracies[0] < 0.7
    assert accuracies[1] > 0.95


def test_references_count_what_a_network_reads_in_order() -> None:
    assert [made.action for made in counted(recipe()).decisions] == ["bigrams"]
    assert [family.title for family in FAMILIES if family.fits is has_tokens] == ["convolutions over words"]
