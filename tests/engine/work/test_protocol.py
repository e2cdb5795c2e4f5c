"""The cheapest protocol that can tell, by the table of sizes; places divided by tiles; costs in proportion."""

import numpy as np
import pandas as pd
import pytest
from msgspec import structs

from engine.data.places import coordinates
from engine.data.schema import Column, Reading, TargetSummary, Top
from engine.data.tiles import BANDS, tiles
from engine.errors import UserError
from engine.steps import Plan
from engine.steps.data import Data, DataResult, Sealed
from engine.steps.framing import Framing
from engine.steps.metric import Metric
from engine.steps.protocol import Protocol, advise
from engine.tasks import TASKS
from engine.training.target_amounts import AmountTarget
from engine.training.target_classes import ClassTarget
from engine.work.cost import EPOCHS, costs
from engine.work.protocol import fewer_folds, scarce_classes, worth_repeating
from engine.work.rows import Rows, make_folds, place_blocks


def plan(rows: int, gain: float, order: str | None = None, columns: tuple[str, ...] = ()) -> Plan:
    """A plan of two classes of like size, with so many development rows."""
    target = TargetSummary("y", "boolean", counts=(Top("no", rows // 2), Top("yes", rows - rows // 2)))
    reading = Reading("t.csv", "0", rows, tuple(Column(name, "numeric", rows) for name in columns))
    sealed = Sealed("random", "nothing forbids it", rows // 5, rows, "0")
    return Plan(
        framing=Framing(task="binary", target="y"),
        data=Data(result=DataResult(reading, target, sealed)),
        metric=Metric(primary="accuracy", gain=gain),
        protocol=Protocol(order=order),
    )


@pytest.mark.parametrize(
    ("rows", "gain", "kind"),
    [
        # A fifth is held out: 1,000 scored rows detect 3.4 points, 3,000 detect 2.0, 10,000 detect 1.1.
        (5_000, 0.036, "holdout"),
        (5_000, 0.032, "kfold"),
        (15_000, 0.021, "holdout"),
        (15_000, 0.019, "kfold"),
        (50_000, 0.012, "holdout"),
        (50_000, 0.010, "kfold"),
        (1_500, 0.065, "holdout"),
        (1_500, 0.06, "kfold"),
        (400, 0.05, "iterated"),
    ],
)
def test_the_cheapest_protocol_that_shows_the_gain_is_advised(rows: int, gain: float, kind: str) -> None:
    assert advise(plan(rows, gain)).answers["kind"].value == kind


def test_rare_classes_have_five_rows_in_every_fold() -> None:
    few = plan(1_000, 0.02)
    assert few.data.result is not None
    target = TargetSummary("y", "boolean", counts=(Top("no", 983), Top("yes", 17)))
    rare = DataResult(few.data.result.reading, target, few.data.result.sealed)
    found = advise(Plan(framing=few.framing, data=Data(result=rare), metric=few.metric))
    assert found.answers["folds"].value == 3
    hopeless = TargetSummary("y", "categorical", counts=(Top("a", 500), Top("b", 496), Top("c", 4)))
    kept = DataResult(few.data.result.reading, hopeless, few.data.result.sealed)
    whole = structs.replace(few.framing, task="multiclass")
    assert advise(Plan(framing=whole, data=Data(result=kept), metric=few.metric)).answers["folds"].value == 5


@pytest.mark.parametrize(
    ("counts", "asked", "folds", "reduced", "scarce"),
    [
        ((200, 60, 4), 10, 10, "", ("c: 4 rows",)),
        ((200, 60, 1), 5, 5, "", ("c: 1 row",)),
        ((200, 60, 12), 20, 12, "12 folds instead of 20: the smallest class has 12 rows", ()),
        (
            (200, 15, 9),
            20,
            15,
            "15 folds instead of 20: the smallest class that is not too rare has 15 rows",
            ("c: 9 rows",),
        ),
        ((200, 4), 10, 4, "4 folds instead of 10: the smallest class has 4 rows", ()),
    ],
)
def test_a_class_too_rare_costs_the_others_no_folds_and_is_named(
    counts: tuple[int, ...], asked: int, folds: int, reduced: str, scarce: tuple[str, ...]
) -> None:
    y = np.repeat(np.arange(len(counts)), counts)
    task = "binary" if len(counts) == 2 else "multiclass"
    code = ClassTarget(task, "y", ("a", "b", "c")[: len(counts)])
    rows = Rows(pd.DataFrame({"x": y}), y, code, TASKS[task], None, None, None, None)
    assert fewer_folds(rows, "stratified", asked) == (folds, (reduced,) if reduced else ())
    assert scarce_classes(rows, folds) == scarce
    drawn = make_folds(rows, kind="kfold", order="stratified", k=folds, repeats=1, share=0.2, gap=0, seed=1)
    for number, count in enumerate(counts):
        held = [int((y[fold.test] == number).sum()) for fold in drawn]
        assert max(held) - min(held) <= 1 and sum(held) == count


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("price", "Latitude", "Longitude"), ("Latitude", "Longitude")),
        (("pickup_lat", "dropoff_lon", "pickup_lon"), ("pickup_lat", "pickup_lon")),
        (("lat", "lng"), ("lat", "lng")),
        (("latency", "longevity"), None),
        (("latitude", "rooms"), None),
    ],
)
def test_coordinates_are_known_by_their_names(names: tuple[str, ...], found: tuple[str, str] | None) -> None:
    assert coordinates(names) == found


def test_places_are_offered_where_there_are_any_and_refused_where_not() -> None:
    somewhere = advise(plan(5_000, 0.02, columns=("latitude", "longitude")))
    assert any("latitude and longitude say where rows are" in note.text for note in somewhere.notes)
    assert somewhere.answers["order"].value == "stratified"
    assert not advise(plan(5_000, 0.02, "spatial", ("latitude", "longitude"))).blockers
    assert advise(plan(5_000, 0.02, "spatial")).blockers


def houses(n: int = 900) -> Rows:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"latitude": rng.normal(37, 2, n), "longitude": rng.normal(-120, 3, n), "rooms": np.ones(n)})
    frame.loc[:20, "latitude"] = np.nan
    code = AmountTarget("regression", ("price",))
    return Rows(frame, rng.normal(size=n), code, TASKS["regression"], None, None, None, None)


