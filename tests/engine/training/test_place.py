"""Latitude and longitude: which columns they are, what networks make of both together, and that it can be learned."""

import numpy as np
import pytest

from engine.data.folds import Fold
from engine.data.places import pairs
from engine.data.schema import Column
from engine.training.cross_validate import cross_validate
from engine.training.decide import Decision, Recipe, decide
from engine.training.first_weights import first_weights
from engine.training.hyper import Hyper
from engine.training.inputs.names import PLACE, WAVES
from engine.training.kind import fit_target
from engine.training.layout import Block, Layout
from engine.training.network import build
from engine.training.size import count_parameters

NAMES = ("pickup_latitude", "fare", "pickup_longitude", "dropoff_latitude", "dropoff_longitude", "lat")
LAYOUT = Layout(
    blocks=tuple(
        Block(column=name, kind="number" if name == "fare" else "place", start=at, width=1)
        for at, name in enumerate(NAMES)
    )
)
HYPERS = [Hyper(units=5, numbers="periodic", embedding=3), Hyper(units=5, numbers="periodic", members=3), Hyper()]


def test_pairs_are_told_by_their_names_and_a_lone_coordinate_is_a_number() -> None:
    assert pairs(NAMES) == [("pickup_latitude", "pickup_longitude"), ("dropoff_latitude", "dropoff_longitude")]
    columns = [Column(name=name, kind="numeric", rows=100, distinct=90) for name in NAMES]
    chosen = {made.column: made.action for made in decide(columns, overrides={"dropoff_latitude": "log"})}
    assert chosen["pickup_latitude"] == chosen["pickup_longitude"] == "place"
    assert chosen["dropoff_latitude"] == "log" and chosen["dropoff_longitude"] == chosen["lat"] == "auto"
    assert "together with pickup_longitude" in decide(columns)[0].why


@pytest.mark.parametrize("hyper", HYPERS, ids=["one", "members", "plain"])
def test_networks_have_as_many_parameters_as_counted(hyper: Hyper) -> None:
    model = build(LAYOUT, 1, hyper, head="sigmoid", loss="binary_crossentropy")
    assert model.count_params() == count_parameters(LAYOUT, 1, hyper)
    layers = [layer.name for layer in model.layers if layer.name.startswith(WAVES)]
    assert layers == ([] if hyper.numbers == "plain" else [f"{WAVES}0_2", f"{WAVES}3_4"])


def test_half_a_place_is_none() -> None:
    model = build(LAYOUT, 1, HYPERS[0], head="sigmoid", loss="binary_crossentropy")
    drawn = first_weights(model, 1, used=[0, 1, 2, 3])
    names = {variable.path: value for variable, value in zip(model.weights, drawn, strict=True)}
    assert np.abs(names[f"{WAVES}0_2/kernel"]).min() > 0 and np.abs(names[f"{PLACE}0_2/kernel"]).max() > 0
    assert not names[f"{WAVES}3_4/kernel"].any() and not names[f"{PLACE}3_4/kernel"].any()


def test_what_depends_on_both_together_is_learned_sooner() -> None:
    random = np.random.default_rng(4)
    frame = {"lat": random.uniform(40, 42, 3000), "lon": random.uniform(-3, 3, 3000)}
    places = np.column_stack([value / value.std() for value in frame.values()])
    towns = places[random.choice(3000, 60, replace=False)]
    y = random.normal(size=60)[((places[:, None] - towns) ** 2).sum(axis=2).argmin(axis=1)]
    code = fit_target("regression", {"y": y})
    fold = Fold(train=np.arange(2500), test=np.arange(2500, 3000))
    hyper = Hyper(learning_rate=1e-2, numbers="periodic", waves=2.0)
    errors = {}
    for action in ("place", "standard"):
        recipe = Recipe(decisions=tuple(Decision(column=name, action=action, why="test") for name in frame))
        found = cross_validate(
            frame,
            y,
            [fold],
            recipe,
            hyper,
            code=code,
            head="linear",
            loss="mean_squared_error",
            metric="rmse",
            epochs=20,
            seed=1,
        )
        errors[action] = float(np.sqrt(np.mean((np.ravel(found.predictions) - y[fold.test]) ** 2)))
    assert errors["place"] < 0.8 * errors["standard"]
    assert errors["place"] < 0.5 * y.std()
