"""Decisions per column from what is known about the columns."""

import pytest

from engine.data.schema import Column
from engine.errors import UserError
from engine.training.decide import decide

COLUMNS = (
    Column(name="age", kind="numeric", rows=100, missing=20, distinct=60),
    Column(name="class", kind="numeric", rows=100, distinct=3, integer=True),
    Column(name="same", kind="numeric", rows=100, distinct=1),
    Column(name="blank", kind="empty", rows=100, missing=100),
    Column(name="rare", kind="numeric", rows=1000, missing=985, distinct=12),
    Column(name="flag", kind="categorical", rows=100, missing=60, distinct=1),
    Column(name="sex", kind="boolean", rows=100, distinct=2),
    Column(name="day", kind="date", rows=100, distinct=90),
    Column(name="note", kind="text", rows=100, distinct=100),
    Column(name="id", kind="numeric", rows=100, distinct=100, integer=True, monotone=True),
)


def actions(**options: object) -> dict[str, str]:
    return {decision.column: decision.action for decision in decide(COLUMNS, **options)}  # type: ignore[arg-type]


def test_each_kind_gets_its_action_and_each_decision_its_reason() -> None:
    assert actions() == {
        "age": "auto",
        "class": "auto",
        "same": "drop",
        "blank": "drop",
        "rare": "drop",
        "flag": "onehot",
        "sex": "onehot",
        "day": "date",
        "note": "words",
        "id": "auto",
    }
    reasons = {decision.column: decision.why for decision in decide(COLUMNS)}
    assert all(reasons.values())
    assert "98.5%" in reasons["rare"]
    assert "codes" in reasons["class"]


def test_many_values_are_embedded_where_rows_are_enough_to_learn_them() -> None:
    towns = (
        Column(name="few rows", kind="categorical", rows=900, distinct=100),
        Column(name="many rows", kind="categorical", rows=1200, missing=200, distinct=100),
        Column(name="few values", kind="categorical", rows=9000, distinct=30),
    )
    assert [made.action for made in decide(towns)] == ["onehot", "embedding", "onehot"]
    assert [made.action for made in decide(towns, max_categories=100)] == ["onehot"] * 3
    assert "100 values" in decide(towns)[1].why


def test_settings_and_overrides_are_obeyed_and_leaving_out_wins() -> None:
    chosen = actions(
        scaling="robust",
        words=False,
        left_out={"id": "counts the rows", "age": "known too late"},
        overrides={"class": "onehot", "rare": "keep", "age": "log"},
    )
    assert chosen["class"] == "onehot"
    assert chosen["rare"] == "robust"
    assert chosen["note"] == "drop"
    assert chosen["id"] == "drop"
    assert chosen["age"] == "drop"


def test_an_unknown_column_or_action_is_named_with_the_nearest_known_one() -> None:
    with pytest.raises(UserError, match=r"column 'agee' is not known \(nearest is 'age'\)"):
        decide(COLUMNS, overrides={"agee": "log"})
    with pytest.raises(UserError, match=r"column 'age': 'onehott' is not known \(nearest is 'onehot'\)"):
        decide(COLUMNS, overrides={"age": "onehott"})