def test_tiles_are_of_like_size_and_hold_neighbours() -> None:
    rows = houses()
    found = place_blocks(rows)
    counts = np.bincount(found)
    assert len(counts) == BANDS**2 + 1
    assert counts[0] == 21
    assert counts[1:].min() >= 0.8 * counts[1:].max()
    grid = np.stack(np.meshgrid(np.arange(12.0), np.arange(12.0)), axis=-1).reshape(-1, 2)
    for part in range(1, BANDS**2 + 1):
        assert np.ptp(grid[tiles(grid[:, 0], grid[:, 1]) == part], axis=0).max() <= 1


@pytest.mark.parametrize(("kind", "repeats"), [("holdout", 1), ("kfold", 1), ("iterated", 2)])
def test_no_tile_is_on_both_sides(kind: str, repeats: int) -> None:
    rows = houses()
    tile = place_blocks(rows)
    drawn = make_folds(rows, kind=kind, order="spatial", k=5, repeats=repeats, share=0.2, gap=0, seed=3)
    for fold in drawn:
        assert not set(tile[fold.train]) & set(tile[fold.test])
        assert 0.1 < len(fold.test) / len(rows) < 0.3
    again = make_folds(rows, kind=kind, order="spatial", k=5, repeats=repeats, share=0.2, gap=0, seed=3)
    assert all(np.array_equal(a.test, b.test) for a, b in zip(drawn, again, strict=True))


def test_without_places_rows_cannot_be_divided_by_them() -> None:
    rows = houses().some(np.arange(50))
    rows = Rows(rows.inputs[["rooms"]], rows.y, rows.code, rows.task, None, None, None, None)
    with pytest.raises(UserError, match="latitude"):
        make_folds(rows, kind="kfold", order="spatial", k=5, repeats=1, share=0.2, gap=0, seed=3)


def test_costs_follow_models_and_rows() -> None:
    found = {cost.kind: cost for cost in costs((6.0, 1e-5), 10_000, folds=5, repeats=3, share=0.2)}
    assert {kind: cost.models for kind, cost in found.items()} == {"holdout": 1, "kfold": 5, "iterated": 15}
    assert found["holdout"].minutes == pytest.approx((6 + EPOCHS * 1e-5 * 8_000) / 60)
    assert found["iterated"].minutes == pytest.approx((6 + 15 * EPOCHS * 1e-5 * 8_000) / 60)


def test_a_division_that_shuffling_cannot_change_is_made_once() -> None:
    code = AmountTarget(task="regression", columns=("y",))
    groups = np.repeat(np.arange(6), 5)
    frame = pd.DataFrame({"x": np.arange(30.0)})
    rows = Rows(frame, np.arange(30.0), code, TASKS["regression"], groups, None, None, None)
    kind, said = worth_repeating(rows, "iterated", "group", 6)
    assert kind == "kfold" and "every group is a fold" in said[0]
    repeats = make_folds(rows, kind="iterated", order="group", k=6, repeats=2, share=0.2, gap=0, seed=1)
    held = [frozenset(fold.test.tolist()) for fold in repeats]
    assert set(held[:6]) == set(held[6:])
    for kind, order, k in (("iterated", "group", 3), ("iterated", "random", 6), ("holdout", "group", 6)):
        assert worth_repeating(rows, kind, order, k) == (kind, ())
