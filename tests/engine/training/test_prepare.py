"""Fitting and applying a preparation: scale, missing values, categories, dates, text, errors, leaks."""

import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.errors import UserError
from engine.training.apply import columns_of, decode_target, encode_target, transform
from engine.training.decide import Decision, Recipe
from engine.training.derive import compute
from engine.training.impute import masked
from engine.training.parse import instants
from engine.training.prepare import before_after, fit, fit_target, standardised
from engine.training.spec import Category, Date, Derived, Drop, Numeric, OneHot, Words, from_json, unfolded


def recipe(actions: Mapping[str, str], **options: Any) -> Recipe:
    decisions = tuple(Decision(column=name, action=action, why="test") for name, action in actions.items())
    return Recipe(decisions=decisions, **options)


def titanic(shared_data: Any) -> pd.DataFrame:
    return pd.read_csv(shared_data / "titanic3" / "titanic3.csv")


TITANIC = {
    "pclass": "onehot",
    "name": "words",
    "sex": "onehot",
    "age": "standard",
    "sibsp": "robust",
    "fare": "auto",
    "cabin": "onehot",
    "embarked": "onehot",
}


@pytest.mark.parametrize("action", ["standard", "log", "auto"])
def test_training_rows_have_mean_zero_and_deviation_one(shared_data: Any, action: str) -> None:
    frame = pd.read_csv(shared_data / "california_housing" / "housing.csv")
    names = [name for name in frame.columns if frame[name].dtype.kind in "fi"]
    preparation = fit(recipe(dict.fromkeys(names, action)), frame)
    matrix = transform(preparation, frame).astype(np.float64)
    start = 0
    for encoder in preparation.encoders:
        assert abs(matrix[:, start].mean()) <= 1e-6, encoder.name
        assert abs(matrix[:, start].std() - 1) <= 1e-6, encoder.name
        start += len(encoder.features)
    if action == "auto":
        logged = [encoder.name for encoder in preparation.encoders if getattr(encoder, "transform", "") == "log"]
        assert "population" in logged
        assert "longitude" not in logged


def test_a_new_category_is_another_value_and_missing_has_its_own_input() -> None:
    frame = {"town": ["a", "a", "b", "b", "c", None, "missing", "missing"]}
    preparation = fit(recipe({"town": "onehot"}), frame)
    assert preparation.encoders == (OneHot(name="town", vocabulary=("a", "b", "missing"), missing=True, other=True),)
    given = transform(preparation, {"town": ["missing", None, "never seen", float("nan"), "  "]})
    assert given.tolist() == [[0, 0, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1], [0, 0, 0, 1, 0], [0, 0, 0, 1, 0]]


def test_without_a_trained_input_for_it_an_unseen_value_gives_zeros() -> None:
    preparation = fit(recipe({"town": "onehot"}), {"town": ["a", "a", "b", "b"]})
    assert transform(preparation, {"town": ["z", None, "a"]}).tolist() == [[0, 0], [0, 0], [1, 0]]


def test_a_wide_category_keeps_its_most_frequent_values() -> None:
    values = [f"v{index % 50}" for index in range(1000)] + ["top"] * 99
    encoder = fit(recipe({"town": "onehot"}, max_categories=5), {"town": values}).encoders[0]
    assert isinstance(encoder, OneHot)
    assert encoder.vocabulary[0] == "top"
    assert len(encoder.vocabulary) == 5
    assert encoder.other


@pytest.mark.parametrize(
    ("trained", "given"),
    [
        ([1.0, 2.0, 1.0, 2.0], [1, "1", "1.0", 1.0, np.int64(1), True]),
        ([True, False, True, False], [True, "true", "True", 1, "1", np.bool_(True)]),
        (["True", "False", "True", "False"], [True, "true", "TRUE"]),
        (["a", "b", "a", "b"], ["a", " a ", np.str_("a")]),
    ],
)
def test_one_category_is_recognised_however_it_is_written(trained: list[Any], given: list[Any]) -> None:
    preparation = fit(recipe({"x": "onehot"}), {"x": trained})
    rows = transform(preparation, {"x": given})
    assert (rows == transform(preparation, {"x": trained[:1]})).all()
    assert rows.sum() == len(given)


