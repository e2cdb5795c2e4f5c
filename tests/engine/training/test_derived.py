"""Ids of many values, derived columns, and gaps filled by a model."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.errors import UserError
from engine.training.apply import transform
from engine.training.decide import Decision, Recipe
from engine.training.derive import compute
from engine.training.impute import masked
from engine.training.prepare import fit
from engine.training.spec import Category, Derived, Numeric, OneHot, from_json, unfolded


def recipe(actions: Mapping[str, str], **options: Any) -> Recipe:
    decisions = tuple(Decision(column=name, action=action, why="test") for name, action in actions.items())
    return Recipe(decisions=decisions, **options)


def test_many_values_become_ids_and_rare_missing_and_new_ones_are_told_apart() -> None:
    towns = [f"t{number:02d}" for number in range(40) for _ in range(5 + number % 2)] + ["rare"] * 4 + [None] * 5
    preparation = fit(recipe({"town": "embedding"}), {"town": towns})
    (encoder,) = preparation.encoders
    assert isinstance(encoder, Category)
    assert (encoder.size, encoder.vocabulary[0], encoder.missing) == (42, "t01", True)
    given = {"town": ["t01", "t03", "rare", "new", None]}
    assert transform(preparation, given)[:, 0].tolist() == [1, 2, 0, 0, 41]
    wide = transform(unfolded(preparation), given)
    assert wide.argmax(axis=1).tolist() == [0, 1, 41, 41, 40]
    assert wide.sum(axis=1).tolist() == [1] * 5
    without = fit(recipe({"town": "embedding"}), {"town": towns[:-1]})
    assert transform(without, {"town": [None]}).tolist() == [[0]]
    few = fit(recipe({"town": "embedding"}), {"town": towns[:100]}).encoders[0]
    assert isinstance(few, OneHot)


MADE = (
    Derived("a / b", "ratio", ("a", "b"), blanks=((), (-1.0,))),
    Derived("a * b", "product", ("a", "b")),
    Derived("a - b", "difference", ("a", "b")),
    Derived("stay", "days", ("out", "in")),
    Derived("in year", "year", ("in",)),
    Derived("in day", "day", ("in",)),
    Derived("who", "joined", ("sex", "class"), readings=("text", "number")),
)
RAW = {
    "a": [1.0, 6.0, None, 4.0, 5.0, 1e300],
    "b": [2.0, 0.0, 3.0, -1.0, "10", 1e300],
    "in": ["2020-02-28T12:00", "2021-12-31", None, "1969-12-31", "2024-02-29", "2020-01-01"],
    "out": ["2020-03-01", "2022-01-01", "2020-01-01", "1970-01-02", None, "2020-01-01T06:00"],
    "sex": ["f", "m", "f", None, "m", "f"],
    "class": [1.0, 2.0, 1.0, 3.0, 2.0, 1.0],
}


def test_derived_columns_are_what_their_kind_says() -> None:
    found = [compute(made, RAW) for made in MADE]
    nan = np.nan
    assert np.array_equal(found[0], [0.5, nan, nan, nan, 0.5, 1.0], equal_nan=True)
    assert np.array_equal(found[1], [2.0, 0.0, nan, -4.0, 50.0, nan], equal_nan=True)
    assert np.array_equal(found[2], [-1.0, 6.0, nan, 5.0, -5.0, 0.0], equal_nan=True)
    assert np.array_equal(found[3], [1.5, 1.0, nan, 2.0, nan, 0.25], equal_nan=True)
    assert np.array_equal(found[4], [2020, 2021, nan, 1969, 2024, 2020], equal_nan=True)
    assert np.array_equal(found[5], [28, 31, nan, 31, 29, 1], equal_nan=True)
    assert found[6].tolist() == ["f & 1", "m & 2", "f & 1", None, "m & 2", "f & 1"]


def test_a_derived_column_is_prepared_like_any_other_and_asks_for_its_sources_only() -> None:
    actions = {"a": "drop", "b": "standard", "a / b": "standard", "who": "onehot", "stay": "drop"}
    some = {name: values[:-1] for name, values in RAW.items()}
    preparation = from_json(fit(recipe(actions, derived=MADE), some).to_json())
    assert preparation.columns == ("b", "a", "sex", "class")
    assert {name: type(reader).__name__ for name, reader in preparation.readers.items()} == {
        "b": "Numeric",
        "a": "Derived",
        "sex": "Derived",
        "class": "Derived",
    }
    found = transform(preparation, {"class": ["1"], "sex": ["f"], "b": ["2"], "a": ["1"]})
    assert np.array_equal(found, transform(preparation, some)[:1])
    assert preparation.encoders[3].features[0] == "who=f & 1"
    with pytest.raises(UserError, match="column 'a' is missing"):
        transform(preparation, {"b": [1], "sex": ["f"], "class": [1]})
    with pytest.raises(UserError, match="row 1, column 'a': 'x' is not a number"):
        transform(preparation, {"b": [1], "a": ["x"], "sex": ["f"], "class": [1]})


def linked(rows: int = 400, seed: int = 1) -> pd.DataFrame:
    """Two columns that tell of one another, one that nothing tells of, and gaps in all."""
    draw = np.random.default_rng(seed)
    x = draw.normal(size=rows)
    frame = pd.DataFrame({"x": x, "y": 3 * x + draw.normal(scale=0.3, size=rows), "alone": draw.normal(size=rows)})
    frame["kind"] = np.where(x + draw.normal(size=rows) > 0, "up", "down")
    for name in ("x", "y", "alone"):
        frame.loc[draw.random(rows) < 0.2, name] = np.nan
    return frame


LINKED = {"x": "standard", "y": "standard", "alone": "standard", "kind": "onehot"}


def test_masked_cells_tell_which_gaps_a_model_fills_better_than_the_median() -> None:
    frame = linked()
    found = {made.column: made for made in masked(fit(recipe(LINKED), frame), frame, ["y", "alone"], seed=1)}
    assert found["y"].cells == int(frame["y"].notna().sum())
    assert found["y"].kept
    assert 0 < found["y"].low < found["y"].median - found["y"].model < found["y"].high
    assert not found["alone"].kept
    frame["alone"] = np.exp(frame["alone"])
    skewed = masked(fit(recipe(LINKED), frame), frame, ["alone"], seed=1)[0]
    assert skewed.model < skewed.median
    assert not skewed.kept
    kept = [
        masked(fit(recipe(LINKED), rows), rows, ["alone"], 1)[0].kept for rows in map(linked, [150] * 20, range(20))
    ]
    assert sum(kept) <= 2


def test_a_model_fills_gaps_from_the_other_columns_alone_and_within_what_was_seen() -> None:
    frame = linked()
    preparation = from_json(fit(recipe(LINKED, imputed=("x", "y"), indicator=False), frame).to_json())
    encoder = preparation.encoders[1]
    assert isinstance(encoder, Numeric)
    given = {"x": [1.0, 1.0, 500.0, None], "y": [None, 2.0, None, None], "alone": [0.0] * 4, "kind": ["up"] * 4}
    out = transform(preparation, given)
    place = preparation.feature_names.index("y")
    assert out[0, place] * encoder.scale + encoder.center == pytest.approx(3, abs=0.4)
    assert out[1, place] == pytest.approx((2 - encoder.center) / encoder.scale)
    seen = ((frame["y"] - encoder.center) / encoder.scale).max()
    assert out[2, place] == pytest.approx(seen, rel=1e-6)
    median = {**given, "x": [1.0, 1.0, 500.0, frame["x"].median()]}
    assert out[3, place] == pytest.approx(transform(preparation, median)[3, place])
    marked = fit(recipe(LINKED, imputed=("x", "y")), frame)
    assert transform(marked, given)[:, marked.feature_names.index("y is missing")].tolist() == [1, 0, 1, 1]
    short = fit(recipe(LINKED, imputed=("x",)), frame[:50])
    assert short.imputers == ()
