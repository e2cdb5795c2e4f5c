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
from engine.training.apply import columns_of, transform
from engine.training.decide import Decision, Recipe
from engine.training.parse import instants
from engine.training.prepare import before_after, fit
from engine.training.spec import Date, Drop, Numeric, OneHot, Words, from_json


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