def test_a_missing_number_becomes_the_median_and_is_marked() -> None:
    frame = {"x": [1.0, 2.0, 10.0, None, float("nan"), "", float("inf")]}
    encoder = fit(recipe({"x": "standard"}), frame).encoders[0]
    assert isinstance(encoder, Numeric)
    assert encoder.fill == 2.0
    rows = transform(fit(recipe({"x": "standard"}), frame), frame)
    assert rows[:, 1].tolist() == [0, 0, 0, 1, 1, 1, 1]
    assert np.allclose(rows[3:, 0], rows[1, 0])
    assert transform(fit(recipe({"x": "standard"}, indicator=False), frame), frame).shape == (7, 1)


def test_numbers_given_as_text_are_read() -> None:
    preparation = fit(recipe({"x": "standard"}), {"x": [1, 2, 3]})
    assert np.array_equal(
        transform(preparation, {"x": ["1", " 2.0 ", "3e0"]}), transform(preparation, {"x": [1, 2, 3]})
    )


@pytest.mark.parametrize("bad", ["abc", "1,5", "1_000", 10**400, [1], date(2020, 1, 1)])
def test_what_is_no_number_is_named_with_row_and_column(bad: Any) -> None:
    preparation = fit(recipe({"price": "standard"}), {"price": [1, 2, 3]})
    with pytest.raises(UserError, match=r"row 2, column 'price': .* is not a number"):
        transform(preparation, {"price": [1, bad]})


def test_what_is_no_date_is_named_with_row_and_column() -> None:
    preparation = fit(recipe({"day": "date"}), {"day": ["2020-01-01", "2021-05-04"]})
    with pytest.raises(UserError, match=r"row 1, column 'day': '31.12.2020' is not a date"):
        transform(preparation, {"day": ["31.12.2020"]})


def test_an_absent_column_is_named_and_others_do_not_matter(shared_data: Any) -> None:
    frame = titanic(shared_data)
    preparation = fit(recipe(TITANIC), frame)
    wanted = transform(preparation, frame)
    assert np.array_equal(transform(preparation, frame[frame.columns[::-1]].assign(more=1)), wanted)
    with pytest.raises(UserError, match="'fare'"):
        transform(preparation, frame.drop(columns="fare"))
    with pytest.raises(UserError, match="'b' has 1 values"):
        transform(fit(recipe({"a": "standard", "b": "standard"}), {"a": [1, 2], "b": [1, 2]}), {"a": [1, 2], "b": [1]})


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


def test_rows_of_python_objects_give_what_the_frame_gives(shared_data: Any) -> None:
    frame = titanic(shared_data)
    preparation = from_json(fit(recipe(TITANIC), frame).to_json())
    rows = [{key: None if pd.isna(value) else value for key, value in row.items()} for row in frame.to_dict("records")]
    columns = columns_of(preparation, rows)
    assert np.array_equal(transform(preparation, columns), transform(preparation, frame))
    as_text = [{key: "" if value is None else str(value) for key, value in row.items()} for row in rows]
    assert np.array_equal(transform(preparation, columns_of(preparation, as_text)), transform(preparation, frame))
    del rows[4]["sex"]
    with pytest.raises(UserError, match="row 5 has no column 'sex'"):
        columns_of(preparation, rows)


@pytest.mark.parametrize("action", ["standard", "robust", "log", "auto", "onehot", "date", "words"])
@pytest.mark.parametrize("values", [[None] * 4, [float("nan")] * 4, [""] * 4, ["2020-01-01"] * 4])
def test_a_column_without_value_or_variation_is_left_out_with_a_reason(action: str, values: list[Any]) -> None:
    if action not in ("onehot", "date", "words"):
        values = [5 if value == "2020-01-01" else value for value in values]
    preparation = fit(recipe({"x": action, "y": "standard"}), {"x": values, "y": [1, 2, 3, 4]})
    encoder = preparation.encoders[0]
    assert isinstance(encoder, Drop)
    assert "training rows" in encoder.reason or "no word" in encoder.reason
    assert transform(preparation, {"x": ["anything"] * 2, "y": [1, 2]}).shape == (2, 1)


def test_one_number_or_none_keeps_only_what_is_missing() -> None:
    preparation = fit(recipe({"x": "standard"}), {"x": [7, None, 7, None]})
    assert transform(preparation, {"x": [7, None, 8]}).tolist() == [[0], [1], [0]]


def test_extreme_values_stay_finite() -> None:
    frame = {
        "x": [1e308, -1e308, 0.0, 1.0],
        "tiny": [0, 1e-300, 2e-300, 3e-300],
        "big": [1e15, 1e15 + 1, 1e15 + 2, 1e15],
    }
    for action in ("standard", "robust", "log", "auto"):
        preparation = fit(recipe(dict.fromkeys(frame, action)), frame)
        given = {"x": [1e308, 3.0], "tiny": [1e300, 0], "big": [-1e300, 1e15]}
        assert np.isfinite(transform(preparation, given)).all()
        assert np.isfinite(transform(preparation, frame)).all()


def test_dates_of_every_type_are_the_same_moment() -> None:
    moments = [datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=7 * index) for index in range(2000)]
    preparation = fit(recipe({"t": "date"}), {"t": moments})
    encoder = preparation.encoders[0]
    assert isinstance(encoder, Date)
    assert encoder.parts == ("month", "weekday", "hour")
    wanted = transform(preparation, {"t": moments})
    plain = [moment.replace(tzinfo=None) for moment in moments]
    elsewhere = [moment.astimezone(timezone(timedelta(hours=9))) for moment in moments]
    for same in (
        plain,
        elsewhere,
        [moment.isoformat() for moment in plain],
        pd.Series(plain),
        pd.to_datetime(pd.Series(moments)),
        np.array(plain, dtype="datetime64[s]"),
    ):
        assert np.allclose(transform(preparation, {"t": same}), wanted, atol=1e-6)
    monday_in_july = transform(preparation, {"t": [datetime(2020, 7, 6, 6)]})[0]
    assert np.allclose(monday_in_july[1:], [0, -1, 0, 1, 1, 0], atol=1e-6)
    assert transform(preparation, {"t": [pd.NaT, None]})[:, 1:].any() == 0


def test_a_moment_without_zone_is_read_alike_in_every_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Seoul")
    time.tzset()
    try:
        assert instants([datetime(1970, 1, 2), date(1970, 1, 2), "1970-01-02"], "t").tolist() == [86400.0] * 3
    finally:
        monkeypatch.undo()
        time.tzset()


def test_moments_of_a_frame_can_be_categories_and_gaps_are_counted() -> None:
    days = pd.Series(pd.to_datetime(["2020-01-01", "2020-01-02", None, "2020-01-01", "2020-01-02"]))
    preparation = fit(recipe({"day": "onehot"}), {"day": days})
    assert preparation.encoders == (OneHot(name="day", vocabulary=("2020-01-01", "2020-01-02"), missing=True),)
    assert np.array_equal(transform(preparation, {"day": days[:2]}), [[1, 0, 0], [0, 1, 0]])
    assert np.array_equal(transform(preparation, {"day": ["2020-01-01", "2020-01-02"]}), [[1, 0, 0], [0, 1, 0]])
    assert before_after(fit(recipe({"day": "date"}), {"day": days}), {"day": days})[0].missing == 1


def test_days_without_hours_get_no_hour() -> None:
    encoder = fit(recipe({"t": "date"}), {"t": [date(2020, 1, day) for day in range(1, 29)]}).encoders[0]
    assert isinstance(encoder, Date)
    assert encoder.parts == ("weekday",)


def test_text_gives_the_presence_of_frequent_words() -> None:
    frame = {"note": ["Good food, GOOD price", "bad food", None, "good. Bad!", "food once"]}
    preparation = fit(recipe({"note": "words"}), frame)
    assert preparation.encoders == (Words(name="note", vocabulary=("food", "bad", "good"), missing=True),)
    assert transform(preparation, {"note": ["GOOD food unknown", None]}).tolist() == [[1, 0, 1, 0], [0, 0, 0, 1]]
    limited = fit(recipe({"note": "words"}, max_words=1), frame).encoders[0]
    assert isinstance(limited, Words)
    assert limited.vocabulary == ("food",)


def test_the_order_of_the_training_rows_is_no_input(shared_data: Any) -> None:
    frame = titanic(shared_data)
    shuffled = frame.sample(frac=1, random_state=3)
    first, second = fit(recipe(TITANIC), frame), fit(recipe(TITANIC), shuffled)
    for one, other in zip(first.encoders, second.encoders, strict=True):
        if isinstance(one, Numeric) and isinstance(other, Numeric):
            assert np.allclose([one.fill, one.center, one.scale], [other.fill, other.center, other.scale], rtol=1e-12)
        else:
            assert one == other


def test_before_and_after_are_told_per_column(shared_data: Any) -> None:
    frame = titanic(shared_data)
    table = {row.column: row for row in before_after(fit(recipe(TITANIC), frame), frame)}
    assert table["age"].missing == int(frame["age"].isna().sum())
    assert table["age"].before_mean == pytest.approx(frame["age"].mean())
    assert table["age"].before_std == pytest.approx(frame["age"].std(ddof=0))
    assert table["age"].width == 2
    assert table["age"].after_std == pytest.approx(1, abs=1e-6)
    assert table["sex"].width == 3
    assert table["sex"].before_mean is None


def test_classes_go_there_and_back() -> None:
    code = fit_target("binary", "alive", ["yes", "no", "no"])
    assert code.classes == ("no", "yes")
    assert fit_target("binary", "alive", ["yes", "no", "no"], positive="no").classes == ("yes", "no")
    assert encode_target(code, ["no", "yes"]).tolist() == [0, 1]
    assert decode_target(code, np.array([0.2, 0.5])).tolist() == ["no", "yes"]
    assert decode_target(code, np.array([0.2, 0.5]), threshold=0.1).tolist() == ["yes", "yes"]
    numbers = fit_target("multiclass", "stars", pd.Series([10.0, 9.0, 2.0]))
    assert numbers.classes == ("2", "9", "10")
    assert encode_target(numbers, ["9.0", 10, "2"]).tolist() == [1, 2, 0]
    assert decode_target(numbers, np.eye(3)).tolist() == ["2", "9", "10"]


def test_amounts_go_there_and_back() -> None:
    code = standardised(fit_target("regression", "price", [1.0]), np.array([10.0, 20.0, 30.0]))
    encoded = encode_target(code, ["10", 20, 30.0])
    assert abs(encoded.mean()) < 1e-12
    assert encoded.std() == pytest.approx(1)
    assert decode_target(code, encoded) == pytest.approx([10, 20, 30])
    assert standardised(code, np.array([4.0, 4.0])).scale == 1


@pytest.mark.parametrize(
    ("task", "values", "wanted"),
    [
        ("binary", ["a", "a"], "has 1 classes"),
        ("binary", ["a", "b", "c"], "exactly two"),
        ("multiclass", ["a"], "two or"),
    ],
)
def test_a_target_that_does_not_fit_its_task_is_refused(task: str, values: list[str], wanted: str) -> None:
    with pytest.raises(UserError, match=wanted):
        fit_target(task, "y", values)


def test_an_unknown_or_missing_target_is_named_with_its_row() -> None:
    code = fit_target("binary", "y", ["a", "b"])
    with pytest.raises(UserError, match="row 2, column 'y': 'c' is none of the classes a, b"):
        encode_target(code, ["a", "c"])
    with pytest.raises(UserError, match="row 2, column 'y': the target is missing"):
        encode_target(code, ["a", None])


def test_applying_needs_neither_frames_nor_learning_libraries() -> None:
    code = (
        "import sys, engine.training.apply, engine.training.spec, engine.training.decide\n"
        "heavy = {'pandas', 'sklearn', 'scipy', 'tensorflow', 'keras', 'duckdb'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_numbers_that_stand_for_missing_are_read_as_missing() -> None:
    frame = pd.DataFrame({"pressure": [70.0, 0.0, 80.0, 90.0, 0.0, 60.0]})
    decisions = (Decision(column="pressure", action="standard", why=""),)
    marked = fit(Recipe(decisions=decisions, blanks={"pressure": (0.0,)}), frame)
    plain = fit(Recipe(decisions=decisions), frame)
    (encoder,) = marked.encoders
    assert isinstance(encoder, Numeric)
    assert encoder.fill == 75.0
    assert marked.feature_names == ("pressure", "pressure is missing")
    assert plain.feature_names == ("pressure",)
    assert transform(marked, {"pressure": [0.0, 75.0]})[:, 1].tolist() == [1.0, 0.0]
    assert transform(marked, {"pressure": [0.0]})[0, 0] == transform(marked, {"pressure": [75.0]})[0, 0]
